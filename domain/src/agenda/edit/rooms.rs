//! Rooms and tracks. Deleting one leaves its sessions without, as many as the person asking was shown.

use super::{Change, RoomForm, TrackForm, about_all, free_code, hold};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::entity::{room, track},
    error::{Error, Result},
    events::service::load_for,
    ids::{RoomId, TrackId},
    platform::db::begin_write,
};

/// Adds a room, or with `code` changes the one that has it.
pub async fn save_room(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &RoomForm) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let rooms = &held.board.rooms;
    let before = match code {
        Some(code) => Some(rooms.iter().find(|row| row.code == code).ok_or(Error::NotFound)?.clone()),
        None => None,
    };
    let code = match &before {
        Some(before) => before.code.clone(),
        None => free_code(&typed.name, rooms.iter().map(|row| row.code.as_str())),
    };
    let checked = typed.parse(&code)?;
    let places = checked.places.map(|places| i32::try_from(places).unwrap_or(i32::MAX));
    let (action, done) = if before.is_some() {
        ("room.changed", "Changed")
    } else {
        ("room.added", "Added")
    };
    let row = room::Model {
        id: before.as_ref().map_or_else(|| RoomId(held.board.free_id()), |row| row.id),
        event_id: held.event.id,
        code: code.clone(),
        name: checked.name,
        places,
    };
    let change = Change {
        action,
        object: "room",
        id: row.id.0,
        detail: Some(code),
        words: format!("{done} the room {}", row.name),
    };
    match before {
        Some(before) if before == row => return Ok(()),
        Some(_) => held
            .board
            .rooms
            .iter_mut()
            .filter(|known| known.id == row.id)
            .for_each(|known| known.clone_from(&row)),
        None => held.board.rooms.push(row),
    }
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a track, or with `code` changes the one that has it.
pub async fn save_track(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &TrackForm) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let tracks = &held.board.tracks;
    let before = match code {
        Some(code) => Some(tracks.iter().find(|row| row.code == code).ok_or(Error::NotFound)?.clone()),
        None => None,
    };
    let code = match &before {
        Some(before) => before.code.clone(),
        None => free_code(&typed.name, tracks.iter().map(|row| row.code.as_str())),
    };
    let checked = typed.parse(&code)?;
    let (action, done) = if before.is_some() {
        ("track.changed", "Changed")
    } else {
        ("track.added", "Added")
    };
    let row = track::Model {
        id: before.as_ref().map_or_else(|| TrackId(held.board.free_id()), |row| row.id),
        event_id: held.event.id,
        code: code.clone(),
        name: checked.name,
    };
    let change = Change {
        action,
        object: "track",
        id: row.id.0,
        detail: Some(code),
        words: format!("{done} the track {}", row.name),
    };
    match before {
        Some(before) if before == row => return Ok(()),
        Some(_) => held
            .board
            .tracks
            .iter_mut()
            .filter(|known| known.id == row.id)
            .for_each(|known| known.clone_from(&row)),
        None => held.board.tracks.push(row),
    }
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a room; the `sessions` in it have none afterwards. Refused when there are now more or fewer of them.
pub async fn delete_room(services: &Services, actor: &Actor, slug: &str, code: &str, sessions: usize) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let room = held.board.rooms.iter().find(|row| row.code == code).ok_or(Error::NotFound)?.clone();
    let mut emptied = 0;
    for session in held.board.sessions.iter_mut().filter(|session| session.room_id == Some(room.id)) {
        session.room_id = None;
        emptied += 1;
    }
    as_shown(emptied, sessions)?;
    held.board.rooms.retain(|row| row.id != room.id);
    let change = Change {
        action: "room.deleted",
        object: "room",
        id: room.id.0,
        detail: Some(code.to_owned()),
        words: format!("Deleted the room {}", room.name),
    };
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a track; the `sessions` in it have none afterwards. Refused when there are now more or fewer of them.
pub async fn delete_track(services: &Services, actor: &Actor, slug: &str, code: &str, sessions: usize) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let track = held
        .board
        .tracks
        .iter()
        .find(|row| row.code == code)
        .ok_or(Error::NotFound)?
        .clone();
    let mut emptied = 0;
    for session in held.board.sessions.iter_mut().filter(|session| session.track_id == Some(track.id)) {
        session.track_id = None;
        emptied += 1;
    }
    as_shown(emptied, sessions)?;
    held.board.tracks.retain(|row| row.id != track.id);
    let change = Change {
        action: "track.deleted",
        object: "track",
        id: track.id.0,
        detail: Some(code.to_owned()),
        words: format!("Deleted the track {}", track.name),
    };
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses what would reach more or fewer sessions than somebody was told.
pub(super) fn as_shown(sessions: usize, shown: usize) -> Result<()> {
    if sessions == shown {
        return Ok(());
    }
    let now = match sessions {
        1 => "1 session".to_owned(),
        more => format!("{more} sessions"),
    };
    Err(about_all(
        "changed_meanwhile",
        format!("This would change {now} now. Look again, and delete it if that is right"),
    ))
}
