//! An agenda whole, as its organisers see it: rooms, tracks, speakers, sessions, and who speaks when. It can be kept as a
//! draft beside the one that is out, changed without touching it, and the two compared.

use super::{
    SessionStatus,
    entity::{room, session, session_speaker, speaker, track},
};
use crate::{
    error::Result,
    events::entity::event,
    ids::{EventId, RoomId, SessionId, SpeakerId, TrackId},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Everything an agenda is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Board {
    /// By name.
    pub rooms: Vec<room::Model>,
    pub tracks: Vec<track::Model>,
    /// As they are listed.
    pub speakers: Vec<speaker::Model>,
    /// In order of time; cancelled ones too. What is not in the database yet has an id below zero.
    pub sessions: Vec<session::Model>,
    /// Who speaks in each session, in order; sessions without a speaker are left out.
    pub speaking: BTreeMap<SessionId, Vec<SpeakerId>>,
    /// When the event is to begin and end, where the agenda stretches it.
    pub span: Option<Span>,
}

/// When an event begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub starts_wall: NaiveDateTime,
    pub starts_at: DateTime<Utc>,
    pub ends_wall: NaiveDateTime,
    pub ends_at: DateTime<Utc>,
}

impl Span {
    #[must_use]
    pub fn of(event: &event::Model) -> Self {
        Self {
            starts_wall: event.starts_wall,
            starts_at: event.starts_at,
            ends_wall: event.ends_wall,
            ends_at: event.ends_at,
        }
    }

    /// The event as it is with these times.
    #[must_use]
    pub fn put_on(self, event: &event::Model) -> event::Model {
        event::Model {
            starts_wall: self.starts_wall,
            starts_at: self.starts_at,
            ends_wall: self.ends_wall,
            ends_at: self.ends_at,
            ..event.clone()
        }
    }
}

impl Board {
    /// The agenda of `event` that is out, in five queries.
    pub async fn load<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Self> {
        let rooms = room::Entity::find().filter(room::Column::EventId.eq(event));
        let tracks = track::Entity::find().filter(track::Column::EventId.eq(event));
        let speakers = speaker::Entity::find().filter(speaker::Column::EventId.eq(event));
        let sessions = session::Entity::find().filter(session::Column::EventId.eq(event));
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
        let mut board = Self {
            rooms: rooms.all(db).await?,
            tracks: tracks.all(db).await?,
            speakers: speakers.all(db).await?,
            sessions: sessions.all(db).await?,
            ..Self::default()
        };
        for row in speaks {
            board.speaking.entry(row.session_id).or_default().push(row.speaker_id);
        }
        board.sort();
        Ok(board)
    }

    /// Puts everything in its order again after a change.
    pub fn sort(&mut self) {
        self.rooms.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        self.tracks.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        self.speakers.sort_by_key(|row| (row.position, row.id));
        self.sessions.sort_by_key(|row| {
            (
                row.starts_at,
                row.room_id.is_none(),
                row.room_id,
                row.id < SessionId(0),
                row.id.0.abs(),
            )
        });
        self.speaking.retain(|_, speakers| !speakers.is_empty());
    }

    /// An id nothing on it has yet.
    #[must_use]
    pub fn free_id(&self) -> i64 {
        let rooms = self.rooms.iter().map(|row| row.id.0);
        let tracks = self.tracks.iter().map(|row| row.id.0);
        let sessions = self.sessions.iter().map(|row| row.id.0);
        rooms.chain(tracks).chain(sessions).min().unwrap_or(0).min(0) - 1
    }

    /// What tells one state of an agenda from the next.
    #[must_use]
    pub fn version(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex::encode(&Sha256::digest(text)[..12])
    }

    /// The event with the times this agenda gives it.
    #[must_use]
    pub fn event(&self, event: &event::Model) -> event::Model {
        self.span.map_or_else(|| event.clone(), |span| span.put_on(event))
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
