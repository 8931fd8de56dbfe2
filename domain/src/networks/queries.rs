//! Reading networks and their meetings. A fixed number of queries whatever the number of rows.

use super::{
    MembershipState,
    entity::{consent_wording, meeting, membership, network},
};
use crate::{
    error::{Error, Result},
    events::{EventKind, EventStatus, entity::event},
    ids::{EventId, MembershipId, NetworkId, OrganisationId},
    organisations::entity::organisation,
    related::related,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::HashMap;

related!(network.OrganisationId => organisation);
related!(meeting.EventId => event);

/// The network at `slug` and whose it is.
pub async fn find_by_slug<C: ConnectionTrait>(db: &C, slug: &str) -> Result<Option<(network::Model, organisation::Model)>> {
    let found = network::Entity::find()
        .filter(network::Column::Slug.eq(slug))
        .find_also_related(organisation::Entity)
        .one(db)
        .await?;
    Ok(found.and_then(|(network, organisation)| Some((network, organisation?))))
}

/// A network and whose it is.
pub async fn load<C: ConnectionTrait>(db: &C, id: NetworkId) -> Result<(network::Model, organisation::Model)> {
    let found = network::Entity::find_by_id(id)
        .find_also_related(organisation::Entity)
        .one(db)
        .await?;
    found
        .and_then(|(network, organisation)| Some((network, organisation?)))
        .ok_or(Error::NotFound)
}

/// Every network, by name; of these organisations only, if any are named.
pub async fn list<C: ConnectionTrait>(db: &C, of: Option<&[OrganisationId]>) -> Result<Vec<(network::Model, organisation::Model)>> {
    let mut query = network::Entity::find().find_also_related(organisation::Entity);
    if let Some(of) = of {
        query = query.filter(network::Column::OrganisationId.is_in(of.iter().copied()));
    }
    let rows = query
        .order_by_asc(network::Column::Name)
        .order_by_asc(network::Column::Id)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(network, organisation)| Some((network, organisation?)))
        .collect())
}

/// The wording somebody asking now agrees to: the newest.
pub async fn current_wording<C: ConnectionTrait>(db: &C, network: NetworkId) -> Result<Option<consent_wording::Model>> {
    Ok(consent_wording::Entity::find()
        .filter(consent_wording::Column::NetworkId.eq(network))
        .order_by_desc(consent_wording::Column::Id)
        .one(db)
        .await?)
}

/// A wording by its version.
pub async fn find_wording<C: ConnectionTrait>(db: &C, network: NetworkId, version: &str) -> Result<Option<consent_wording::Model>> {
    Ok(consent_wording::Entity::find()
        .filter(consent_wording::Column::NetworkId.eq(network))
        .filter(consent_wording::Column::Version.eq(version))
        .one(db)
        .await?)
}

/// The meeting an event is, and its network; nothing for any other event, without asking.
pub async fn find_meeting_of<C: ConnectionTrait>(db: &C, event: &event::Model) -> Result<Option<(meeting::Model, network::Model)>> {
    if event.kind != EventKind::Meeting {
        return Ok(None);
    }
    let Some(meeting) = meeting::Entity::find()
        .filter(meeting::Column::EventId.eq(event.id))
        .one(db)
        .await?
    else {
        return Ok(None);
    };
    let network = network::Entity::find_by_id(meeting.network_id).one(db).await?;
    Ok(network.map(|network| (meeting, network)))
}

/// The event as a certificate names it: a meeting together with its network.
pub async fn in_full<C: ConnectionTrait>(db: &C, event: event::Model) -> Result<event::Model> {
    Ok(match find_meeting_of(db, &event).await? {
        Some((_, network)) => event::Model {
            title: format!("{}: {}", network.name, event.title),
            ..event
        },
        None => event,
    })
}

/// The meetings of these networks with their events, in order of time.
pub async fn list_meetings<C: ConnectionTrait>(db: &C, networks: &[NetworkId]) -> Result<Vec<(meeting::Model, event::Model)>> {
    let rows = meeting::Entity::find()
        .filter(meeting::Column::NetworkId.is_in(networks.iter().copied()))
        .find_also_related(event::Entity)
        .order_by_asc(event::Column::StartsAt)
        .order_by_asc(event::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(meeting, event)| Some((meeting, event?))).collect())
}

/// The meeting with this code.
pub async fn find_meeting<C: ConnectionTrait>(db: &C, network: NetworkId, code: &str) -> Result<Option<(meeting::Model, event::Model)>> {
    let found = meeting::Entity::find()
        .filter(meeting::Column::NetworkId.eq(network))
        .filter(meeting::Column::Code.eq(code))
        .find_also_related(event::Entity)
        .one(db)
        .await?;
    Ok(found.and_then(|(meeting, event)| Some((meeting, event?))))
}

/// The published meetings to come of a network to which its list was invited: what a new member is told of.
pub async fn list_sent<C: ConnectionTrait>(db: &C, network: NetworkId, now: DateTime<Utc>) -> Result<Vec<EventId>> {
    let meetings = list_meetings(db, &[network]).await?;
    Ok(meetings
        .into_iter()
        .filter(|(meeting, event)| meeting.invites_sent_at.is_some() && is_open(event, now))
        .map(|(_, event)| event.id)
        .collect())
}

/// Whether people may still be invited: published, and not over.
#[must_use]
pub fn is_open(event: &event::Model, now: DateTime<Utc>) -> bool {
    matches!(event.status, EventStatus::Published | EventStatus::Closed) && now < event.ends_at
}

/// A membership.
pub async fn load_membership<C: ConnectionTrait>(db: &C, id: MembershipId) -> Result<membership::Model> {
    membership::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)
}

/// How many stand how with these networks. One query.
pub async fn count_by_state<C: ConnectionTrait>(db: &C, networks: &[NetworkId]) -> Result<HashMap<(NetworkId, MembershipState), u64>> {
    let rows: Vec<(NetworkId, MembershipState, i64)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::NetworkId)
        .column(membership::Column::State)
        .column_as(membership::Column::Id.count(), "number")
        .filter(membership::Column::NetworkId.is_in(networks.iter().copied()))
        .group_by(membership::Column::NetworkId)
        .group_by(membership::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    let number = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|(network, state, count)| ((network, state), number(count)))
        .collect())
}

/// The networks of these organisations in which requests wait, by name, and how many. Two queries.
pub async fn count_waiting<C: ConnectionTrait>(db: &C, of: &[OrganisationId]) -> Result<Vec<(network::Model, u64)>> {
    let networks: Vec<_> = list(db, Some(of)).await?.into_iter().map(|(network, _)| network).collect();
    let counts = count_by_state(db, &networks.iter().map(|network| network.id).collect::<Vec<_>>()).await?;
    Ok(networks
        .into_iter()
        .filter_map(|network| {
            let waiting = *counts.get(&(network.id, MembershipState::Confirmed))?;
            Some((network, waiting))
        })
        .collect())
}
