//! Events: conferences, courses and the meetings of networks. Owns the event's own row, its import and export, and the
//! wording advice for organisers. Agenda, tickets and attendance are areas of their own.

use crate::words::words;

#[cfg(feature = "server")]
pub mod calendar;
#[cfg(feature = "server")]
pub mod decisions;
#[cfg(feature = "server")]
pub mod desk;
#[cfg(feature = "server")]
pub mod edit;
#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod erase;
#[cfg(feature = "server")]
pub mod exchange;
#[cfg(feature = "server")]
pub mod queries;
#[cfg(feature = "server")]
mod remove;
pub mod rules;
#[cfg(feature = "server")]
pub mod service;
#[cfg(feature = "server")]
pub mod structured;
pub mod wording;

words! {
    /// What sort of event it is. A meeting belongs to a network and shows on its page.
    EventKind { Conference = "conference", Course = "course", Meeting = "meeting" }
}
words! {
    /// Draft: only its organisers see it. Published: open to the public and, in its booking window, for booking.
    /// Closed: to be seen, not booked. Cancelled: said so wherever it shows.
    EventStatus { Draft = "draft", Published = "published", Closed = "closed", Cancelled = "cancelled" }
}
words! {
    AttendanceMode { Venue = "venue", Online = "online", Both = "both" }
}

impl AttendanceMode {
    /// How people take part, in words.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Venue => "At the venue",
            Self::Online => "Online",
            Self::Both => "At the venue or online",
        }
    }
}

words! {
    /// How presence becomes minutes (domain.md 1.4).
    CpdRule { Proportional = "proportional", PerSessionThreshold = "per_session_threshold", AllOrNothing = "all_or_nothing" }
}
words! {
    /// Which minutes count as participatory.
    CpdParticipatory { BySession = "by_session", WholeEvent = "whole_event" }
}

/// A line of help for people a subject may touch, and when it was last checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SupportLine {
    pub name: String,
    pub contact: String,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(default)]
    pub checked_on: Option<chrono::NaiveDate>,
}

/// A figure or finding, with who says so.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Evidence {
    pub quote: String,
    pub source: String,
    #[serde(default)]
    pub published: Option<String>,
    #[serde(default)]
    pub url: Option<String>,
}

macro_rules! json_list {
    ($($name:ident($item:ty)),+) => {$(
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "server", derive(sea_orm::FromJsonQueryResult))]
        #[serde(transparent)]
        pub struct $name(pub Vec<$item>);
    )+};
}
json_list!(Outcomes(String), Schemes(String), SupportLines(SupportLine), EvidenceList(Evidence));

/// Why an event is not changed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is already an event at this address. Choose another slug, or update that event.")]
    SlugTaken,
    #[error("The capacity cannot be below the {0} places already booked.")]
    BelowBooked(u64),
    #[error("A cancelled event cannot be published again. Copy it instead.")]
    Cancelled,
    #[error("The event is not over yet, so its personal data are still needed.")]
    NotOver,
    #[error("The personal data of this event were erased on {}, so nothing about it changes any more.", .0.format("%-d %B %Y"))]
    Erased(chrono::DateTime<chrono::Utc>),
    #[error("Give the event a title, times and at least one ticket before publishing it.")]
    NotReady,
}
