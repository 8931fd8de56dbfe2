//! Whose place somebody had in an earlier report: what an organiser said once is not asked again in the organisation.

use super::{Person, Vendor};
use crate::{
    attendance::{entity::online_match as known, queries::Attendee},
    error::Result,
    ids::{OrganisationId, ParticipantId, PersonId},
    platform::search::fold,
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use std::collections::HashMap;

/// What somebody is remembered by: their address at any vendor, or else their name at this one.
pub(super) fn key(vendor: Vendor, person: &Person) -> String {
    if person.email.is_empty() {
        format!("{} {}", vendor.word(), fold(&person.name))
    } else {
        format!("email {}", person.email)
    }
}

/// What is remembered under these keys. One query for every five hundred.
pub(super) async fn recall<C: ConnectionTrait>(db: &C, of: OrganisationId, keys: &[String]) -> Result<HashMap<String, known::Model>> {
    let mut found = HashMap::new();
    for some in keys.chunks(500) {
        let rows = known::Entity::find()
            .filter(known::Column::OrganisationId.eq(of))
            .filter(known::Column::Key.is_in(some.iter().map(String::as_str)))
            .all(db)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.key.clone(), row)));
    }
    Ok(found)
}

/// The place at this event that is meant: of the same mailbox, and of the same name where the mailbox has several.
pub(super) fn place(known: &known::Model, attendees: &[Attendee]) -> Option<ParticipantId> {
    let same: Vec<_> = attendees.iter().filter(|attendee| attendee.person_id == known.person_id).collect();
    let named: Vec<_> = same.iter().filter(|attendee| fold(attendee.name()) == known.name).collect();
    match (named.as_slice(), same.as_slice()) {
        ([one], _) => Some(one.participant_id),
        ([], [one]) if known.person_id.is_some() => Some(one.participant_id),
        _ => None,
    }
}

/// Remembers that `key` has a place like `attendee`'s; or, without one, nobody's any more.
pub(super) async fn remember<C: ConnectionTrait>(
    tx: &C,
    of: OrganisationId,
    key: String,
    attendee: Option<&Attendee>,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(attendee) = attendee else {
        known::Entity::delete_many()
            .filter(known::Column::OrganisationId.eq(of))
            .filter(known::Column::Key.eq(key))
            .exec(tx)
            .await?;
        return Ok(());
    };
    let row = known::ActiveModel {
        organisation_id: Set(of),
        key: Set(key),
        person_id: Set(attendee.person_id),
        name: Set(fold(attendee.name())),
        said_by: Set(by),
        said_at: Set(now),
        ..Default::default()
    };
    let again = OnConflict::columns([known::Column::OrganisationId, known::Column::Key])
        .update_columns([
            known::Column::PersonId,
            known::Column::Name,
            known::Column::SaidBy,
            known::Column::SaidAt,
        ])
        .to_owned();
    known::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}
