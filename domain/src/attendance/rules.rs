//! The rules at the door: when it is open, who is in, and how a name is found however it is typed. Pure.

use super::{Action, entity::attendance_record};
use crate::{
    agenda::entity::session,
    events::{calendar, entity::event},
    ids::SessionId,
    platform::{random, zones},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::HashSet;

/// How long before the first session of a day people may be checked in.
pub const OPENS_BEFORE: TimeDelta = TimeDelta::hours(3);

/// The day of the event that is on now: from three hours before it starts to midnight after it, by the event's own
/// clock. `None` on every other day.
#[must_use]
pub fn day_on(event: &event::Model, sessions: &[session::Model], now: DateTime<Utc>) -> Option<NaiveDate> {
    let wall = zones::wall(now, event.zone());
    let is_on = |day: &&calendar::Day| wall >= day.starts - OPENS_BEFORE && wall.date() <= day.date;
    calendar::days(event, sessions).iter().find(is_on).map(|day| day.date)
}

/// The records that still stand: arrivals and leaves nobody took back, in the order they happened. Of two at one
/// instant, the one written first came first.
#[must_use]
pub fn standing(records: &[attendance_record::Model]) -> Vec<&attendance_record::Model> {
    let withdrawn: HashSet<_> = records.iter().filter_map(|record| record.withdraws_id).collect();
    let mut standing: Vec<_> = records
        .iter()
        .filter(|record| record.action != Action::Withdraw && !withdrawn.contains(&record.id))
        .collect();
    standing.sort_by_key(|record| (record.at, record.seq));
    standing
}

/// Where somebody stands with the event's door or a session on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Not here yet.
    #[default]
    Away,
    /// Here since then.
    In(DateTime<Utc>),
    /// Was here, and left then.
    Left(DateTime<Utc>),
}

impl Presence {
    #[must_use]
    pub fn is_in(self) -> bool {
        matches!(self, Self::In(_))
    }
}

/// Where one person stands at `session` (`None`: the door) on `day`, from their records that stand, in order. With the
/// record that says so.
pub fn presence<'a>(
    standing: impl IntoIterator<Item = &'a attendance_record::Model>,
    session: Option<SessionId>,
    day: NaiveDate,
    zone: Tz,
) -> (Presence, Option<&'a attendance_record::Model>) {
    let mut now = (Presence::Away, None);
    for record in standing
        .into_iter()
        .filter(|record| record.session_id == session && zones::wall(record.at, zone).date() == day)
    {
        match (record.action, now.0) {
            (Action::Arrive, Presence::Away | Presence::Left(_)) => now = (Presence::In(record.at), Some(record)),
            (Action::Leave, Presence::In(_)) => now = (Presence::Left(record.at), Some(record)),
            _ => {}
        }
    }
    now
}

/// The place code in what was typed or scanned: the code itself, or an address with `?code=` in it.
#[must_use]
pub fn read_code(typed: &str) -> Option<String> {
    let in_address = typed.split_once('?').and_then(|(_, query)| {
        let query = query.split('#').next().unwrap_or(query);
        query.split('&').find_map(|pair| pair.strip_prefix("code="))
    });
    random::read_place_code(in_address.unwrap_or(typed))
}

/// A booking reference as typed, in capitals, with or without `PL-`, if it has the shape of one.
#[must_use]
pub fn read_reference(typed: &str) -> Option<String> {
    let letters: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let body = letters.strip_prefix("PL").filter(|body| body.len() == 6)?;
    body.bytes().all(|byte| byte.is_ascii_alphanumeric()).then(|| format!("PL-{body}"))
}
