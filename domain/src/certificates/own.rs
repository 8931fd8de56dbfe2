//! What the holder of a certificate says about it: whether this site shows it to whoever has its address.
//!
//! One that is not shown still proves itself by its file, offline and on the page that checks files; its place in the status
//! list stays. Once the event's personal data are erased, what is not shown is not kept either.

use super::{
    CertificateState,
    entity::certificate,
    issue::record,
    queries::{self, find},
};
use crate::{
    Services,
    access::Actor,
    attendance::queries::find_attendee,
    error::{Error, Result},
    events::{self, entity::event},
    ids::{EventId, PersonId},
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};

/// The certificate with this public id, if it counts and is the own one of whoever is signed in.
async fn find_own(services: &Services, actor: &Actor, public_id: &str) -> Result<(certificate::Model, event::Model)> {
    let person = actor.signed_in()?.id;
    let db = &services.db.read;
    let row = find(db, public_id).await?.ok_or(Error::NotFound)?;
    if row.state != CertificateState::Valid || !is_of(db, &row, person).await? {
        return Err(Error::NotFound);
    }
    let (event, _) = events::queries::load(db, row.event_id).await?;
    Ok((row, event))
}

/// Whether it was issued to this person: by what was kept when the event was erased, until then by the place it is of.
async fn is_of<C: ConnectionTrait>(db: &C, row: &certificate::Model, person: PersonId) -> Result<bool> {
    if let Some(holder) = row.holder_id {
        return Ok(holder == person);
    }
    let who = find_attendee(db, row.participant_id).await?;
    Ok(who.is_some_and(|who| who.person_id == Some(person) && who.given_at.is_none_or(|given| row.issued_at >= given)))
}

/// What is left of a certificate on this site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of it, shown or not.
    Here,
    /// That it was issued, and how it stands; what it says is in its file alone.
    Nowhere,
}

/// Stops showing it on this site, or shows it again. Without effect where it is so already; one that is not kept any more
/// cannot be shown again, and is not found.
pub async fn set_shown(services: &Services, actor: &Actor, public_id: &str, shown: bool) -> Result<Kept> {
    let (row, event) = find_own(services, actor, public_id).await?;
    if row.jwt.is_empty() {
        return Err(Error::NotFound);
    }
    if row.hidden_at.is_none() == shown {
        return Ok(Kept::Here);
    }
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", row.event_id),
        action: if shown { "certificate.shown" } else { "certificate.hidden" },
        object: "certificate",
        object_id: row.id.0,
        detail: None,
    };
    let event_id = row.event_id;
    let mut row = row.into_active_model();
    row.hidden_at = Set((!shown).then_some(now));
    row.update(&tx).await?;
    audit::record(&tx, actor, now, entry).await?;
    if event.erased_at.is_some() {
        withdraw_hidden(&tx, event_id, now).await?;
    }
    tx.commit().await?;
    Ok(match event.erased_at {
        Some(_) if !shown => Kept::Nowhere,
        _ => Kept::Here,
    })
}

/// Whether this site shows it, for whoever it was issued to.
pub async fn is_shown(services: &Services, public_id: &str) -> Result<bool> {
    let row = find(&services.db.read, public_id).await?;
    Ok(row.is_some_and(|row| row.hidden_at.is_none()))
}

/// Forgets what the certificates of an event say whose holders do not have them shown. That they were issued, and how they
/// stand, is kept.
pub(crate) async fn withdraw_hidden(tx: &DatabaseTransaction, event: EventId, now: DateTime<Utc>) -> Result<()> {
    let hidden = certificate::Entity::find()
        .filter(certificate::Column::EventId.eq(event))
        .filter(certificate::Column::HiddenAt.is_not_null())
        .filter(certificate::Column::Jwt.ne(""))
        .all(tx)
        .await?;
    for row in hidden {
        record(tx, &row, queries::WITHDRAWN, None, now).await?;
        let mut row = row.into_active_model();
        row.snapshot = Set(String::new());
        row.jwt = Set(String::new());
        row.update(tx).await?;
    }
    Ok(())
}
