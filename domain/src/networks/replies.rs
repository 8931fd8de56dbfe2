//! What members answer: by the link in their invite, or signed in. Looking at the page changes nothing.

use super::{
    InviteState, MembershipState, Refusal, Reply, Way,
    entity::{invite, meeting, membership, network},
    queries,
};
use crate::{
    Services,
    access::Actor,
    error::{Error, Result},
    events::{self, EventStatus, entity::event},
    ids::{InviteId, ParticipantId, PersonId},
    organisations::entity::organisation,
    platform::{
        db::begin_write,
        links::{self, Link},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};

/// An invite as its member sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Invited {
    pub invite: invite::Model,
    pub membership: membership::Model,
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub meeting: meeting::Model,
    pub network: network::Model,
}

/// Who answers.
#[derive(Clone, Debug)]
pub enum Holder<'a> {
    /// Whoever holds the link from the invite.
    Link(&'a str),
    /// Whoever has signed in.
    Actor(&'a Actor, InviteId),
}

/// The invite a link opens, or one of the signed-in person's own.
pub async fn open(services: &Services, holder: &Holder<'_>) -> Result<Invited> {
    let db = &services.db.read;
    let (id, person) = match holder {
        Holder::Link(token) => match links::find(db, services.clock.now(), token).await? {
            Some((_, Link::Invite(id))) => (InviteId(id), None),
            _ => return Err(Error::NotFound),
        },
        Holder::Actor(actor, id) => (*id, Some(actor.signed_in()?.id)),
    };
    let invite = invite::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let membership = queries::load_membership(db, invite.membership_id).await?;
    if person.is_some_and(|person| person != membership.person_id) {
        return Err(Error::NotFound);
    }
    let (event, organisation) = events::queries::load(db, invite.event_id).await?;
    let (meeting, network) = queries::find_meeting_of(db, &event).await?.ok_or(Error::NotFound)?;
    Ok(Invited {
        invite,
        membership,
        event,
        organisation,
        meeting,
        network,
    })
}

/// Records an answer; the newest counts. Refused once the meeting is over or cancelled, or the invite was taken back.
pub async fn answer(services: &Services, holder: &Holder<'_>, reply: Reply) -> Result<Invited> {
    let mut opened = open(services, holder).await?;
    let now = services.clock.now();
    if opened.event.status == EventStatus::Cancelled {
        return Err(Refusal::MeetingCancelled.into());
    }
    if now >= opened.event.ends_at {
        return Err(Refusal::Over.into());
    }
    let tx = begin_write(&services.db).await?;
    let row = invite::Entity::find_by_id(opened.invite.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if row.state == InviteState::Withdrawn {
        return Err(Refusal::Withdrawn.into());
    }
    let how = match holder {
        Holder::Link(_) => Way::Link,
        Holder::Actor(..) => Way::Page,
    };
    opened.invite = record(&tx, row, reply, how, now).await?;
    tx.commit().await?;
    Ok(opened)
}

async fn record(tx: &DatabaseTransaction, row: invite::Model, reply: Reply, how: Way, at: DateTime<Utc>) -> Result<invite::Model> {
    let mut row = row.into_active_model();
    row.reply = Set(Some(reply));
    row.reply_how = Set(Some(how));
    row.replied_at = Set(Some(at));
    Ok(row.update(tx).await?)
}

/// What became of an answer from somebody's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FromCalendar {
    Recorded,
    /// The invite was taken back.
    Late,
    /// They have answered since.
    Older,
}

/// Records what a member's own calendar answered `at`; the newest counts, whichever way it came. Whether the meeting still
/// takes answers is for the caller to know.
pub(crate) async fn record_from_calendar(
    tx: &DatabaseTransaction,
    participant: ParticipantId,
    reply: Reply,
    at: DateTime<Utc>,
) -> Result<FromCalendar> {
    let invite = invite::Entity::find()
        .filter(invite::Column::ParticipantId.eq(participant))
        .lock_exclusive()
        .one(tx)
        .await?;
    let Some(invite) = invite.filter(|invite| invite.state == InviteState::Invited) else {
        return Ok(FromCalendar::Late);
    };
    // Calendars tell whole seconds.
    if invite.replied_at.is_some_and(|before| before.timestamp() > at.timestamp()) {
        return Ok(FromCalendar::Older);
    }
    record(tx, invite, reply, Way::Calendar, at).await?;
    Ok(FromCalendar::Recorded)
}

/// A list somebody is on, and their invites to what is to come.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    pub network: network::Model,
    pub membership: membership::Model,
    /// In order of time.
    pub invites: Vec<(invite::Model, meeting::Model, event::Model)>,
}

/// The lists this person is on or asked to join, by name, with what is to come. Four queries.
pub async fn list_of_person(services: &Services, person: PersonId) -> Result<Vec<Mine>> {
    let (db, now) = (&services.db.read, services.clock.now());
    let memberships = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person))
        .filter(membership::Column::State.is_in([MembershipState::Confirmed, MembershipState::Member, MembershipState::Paused]))
        .all(db)
        .await?;
    if memberships.is_empty() {
        return Ok(Vec::new());
    }
    let invites = invite::Entity::find()
        .filter(invite::Column::MembershipId.is_in(memberships.iter().map(|row| row.id)))
        .filter(invite::Column::State.eq(InviteState::Invited))
        .all(db)
        .await?;
    let ids: Vec<_> = memberships.iter().map(|row| row.network_id).collect();
    let networks = network::Entity::find()
        .filter(network::Column::Id.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let meetings = queries::list_meetings(db, &ids).await?;
    let mut mine: Vec<Mine> = memberships
        .into_iter()
        .filter_map(|membership| {
            let network = networks.iter().find(|network| network.id == membership.network_id)?.clone();
            let own = meetings
                .iter()
                .filter(|(_, event)| now < event.ends_at)
                .filter_map(|(meeting, event)| {
                    let invite = invites
                        .iter()
                        .find(|invite| invite.event_id == event.id && invite.membership_id == membership.id)?;
                    Some((invite.clone(), meeting.clone(), event.clone()))
                });
            Some(Mine {
                invites: own.collect(),
                network,
                membership,
            })
        })
        .collect();
    mine.sort_by_key(|mine| (mine.network.name.to_lowercase(), mine.network.id));
    Ok(mine)
}
