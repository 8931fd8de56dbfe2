//! Signing up to sessions: those with a number of places, which have a waiting list, and those somebody only keeps in
//! their own agenda. Whoever holds a place at the event may, until the session begins.
//!
//! A place is given under the event's lock, by counting; there is no counter to drift. Whatever frees one asks for
//! [`SettleSignUps`], which gives it to whoever waits longest.

mod list;
mod settle;
mod tell;

pub use list::{Counted, DeskSession, Signed, Stand, agenda, counts, desk, desk_csv, is_kept};
pub use settle::SettleSignUps;
pub(crate) use tell::{TellChosen, count_told};

use super::{
    PlaceState, Refusal,
    entity::{place, sign_up},
    service::{Holder, held_at_any_time},
};
use crate::{
    Services,
    agenda::{SessionStatus, entity::session},
    error::{Error, Result},
    events::{EventStatus, entity::event},
    ids::{EventId, ParticipantId, PlaceId, SessionId},
    platform::{audit, db::begin_write, jobs},
    words::words,
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};

words! {
    /// What somebody does about a session.
    Act { Join = "join", Leave = "leave" }
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Done {
    /// They have one of its places. The titles of the sessions at the same time they gave up for it.
    Placed(Vec<String>),
    Waiting,
    /// In their agenda; the session has no places to give.
    Kept,
    Left,
}

/// Signs the person in `place` up to the session with this code, or takes them off it.
///
/// Where every place is taken, or somebody waits, they wait. Taking a place gives up those in sessions at the same time:
/// nobody can be in two. Doing it twice is as doing it once. Whoever may cancel the place may do this, until the session
/// begins.
pub async fn choose(services: &Services, holder: Holder<'_>, place: PlaceId, code: &str, act: Act) -> Result<Done> {
    let (held, actor) = held_at_any_time(services, holder, place).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(held.event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let place = place::Entity::find_by_id(place).one(&tx).await?.ok_or(Error::NotFound)?;
    if place.state == PlaceState::Cancelled {
        return Err(Refusal::AlreadyCancelled.into());
    }
    if event.status == EventStatus::Cancelled {
        return Err(Refusal::Cancelled.into());
    }
    let sessions = sessions(&tx, event.id).await?;
    let session = sessions.iter().find(|session| session.code == code).ok_or(Error::NotFound)?;
    if now >= session.starts_at {
        return Err(Refusal::SessionBegun.into());
    }
    let own = own(&tx, place.participant_id).await?;
    let row = own.iter().find(|row| row.session_id == session.id);
    let done = match (act, row) {
        (Act::Join, Some(row)) => state(session, row),
        (Act::Join, None) => join(&tx, &sessions, session, &own, place.participant_id, now).await?,
        (Act::Leave, None) => Done::Left,
        (Act::Leave, Some(row)) => {
            sign_up::Entity::delete_by_id(row.id).exec(&tx).await?;
            if row.placed_at.is_some() {
                jobs::enqueue(&tx, now, &SettleSignUps { event: event.id }).await?;
            }
            Done::Left
        }
    };
    if row.is_some() == (act == Act::Leave) {
        let action = match act {
            Act::Join => "session.signed_up",
            Act::Leave => "session.signed_off",
        };
        let entry = audit::Entry {
            chain: format!("event:{}", event.id),
            action,
            object: "place",
            object_id: place.id.0,
            detail: Some(&session.code),
        };
        audit::record(&tx, &actor, now, entry).await?;
    }
    tx.commit().await?;
    services.wake();
    Ok(done)
}

async fn join(
    tx: &DatabaseTransaction,
    sessions: &[session::Model],
    session: &session::Model,
    own: &[sign_up::Model],
    participant: ParticipantId,
    now: DateTime<Utc>,
) -> Result<Done> {
    let mut done = Done::Kept;
    let mut placed_at = None;
    if let Some(places) = session.sign_up_places {
        let counted = counts(tx, session.event_id).await?.remove(&session.id).unwrap_or_default();
        if counted.waiting == 0 && counted.placed < u64::try_from(places).unwrap_or(0) {
            placed_at = Some(now);
            let others: Vec<(&sign_up::Model, &session::Model)> = own
                .iter()
                .filter(|row| row.placed_at.is_some())
                .filter_map(|row| Some((row, sessions.iter().find(|other| other.id == row.session_id)?)))
                .filter(|(_, other)| other.sign_up_places.is_some() && overlap(session, other))
                .collect();
            for (row, _) in &others {
                sign_up::Entity::delete_by_id(row.id).exec(tx).await?;
            }
            if !others.is_empty() {
                let event = session.event_id;
                jobs::enqueue(tx, now, &SettleSignUps { event }).await?;
            }
            done = Done::Placed(others.iter().map(|(_, other)| other.title.clone()).collect());
        } else {
            done = Done::Waiting;
        }
    }
    let row = sign_up::ActiveModel {
        event_id: Set(session.event_id),
        session_id: Set(session.id),
        participant_id: Set(participant),
        since: Set(now),
        placed_at: Set(placed_at),
        ..Default::default()
    };
    sign_up::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(done)
}

fn state(session: &session::Model, row: &sign_up::Model) -> Done {
    match (session.sign_up_places, row.placed_at) {
        (None, _) => Done::Kept,
        (Some(_), Some(_)) => Done::Placed(Vec::new()),
        (Some(_), None) => Done::Waiting,
    }
}

/// Whether two sessions run at the same time, if only for a minute.
pub(crate) fn overlap(one: &session::Model, other: &session::Model) -> bool {
    one.id != other.id && one.starts_at < other.ends_at && other.starts_at < one.ends_at
}

/// The sessions of an event that take place.
async fn sessions<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<session::Model>> {
    Ok(session::Entity::find()
        .filter(session::Column::EventId.eq(event))
        .filter(session::Column::Status.eq(SessionStatus::Planned))
        .all(db)
        .await?)
}

/// What somebody signed up to.
pub(crate) async fn own<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Vec<sign_up::Model>> {
    Ok(sign_up::Entity::find()
        .filter(sign_up::Column::ParticipantId.eq(participant))
        .all(db)
        .await?)
}

/// Takes whoever has no place at the event any more off every session, and gives on what they had.
pub(super) async fn let_go(tx: &DatabaseTransaction, event: EventId, participant: ParticipantId, now: DateTime<Utc>) -> Result<()> {
    let gone = sign_up::Entity::delete_many()
        .filter(sign_up::Column::ParticipantId.eq(participant))
        .exec(tx)
        .await?;
    if gone.rows_affected > 0 {
        jobs::enqueue(tx, now, &SettleSignUps { event }).await?;
    }
    Ok(())
}

/// How many people signed up to a session, with a place or without.
pub(crate) async fn count_of<C: ConnectionTrait>(db: &C, session: SessionId) -> Result<u64> {
    Ok(sign_up::Entity::find()
        .filter(sign_up::Column::SessionId.eq(session))
        .count(db)
        .await?)
}
