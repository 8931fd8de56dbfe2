//! What saving a changed event would do to others, shown before it is done: what was and what will be, how many people
//! are mailed, and the sessions, which go along only if asked.

use super::NEWS;
use crate::{
    agenda::{
        edit::{Working, count_calendars, moved},
        entity::session,
    },
    error::{FieldErrors, Result},
    events::{
        EventStatus,
        calendar::{days, location},
        entity::event,
    },
    platform::{random::hash_of, zones},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::ConnectionTrait;

/// What a change of time or place comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// What, as it was, as it will be.
    pub lines: Vec<(&'static str, String, String)>,
    /// How many people are mailed a new entry for their calendar.
    pub told: u64,
    /// How many sessions can go along; none where the event does not start at another time.
    pub sessions: u64,
    /// How far they would go, in words: "1 day later".
    pub by: String,
    /// Why they cannot all stay where they are, if they cannot.
    pub outside: Option<String>,
    /// The neutral name, where it seems to name the day the event no longer has.
    pub dated_name: Option<String>,
    /// Changes to the agenda wait to be published; they go along too.
    pub has_draft: bool,
    /// What tells this state of things from the next.
    pub version: String,
}

/// What changing `old` into `new` comes to, where somebody has to look at it first: an event that is out changes its
/// time, its place or its link, or one with sessions its times.
pub(super) async fn look<C: ConnectionTrait>(
    db: &C,
    old: &event::Model,
    new: &event::Model,
    changed: &[&'static str],
    now: DateTime<Utc>,
) -> Result<Option<Look>> {
    let is_out = is_out(old, new, now);
    let is_news = changed.iter().any(|field| NEWS.contains(field));
    let moves = changed.iter().any(|field| TIMES.contains(field));
    if !is_news || !(is_out || moves) {
        return Ok(None);
    }
    let working = Working::load(db, old.id).await?;
    let by = shift(old, new);
    let sessions = if moves && by != TimeDelta::zero() {
        working.board.sessions.len() as u64
    } else {
        0
    };
    if !is_out && (!moves || working.board.sessions.is_empty()) {
        return Ok(None);
    }
    let planned: Vec<session::Model> = working.out.planned().cloned().collect();
    let reaches = |by: TimeDelta| {
        let along = planned.iter().cloned().map(|mut session| {
            session.starts_wall += by;
            session.ends_wall += by;
            session
        });
        days(old, &planned) != days(new, &along.collect::<Vec<_>>())
    };
    let in_calendars = old.timezone != new.timezone
        || old.online_url != new.online_url
        || location(old) != location(new)
        || reaches(TimeDelta::zero())
        || reaches(by);
    let told = if is_out && in_calendars {
        count_calendars(db, old.id).await?
    } else {
        0
    };
    let stays = moved(&working.out, new, TimeDelta::zero()).and(moved(&working.board, new, TimeDelta::zero()));
    let lines = lines(old, new);
    let version = hash_of(&format!(
        "{}|{}|{lines:?}|{told}|{}|{}",
        old.id,
        super::form::version(old),
        working.out.version(),
        working.board.version()
    ));
    Ok(Some(Look {
        lines,
        told,
        sessions,
        by: in_words(by),
        outside: stays.err().and_then(first),
        dated_name: dated_name(old, new),
        has_draft: working.waits_since.is_some(),
        version,
    }))
}

/// The neutral name that stays, if it has the month or the weekday in it that the event leaves.
fn dated_name(old: &event::Model, new: &event::Model) -> Option<String> {
    let name = new.neutral_title.as_ref().filter(|_| new.sensitive)?;
    let (was, is) = (old.starts_wall.date(), new.starts_wall.date());
    let lower = name.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let named = ["%B", "%b", "%A", "%a", "%Y"].into_iter().any(|part| {
        let of = |date: chrono::NaiveDate| date.format(part).to_string().to_lowercase();
        words.contains(&of(was).as_str()) && (of(was) != of(is) || part.eq_ignore_ascii_case("%b"))
    });
    (was != is && named).then(|| name.clone())
}

/// The columns that say when an event is.
pub(super) const TIMES: [&str; 3] = ["starts_wall", "ends_wall", "timezone"];

/// Whether people may hold an entry for the event that a change would alter.
pub(super) fn is_out(old: &event::Model, new: &event::Model, now: DateTime<Utc>) -> bool {
    matches!(old.status, EventStatus::Published | EventStatus::Closed) && old.ends_at.max(new.ends_at) > now
}

/// How far sessions go that go along: as far as the start does on the clock.
pub(super) fn shift(old: &event::Model, new: &event::Model) -> TimeDelta {
    new.starts_wall - old.starts_wall
}

fn first(errors: FieldErrors) -> Option<String> {
    errors.0.into_iter().next().map(|error| error.message)
}

fn lines(old: &event::Model, new: &event::Model) -> Vec<(&'static str, String, String)> {
    let when = |event: &event::Model| {
        let words = zones::span(event.starts_wall, event.ends_wall);
        if old.timezone == new.timezone {
            words
        } else {
            format!("{words} ({})", zones::zone_name(event.zone()))
        }
    };
    let link = |event: &event::Model| event.online_url.clone().unwrap_or_else(|| "none".to_owned());
    let part = |event: &event::Model| event.attendance_mode.label().to_owned();
    [
        ("When", when(old), when(new)),
        ("Where", location(old), location(new)),
        ("How people take part", part(old), part(new)),
        ("Link for taking part online", link(old), link(new)),
    ]
    .into_iter()
    .filter(|(_, was, is)| was != is)
    .collect()
}

/// "1 day and 2 hours later".
fn in_words(by: TimeDelta) -> String {
    let minutes = by.num_minutes().unsigned_abs();
    let count = |number: u64, one: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {one}s")),
    };
    let parts: Vec<String> = [
        count(minutes / 1_440, "day"),
        count(minutes / 60 % 24, "hour"),
        count(minutes % 60, "minute"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let way = if by < TimeDelta::zero() { "earlier" } else { "later" };
    format!("{} {way}", parts.join(" and "))
}
