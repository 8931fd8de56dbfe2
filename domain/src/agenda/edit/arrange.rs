//! An agenda on the grid: read for it, and changed from it, one session at a time, by the same rules as by form.

use super::{Board, SessionForm, Working, save_session};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{
        SessionKind,
        grid::{Day, Grid, Place, Room, Session},
        promises::promises,
    },
    certificates::hours::{Rule, hours_in_words},
    error::{Error, Result},
    events::{
        calendar,
        entity::event,
        exchange::schema::wall_text,
        service::{hours_rule, load_for, offered},
    },
    platform::zones,
};
use chrono::{NaiveDate, NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

/// The grid of the event at `slug`, and the rule its hours are counted by.
pub async fn grid(services: &Services, actor: &Actor, slug: &str) -> Result<(Grid, Rule)> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let working = Working::load(&services.db.read, event.id).await?;
    Ok((lay_out(&event, &working), hours_rule(&event)))
}

fn lay_out(row: &event::Model, working: &Working) -> Grid {
    let board = &working.board;
    let event = board.event(row);
    let planned: Vec<_> = board.planned().cloned().collect();
    let mut dates: Vec<NaiveDate> = calendar::days(&event, &planned).into_iter().map(|day| day.date).collect();
    let ends = [event.starts_wall.date(), event.ends_wall.date()];
    dates.extend(planned.iter().map(|session| session.starts_wall.date()).chain(ends));
    dates.sort_unstable();
    dates.dedup();
    // Nobody edits more than two weeks on one page.
    dates.truncate(14);
    let days: Vec<Day> = dates
        .iter()
        .map(|date| Day {
            date: date.to_string(),
            number: i32::try_from((*date - NaiveDate::default()).num_days()).unwrap_or_default(),
            words: zones::date(*date),
            from: if *date == event.starts_wall.date() {
                minute(event.starts_wall, *date)
            } else {
                0
            },
            until: if *date == event.ends_wall.date() {
                minute(event.ends_wall, *date)
            } else {
                1_440
            },
        })
        .collect();
    let nowhere = Room {
        code: String::new(),
        name: "No room".to_owned(),
    };
    let rooms: Vec<Room> = std::iter::once(nowhere)
        .chain(board.rooms.iter().map(|row| Room {
            code: row.code.clone(),
            name: row.name.clone(),
        }))
        .collect();
    let sessions = planned.iter().filter_map(|session| {
        let date = session.starts_wall.date();
        let room = session.room_id.and_then(|id| board.rooms.iter().position(|row| row.id == id));
        Some(Session {
            code: session.code.clone(),
            title: session.title.clone(),
            kind: session.kind,
            at: Place {
                day: dates.iter().position(|day| *day == date)?,
                from: minute(session.starts_wall, date),
                until: minute(session.ends_wall, date),
                room: room.map_or(0, |at| at + 1),
            },
            speakers: board.speakers_of(session.id).map(|speaker| speaker.name.clone()).collect(),
            cpd: session.cpd,
            participatory: session.participatory,
            seen: SessionForm::of(session, board).version(),
        })
    });
    Grid {
        sessions: sessions.collect(),
        days,
        rooms,
        published_minutes: row.is_public().then(|| offered(row, working.out.planned()).minutes),
        promised: promised(row),
        undo: working.last.as_ref().map(|(id, words)| (id.0, words.clone())),
        waits: working.waits_since.is_some(),
    }
}

fn minute(wall: NaiveDateTime, date: NaiveDate) -> i32 {
    let days = (wall.date() - date).num_days();
    let minutes = days * 1_440 + i64::from(wall.hour() * 60 + wall.minute());
    i32::try_from(minutes).unwrap_or(i32::MAX)
}

/// Hours the event's own words promise.
fn promised(event: &event::Model) -> Vec<(String, u32)> {
    let texts = [Some(&event.summary), Some(&event.overview), event.cpd_statement.as_ref()];
    let mut all: Vec<(String, u32)> = texts.into_iter().flatten().flat_map(|text| promises(text)).collect();
    all.sort();
    all.dedup();
    all
}

/// What the event's words promise and the agenda does not offer, in words.
pub(super) fn broken(event: &event::Model, board: &Board) -> Vec<String> {
    let offers = offered(event, board.planned()).minutes;
    promised(event)
        .into_iter()
        .filter(|(_, promised)| *promised != offers)
        .map(|(words, _)| format!("The event says “{words}”, and the agenda offers {}.", hours_in_words(offers)))
        .collect()
}

/// A session put somewhere on the grid, or a new one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrange {
    /// The code of a session; empty for a new one.
    pub session: String,
    /// Of a new one.
    pub title: String,
    pub kind: String,
    /// The day, as `2027-03-12`, and minutes after its midnight.
    pub day: String,
    pub from: String,
    pub until: String,
    /// The code of a room; empty for none.
    pub room: String,
    /// [`Session::seen`] of what was on the screen.
    pub seen: String,
}

/// Moves, stretches or adds a session, by the rules of [`save_session`]. Gives the grid as it is then.
pub async fn arrange(services: &Services, actor: &Actor, slug: &str, typed: &Arrange) -> Result<(Grid, Rule)> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let board = Working::load(&services.db.read, event.id).await?.board;
    let wall = |minutes: &str| {
        let day = typed.day.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0)?;
        let minutes = minutes.parse::<i64>().ok().filter(|minutes| (0..=10_080).contains(minutes))?;
        Some(wall_text(day + chrono::TimeDelta::minutes(minutes)))
    };
    let placed = |form: SessionForm| SessionForm {
        // What is no time is told by the rules of the form.
        starts: wall(&typed.from).unwrap_or_default(),
        ends: wall(&typed.until).unwrap_or_default(),
        room: typed.room.clone(),
        ..form
    };
    if typed.session.is_empty() {
        let counts = typed.kind.parse::<SessionKind>().is_ok_and(SessionKind::may_count);
        let form = placed(SessionForm {
            title: typed.title.clone(),
            kind: typed.kind.clone(),
            cpd: if counts { "true".to_owned() } else { String::new() },
            ..SessionForm::default()
        });
        save_session(services, actor, slug, None, &form).await?;
    } else {
        let session = board.session(&typed.session).ok_or(Error::NotFound)?;
        let form = placed(SessionForm {
            seen: typed.seen.clone(),
            ..SessionForm::of(session, &board)
        });
        save_session(services, actor, slug, Some(&typed.session), &form).await?;
    }
    // From where it was written: the readers may be a moment behind.
    let working = Working::load(services.db.writer(), event.id).await?;
    Ok((lay_out(&event, &working), hours_rule(&event)))
}
