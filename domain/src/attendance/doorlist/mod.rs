//! A door list kept elsewhere, as a spreadsheet saved as CSV: read, looked through, and only then added to the register.
//!
//! A list is text until it is confirmed: what each line means is worked out anew each time, from the register as it is
//! then. So a list may be handed in twice, or again with its problems mended, and adds only what is not there yet.

mod plan;
mod read;
pub(super) mod when;

pub use plan::{Fate, Planned, Preview, Written, import, preview};
pub use read::{FILE_LIMIT, MOST_LINES, read};

use serde::{Deserialize, Serialize};

/// One line of a list, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// Where in the file it begins; the first line is 1.
    pub line: u64,
    pub name: String,
    pub email: String,
    pub code: String,
    pub reference: String,
    pub session: String,
    pub arrived: String,
    pub left: String,
}

/// A list that could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct List {
    /// Headings that were understood, each with what it was taken for.
    pub columns: Vec<(String, String)>,
    /// Headings that were not.
    pub ignored: Vec<String>,
    /// What the reader of the list should know, as a guess at its encoding.
    pub notes: Vec<String>,
    pub lines: Vec<Line>,
}

/// A list with what was asked beside it; kept in the draft of the form until it is confirmed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Import {
    pub list: List,
    /// A session's code, for lines that name none; empty is the door of the event.
    pub to: String,
    /// The day of times without a date, as `2027-03-11`; empty is the first, or the session's.
    pub day: String,
    /// When those arrived of whom the list gives no time, as `09:00`; empty leaves them out.
    pub at: String,
    /// How many records the page said it would add.
    pub count: String,
}
