//! Who was in a meeting held online, from the report Zoom or Teams gives its organiser.
//!
//! A report is text until it is confirmed: what its lines mean, and whose they are, is worked out anew each time from the
//! places as they are then. Somebody who drops out and comes back, or joins from two devices, was there once: their
//! stretches are put together, clipped to the day, and what the register has already is left out. So a report may be
//! handed in twice and adds nothing twice. The shapes read here are those the vendors document: Zoom's participants and
//! webinar reports, and the three generations of the Teams attendance report.

mod dates;
mod intervals;
pub(crate) mod kept;
mod matching;
mod memory;
mod people;
mod plan;
mod rows;
mod teams;
mod zoom;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

pub use dates::{Order, Settled};
pub use intervals::Interval;
pub use kept::{csv, list, purge};
pub use matching::{By, Candidate, Matched, Wanted, match_all};
pub use people::{Attended, Person, Problem, settle};
pub use plan::{Fate, Planned, Preview, Stay, Sum, check, import, preview};

use super::bytes::decode;
use crate::{
    error::{FieldErrors, Result},
    words::words,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most bytes a report may have: 5 MB.
pub const FILE_LIMIT: usize = 5 * 1024 * 1024;
/// The most lines about people a report may have.
pub const MOST_ROWS: usize = 20_000;

words! {
    /// Whose report it is.
    Vendor { Zoom = "zoom", Teams = "teams" }
}

impl Vendor {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Zoom => "Zoom",
            Self::Teams => "Teams",
        }
    }
}

words! {
    /// What a line of a report tells of somebody.
    Tells {
        /// That they joined, and when they left.
        Stay = "stay",
        /// That they joined, or were in when the list begins.
        Join = "join",
        /// That they left.
        Leave = "leave",
        /// When they first joined and last left, and how long they were in altogether.
        Span = "span",
        /// How long they were in altogether, not when.
        Total = "total",
        /// That they waited to be let in.
        Waiting = "waiting",
        /// That they registered and did not come.
        Absent = "absent",
    }
}

/// One line of a report about somebody, as the report says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Where in the file it begins; the first line is 1.
    pub line: u64,
    pub tells: Tells,
    pub name: String,
    pub email: String,
    /// The address they registered with, where that is another.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub registered: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub joined: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub left: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub duration: String,
    /// The report says that its times are in UTC.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub utc: bool,
}

/// A report that could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    pub vendor: Option<Vendor>,
    /// What the meeting is called in the report.
    pub title: String,
    /// What the reader of the report should know, as a guess at its encoding.
    pub notes: Vec<String>,
    pub rows: Vec<Row>,
}

/// A report with what was said beside it; kept in the draft of the form until it is confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Import {
    pub report: Report,
    /// A session's code, if the report is of that alone; empty is the event.
    pub to: String,
    /// An [`Order`], where the report does not tell it.
    pub order: String,
    /// Whose place somebody has, by the first line about them; empty is nobody's.
    pub hands: BTreeMap<String, String>,
    /// How many stays the page said it would add.
    pub count: String,
}

fn refused<T>(code: &str, words: impl Into<String>) -> Result<T> {
    Err(FieldErrors::one("file", code, words).into())
}

/// Reads a report as it comes from Zoom or Teams, or as a spreadsheet saved it since.
pub fn read(bytes: &[u8]) -> Result<Report> {
    if bytes.is_empty() {
        return refused("missing", "Choose the file with the report");
    }
    if bytes.len() > FILE_LIMIT {
        return refused("too_large", "The file is larger than 5 MB. Is it the report of one meeting?");
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return refused(
            "not_csv",
            "This is a spreadsheet as it is. Hand in the CSV file that Zoom or Teams gave, or save the spreadsheet as CSV",
        );
    }
    let mut notes = Vec::new();
    let Some(text) = decode(bytes, &mut notes) else {
        return refused(
            "encoding",
            "The file cannot be read as text. Download the report anew and hand it in as it is",
        );
    };
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() {
        return refused("empty", "The file is empty");
    }
    if text.contains('\0') {
        return refused(
            "not_csv",
            "The file is not a report as text. Download the report as CSV and hand that in",
        );
    }
    let Some(records) = rows::records(&format!("{}\n", text.trim_end())) else {
        return refused(
            "not_csv",
            "The file cannot be read as CSV. Download the report anew and hand it in as it is",
        );
    };
    let (vendor, mut report) = if teams::is_meant(&records) {
        (Vendor::Teams, teams::read(&records))
    } else {
        (Vendor::Zoom, zoom::read(&records))
    };
    if report.rows.is_empty() {
        return refused(
            "no_report",
            "This is no report that can be read: no line has headings that say who joined and when. Hand in the participants report of Zoom or the attendance report of Teams",
        );
    }
    if report.rows.len() > MOST_ROWS {
        return refused(
            "too_long",
            format!("The report has more than {MOST_ROWS} lines about people. Hand it in in parts"),
        );
    }
    report.vendor = Some(vendor);
    report.notes.splice(0..0, notes);
    Ok(report)
}
