//! Who gets a certificate.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Rule, Working, hours_in_words};

/// What else decides, besides the minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The place, the invite or the whole event was cancelled.
    pub cancelled: bool,
    pub event_ends: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// A certificate for this event was issued to this participant and not revoked.
    pub has_live_certificate: bool,
}

/// Why somebody gets no certificate, or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum WhyNot {
    Cancelled,
    NotEnded,
    HasCertificate,
    TooFewMinutes { shown_minutes: u32, min_minutes: u32 },
}

/// Whether a certificate may be issued: not cancelled, the event ended, none live, and at least the rule's
/// `min_minutes` after rounding. Nobody gets one for no minutes at all, even where the rule asks for none.
///
/// # Errors
/// The first of these that does not hold.
pub fn qualifies(working: &Working, rule: &Rule, standing: &Standing) -> Result<(), WhyNot> {
    let (shown_minutes, min_minutes) = (working.shown_minutes, rule.min_minutes.max(1));
    if standing.cancelled {
        Err(WhyNot::Cancelled)
    } else if standing.now < standing.event_ends {
        Err(WhyNot::NotEnded)
    } else if standing.has_live_certificate {
        Err(WhyNot::HasCertificate)
    } else if shown_minutes < min_minutes {
        Err(WhyNot::TooFewMinutes {
            shown_minutes,
            min_minutes,
        })
    } else {
        Ok(())
    }
}

impl WhyNot {
    /// The reason, for the organiser's list.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Cancelled => "Cancelled.".into(),
            Self::NotEnded => "The event has not ended.".into(),
            Self::HasCertificate => "Has a certificate already.".into(),
            Self::TooFewMinutes { shown_minutes: 0, .. } => "No CPD minutes to certify.".into(),
            Self::TooFewMinutes {
                shown_minutes,
                min_minutes,
            } => format!(
                "{} of CPD; a certificate needs {}.",
                hours_in_words(*shown_minutes),
                hours_in_words(*min_minutes)
            ),
        }
    }
}
