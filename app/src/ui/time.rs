//! Times in words, in the event's own zone.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use domain::platform::zones;

/// "2 November 2026".
#[must_use]
pub fn plain_date(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// "9:30am"; noon and midnight by name.
#[must_use]
pub fn clock(at: NaiveTime) -> String {
    zones::time(at)
}

/// "Thursday 11 March 2027, 9am to 4pm".
#[must_use]
pub fn span(starts: NaiveDateTime, ends: NaiveDateTime) -> String {
    zones::span(starts, ends)
}

/// An instant as wall time in the zone named, or in UTC where the zone is unknown.
#[must_use]
pub fn wall(at: DateTime<Utc>, zone: &str) -> NaiveDateTime {
    zones::find_zone(zone).map_or_else(|| at.naive_utc(), |zone| zones::wall(at, zone))
}
