//! What somebody enters themselves, and what they add to their certificates.

use super::{
    Item, Owner, begin,
    entity::{entry, file, reflection},
    files, find_item, typed,
};
use crate::{
    Services,
    error::{Error, FieldErrors, Result},
    ids::{EntryId, ParticipantId},
    portfolio::{Approval, Method},
    schemes::{self, SCHEMES},
};
use chrono::{Days, NaiveDate};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An entry as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntryForm {
    pub title: String,
    pub on: String,
    pub method: String,
    pub provider: String,
    pub hours: String,
    pub minutes: String,
    pub part_hours: String,
    pub part_minutes: String,
    pub domain: String,
    pub what: String,
    pub approval: String,
    /// By `scheme-field`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

impl EntryForm {
    /// What the form shows of an item.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        let part = |minutes: u32| {
            if minutes == 0 {
                (String::new(), String::new())
            } else {
                ((minutes / 60).to_string(), (minutes % 60).to_string())
            }
        };
        let ((hours, minutes), (part_hours, part_minutes)) = (part(item.minutes), part(item.participatory));
        Self {
            title: item.title.clone(),
            on: item.first.to_string(),
            method: item.method.word().to_owned(),
            provider: item.provider.clone(),
            hours,
            minutes,
            part_hours,
            part_minutes,
            domain: item.domain.map(|domain| domain.word().to_owned()).unwrap_or_default(),
            what: item.what.clone(),
            approval: item.approval.word().to_owned(),
            fields: item.fields.clone(),
        }
    }
}

/// What may be said of any item.
struct Added {
    domain: Option<crate::agenda::Domain>,
    what: String,
    fields: BTreeMap<String, String>,
    approval: Approval,
}

/// The facts of an own entry.
struct Facts {
    title: String,
    on: NaiveDate,
    method: Method,
    provider: String,
    minutes: u32,
    participatory: u32,
}

fn read_added(errors: &mut FieldErrors, form: &EntryForm) -> Added {
    let domain = match form.domain.trim() {
        "" => None,
        word => errors.take("form[domain]", word.parse()),
    };
    let what = typed::text(errors, "form[what]", &form.what, 5_000, "This");
    let approval = match form.approval.trim() {
        "" => Approval::None,
        word => errors.take("form[approval]", word.parse()).unwrap_or_default(),
    };
    let mut fields = BTreeMap::new();
    // Only what a scheme asks for; whatever else is sent is nobody's.
    for scheme in SCHEMES {
        for field in scheme.versions.iter().flat_map(|version| version.fields) {
            let key = format!("{}-{}", scheme.code, field.code);
            let Some(said) = form.fields.get(&key).filter(|said| !said.trim().is_empty()) else {
                continue;
            };
            let name = format!("form[fields][{key}]");
            let said = typed::line(errors, &name, said, 500, field.label);
            if !field.choices.is_empty() && !field.choices.contains(&said.as_str()) {
                errors.add(&name, "not_a_choice", format!("{}: choose one from the list", field.label));
            }
            fields.insert(key, said);
        }
    }
    Added {
        domain,
        what,
        fields,
        approval,
    }
}

fn read_facts(errors: &mut FieldErrors, form: &EntryForm, today: NaiveDate) -> Option<Facts> {
    let title = typed::line(errors, "form[title]", &form.title, 200, "The title");
    if title.is_empty() {
        errors.add("form[title]", "missing", "Enter what it was called");
    }
    let on = typed::day(errors, "form[on]", &form.on, "Enter the day it was");
    // Somewhere it is tomorrow already.
    if on.is_some_and(|on| on > today + Days::new(1)) {
        errors.add("form[on]", "not_yet", "It has not happened yet: enter it once it has");
    }
    let method = match form.method.trim() {
        "" => {
            errors.add("form[method]", "missing", "Choose how you learnt");
            None
        }
        word => errors.take("form[method]", word.parse()),
    };
    let provider = typed::line(errors, "form[provider]", &form.provider, 200, "Who held it");
    let minutes = typed::minutes(errors, ["form[hours]", "form[minutes]"], &form.hours, &form.minutes);
    let participatory = typed::minutes(
        errors,
        ["form[part_hours]", "form[part_minutes]"],
        &form.part_hours,
        &form.part_minutes,
    );
    if participatory > minutes {
        errors.add(
            "form[part_hours]",
            "more_than_all",
            "The participatory part cannot be longer than the whole",
        );
    }
    Some(Facts {
        title,
        on: on?,
        method: method?,
        provider,
        minutes,
        participatory,
    })
}

/// Saves what was typed: a new entry where `of` is empty, otherwise the item addresses call so. Of a certificate only what
/// is added to it is read; its facts stay the certificate's. Gives how addresses call it. The same `key` makes one entry,
/// however often it is sent.
pub async fn save(services: &Services, owner: &Owner, of: &str, key: &str, form: &EntryForm) -> Result<String> {
    let now = services.clock.now();
    let mut errors = FieldErrors::default();
    if of.is_empty() {
        let facts = read_facts(&mut errors, form, now.date_naive());
        let added = read_added(&mut errors, form);
        let (facts, added) = errors.finish((facts, added))?;
        let facts = facts.ok_or_else(|| anyhow::anyhow!("an entry without its facts was not refused"))?;
        let key = key.trim().chars().filter(char::is_ascii_alphanumeric).take(64).collect::<String>();
        let tx = begin(services, *owner).await?;
        if let Some(made) = find_by_key(&tx, *owner, &key).await? {
            return Ok(made.to_string());
        }
        let mut row = blank(*owner, None, now)?;
        put_facts(&mut row, facts)?;
        put_added(&mut row, added)?;
        row.request_key = Set((!key.is_empty()).then_some(key));
        let made = entry::Entity::insert(row).exec(&tx).await?.last_insert_id;
        tx.commit().await?;
        return Ok(made.to_string());
    }
    let item = find_item(services, &owner.reader(), of).await?;
    let has_facts = item.certificate.is_none() && !item.is_withdrawn;
    let facts = if has_facts {
        read_facts(&mut errors, form, now.date_naive())
    } else {
        None
    };
    let added = read_added(&mut errors, form);
    let (facts, added) = errors.finish((facts, added))?;
    let tx = begin(services, *owner).await?;
    let row = row_of(services, &tx, *owner, &item).await?;
    let mut row = row.into_active_model();
    if let Some(facts) = facts {
        put_facts(&mut row, facts)?;
    }
    put_added(&mut row, added)?;
    row.changed_at = Set(now);
    row.update(&tx).await?;
    tx.commit().await?;
    Ok(item.of)
}

async fn find_by_key(tx: &DatabaseTransaction, owner: Owner, key: &str) -> Result<Option<EntryId>> {
    if key.is_empty() {
        return Ok(None);
    }
    let made = entry::Entity::find()
        .filter(entry::Column::PersonId.eq(owner.0))
        .filter(entry::Column::RequestKey.eq(key))
        .one(tx)
        .await?;
    Ok(made.map(|row| row.id))
}

fn blank(owner: Owner, participant: Option<ParticipantId>, now: chrono::DateTime<chrono::Utc>) -> Result<entry::ActiveModel> {
    Ok(entry::ActiveModel {
        person_id: Set(owner.0),
        participant_id: Set(participant),
        request_key: Set(None),
        title: Set(String::new()),
        happened_on: Set(now.date_naive()),
        method: Set(Method::Other),
        provider: Set(String::new()),
        minutes: Set(0),
        participatory_minutes: Set(0),
        domain: Set(None),
        what: Set(String::new()),
        fields: Set("{}".to_owned()),
        approval: Set(Approval::None),
        created_at: Set(now),
        changed_at: Set(now),
        ..Default::default()
    })
}

fn put_facts(row: &mut entry::ActiveModel, facts: Facts) -> Result<()> {
    row.title = Set(facts.title);
    row.happened_on = Set(facts.on);
    row.method = Set(facts.method);
    row.provider = Set(facts.provider);
    row.minutes = Set(i32::try_from(facts.minutes).map_err(anyhow::Error::from)?);
    row.participatory_minutes = Set(i32::try_from(facts.participatory).map_err(anyhow::Error::from)?);
    Ok(())
}

fn put_added(row: &mut entry::ActiveModel, added: Added) -> Result<()> {
    row.domain = Set(added.domain);
    row.what = Set(added.what);
    row.fields = Set(serde_json::to_string(&added.fields)?);
    row.approval = Set(added.approval);
    Ok(())
}

/// The row of an item; of a certificate nothing was added to yet, a new one. Only while the person's row is locked.
pub(super) async fn row_of(services: &Services, tx: &DatabaseTransaction, owner: Owner, item: &Item) -> Result<entry::Model> {
    let own = || entry::Entity::find().filter(entry::Column::PersonId.eq(owner.0));
    if let Some(id) = item.entry {
        let row = own().filter(entry::Column::Id.eq(id)).one(tx).await?;
        return row.ok_or(Error::NotFound);
    }
    let certificate = item.certificate.as_ref().ok_or(Error::NotFound)?;
    let found = crate::certificates::queries::find(tx, &certificate.snapshot.id)
        .await?
        .ok_or(Error::NotFound)?;
    let participant = found.participant_id;
    // Made by another tab since the item was read.
    if let Some(row) = own().filter(entry::Column::ParticipantId.eq(participant)).one(tx).await? {
        return Ok(row);
    }
    let mut row = blank(owner, Some(participant), services.clock.now())?;
    let facts = Facts {
        title: item.title.clone(),
        on: item.first,
        method: item.method,
        provider: item.provider.clone(),
        minutes: item.minutes,
        participatory: item.participatory,
    };
    put_facts(&mut row, facts)?;
    row.domain = Set(item.domain);
    Ok(row.insert(tx).await?)
}

/// Deletes an entry with its reflections and files: of a certificate what was added to it, never the certificate.
pub async fn delete(services: &Services, owner: &Owner, of: &str) -> Result<()> {
    let item = find_item(services, &owner.reader(), of).await?;
    let Some(id) = item.entry else { return Ok(()) };
    let tx = begin(services, *owner).await?;
    let rows = file::Entity::find()
        .filter(file::Column::PersonId.eq(owner.0))
        .filter(file::Column::EntryId.eq(id))
        .all(&tx)
        .await?;
    reflection::Entity::delete_many()
        .filter(reflection::Column::PersonId.eq(owner.0))
        .filter(reflection::Column::EntryId.eq(id))
        .exec(&tx)
        .await?;
    file::Entity::delete_many()
        .filter(file::Column::PersonId.eq(owner.0))
        .filter(file::Column::EntryId.eq(id))
        .exec(&tx)
        .await?;
    entry::Entity::delete_many()
        .filter(entry::Column::PersonId.eq(owner.0))
        .filter(entry::Column::Id.eq(id))
        .exec(&tx)
        .await?;
    tx.commit().await?;
    for row in rows {
        files::forget(services, &row.kept_as).await;
    }
    Ok(())
}

/// The scheme called `code`, or not found.
pub(super) fn scheme(code: &str) -> Result<&'static schemes::Scheme> {
    schemes::find(code).ok_or(Error::NotFound)
}
