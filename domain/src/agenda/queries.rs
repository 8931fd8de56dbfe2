//! Reading an agenda: sessions with their rooms and speakers in two queries.

use super::{
    entity::{room, session, session_speaker, speaker, track},
    speaking,
};
use crate::{
    error::Result,
    ids::{EventId, SessionId, SpeakerId},
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeMap;

use crate::related::related;
related!(session.RoomId => room);
related!(session.TrackId => track);

/// One item of the agenda with everything shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub session: session::Model,
    pub room: Option<String>,
    pub track: Option<String>,
    /// In the order they speak.
    pub speakers: Vec<SpeakerId>,
}

/// The whole agenda of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// In order of time, then of room.
    pub items: Vec<Item>,
    /// In the order the organiser gave them.
    pub speakers: Vec<speaker::Model>,
}

impl Agenda {
    #[must_use]
    pub fn speaker(&self, id: SpeakerId) -> Option<&speaker::Model> {
        self.speakers.iter().find(|speaker| speaker.id == id)
    }

    /// The names of an item's speakers.
    #[must_use]
    pub fn names(&self, item: &Item) -> Vec<&str> {
        item.speakers
            .iter()
            .filter_map(|id| self.speaker(*id))
            .map(|speaker| speaker.name.as_str())
            .collect()
    }
}

/// The agenda of `event` as anybody may see it: everything but cancelled sessions, speakers as they chose to be shown.
pub async fn load<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Agenda> {
    let mut agenda = load_unveiled(db, event).await?;
    speaking::veil(&mut agenda, &speaking::list(db, event).await?);
    Ok(agenda)
}

/// The same with every speaker under their own name: for organisers.
pub async fn load_unveiled<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Agenda> {
    let sessions = session::Entity::find()
        .filter(session::Column::EventId.eq(event))
        .filter(session::Column::Status.eq(super::SessionStatus::Planned))
        .find_also_related(room::Entity)
        .find_also(session::Entity, track::Entity)
        .order_by_asc(session::Column::StartsAt)
        .order_by_asc(session::Column::RoomId)
        .order_by_asc(session::Column::Id)
        .all(db)
        .await?;
    let spoken = speaker::Entity::find()
        .filter(speaker::Column::EventId.eq(event))
        .filter(speaker::Column::Listed.eq(true))
        .join(
            JoinType::LeftJoin,
            speaker::Entity::belongs_to(session_speaker::Entity)
                .from(speaker::Column::Id)
                .to(session_speaker::Column::SpeakerId)
                .into(),
        )
        .select_also(session_speaker::Entity)
        .order_by_asc(speaker::Column::Position)
        .order_by_asc(speaker::Column::Id)
        .all(db)
        .await?;

    let mut by_session: BTreeMap<SessionId, Vec<(i32, SpeakerId)>> = BTreeMap::new();
    let mut speakers: Vec<speaker::Model> = Vec::new();
    for (speaker, speaks) in spoken {
        if let Some(speaks) = speaks {
            by_session.entry(speaks.session_id).or_default().push((speaks.position, speaker.id));
        }
        if speakers.last().is_none_or(|last| last.id != speaker.id) {
            speakers.push(speaker);
        }
    }
    let items = sessions
        .into_iter()
        .map(|(session, room, track)| {
            let mut speaking = by_session.remove(&session.id).unwrap_or_default();
            speaking.sort_unstable_by_key(|(position, _)| *position);
            Item {
                room: room.map(|room| room.name),
                track: track.map(|track| track.name),
                speakers: speaking.into_iter().map(|(_, id)| id).collect(),
                session,
            }
        })
        .collect();
    Ok(Agenda { items, speakers })
}

/// The sessions of `event` alone, in order of time.
pub async fn list_sessions<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<session::Model>> {
    Ok(session::Entity::find()
        .filter(session::Column::EventId.eq(event))
        .filter(session::Column::Status.eq(super::SessionStatus::Planned))
        .order_by_asc(session::Column::StartsAt)
        .order_by_asc(session::Column::Id)
        .all(db)
        .await?)
}
