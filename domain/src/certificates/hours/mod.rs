//! How many CPD minutes somebody earned, from what was scanned, with the working line by line.
//!
//! One pure function, [`work_out`]: the programme, one participant's attendance records and the event's
//! [`Rule`] go in; the minutes and a [`Line`] for every session come out. Nothing is read, nothing is stored,
//! and the order of what is handed in does not matter. It compiles for the browser.
//!
//! # What counts
//!
//! - **Offered** is the length of the union of the CPD sessions: a minute counts once however many rooms run.
//! - **Attended** in a session is the time between the person's own scans of it, if there are any. If there
//!   are none, it is their time at the event (between scans at the *door*), but only if they scanned none of
//!   the sessions *beside* it and all of those are CPD. Either way, clipped to the session. Sessions are
//!   beside each other when any of their time is the same.
//! - **A minute counts once.** Where two scanned sessions overlap, it goes to the later arrival, even if that
//!   is a session that earns nothing. Where a door interval covers sessions in parallel it is written on the
//!   line of the first in the programme, and the others say so.
//! - **Arrived, never left**: closes at the session's end; at the door, at the end of that day's last session,
//!   and never in a later day's programme. Flagged. **Left, never arrived**: counts nothing. Flagged. A second
//!   arrival while already in is ignored.
//! - **Participatory** minutes are those in sessions marked so, or all of them by the event's rule. For a door
//!   interval, only the minutes in which every session then running is participatory.
//! - The event's rule may then count a session in full or not at all, or the whole event, and cap each day: see
//!   [`Rule`]. Of a day that is full, participatory time counts first, then the earlier time.
//! - An organiser's [`Adjustment`] comes last: it moves a line between nothing and its session's length, and the total
//!   never above what was offered.
//!
//! # How time becomes minutes
//!
//! Sessions start and end on whole minutes, as they are typed (seconds are dropped). Scans count to the
//! millisecond, and the total is rounded down to whole minutes once. Lines are then given whole minutes by
//! largest remainder, participatory time first, so that they always add up to the totals: a line is never a
//! minute or more from its exact time, and never longer than its session. [`Working::shown_minutes`] rounds
//! that total down once more, to the step the event shows.

mod adjust;
mod attended;
mod lines;
mod qualify;
mod rule;
mod scans;
mod whole_minutes;
mod words;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

pub use adjust::Adjustment;
pub use attended::{offered, work_out};
pub use qualify::{Standing, WhyNot, qualifies};
pub use rule::Rule;
pub use words::hours_in_words;

/// A session of the programme, as far as hours go. Cancelled sessions are not passed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Unique in the event; what a [`Scan`] names.
    pub code: String,
    pub title: String,
    /// The day it starts on, in the event's time zone.
    pub day: NaiveDate,
    pub starts: DateTime<Utc>,
    pub ends: DateTime<Utc>,
    /// Counts towards CPD: marked so, and of a kind that may (not a break, registration, exhibition or
    /// business meeting).
    pub cpd: bool,
    pub participatory: bool,
}

/// What a scan says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Arrive,
    Leave,
}

/// One attendance record of one participant. Records a later correction withdrew are not passed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// The order in which records were written; settles which of two at one instant came first.
    pub id: i64,
    /// The session's code; `None` is the door, arriving at or leaving the event.
    pub session: Option<String>,
    pub action: Action,
    /// The day of `at` in the event's time zone.
    pub day: NaiveDate,
    pub at: DateTime<Utc>,
}

/// What an event offers to whoever attends all of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Minutes of the union of the CPD sessions.
    pub minutes: u32,
    /// The most of them that can be participatory.
    pub participatory_minutes: u32,
}

/// What one participant earned, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Working {
    /// Whole minutes earned; the sum of the lines' minutes, never more than was offered.
    pub minutes: u32,
    /// `minutes` rounded down to the step the event shows: what a certificate states.
    pub shown_minutes: u32,
    /// How many of `minutes` are participatory; the sum over the lines.
    pub participatory_minutes: u32,
    /// `participatory_minutes` rounded down to the same step, so that it never exceeds `shown_minutes`.
    pub shown_participatory_minutes: u32,
    /// Every session of the event in the order of the programme, also those that gave nothing.
    pub lines: Vec<Line>,
    /// What somebody should look at, in the order it happened.
    pub flags: Vec<Flag>,
}

/// One session in the working.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// The session's code.
    pub session: String,
    pub title: String,
    /// Whole minutes this session gave.
    pub minutes: u32,
    /// Minutes the session lasts.
    pub of_minutes: u32,
    pub participatory_minutes: u32,
    /// Where the time came from, or why there is none.
    pub why: Why,
    /// What the event's rule made of it, where that changed anything.
    pub ruling: Option<Ruling>,
    /// What an organiser gave or took.
    #[serde(default)]
    pub adjusted: Option<Adjusted>,
    /// When the person was counted as in this session, before any ruling; clipped to it, in order.
    pub spans: Vec<Span>,
    /// May be named on the certificate: it gave minutes, and the person scanned it or nothing ran beside it.
    pub named: bool,
    /// The minutes rest on an assumption, or a scan of this session counted nothing.
    pub flagged: bool,
}

/// A stretch of time in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

/// Where a line's time came from, or why there is none. Other sessions are named by title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Why {
    /// A break, registration, or another session that earns nothing.
    NotCpd,
    /// No scan of it, and not at the event while it ran.
    Absent,
    /// Counted from the person's own scans of it.
    Scanned {
        /// An arrival had no leave: counted to the end of the session.
        never_left: bool,
        /// They were scanned into this session while still in the line's.
        moved_to: Option<String>,
    },
    /// Counted from the time at the event.
    AtEvent {
        /// The arrival had no leave: counted to the end of the day's last session.
        never_left: bool,
        /// Sessions in parallel, with which the time was counted once.
        with: Vec<String>,
    },
    /// Time at the event, all of it counted on the line of this parallel session.
    CountedIn { session: String },
    /// Scanned, but all the time was spent in this session, scanned later.
    MovedTo { session: String },
    /// Not scanned, while this session beside it was: time at the event says nothing.
    ScannedBeside { session: String },
    /// Not scanned, and this session beside it is not CPD: they may have been in either.
    Unclear { session: String },
    /// Scanned only before it began or after it ended.
    OutsideItsTime,
    /// Scanned out but never in.
    NeverArrived,
}

/// What the event's [`Rule`] made of the time in a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Ruling {
    /// Present for enough of it, or of the event, to count all of it.
    InFull { present_minutes: u32 },
    /// Present for too little of the session.
    BelowThreshold { present_minutes: u32, threshold_percent: u32 },
    /// Missed too much of the event for any of it to count.
    MissedTooMuch { missed_minutes: u32, grace_minutes: u32 },
    /// The day gives no more: what of it came after that counts nothing.
    DayIsFull { cap_minutes: u32 },
}

/// Minutes an organiser gave or took, besides what was scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjusted {
    /// What it came to, within what the session and the event offer; below nought where minutes were taken.
    pub minutes: i32,
    /// Why, as the organiser wrote it, in the order of the adjustments.
    pub reasons: Vec<String>,
}

/// Something about the scans that an organiser should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The [`Scan::id`] it is about.
    pub scan: i64,
    /// The session's code; `None` is the door.
    pub session: Option<String>,
    pub at: DateTime<Utc>,
    pub kind: FlagKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    /// An arrival without a leave.
    NeverLeft,
    /// A leave without an arrival.
    NeverArrived,
    /// The session is not in the programme, or was cancelled.
    NoSuchSession,
}
