//! Holding a certificate back: whoever is held gets none, however many minutes they have, until an organiser releases it.

use super::{change::read_reason, one::lock_attendee};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance,
    certificates::{
        CertificateState, Refusal,
        entity::{certificate, certificate_hold},
    },
    error::{Error, Result},
    events::{entity::event, service::load_for},
    ids::{EventId, ParticipantId},
    platform::{audit, db::begin_write, random::read_place_code},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};

/// The holds of these participants that stand, one each at the most.
pub(super) async fn list<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<certificate_hold::Model>> {
    Ok(certificate_hold::Entity::find()
        .filter(certificate_hold::Column::ParticipantId.is_in(participants.iter().copied()))
        .filter(certificate_hold::Column::ReleasedAt.is_null())
        .all(db)
        .await?)
}

/// The hold of one participant, if one stands.
pub(super) async fn find<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Option<certificate_hold::Model>> {
    Ok(certificate_hold::Entity::find()
        .filter(certificate_hold::Column::ParticipantId.eq(participant))
        .filter(certificate_hold::Column::ReleasedAt.is_null())
        .one(db)
        .await?)
}

async fn load(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<(event::Model, ParticipantId)> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let code = read_place_code(code).ok_or(Error::NotFound)?;
    let attendee = attendance::queries::find_by_code(&services.db.read, &code)
        .await?
        .filter(|attendee| attendee.event_id == event.id)
        .ok_or(Error::NotFound)?;
    Ok((event, attendee.participant_id))
}

async fn log(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: EventId,
    participant: ParticipantId,
    action: &'static str,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{event}"),
        action,
        object: "participant",
        object_id: participant.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

/// Holds back the certificate of whoever has this place code, with a reason only organisers see. One that was issued is
/// not held back but revoked.
pub async fn hold(services: &Services, actor: &Actor, slug: &str, code: &str, reason: &str) -> Result<()> {
    let (event, participant) = load(services, actor, slug, code).await?;
    let reason = read_reason(reason)?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    lock_attendee(&tx, participant).await?.ok_or(Error::NotFound)?;
    let live = certificate::Entity::find()
        .filter(certificate::Column::ParticipantId.eq(participant))
        .filter(certificate::Column::State.eq(CertificateState::Valid))
        .count(&tx)
        .await?;
    if live > 0 {
        return Err(Refusal::Issued.into());
    }
    if find(&tx, participant).await?.is_some() {
        return Err(Refusal::AlreadyHeld.into());
    }
    put(&tx, actor, event.id, participant, &reason, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Holds somebody back who is not.
pub(super) async fn put(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: EventId,
    participant: ParticipantId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let row = certificate_hold::ActiveModel {
        event_id: Set(event),
        participant_id: Set(participant),
        reason: Set(reason.to_owned()),
        held_at: Set(now),
        held_by: Set(actor.person_id()),
        ..Default::default()
    };
    row.insert(tx).await?;
    log(tx, actor, event, participant, "certificate.held", now).await
}

/// Ends the hold of somebody, if one stands.
pub(super) async fn lift(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: EventId,
    participant: ParticipantId,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(row) = find(tx, participant).await? else {
        return Ok(());
    };
    let mut row = row.into_active_model();
    row.released_at = Set(Some(now));
    row.released_by = Set(actor.person_id());
    row.update(tx).await?;
    log(tx, actor, event, participant, "certificate.released", now).await
}

/// Releases a certificate that was held back: it is issued with the next ones. Released already, nothing changes.
pub async fn release(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<()> {
    let (event, participant) = load(services, actor, slug, code).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    lock_attendee(&tx, participant).await?.ok_or(Error::NotFound)?;
    lift(&tx, actor, event.id, participant, now).await?;
    tx.commit().await?;
    Ok(())
}
