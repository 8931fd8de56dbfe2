//! Within how many days of its end an event promises certificates.

use crate::{events::entity::event, platform::zones};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// The last day certificates are promised by, on the event's own calendar; none where nothing is promised.
#[must_use]
pub fn promised_by(event: &event::Model) -> Option<NaiveDate> {
    let days = event.certificate_days.and_then(|days| u64::try_from(days).ok())?;
    event.ends_wall.date().checked_add_days(Days::new(days))
}

/// The promise as organisers read it: "promised by Friday 20 March 2026", or that it is past.
#[must_use]
pub fn promise_words(event: &event::Model, now: DateTime<Utc>) -> Option<String> {
    let day = promised_by(event)?;
    let today = zones::wall(now, event.zone()).date();
    Some(match today <= day {
        true => format!("promised by {}", zones::date(day)),
        false => format!("late: promised by {}", zones::date(day)),
    })
}
