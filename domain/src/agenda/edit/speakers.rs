//! Speakers: added, changed, put in order, deleted. Nothing of what is typed about a person goes into the audit trail,
//! so a speaker's code says nothing of their name.

use super::{Change, SpeakerForm, hold, rooms::as_shown};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{entity::speaker, photos::forget_unused},
    error::{Error, Result},
    events::service::load_for,
    ids::SpeakerId,
    platform::db::begin_write,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    IntoActiveModel,
};

/// Adds a speaker at the end of the list, or with `code` changes the one that has it. Gives their code.
pub async fn save_speaker(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &SpeakerForm) -> Result<String> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
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
    let row = speaker::Model {
        id: before.as_ref().map_or(SpeakerId(0), |row| row.id),
        event_id: held.event.id,
        code: code.clone(),
        position: before.as_ref().map_or_else(
            || speakers.iter().map(|row| row.position).max().unwrap_or(0) + 1,
            |row| row.position,
        ),
        name: checked.name,
        role: checked.role,
        organisation: checked.organisation,
        bio: checked.bio,
        photo: before.as_ref().and_then(|row| row.photo.clone()),
        listed: true,
    };
    let (action, done) = if before.is_some() {
        ("speaker.changed", "Changed")
    } else {
        ("speaker.added", "Added")
    };
    let words = format!("{done} {}", row.name);
    let id = match before {
        Some(before) if before == row => return Ok(code),
        Some(_) => {
            held.board
                .speakers
                .iter_mut()
                .filter(|known| known.id == row.id)
                .for_each(|known| known.clone_from(&row));
            row.id
        }
        // A speaker has a row from the first, so that they can be given a photo; the public sees it once it is published.
        None => {
            let mut new = row.clone().into_active_model().reset_all();
            new.id = NotSet;
            new.listed = Set(!held.working.drafts(&held.row));
            let new = new.insert(&tx).await?;
            if new.listed {
                held.working.out.speakers.push(new.clone());
            }
            let id = new.id;
            held.board.speakers.push(speaker::Model { listed: true, ..new });
            id
        }
    };
    let change = Change {
        action,
        object: "speaker",
        id: id.0,
        detail: None,
        words,
    };
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(code)
}

/// Moves a speaker one place up or down the list. At its end it stays.
pub async fn move_speaker(services: &Services, actor: &Actor, slug: &str, code: &str, up: bool) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
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
        let rows = held.board.speakers.iter_mut().filter(|row| row.id == *id);
        rows.for_each(|row| row.position = position);
    }
    let name = held
        .board
        .speakers
        .iter()
        .find(|row| row.id == order[to])
        .map(|row| row.name.clone());
    let change = Change {
        action: "speaker.moved",
        object: "speaker",
        id: order[to].0,
        detail: None,
        words: format!("Moved {}", name.unwrap_or_default()),
    };
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a speaker and takes them out of the `sessions` they are in. Refused when those are now more or fewer.
pub async fn delete_speaker(services: &Services, actor: &Actor, slug: &str, code: &str, sessions: usize) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let speaker = held
        .board
        .speakers
        .iter()
        .find(|row| row.code == code)
        .ok_or(Error::NotFound)?
        .clone();
    as_shown(held.board.sessions_of(speaker.id).count(), sessions)?;
    for speaking in held.board.speaking.values_mut() {
        speaking.retain(|id| *id != speaker.id);
    }
    held.board.speakers.retain(|row| row.id != speaker.id);
    let change = Change {
        action: "speaker.deleted",
        object: "speaker",
        id: speaker.id.0,
        detail: None,
        words: format!("Deleted {}", speaker.name),
    };
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    forget_unused(services, speaker.photo).await;
    Ok(())
}
