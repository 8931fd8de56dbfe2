//! The import and export file, schema 1, field for field. What is written here is what stands in the
//! file: times are text as typed, codes are not looked up, nothing is checked but shape. `check` makes
//! the checked forms of it, and an export fills these same structs.
//!
//! A field that is absent, `null` or an empty list is left out on writing, so that an exported file
//! reads back equal and says nothing twice. `schema.json` says the same for other programs.

use chrono::{NaiveDateTime, Timelike};
use serde::{Deserialize, Serialize};

use crate::agenda::{Domain, SessionKind, SessionStatus};
use crate::attendance::{Action, How};
use crate::bookings::Vat;
use crate::events::{AttendanceMode, CpdParticipatory, CpdRule, EventKind, EventStatus};
use crate::networks::NetworkStatus;
use crate::words::words;

/// The schema number this program reads and writes.
pub const SCHEMA: u64 = 1;

/// The published JSON Schema (draft 2020-12) of both kinds of file: what `import --schema` prints.
pub const JSON_SCHEMA: &str = include_str!("schema.json");

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Event,
    Network,
}

words! {
    /// How far a membership has come.
    MemberState { Requested = "requested", Confirmed = "confirmed", Member = "member", Paused = "paused", Left = "left" }
}

/// A file of kind `event`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDocument {
    /// The schema number: [`SCHEMA`].
    pub plenary: u64,
    /// [`Kind::Event`].
    pub kind: Kind,
    pub organisation: Organisation,
    pub event: Event,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Room>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<Speaker>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Session>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<Ticket>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attendance: Vec<Attendance>,
}

/// A file of kind `network`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkDocument {
    /// The schema number: [`SCHEMA`].
    pub plenary: u64,
    /// [`Kind::Network`].
    pub kind: Kind,
    pub organisation: Organisation,
    pub network: Network,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meetings: Vec<Meeting>,
}

/// Either kind of file.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    Event(Box<EventDocument>),
    Network(Box<NetworkDocument>),
}

/// The organisation that runs it; made on import if it is new.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub slug: String,
    pub name: String,
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub slug: String,
    #[serde(default = "conference", rename = "type")]
    pub event_kind: EventKind,
    /// Absent: a draft when the event is new, and unchanged when it is updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<EventStatus>,
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neutral_title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overview: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hashtag: Option<String>,
    /// An IANA zone, like `Europe/London`.
    pub timezone: String,
    pub starts: String,
    pub ends: String,
    #[serde(default = "at_the_venue")]
    pub attendance_mode: AttendanceMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_url: Option<String>,
    /// People; `null` is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bookings_open: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bookings_close: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<Support>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpd: Option<Cpd>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postcode: Option<String>,
}

/// Where somebody affected by the subject can turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    pub name: String,
    pub contact: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The day somebody last made sure of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checked_on: Option<String>,
}

/// A figure or statement quoted on the event's page, and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    pub quote: String,
    pub source: String,
    /// `2025`, `2025-06` or `2025-06-30`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cpd {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    #[serde(default = "proportional")]
    pub rule: CpdRule,
    /// 1 to 100, for `per_session_threshold`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold_percent: Option<i64>,
    /// Minutes, for `all_or_nothing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_minutes: Option<i64>,
    /// Minutes: the most a day of the event gives. None is no cap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_cap_minutes: Option<i64>,
    /// Minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round_down_to: Option<i64>,
    /// Minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_minutes: Option<i64>,
    #[serde(default = "by_session")]
    pub participatory: CpdParticipatory,
    /// Codes of the schemes whose line certificates carry: `nmc`, `rcpsych`, ….
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemes: Vec<String>,
    /// Days after the event within which certificates are promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_days: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    pub code: String,
    pub name: String,
    /// People; `null` is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    pub code: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    pub code: String,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bio: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    pub code: String,
    pub title: String,
    pub kind: SessionKind,
    pub starts: String,
    pub ends: String,
    /// Absent: planned when the session is new, and unchanged when it is updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<SessionStatus>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub cpd: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub participatory: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub discussion: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Domain>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub speakers: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_note: Option<String>,
    /// How many may sign up to it; absent where nobody needs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign_up_places: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    pub code: String,
    pub name: String,
    /// Whole pence, before VAT.
    #[serde(default)]
    pub price_pence: i64,
    #[serde(default = "outside_vat")]
    pub vat: Vat,
    /// People; `null` is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<i64>,
}

/// One person's place at the event. It may have no name yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub code: String,
    pub ticket: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// The code of a place.
    pub place: String,
    /// The code of a session; `null` is the door of the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Arrive or leave; what was withdrawn is not exported.
    pub action: Action,
    pub at: String,
    #[serde(default = "by_steward")]
    pub how: How,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    pub slug: String,
    /// Absent: published when the network is new, unchanged when it is updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<NetworkStatus>,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub neutral_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objectives: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub open_to: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<String>,
    /// An IANA zone, like `Europe/London`.
    pub timezone: String,
    #[serde(default, skip_serializing_if = "is_false")]
    pub sensitive: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// What somebody asking to join agrees to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentWording>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<Support>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    pub name: String,
    pub email: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentWording {
    pub version: String,
    pub wording: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub name: String,
    pub email: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency_type: Option<String>,
    #[serde(default = "requested")]
    pub state: MemberState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<ConsentGiven>,
}

/// When and how a member agreed, and to which version of the wording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentGiven {
    pub on: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    pub code: String,
    pub title: String,
    pub starts: String,
    pub ends: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online_url: Option<String>,
    /// Absent: a draft when the meeting is new, and unchanged when it is updated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<EventStatus>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub cpd: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    pub participatory: bool,
}

fn conference() -> EventKind {
    EventKind::Conference
}

fn at_the_venue() -> AttendanceMode {
    AttendanceMode::Venue
}

fn proportional() -> CpdRule {
    CpdRule::Proportional
}

fn by_session() -> CpdParticipatory {
    CpdParticipatory::BySession
}

fn outside_vat() -> Vat {
    Vat::Outside
}

fn by_steward() -> How {
    How::Steward
}

fn requested() -> MemberState {
    MemberState::Requested
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A wall time as a file holds it: to the minute, or to the millisecond where that would lose something.
pub fn wall_text(wall: NaiveDateTime) -> String {
    let pattern = match (wall.second(), wall.nanosecond() / 1_000_000) {
        (0, 0) => "%Y-%m-%dT%H:%M",
        (_, 0) => "%Y-%m-%dT%H:%M:%S",
        _ => "%Y-%m-%dT%H:%M:%S%.3f",
    };
    wall.format(pattern).to_string()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
#[path = "schema_tests.rs"]
mod tests;
