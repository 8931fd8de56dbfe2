//! A file that has passed every rule, ready to be stored. Codes are still codes; they are known to name
//! something in the file or in [`Known`].

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use chrono_tz::Tz;

use crate::agenda::{Domain, SessionKind, SessionStatus};
use crate::attendance::{Action, How};
use crate::bookings::Vat;
use crate::events::exchange::problem::Problem;
use crate::events::exchange::schema::MemberState;
use crate::events::{AttendanceMode, CpdParticipatory, CpdRule, EventKind, EventStatus, Evidence, SupportLine};
use crate::networks::NetworkStatus;
use crate::people::address::EmailAddress;

/// What the database already holds of the event to be updated: codes a file may refer to without
/// repeating them. Empty for a new event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub rooms: BTreeSet<String>,
    pub tracks: BTreeSet<String>,
    pub speakers: BTreeSet<String>,
    pub sessions: BTreeSet<String>,
    pub tickets: BTreeSet<String>,
    pub places: BTreeSet<String>,
}

/// Either kind of file, checked.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    Event(Box<CheckedEvent>),
    Network(Box<CheckedNetwork>),
}

impl Checked {
    /// What is worth knowing but refuses nothing, in the order of the file.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        match self {
            Self::Event(event) => &event.warnings,
            Self::Network(network) => &network.warnings,
        }
    }

    pub(in crate::events::exchange) fn map_warnings(mut self, change: impl FnOnce(Vec<Problem>) -> Vec<Problem>) -> Self {
        let warnings = match &mut self {
            Self::Event(event) => &mut event.warnings,
            Self::Network(network) => &mut network.warnings,
        };
        *warnings = change(std::mem::take(warnings));
        self
    }
}

/// A time as typed, and the instant it names in the zone of its event or network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub wall: NaiveDateTime,
    pub utc: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedOrganisation {
    pub slug: String,
    pub name: String,
    pub email: EmailAddress,
}

/// An event and all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedEvent {
    pub organisation: CheckedOrganisation,
    pub slug: String,
    pub kind: EventKind,
    /// None: not said. A new event is then a draft; an old one stays as it is.
    pub status: Option<EventStatus>,
    pub title: String,
    pub neutral_title: Option<String>,
    pub summary: Option<String>,
    /// Markdown.
    pub overview: Option<String>,
    pub outcomes: Vec<String>,
    pub audience: Option<String>,
    /// Without the `#`.
    pub hashtag: Option<String>,
    pub zone: Tz,
    pub starts: Moment,
    /// After `starts`.
    pub ends: Moment,
    pub attendance_mode: AttendanceMode,
    pub venue: Option<CheckedVenue>,
    pub online_url: Option<String>,
    /// None: no limit.
    pub capacity: Option<u32>,
    pub bookings_open: Option<Moment>,
    /// After `bookings_open`.
    pub bookings_close: Option<Moment>,
    pub sensitive: bool,
    pub support: Vec<SupportLine>,
    pub evidence: Vec<Evidence>,
    pub cpd: CheckedCpd,
    pub rooms: Vec<CheckedRoom>,
    pub tracks: Vec<CheckedTrack>,
    pub speakers: Vec<CheckedSpeaker>,
    /// In the order of the file.
    pub sessions: Vec<CheckedSession>,
    pub tickets: Vec<CheckedTicket>,
    pub places: Vec<CheckedPlace>,
    pub attendance: Vec<CheckedAttendance>,
    pub warnings: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedVenue {
    pub name: String,
    pub address: Option<String>,
    pub postcode: Option<String>,
}

/// How attendance becomes minutes; what the file leaves out has its default here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedCpd {
    pub statement: Option<String>,
    pub rule: CpdRule,
    /// 1 to 100. Only the rule by threshold has one; it is then 80 unless said (domain.md 1.4).
    pub threshold_percent: Option<u8>,
    /// Minutes. Only all-or-nothing has them; 0 unless said.
    pub grace_minutes: Option<u16>,
    /// 15 to 1,440 minutes; none is no cap.
    pub day_cap_minutes: Option<u16>,
    /// 1 to 60 minutes.
    pub round_down_to: u16,
    /// 1 to 1,440 minutes.
    pub min_minutes: u16,
    pub participatory: CpdParticipatory,
    /// Codes of known schemes, each once, in the order schemes are offered.
    pub schemes: Vec<String>,
    /// 1 to 90 days after the event; none where nothing is promised.
    pub certificate_days: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedRoom {
    pub code: String,
    pub name: String,
    /// None: no limit.
    pub places: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedTrack {
    pub code: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSpeaker {
    pub code: String,
    pub name: String,
    pub role: Option<String>,
    pub organisation: Option<String>,
    /// Markdown.
    pub bio: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedSession {
    pub code: String,
    pub title: String,
    pub kind: SessionKind,
    /// None: not said. A new session is then planned; an old one stays as it is.
    pub status: Option<SessionStatus>,
    /// Within the event.
    pub starts: Moment,
    /// After `starts`, within the event.
    pub ends: Moment,
    pub room: Option<String>,
    pub track: Option<String>,
    pub cpd: bool,
    pub participatory: bool,
    pub discussion: bool,
    pub domain: Option<Domain>,
    /// Each once.
    pub speakers: Vec<String>,
    pub content_note: Option<String>,
    pub sign_up_places: Option<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedTicket {
    pub code: String,
    pub name: String,
    /// Without VAT.
    pub price_pence: u32,
    pub vat: Vat,
    /// None: no limit.
    pub places: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedPlace {
    pub code: String,
    pub ticket: String,
    /// None: still to be named.
    pub name: Option<String>,
    pub email: Option<EmailAddress>,
    pub job_role: Option<String>,
    pub organisation: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedAttendance {
    pub place: String,
    /// None: the door of the event.
    pub session: Option<String>,
    /// Arrive or leave, never withdraw.
    pub action: Action,
    /// Not in the future.
    pub at: Moment,
    pub how: How,
}

/// A network with its circulation list and meetings.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedNetwork {
    pub organisation: CheckedOrganisation,
    pub slug: String,
    pub status: Option<NetworkStatus>,
    pub name: String,
    pub neutral_name: Option<String>,
    pub summary: Option<String>,
    /// Markdown.
    pub about: Option<String>,
    pub objectives: Vec<String>,
    pub open_to: Vec<String>,
    pub reports_to: Option<String>,
    pub zone: Tz,
    pub sensitive: bool,
    pub contact: Option<CheckedContact>,
    pub consent: Option<CheckedWording>,
    pub support: Vec<SupportLine>,
    /// Each mailbox once.
    pub members: Vec<CheckedMember>,
    pub meetings: Vec<CheckedMeeting>,
    pub warnings: Vec<Problem>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedContact {
    pub name: String,
    pub email: EmailAddress,
}

/// What somebody asking to join agrees to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedWording {
    pub version: String,
    pub wording: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedMember {
    pub name: String,
    pub email: EmailAddress,
    pub job_role: Option<String>,
    pub agency: Option<String>,
    pub agency_type: Option<String>,
    pub state: MemberState,
    pub consent: Option<CheckedConsent>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedConsent {
    /// Not in the future.
    pub on: NaiveDate,
    pub source: Option<String>,
    pub version: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedMeeting {
    pub code: String,
    pub title: String,
    pub starts: Moment,
    /// After `starts`.
    pub ends: Moment,
    pub place: Option<String>,
    pub online_url: Option<String>,
    /// None: not said. A new meeting is then a draft; an old one stays as it is.
    pub status: Option<EventStatus>,
    pub cpd: bool,
    pub participatory: bool,
}
