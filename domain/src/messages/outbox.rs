//! Putting a message in the outbox, in the transaction that made it true.

use super::{Content, State, entity::message};
use crate::{
    Services,
    error::Result,
    ids::{EventId, NetworkId, OrganisationId},
};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::OnConflict};

/// Who a message is for, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Addressed<'a> {
    /// None for account mail, which Messages never shows.
    pub organisation: Option<OrganisationId>,
    pub event: Option<EventId>,
    /// Of mail about a network or one of its meetings.
    pub network: Option<NetworkId>,
    pub name: &'a str,
    pub address: &'a str,
}

/// Adds a message, due now. Nothing, if one with this key was added before.
pub async fn add<C: ConnectionTrait>(
    tx: &C,
    services: &Services,
    dedupe_key: &str,
    kind: &str,
    to: Addressed<'_>,
    subject: &str,
    content: &Content,
) -> Result<()> {
    put(tx, services, dedupe_key, kind, to, subject, (content, false)).await
}

async fn put<C: ConnectionTrait>(
    tx: &C,
    services: &Services,
    dedupe_key: &str,
    kind: &str,
    to: Addressed<'_>,
    subject: &str,
    (content, anew): (&Content, bool),
) -> Result<()> {
    let now = services.clock.now();
    let row = message::ActiveModel {
        organisation_id: Set(to.organisation),
        event_id: Set(to.event),
        network_id: Set(to.network),
        dedupe_key: Set(dedupe_key.to_owned()),
        kind: Set(kind.to_owned()),
        content: Set(serde_json::to_string(content)?),
        to_name: Set(to.name.to_owned()),
        to_address: Set(to.address.to_owned()),
        subject: Set(subject.to_owned()),
        state: Set(State::Queued),
        attempts: Set(0),
        due_at: Set(now),
        message_id: Set(format!("<{}@{}>", services.random.public_id(), services.host())),
        created_at: Set(now),
        anew: Set(anew),
        ..Default::default()
    };
    let once = OnConflict::column(message::Column::DedupeKey).do_nothing().to_owned();
    message::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}

/// Adds a message that says again what another said, to the same mailbox, due now. It is drawn anew when it leaves, links
/// and all. Nothing, if one with this key was added before.
pub async fn again<C: ConnectionTrait>(tx: &C, services: &Services, said: &message::Model, dedupe_key: &str) -> Result<()> {
    let content: Content = serde_json::from_str(&said.content)?;
    let to = Addressed {
        organisation: said.organisation_id,
        event: said.event_id,
        network: said.network_id,
        name: &said.to_name,
        address: &said.to_address,
    };
    put(tx, services, dedupe_key, &said.kind, to, &said.subject, (&content, true)).await
}

/// Whether a message with this key was added before.
pub async fn has<C: ConnectionTrait>(tx: &C, dedupe_key: &str) -> Result<bool> {
    Ok(message::Entity::find()
        .filter(message::Column::DedupeKey.eq(dedupe_key))
        .count(tx)
        .await?
        > 0)
}
