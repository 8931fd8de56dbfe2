//! Reading certificates: rows here, everything the public sees in [`public`], words in [`face`].

pub mod face;
pub mod public;

pub(crate) use public::pdf_of;
pub use public::{
    Public, Standing, Version, did_document, did_document_of, json, jwt, load_public, pdf, read_address, status_list, verify_upload,
};

use super::{
    CertificateState, Refusal,
    credential::{Snapshot, is_id},
    entity::certificate,
};
use crate::{
    error::{Error, Result},
    ids::{EventId, ParticipantId, PersonId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

/// The certificate with this public id, whatever became of it.
pub async fn find<C: ConnectionTrait>(db: &C, public_id: &str) -> Result<Option<certificate::Model>> {
    if !is_id(public_id) {
        return Ok(None);
    }
    Ok(certificate::Entity::find()
        .filter(certificate::Column::PublicId.eq(public_id))
        .one(db)
        .await?)
}

/// What the record says of a certificate of which only that it was issued is kept.
pub(crate) const WITHDRAWN: &str = "withdrawn";

/// The same for whoever has nothing but its address: not what its holder does not have shown.
pub async fn find_shown<C: ConnectionTrait>(db: &C, public_id: &str) -> Result<certificate::Model> {
    let row = find(db, public_id).await?.ok_or(Error::NotFound)?;
    match row.hidden_at {
        Some(_) => Err(Refusal::NotShown.into()),
        None => Ok(row),
    }
}

/// The certificates that count of events whose personal data were erased, for whom they were issued to.
pub async fn list_held<C: ConnectionTrait>(db: &C, person: PersonId) -> Result<Vec<certificate::Model>> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::HolderId.eq(person))
        .filter(certificate::Column::State.eq(CertificateState::Valid))
        .filter(certificate::Column::Jwt.ne(""))
        .all(db)
        .await?)
}

/// Every certificate of these participants, newest first.
pub async fn list_of_participants<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<certificate::Model>> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::ParticipantId.is_in(participants.iter().copied()))
        .order_by_desc(certificate::Column::Id)
        .all(db)
        .await?)
}

/// How many certificates of an event do not count any more.
pub async fn count_ended<C: ConnectionTrait>(db: &C, event: EventId) -> Result<u64> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::EventId.eq(event))
        .filter(certificate::Column::State.is_in([CertificateState::Revoked, CertificateState::Superseded]))
        .count(db)
        .await?)
}

/// Whether any certificate of an event was ever issued.
pub async fn is_any_issued<C: ConnectionTrait>(db: &C, event: EventId) -> Result<bool> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::EventId.eq(event))
        .count(db)
        .await?
        > 0)
}

/// Every certificate of one participant, oldest first.
pub async fn list_of_participant<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Vec<certificate::Model>> {
    Ok(certificate::Entity::find()
        .filter(certificate::Column::ParticipantId.eq(participant))
        .order_by_asc(certificate::Column::Id)
        .all(db)
        .await?)
}

/// The certificates of these participants that count, one each at the most, with what they say.
pub async fn list_live<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<(ParticipantId, Snapshot)>> {
    let mut found = Vec::new();
    // Databases bound how many values a statement may name.
    for some in participants.chunks(500) {
        let rows = certificate::Entity::find()
            .filter(certificate::Column::ParticipantId.is_in(some.iter().copied()))
            .filter(certificate::Column::State.eq(CertificateState::Valid))
            .filter(certificate::Column::Jwt.ne(""))
            .all(db)
            .await?;
        for row in rows {
            found.push((row.participant_id, serde_json::from_str(&row.snapshot)?));
        }
    }
    Ok(found)
}

/// The places of status list `number` that are revoked or superseded.
async fn revoked_places<C: ConnectionTrait>(db: &C, number: i32) -> Result<Vec<u32>> {
    let places: Vec<i32> = certificate::Entity::find()
        .select_only()
        .column(certificate::Column::StatusIndex)
        .filter(certificate::Column::StatusList.eq(number))
        .filter(certificate::Column::State.ne(CertificateState::Valid))
        .into_tuple()
        .all(db)
        .await?;
    Ok(places.into_iter().filter_map(|place| u32::try_from(place).ok()).collect())
}
