//! The difference between two agendas of one event, written into the tables everybody reads.

use crate::{
    agenda::{
        board::Board,
        entity::{room, session, session_speaker, speaker, speaking, track},
    },
    attendance,
    error::Result,
    ids::{EventId, RoomId, SessionId, SpeakerId, TrackId},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};
use std::collections::HashMap;

/// Makes what is `from` into what is `to`. Gives the id each new thing has now, by the one below zero it had.
///
/// Sessions on which something rests must not be among those that go; see [`super::sessions::rests_on`].
pub(super) async fn apply(tx: &DatabaseTransaction, event: EventId, from: &Board, to: &Board) -> Result<HashMap<i64, i64>> {
    let mut ids = HashMap::new();
    // A list that is there already is changed, one that is not is added: under its old id where it had one.
    macro_rules! put {
        ($rows:ident, $entity:ident, $id:ident, $with:expr) => {
            for row in &to.$rows {
                let row = $with(row.clone(), &ids);
                let known = from.$rows.iter().find(|known| known.id == row.id);
                if known == Some(&row) {
                    continue;
                }
                let key = row.id.0;
                let is_known = known.is_some();
                let mut active = row.into_active_model().reset_all();
                active.event_id = Set(event);
                if is_known {
                    active.update(tx).await?;
                } else {
                    active.id = if key > 0 { Set($id(key)) } else { NotSet };
                    ids.insert(key, active.insert(tx).await?.id.0);
                }
            }
        };
    }
    let as_it_is = |row: room::Model, _: &HashMap<i64, i64>| row;
    put!(rooms, room, RoomId, as_it_is);
    let as_it_is = |row: track::Model, _: &HashMap<i64, i64>| row;
    put!(tracks, track, TrackId, as_it_is);
    let as_it_is = |row: speaker::Model, _: &HashMap<i64, i64>| row;
    put!(speakers, speaker, SpeakerId, as_it_is);
    let placed = |mut row: session::Model, ids: &HashMap<i64, i64>| {
        row.room_id = row.room_id.map(|id| RoomId(ids.get(&id.0).copied().unwrap_or(id.0)));
        row.track_id = row.track_id.map(|id| TrackId(ids.get(&id.0).copied().unwrap_or(id.0)));
        row
    };
    put!(sessions, session, SessionId, placed);

    for row in &to.sessions {
        let speakers = to.speaking.get(&row.id);
        if from.speaking.get(&row.id) != speakers {
            let id = SessionId(ids.get(&row.id.0).copied().unwrap_or(row.id.0));
            speak(tx, id, speakers.map(Vec::as_slice).unwrap_or_default()).await?;
        }
    }
    for row in from.sessions.iter().filter(|row| to.sessions.iter().all(|kept| kept.id != row.id)) {
        speak(tx, row.id, &[]).await?;
        attendance::forget_session(tx, row.id).await?;
        session::Entity::delete_by_id(row.id).exec(tx).await?;
    }
    for row in from.speakers.iter().filter(|row| to.speakers.iter().all(|kept| kept.id != row.id)) {
        session_speaker::Entity::delete_many()
            .filter(session_speaker::Column::SpeakerId.eq(row.id))
            .exec(tx)
            .await?;
        speaking::Entity::delete_many()
            .filter(speaking::Column::SpeakerId.eq(row.id))
            .exec(tx)
            .await?;
        speaker::Entity::delete_by_id(row.id).exec(tx).await?;
    }
    for row in from.rooms.iter().filter(|row| to.rooms.iter().all(|kept| kept.id != row.id)) {
        room::Entity::delete_by_id(row.id).exec(tx).await?;
    }
    for row in from.tracks.iter().filter(|row| to.tracks.iter().all(|kept| kept.id != row.id)) {
        track::Entity::delete_by_id(row.id).exec(tx).await?;
    }
    Ok(ids)
}

/// Puts these speakers, in this order, into a session, and nobody else.
async fn speak(tx: &DatabaseTransaction, session: SessionId, speakers: &[SpeakerId]) -> Result<()> {
    session_speaker::Entity::delete_many()
        .filter(session_speaker::Column::SessionId.eq(session))
        .exec(tx)
        .await?;
    if speakers.is_empty() {
        return Ok(());
    }
    let rows = (1..).zip(speakers).map(|(position, speaker)| session_speaker::ActiveModel {
        session_id: Set(session),
        speaker_id: Set(*speaker),
        position: Set(position),
        ..Default::default()
    });
    session_speaker::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}
