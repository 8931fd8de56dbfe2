//! Reflective accounts, by the questions of a scheme. Whoever wrote one may change or delete it; nobody else reads it but
//! by a link that says so.

use super::{Owner, begin, entity::reflection, entries, find_item, typed};
use crate::{
    Services,
    error::{FieldErrors, Result},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most characters of one answer.
const MOST: usize = 5_000;

/// A reflective account as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReflectForm {
    /// Question to answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub answers: BTreeMap<String, String>,
}

/// Saves the reflective account of an item by the questions of `scheme`, in place of an earlier one. One begun under earlier
/// questions goes on with them. Gives how addresses call the item.
pub async fn save_account(services: &Services, owner: &Owner, of: &str, scheme: &str, form: &ReflectForm) -> Result<String> {
    let now = services.clock.now();
    let scheme = entries::scheme(scheme)?;
    let item = find_item(services, &owner.reader(), of).await?;
    let before = item.accounts.iter().find(|account| account.scheme == scheme.code);
    let version = before.map_or_else(
        || scheme.on(now.date_naive()),
        |account| scheme.version(&account.version, now.date_naive()),
    );
    let mut errors = FieldErrors::default();
    let mut answers = BTreeMap::new();
    for question in version.questions {
        let Some(said) = form.answers.get(question.code) else { continue };
        let field = format!("form[answers][{}]", question.code);
        let said = typed::text(&mut errors, &field, said, MOST, "This answer");
        if !said.is_empty() {
            answers.insert(question.code.to_owned(), said);
        }
    }
    if let (true, Some(first)) = (answers.is_empty(), version.questions.first()) {
        let field = format!("form[answers][{}]", first.code);
        errors.add(field, "missing", "Answer at least one of the questions");
    }
    let answers = errors.finish(answers)?;
    let tx = begin(services, *owner).await?;
    let entry = entries::row_of(services, &tx, *owner, &item).await?;
    let found = reflection::Entity::find()
        .filter(reflection::Column::PersonId.eq(owner.0))
        .filter(reflection::Column::EntryId.eq(entry.id))
        .filter(reflection::Column::Scheme.eq(scheme.code))
        .one(&tx)
        .await?;
    let answers = Set(serde_json::to_string(&answers)?);
    match found {
        Some(row) => {
            let mut row = row.into_active_model();
            row.answers = answers;
            row.version = Set(version.code.to_owned());
            row.changed_at = Set(now);
            row.update(&tx).await?;
        }
        None => {
            let row = reflection::ActiveModel {
                person_id: Set(owner.0),
                entry_id: Set(entry.id),
                scheme: Set(scheme.code.to_owned()),
                version: Set(version.code.to_owned()),
                answers,
                changed_at: Set(now),
                ..Default::default()
            };
            reflection::Entity::insert(row).exec_without_returning(&tx).await?;
        }
    }
    tx.commit().await?;
    Ok(item.of)
}

/// Deletes a reflective account. None is fine.
pub async fn delete_account(services: &Services, owner: &Owner, of: &str, scheme: &str) -> Result<String> {
    let item = find_item(services, &owner.reader(), of).await?;
    if let Some(entry) = item.entry {
        let tx = begin(services, *owner).await?;
        reflection::Entity::delete_many()
            .filter(reflection::Column::PersonId.eq(owner.0))
            .filter(reflection::Column::EntryId.eq(entry))
            .filter(reflection::Column::Scheme.eq(scheme))
            .exec(&tx)
            .await?;
        tx.commit().await?;
    }
    Ok(item.of)
}
