//! Speakers: added, changed, put in order, deleted. Nothing of what is typed about a person goes into the audit trail,
//! so a speaker's code says nothing of their name.

use super::{SpeakerForm, hold, rooms::as_shown};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{
        entity::{session_speaker, speaker},
        photos::forget_unused,
    },
    error::{Error, Result},
    events::service::load_for,
    ids::SpeakerId,
    platform::db::begin_write,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// Adds a speaker at the end of the list, or with `code` changes the one that has it. Gives their code.
pub async fn save_speaker(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &SpeakerForm) -> Result<String> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let held = hold(&tx, services, found.id).await?;
    let speakers = &held.board.speakers;
    let before = match code {
        Some(code) => Some(speakers.iter().find(|row| row.code == code).ok_or(Error::NotFound)?.clone()),
        None => None,
    };
    let code = match &before {
        Some(before) => before.code.clone(),
        None => (speakers.len() + 1..)
            .map(|n| format!("speaker-{n}"))
            .find(|code| speakers.iter().all(|row| row.code != *code))
            .unwrap_or_default(),
    };
    let checked = typed.parse(&code)?;
    let action = if before.is_some() { "speaker.changed" } else { "speaker.added" };
    let is_new = before.is_none();
    let mut row = match before {
        Some(before) => before.into_active_model(),
        None => speaker::ActiveModel {
            event_id: Set(held.event.id),
            code: Set(checked.code),
            position: Set(speakers.iter().map(|row| row.position).max().unwrap_or(0) + 1),
            ..Default::default()
        },
    };
    row.name = Set(checked.name);
    row.role = Set(checked.role);
    row.organisation = Set(checked.organisation);
    row.bio = Set(checked.bio);
    let id = if is_new {
        row.insert(&tx).await?.id
    } else {
        row.update(&tx).await?.id
    };
    held.record(&tx, actor, action, ("speaker", id.0), None).await?;
    tx.commit().await?;
    Ok(code)
}

/// Moves a speaker one place up or down the list. At its end it stays.
pub async fn move_speaker(services: &Services, actor: &Actor, slug: &str, code: &str, up: bool) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let held = hold(&tx, services, found.id).await?;
    let mut order: Vec<SpeakerId> = held.board.speakers.iter().map(|row| row.id).collect();
    let at = held.board.speakers.iter().position(|row| row.code == code).ok_or(Error::NotFound)?;
    let to = if up {
        at.checked_sub(1)
    } else {
        Some(at + 1).filter(|to| *to < order.len())
    };
    let Some(to) = to else { return Ok(()) };
    order.swap(at, to);
    for (position, id) in (1..).zip(&order) {
        let row = held.board.speakers.iter().find(|row| row.id == *id);
        if let Some(row) = row.filter(|row| row.position != position) {
            let mut row = row.clone().into_active_model();
            row.position = Set(position);
            row.update(&tx).await?;
        }
    }
    held.record(&tx, actor, "speaker.moved", ("speaker", order[to].0), None).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a speaker and takes them out of the `sessions` they are in. Refused when those are now more or fewer.
pub async fn delete_speaker(services: &Services, actor: &Actor, slug: &str, code: &str, sessions: usize) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let held = hold(&tx, services, found.id).await?;
    let speaker = held.board.speakers.iter().find(|row| row.code == code).ok_or(Error::NotFound)?;
    let photo = speaker.photo.clone();
    as_shown(held.board.sessions_of(speaker.id).count(), sessions)?;
    session_speaker::Entity::delete_many()
        .filter(session_speaker::Column::SpeakerId.eq(speaker.id))
        .exec(&tx)
        .await?;
    speaker::Entity::delete_by_id(speaker.id).exec(&tx).await?;
    held.record(&tx, actor, "speaker.deleted", ("speaker", speaker.id.0), None).await?;
    tx.commit().await?;
    forget_unused(services, photo).await;
    Ok(())
}
