//! When an event takes bookings; shared with the browser.

use super::EventStatus;
use chrono::{DateTime, Utc};

/// What decides whether places may be booked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    pub status: EventStatus,
    pub opens_at: Option<DateTime<Utc>>,
    pub closes_at: Option<DateTime<Utc>>,
    pub ends_at: DateTime<Utc>,
    pub capacity: Option<u64>,
}

/// How booking stands, for the one button that is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    Open { left: Option<u64> },
    NotYet(DateTime<Utc>),
    Full,
    Closed,
    Over,
    Cancelled,
}

/// How booking stands at `now`, with `taken` places booked or held.
#[must_use]
pub fn booking(terms: &Terms, taken: u64, now: DateTime<Utc>) -> Booking {
    match terms.status {
        EventStatus::Cancelled => return Booking::Cancelled,
        EventStatus::Draft => return Booking::Closed,
        EventStatus::Closed => return if now >= terms.ends_at { Booking::Over } else { Booking::Closed },
        EventStatus::Published => {}
    }
    if now >= terms.ends_at {
        return Booking::Over;
    }
    if terms.closes_at.is_some_and(|closes| now >= closes) {
        return Booking::Closed;
    }
    if let Some(opens) = terms.opens_at.filter(|opens| now < *opens) {
        return Booking::NotYet(opens);
    }
    match terms.capacity {
        Some(capacity) if taken >= capacity => Booking::Full,
        Some(capacity) => Booking::Open {
            left: Some(capacity - taken),
        },
        None => Booking::Open { left: None },
    }
}
