//! The schemes somebody follows, and when their periods begin.

use super::{Owner, Reader, begin, entity::setting, typed};
use crate::{
    Services,
    error::{FieldErrors, Result},
    schemes::{SCHEMES, Scheme},
};
use chrono::NaiveDate;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One scheme somebody follows.
#[derive(Clone, Copy, Debug)]
pub struct Follows {
    pub scheme: &'static Scheme,
    /// The first day of one of their periods, where they said so.
    pub starts: Option<NaiveDate>,
}

/// The settings as they are typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    /// Scheme to "true".
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub chosen: BTreeMap<String, String>,
    /// Scheme to day.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub starts: BTreeMap<String, String>,
}

impl SettingsForm {
    /// What the form shows of what is set.
    #[must_use]
    pub fn of(follows: &[Follows]) -> Self {
        let chosen = follows.iter().map(|one| (one.scheme.code.to_owned(), "true".to_owned()));
        let starts = follows
            .iter()
            .filter_map(|one| Some((one.scheme.code.to_owned(), one.starts?.to_string())));
        Self {
            chosen: chosen.collect(),
            starts: starts.collect(),
        }
    }
}

/// The schemes whose portfolio it is follows, in the order they are offered. None until they chose.
pub async fn follows(services: &Services, reader: &Reader) -> Result<Vec<Follows>> {
    let rows = setting::Entity::find()
        .filter(setting::Column::PersonId.eq(reader.person))
        .all(&services.db.read)
        .await?;
    let of = |scheme: &'static Scheme| {
        let row = rows.iter().find(|row| row.scheme == scheme.code)?;
        Some(Follows {
            scheme,
            starts: row.period_starts,
        })
    };
    Ok(SCHEMES.iter().filter_map(of).collect())
}

/// Saves which schemes somebody follows, in place of what was set. What was written by the questions of one they leave stays.
pub async fn save_settings(services: &Services, owner: &Owner, form: &SettingsForm) -> Result<()> {
    let mut errors = FieldErrors::default();
    let mut rows = Vec::new();
    for scheme in SCHEMES {
        let typed = form.starts.get(scheme.code).map(|typed| typed.trim()).unwrap_or_default();
        let field = format!("form[starts][{}]", scheme.code);
        let starts = if typed.is_empty() {
            None
        } else {
            typed::day(&mut errors, &field, typed, "")
        };
        if form.chosen.get(scheme.code).is_some_and(|said| said == "true") {
            rows.push(setting::ActiveModel {
                person_id: Set(owner.0),
                scheme: Set(scheme.code.to_owned()),
                period_starts: Set(starts),
                ..Default::default()
            });
        } else if starts.is_some() {
            errors.add(
                format!("form[chosen][{}]", scheme.code),
                "not_chosen",
                format!("You gave a date for {}: tick it too, or clear the date", scheme.name),
            );
        }
    }
    let rows = errors.finish(rows)?;
    let tx = begin(services, *owner).await?;
    setting::Entity::delete_many()
        .filter(setting::Column::PersonId.eq(owner.0))
        .exec(&tx)
        .await?;
    if !rows.is_empty() {
        setting::Entity::insert_many(rows).exec_without_returning(&tx).await?;
    }
    tx.commit().await?;
    Ok(())
}
