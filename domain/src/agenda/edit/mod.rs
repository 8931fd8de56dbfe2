//! Changing an agenda by form: each change under the event's lock, by the rules of an import, recorded, and told to
//! calendars where it moves one of the event's days. Certificates already issued stay as they are.

mod forms;
mod notes;
mod rooms;
mod sessions;
mod speakers;

pub use forms::{RoomForm, SessionForm, ShiftForm, SpeakerForm, TrackForm};
pub use notes::notes;
pub use rooms::{delete_room, delete_track, save_room, save_track};
pub use sessions::{Shifted, Which, delete_session, save_session, set_status, shift};
pub use speakers::{delete_speaker, move_speaker, save_speaker};

use super::{
    SessionStatus,
    entity::{room, session, session_speaker, speaker, track},
};
use crate::{
    Services,
    access::Actor,
    bookings::invites::UpdateCalendars,
    error::{Error, FieldErrors, Result},
    events::{EventStatus, calendar::days, edit::form::slug_of, entity::event},
    ids::{EventId, RoomId, SessionId, SpeakerId, TrackId},
    platform::{audit, jobs},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect,
};
use std::collections::HashMap;

/// Everything an agenda is made of, as its organisers see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    /// By name.
    pub rooms: Vec<room::Model>,
    pub tracks: Vec<track::Model>,
    /// As they are listed.
    pub speakers: Vec<speaker::Model>,
    /// In order of time; cancelled ones too.
    pub sessions: Vec<session::Model>,
    /// Who speaks in each session, in order.
    pub speaking: HashMap<SessionId, Vec<SpeakerId>>,
}

impl Board {
    /// The board of `event`, in five queries.
    pub async fn load<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Self> {
        let rooms = room::Entity::find()
            .filter(room::Column::EventId.eq(event))
            .order_by_asc(room::Column::Name)
            .order_by_asc(room::Column::Id);
        let tracks = track::Entity::find()
            .filter(track::Column::EventId.eq(event))
            .order_by_asc(track::Column::Name)
            .order_by_asc(track::Column::Id);
        let speakers = speaker::Entity::find()
            .filter(speaker::Column::EventId.eq(event))
            .order_by_asc(speaker::Column::Position)
            .order_by_asc(speaker::Column::Id);
        let sessions = session::Entity::find()
            .filter(session::Column::EventId.eq(event))
            .order_by_asc(session::Column::StartsAt)
            .order_by_asc(session::Column::RoomId)
            .order_by_asc(session::Column::Id);
        let of_the_event = sea_orm::sea_query::Query::select()
            .column(session::Column::Id)
            .from(session::Entity)
            .and_where(session::Column::EventId.eq(event))
            .to_owned();
        let speaks = session_speaker::Entity::find()
            .filter(session_speaker::Column::SessionId.in_subquery(of_the_event))
            .order_by_asc(session_speaker::Column::Position)
            .order_by_asc(session_speaker::Column::Id)
            .all(db)
            .await?;
        let mut speaking: HashMap<SessionId, Vec<SpeakerId>> = HashMap::new();
        for row in speaks {
            speaking.entry(row.session_id).or_default().push(row.speaker_id);
        }
        Ok(Self {
            rooms: rooms.all(db).await?,
            tracks: tracks.all(db).await?,
            speakers: speakers.all(db).await?,
            sessions: sessions.all(db).await?,
            speaking,
        })
    }

    #[must_use]
    pub fn session(&self, code: &str) -> Option<&session::Model> {
        self.sessions.iter().find(|row| row.code == code)
    }

    #[must_use]
    pub fn room(&self, id: RoomId) -> Option<&room::Model> {
        self.rooms.iter().find(|row| row.id == id)
    }

    #[must_use]
    pub fn track(&self, id: TrackId) -> Option<&track::Model> {
        self.tracks.iter().find(|row| row.id == id)
    }

    /// The sessions that are to be held, in order of time.
    pub fn planned(&self) -> impl Iterator<Item = &session::Model> {
        self.sessions.iter().filter(|row| row.status == SessionStatus::Planned)
    }

    /// Who speaks in a session, in order.
    pub fn speakers_of(&self, session: SessionId) -> impl Iterator<Item = &speaker::Model> {
        self.speaking
            .get(&session)
            .into_iter()
            .flatten()
            .filter_map(|id| self.speakers.iter().find(|speaker| speaker.id == *id))
    }

    /// The sessions of a speaker, in order of time.
    pub fn sessions_of(&self, speaker: SpeakerId) -> impl Iterator<Item = &session::Model> {
        self.sessions
            .iter()
            .filter(move |session| self.speaking.get(&session.id).is_some_and(|ids| ids.contains(&speaker)))
    }
}

/// An event held under its lock, with its agenda as it was when the change began.
struct Held {
    event: event::Model,
    board: Board,
    now: DateTime<Utc>,
}

async fn hold(tx: &DatabaseTransaction, services: &Services, event: EventId) -> Result<Held> {
    let event = event::Entity::find_by_id(event)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Held {
        board: Board::load(tx, event.id).await?,
        event,
        now: services.clock.now(),
    })
}

impl Held {
    /// Records what was done to one thing of the agenda. `detail` holds codes, numbers and names of columns only.
    async fn record(
        &self,
        tx: &DatabaseTransaction,
        actor: &Actor,
        action: &'static str,
        object: (&'static str, i64),
        detail: Option<&str>,
    ) -> Result<()> {
        let entry = audit::Entry {
            chain: format!("event:{}", self.event.id),
            action,
            object: object.0,
            object_id: object.1,
            detail,
        };
        audit::record(tx, actor, self.now, entry).await
    }

    /// Tells calendars where the change moved a day of the event: of one that is out, and not over. Gives whether it did.
    async fn tell_calendars(&self, tx: &DatabaseTransaction) -> Result<bool> {
        let event = event::Entity::find_by_id(self.event.id).one(tx).await?.ok_or(Error::NotFound)?;
        let before: Vec<_> = self.board.planned().cloned().collect();
        let after = super::queries::list_sessions(tx, event.id).await?;
        if days(&self.event, &before) == days(&event, &after) {
            return Ok(false);
        }
        let is_shown = matches!(event.status, EventStatus::Published | EventStatus::Closed) && event.ends_at > self.now;
        let id = event.id;
        let mut row = event.into_active_model();
        row.updated_at = Set(self.now);
        row.update(tx).await?;
        if is_shown {
            jobs::enqueue(tx, self.now, &UpdateCalendars { event: id, at: self.now }).await?;
        }
        Ok(is_shown)
    }
}

/// A code nothing in `taken` has: made of `name`, with a number where it must be.
fn free_code<'a>(name: &str, taken: impl Iterator<Item = &'a str>) -> String {
    let taken: Vec<&str> = taken.collect();
    let base = slug_of(name);
    let mut code = base.clone();
    for n in 2.. {
        if !taken.contains(&code.as_str()) {
            break;
        }
        code = format!("{base}-{n}");
    }
    code
}

fn about_all(code: &str, message: impl Into<String>) -> Error {
    FieldErrors::one("", code, message).into()
}
