//! A whole event again, on another day: details, rooms, tracks, speakers, sessions and tickets, each at the same time on
//! the clock. Places, attendance and certificates stay with the event they belong to. The copy is a draft.

use super::{fill, form::form_of, free_slug, is_taken, slug_taken};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{
        edit::Board,
        entity::{session, session_speaker},
    },
    bookings::entity::ticket,
    error::{Error, FieldErrors, Result},
    events::{EventStatus, edit::EventForm, entity::event, service::load_for},
    ids::{EventId, RoomId, SpeakerId, TrackId},
    platform::{audit, db::begin_write, zones},
};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, SqlErr,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What is different in the copy, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CopyForm {
    pub title: String,
    pub neutral_title: String,
    /// Blank to make one from the title.
    pub slug: String,
    /// The day it starts, as a browser gives it, `2028-03-09`.
    pub on: String,
}

impl CopyForm {
    /// The form for a copy of `event`: the same weekday about a year later, in weeks, and not in the past.
    #[must_use]
    pub fn of(event: &event::Model, now: DateTime<Utc>) -> Self {
        let year = TimeDelta::weeks(52);
        let mut day = event.starts_wall.date() + year;
        while day <= now.date_naive() {
            day += year;
        }
        Self {
            title: event.title.clone(),
            neutral_title: event.neutral_title.clone().unwrap_or_default(),
            slug: String::new(),
            on: day.to_string(),
        }
    }
}

/// Copies the event at `slug` as `typed` says. A session that would fall on a time the clocks jump over refuses it all.
pub async fn copy(services: &Services, actor: &Actor, slug: &str, typed: &CopyForm) -> Result<event::Model> {
    let (old, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let mut errors = FieldErrors::default();
    let on = errors.take("form[on]", day(&typed.on));
    let by = on.map_or(TimeDelta::zero(), |on| on - old.starts_wall.date());
    let checked = match moved(&old, typed, by).parse(now) {
        Ok(checked) => Some(checked),
        Err(Error::Invalid(found)) => {
            for problem in found.0 {
                let field = match problem.field.as_str() {
                    known @ ("form[title]" | "form[neutral_title]" | "form[slug]") => known,
                    _ => "form[on]",
                };
                if errors.of(field).is_none() {
                    errors.add(field, &problem.code, problem.message);
                }
            }
            None
        }
        Err(other) => return Err(other),
    };

    let tx = begin_write(&services.db).await?;
    let board = Board::load(&tx, old.id).await?;
    let sessions = sessions(&board, &old, by, &mut errors);
    let Some(checked) = checked.filter(|_| errors.0.is_empty()) else {
        errors.0.sort_by_key(|error| {
            ["form[title]", "form[neutral_title]", "form[on]"]
                .iter()
                .position(|field| *field == error.field)
                .unwrap_or(9)
        });
        return Err(errors.into());
    };
    let slug = if typed.slug.trim().is_empty() {
        let (from, to) = (old.starts_wall.year(), checked.starts.wall.year());
        let is_renamed = typed.title.trim() != old.title.trim();
        if is_renamed && !is_taken(&tx, &checked.slug).await? {
            checked.slug.clone()
        } else {
            let wanted = if is_renamed { &checked.slug } else { &old.slug };
            free_slug(&tx, &in_year(wanted, from, to)).await?
        }
    } else {
        checked.slug.clone()
    };
    if is_taken(&tx, &slug).await? {
        return Err(slug_taken());
    }
    let from = old.id;
    let row = fill(
        &checked,
        event::Model {
            slug,
            status: EventStatus::Draft,
            created_at: now,
            updated_at: now,
            ..old
        },
    );
    let mut row = row.into_active_model().reset_all();
    row.id = NotSet;
    let event = match row.insert(&tx).await {
        Err(cause) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => return Err(slug_taken()),
        made => made?,
    };
    // Boxed: the futures of many inserts together are too large to lie on a stack.
    Box::pin(agenda(&tx, event.id, &board, sessions)).await?;
    tickets(&tx, from, event.id).await?;
    let detail = format!("from={from}");
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "event.copied",
        object: "event",
        object_id: event.id.0,
        detail: Some(&detail),
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(event)
}

/// The slug of an event of one year for one of another: the year in it changed; one without a year has it put at its end,
/// where the years differ.
fn in_year(slug: &str, from: i32, to: i32) -> String {
    if from == to {
        return slug.to_owned();
    }
    let (from, to) = (from.to_string(), to.to_string());
    let mut parts: Vec<&str> = slug.split('-').collect();
    if let Some(year) = parts.iter_mut().rev().find(|part| **part == from) {
        *year = &to;
    } else if !parts.contains(&to.as_str()) {
        parts.push(&to);
    }
    parts.join("-")
}

fn day(typed: &str) -> std::result::Result<NaiveDate, String> {
    NaiveDate::parse_from_str(typed.trim(), "%Y-%m-%d")
        .ok()
        .filter(|day| (1970..2200).contains(&day.year()))
        .ok_or_else(|| "Enter the day it starts, like 2028-03-09".to_owned())
}

/// The event's own form with all its days moved.
fn moved(old: &event::Model, typed: &CopyForm, by: TimeDelta) -> EventForm {
    let event = event::Model {
        starts_wall: old.starts_wall + by,
        ends_wall: old.ends_wall + by,
        bookings_open_wall: old.bookings_open_wall.map(|wall| wall + by),
        bookings_close_wall: old.bookings_close_wall.map(|wall| wall + by),
        ..old.clone()
    };
    EventForm {
        title: typed.title.clone(),
        neutral_title: typed.neutral_title.clone(),
        slug: typed.slug.clone(),
        ..form_of(&event)
    }
}

/// The sessions on their new days, in order of time; cancelled ones are left behind.
fn sessions(board: &Board, event: &event::Model, by: TimeDelta, errors: &mut FieldErrors) -> Vec<session::Model> {
    let mut moved = Vec::new();
    for session in board.planned() {
        let (starts_wall, ends_wall) = (session.starts_wall + by, session.ends_wall + by);
        let instant = |wall| zones::wall_to_utc(wall, event.zone()).map(|(at, _)| at);
        match (instant(starts_wall), instant(ends_wall)) {
            (Ok(starts_at), Ok(ends_at)) if starts_at < ends_at => moved.push(session::Model {
                starts_wall,
                ends_wall,
                starts_at,
                ends_at,
                ..session.clone()
            }),
            (Ok(_), Ok(_)) => {
                let words = format!("“{}” would have no length left, because the clocks change meanwhile", session.title);
                errors.add("form[on]", "no_length", words);
            }
            (Err(never), _) | (_, Err(never)) => {
                let words = format!("“{}” would fall on a time that never comes. {never}", session.title);
                errors.add("form[on]", "no_such_time", words);
            }
        }
    }
    moved
}

/// A row again under another event. Gives its id.
macro_rules! again {
    ($tx:expr, $row:expr, $event:expr) => {{
        let mut row = $row.into_active_model().reset_all();
        row.id = NotSet;
        row.event_id = Set($event);
        row.insert($tx).await?.id
    }};
}

async fn agenda(tx: &DatabaseTransaction, event: EventId, board: &Board, sessions: Vec<session::Model>) -> Result<()> {
    let (mut rooms, mut tracks, mut speakers): (HashMap<RoomId, RoomId>, HashMap<TrackId, TrackId>, HashMap<SpeakerId, SpeakerId>) =
        Default::default();
    for row in board.rooms.iter().cloned() {
        rooms.insert(row.id, again!(tx, row, event));
    }
    for row in board.tracks.iter().cloned() {
        tracks.insert(row.id, again!(tx, row, event));
    }
    for row in board.speakers.iter().filter(|row| row.listed).cloned() {
        speakers.insert(row.id, again!(tx, row, event));
    }
    for session in sessions {
        let old = session.id;
        let session = session::Model {
            room_id: session.room_id.and_then(|id| rooms.get(&id).copied()),
            track_id: session.track_id.and_then(|id| tracks.get(&id).copied()),
            ..session
        };
        let id = again!(tx, session, event);
        let speaking = board.speaking.get(&old).into_iter().flatten().filter_map(|id| speakers.get(id));
        let rows: Vec<_> = (1..)
            .zip(speaking)
            .map(|(position, speaker)| session_speaker::ActiveModel {
                session_id: Set(id),
                speaker_id: Set(*speaker),
                position: Set(position),
                ..Default::default()
            })
            .collect();
        if !rows.is_empty() {
            session_speaker::Entity::insert_many(rows).exec_without_returning(tx).await?;
        }
    }
    Ok(())
}

async fn tickets(tx: &DatabaseTransaction, from: EventId, to: EventId) -> Result<()> {
    let rows = ticket::Entity::find()
        .filter(ticket::Column::EventId.eq(from))
        .order_by_asc(ticket::Column::Position)
        .order_by_asc(ticket::Column::Id)
        .all(tx)
        .await?;
    for row in rows {
        again!(tx, row, to);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::in_year;

    #[test]
    fn the_year_in_an_address_moves_on_and_one_without_gets_it() {
        assert_eq!(in_year("self-harm-2026", 2026, 2027), "self-harm-2027");
        assert_eq!(in_year("2026-study-day-two", 2026, 2028), "2028-study-day-two");
        assert_eq!(in_year("study-day", 2027, 2028), "study-day-2028");
        // Its title says the new year already, or it is held again in the same.
        assert_eq!(in_year("study-day-2028", 2027, 2028), "study-day-2028");
        assert_eq!(in_year("study-day-2027", 2027, 2027), "study-day-2027");
    }
}
