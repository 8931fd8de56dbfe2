//! Rooms, tracks, speakers and sessions.

use super::{
    Work,
    rows::{keep, people, positions},
};
use crate::{
    agenda::{
        SessionStatus,
        entity::{room, session, session_speaker, speaker, track},
    },
    error::Result,
    events::exchange::check::CheckedSession,
    ids::{EventId, RoomId, SessionId, SpeakerId, TrackId},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::HashMap;

/// Ids by the codes of a file, those stored before among them.
type Ids<Id> = HashMap<String, Id>;

/// The rows of an agenda a session may refer to.
struct Named {
    rooms: Ids<RoomId>,
    tracks: Ids<TrackId>,
    speakers: Ids<SpeakerId>,
}

/// The id of a code that the check has found to exist.
pub(super) fn find<Id: Copy>(ids: &HashMap<String, Id>, code: &str) -> Result<Id> {
    Ok(ids
        .get(code)
        .copied()
        .ok_or_else(|| anyhow::anyhow!("the code {code} passed the check but is not there"))?)
}

impl Work<'_> {
    /// The whole agenda. Gives the sessions by code.
    pub(super) async fn agenda(&mut self, tx: &DatabaseTransaction, event: EventId) -> Result<Ids<SessionId>> {
        let named = Named {
            rooms: self.rooms(tx, event).await?,
            tracks: self.tracks(tx, event).await?,
            speakers: self.speakers(tx, event).await?,
        };
        let (checked, stored) = (self.checked, self.stored);
        let old: HashMap<&str, &session::Model> = stored.sessions.iter().map(|row| (row.code.as_str(), row)).collect();
        let mut ids: Ids<SessionId> = stored.sessions.iter().map(|row| (row.code.clone(), row.id)).collect();
        for item in &checked.sessions {
            let id = self.session(tx, event, item, old.get(item.code.as_str()).copied(), &named).await?;
            ids.insert(item.code.clone(), id);
        }
        Ok(ids)
    }

    async fn rooms(&mut self, tx: &DatabaseTransaction, event: EventId) -> Result<Ids<RoomId>> {
        let (checked, stored) = (self.checked, self.stored);
        let old: HashMap<&str, &room::Model> = stored.rooms.iter().map(|row| (row.code.as_str(), row)).collect();
        let mut ids: Ids<RoomId> = stored.rooms.iter().map(|row| (row.code.clone(), row.id)).collect();
        for item in &checked.rooms {
            let before = old.get(item.code.as_str()).copied();
            let row = room::Model {
                id: before.map_or(RoomId(0), |row| row.id),
                event_id: event,
                code: item.code.clone(),
                name: item.name.clone(),
                places: item.places.map(people),
            };
            ids.insert(item.code.clone(), keep!(tx, self.counts.rooms, before, row));
        }
        Ok(ids)
    }

    async fn tracks(&mut self, tx: &DatabaseTransaction, event: EventId) -> Result<Ids<TrackId>> {
        let (checked, stored) = (self.checked, self.stored);
        let old: HashMap<&str, &track::Model> = stored.tracks.iter().map(|row| (row.code.as_str(), row)).collect();
        let mut ids: Ids<TrackId> = stored.tracks.iter().map(|row| (row.code.clone(), row.id)).collect();
        for item in &checked.tracks {
            let before = old.get(item.code.as_str()).copied();
            let row = track::Model {
                id: before.map_or(TrackId(0), |row| row.id),
                event_id: event,
                code: item.code.clone(),
                name: item.name.clone(),
            };
            ids.insert(item.code.clone(), keep!(tx, self.counts.tracks, before, row));
        }
        Ok(ids)
    }

    async fn speakers(&mut self, tx: &DatabaseTransaction, event: EventId) -> Result<Ids<SpeakerId>> {
        let (checked, stored) = (self.checked, self.stored);
        let old: HashMap<&str, &speaker::Model> = stored.speakers.iter().map(|row| (row.code.as_str(), row)).collect();
        let mut ids: Ids<SpeakerId> = stored.speakers.iter().map(|row| (row.code.clone(), row.id)).collect();
        let placed: Vec<(&str, i32)> = stored.speakers.iter().map(|row| (row.code.as_str(), row.position)).collect();
        let listed: Vec<&str> = checked.speakers.iter().map(|item| item.code.as_str()).collect();
        for (item, position) in checked.speakers.iter().zip(positions(&placed, &listed)) {
            let before = old.get(item.code.as_str()).copied();
            let row = speaker::Model {
                id: before.map_or(SpeakerId(0), |row| row.id),
                event_id: event,
                code: item.code.clone(),
                position,
                name: item.name.clone(),
                role: item.role.clone(),
                organisation: item.organisation.clone(),
                bio: item.bio.clone(),
                // A file says nothing of it.
                photo: before.and_then(|row| row.photo.clone()),
                listed: true,
            };
            ids.insert(item.code.clone(), keep!(tx, self.counts.speakers, before, row));
        }
        Ok(ids)
    }

    async fn session(
        &mut self,
        tx: &DatabaseTransaction,
        event: EventId,
        item: &CheckedSession,
        before: Option<&session::Model>,
        named: &Named,
    ) -> Result<SessionId> {
        let row = session::Model {
            id: before.map_or(SessionId(0), |row| row.id),
            event_id: event,
            code: item.code.clone(),
            title: item.title.clone(),
            kind: item.kind,
            status: item
                .status
                .or_else(|| before.map(|row| row.status))
                .unwrap_or(SessionStatus::Planned),
            starts_wall: item.starts.wall,
            ends_wall: item.ends.wall,
            starts_at: item.starts.utc,
            ends_at: item.ends.utc,
            room_id: item.room.as_deref().map(|code| find(&named.rooms, code)).transpose()?,
            track_id: item.track.as_deref().map(|code| find(&named.tracks, code)).transpose()?,
            cpd: item.cpd,
            participatory: item.participatory,
            discussion: item.discussion,
            domain: item.domain,
            content_note: item.content_note.clone(),
            sign_up_places: item.sign_up_places,
        };
        let speakers = item
            .speakers
            .iter()
            .map(|code| find(&named.speakers, code))
            .collect::<Result<Vec<_>>>()?;
        let spoke = before
            .and_then(|row| self.stored.speaking.get(&row.id))
            .map(Vec::as_slice)
            .unwrap_or_default();
        // A session counts as changed once, whether its own row changed, or who speaks in it.
        let is_only_spoken_by_others = before.is_some_and(|before| *before == row) && spoke != speakers;
        let id = keep!(tx, self.counts.sessions, before, row);
        if is_only_spoken_by_others {
            self.counts.sessions.changed += 1;
        }
        if spoke != speakers {
            session_speaker::Entity::delete_many()
                .filter(session_speaker::Column::SessionId.eq(id))
                .exec(tx)
                .await?;
            let rows = (1..).zip(speakers).map(|(position, speaker)| session_speaker::ActiveModel {
                session_id: Set(id),
                speaker_id: Set(speaker),
                position: Set(position),
                ..Default::default()
            });
            session_speaker::Entity::insert_many(rows).exec_without_returning(tx).await?;
        }
        Ok(id)
    }
}
