//! Rooms and tracks. Deleting one leaves its sessions without, as many as the person asking was shown.

use super::{Held, RoomForm, TrackForm, about_all, free_code, hold};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::entity::{room, session, track},
    error::{Error, Result},
    events::service::load_for,
    platform::db::begin_write,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};

/// Adds a room, or with `code` changes the one that has it.
pub async fn save_room(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &RoomForm) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let held = hold(&tx, services, found.id).await?;
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
    let action = if before.is_some() { "room.changed" } else { "room.added" };
    let id = match before {
        Some(before) => {
            let mut row = before.into_active_model();
            row.name = Set(checked.name);
            row.places = Set(places);
            row.update(&tx).await?.id
        }
        None => {
            let row = room::ActiveModel {
                event_id: Set(held.event.id),
                code: Set(checked.code),
                name: Set(checked.name),
                places: Set(places),
                ..Default::default()
            };
            row.insert(&tx).await?.id
        }
    };
    held.record(&tx, actor, action, ("room", id.0), Some(&code)).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a track, or with `code` changes the one that has it.
pub async fn save_track(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &TrackForm) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let held = hold(&tx, services, found.id).await?;
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
    let action = if before.is_some() { "track.changed" } else { "track.added" };
    let id = match before {
        Some(before) => {
            let mut row = before.into_active_model();
            row.name = Set(checked.name);
            row.update(&tx).await?.id
        }
        None => {
            let row = track::ActiveModel {
                event_id: Set(held.event.id),
                code: Set(checked.code),
                name: Set(checked.name),
                ..Default::default()
            };
            row.insert(&tx).await?.id
        }
    };
    held.record(&tx, actor, action, ("track", id.0), Some(&code)).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a room; the `sessions` in it have none afterwards. Refused when there are now more or fewer of them.
pub async fn delete_room(services: &Services, actor: &Actor, slug: &str, code: &str, sessions: usize) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let held = hold(&tx, services, found.id).await?;
    let room = held.board.rooms.iter().find(|row| row.code == code).ok_or(Error::NotFound)?;
    empty(&tx, &held, session::Column::RoomId, room.id.0, sessions).await?;
    room::Entity::delete_by_id(room.id).exec(&tx).await?;
    held.record(&tx, actor, "room.deleted", ("room", room.id.0), Some(code)).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a track; the `sessions` in it have none afterwards. Refused when there are now more or fewer of them.
pub async fn delete_track(services: &Services, actor: &Actor, slug: &str, code: &str, sessions: usize) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let held = hold(&tx, services, found.id).await?;
    let track = held.board.tracks.iter().find(|row| row.code == code).ok_or(Error::NotFound)?;
    empty(&tx, &held, session::Column::TrackId, track.id.0, sessions).await?;
    track::Entity::delete_by_id(track.id).exec(&tx).await?;
    held.record(&tx, actor, "track.deleted", ("track", track.id.0), Some(code)).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes every session out of a room or track.
async fn empty(tx: &DatabaseTransaction, held: &Held, column: session::Column, id: i64, shown: usize) -> Result<()> {
    let out = session::Entity::update_many()
        .col_expr(column, Expr::value(None::<i64>))
        .filter(session::Column::EventId.eq(held.event.id))
        .filter(column.eq(id))
        .exec(tx)
        .await?;
    as_shown(usize::try_from(out.rows_affected).unwrap_or(usize::MAX), shown)
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
