//! The agenda: rooms, tracks, speakers and sessions of an event.

use crate::words::words;

#[cfg(feature = "server")]
pub mod board;
pub mod clashes;
#[cfg(feature = "server")]
pub mod edit;
#[cfg(feature = "server")]
pub mod entity;
pub mod grid;
#[cfg(feature = "server")]
pub mod pack;
#[cfg(feature = "server")]
pub mod photos;
#[cfg(feature = "server")]
pub mod programme;
pub mod promises;
#[cfg(feature = "server")]
pub mod queries;
#[cfg(feature = "server")]
pub mod speaking;

words! {
    SessionKind {
        Talk = "talk", Workshop = "workshop", Panel = "panel", Break = "break",
        Registration = "registration", Exhibition = "exhibition", Business = "business",
    }
}
words! {
    SessionStatus { Planned = "planned", Cancelled = "cancelled" }
}
words! {
    /// What a speaker who was asked has answered.
    SpeakingState { Invited = "invited", Confirmed = "confirmed", Declined = "declined" }
}
words! {
    /// How a speaker is shown to the public: by name, under another name, or not at all.
    Shown { Named = "named", Other = "other", Hidden = "hidden" }
}
words! {
    /// The split some colleges ask for (domain.md 1.1).
    Domain { Clinical = "clinical", NonClinical = "non_clinical" }
}

impl SessionKind {
    /// Registration, breaks, exhibition and business never count as CPD (domain.md 1.3).
    #[must_use]
    pub fn may_count(self) -> bool {
        matches!(self, Self::Talk | Self::Workshop | Self::Panel)
    }

    /// As said on the agenda.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Talk => "Talk",
            Self::Workshop => "Workshop",
            Self::Panel => "Panel",
            Self::Break => "Break",
            Self::Registration => "Registration",
            Self::Exhibition => "Exhibition",
            Self::Business => "Business meeting",
        }
    }
}
