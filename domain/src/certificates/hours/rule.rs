//! The event's rule for CPD, as organisers set it and the import schema's `cpd` block names it.

use serde::{Deserialize, Serialize};

use crate::events::{CpdParticipatory, CpdRule};

/// How an event turns attendance into minutes on a certificate (domain.md 1.4).
///
/// [`CpdRule::Proportional`]: every minute attended counts.
/// [`CpdRule::PerSessionThreshold`]: a session counts in full for whoever was there for `threshold_percent` of
/// it, else not at all. The share is taken on the time left to a session after overlaps went to the later arrival.
/// [`CpdRule::AllOrNothing`]: all the minutes offered for whoever missed at most `grace_minutes` whole minutes of
/// them, else none. Under every rule, whoever was in no CPD session at all earns nothing, and no day gives more than
/// its cap (domain.md 1.3: the Federation has 8 hours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub rule: CpdRule,
    /// How much of a session must be attended; over 100 is 100. Used by `PerSessionThreshold` only.
    pub threshold_percent: u32,
    /// How many minutes of the event may be missed. Used by `AllOrNothing` only.
    pub grace_minutes: u32,
    /// The most minutes one day of the event can give; participatory time counts first, then the earlier time.
    /// None is no cap.
    pub day_cap_minutes: Option<u32>,
    /// Minutes shown are a multiple of this; 0 and 1 show every minute.
    pub round_down_to: u32,
    /// The fewest shown minutes that make a certificate.
    pub min_minutes: u32,
    pub participatory: CpdParticipatory,
}

impl Default for Rule {
    fn default() -> Self {
        Self {
            rule: CpdRule::Proportional,
            threshold_percent: 80,
            grace_minutes: 0,
            day_cap_minutes: None,
            round_down_to: 15,
            min_minutes: 15,
            participatory: CpdParticipatory::BySession,
        }
    }
}

impl Rule {
    /// From an event's columns: what is not given, or below nought, is the default.
    #[must_use]
    pub fn stored(
        rule: CpdRule,
        threshold_percent: Option<i32>,
        grace_minutes: Option<i32>,
        day_cap_minutes: Option<i32>,
        round_down_to: i32,
        min_minutes: i32,
        participatory: CpdParticipatory,
    ) -> Self {
        let usual = Self::default();
        let or = |given: Option<i32>, usual| given.and_then(|given| u32::try_from(given).ok()).unwrap_or(usual);
        Self {
            rule,
            threshold_percent: or(threshold_percent, usual.threshold_percent),
            grace_minutes: or(grace_minutes, usual.grace_minutes),
            day_cap_minutes: day_cap_minutes.and_then(|cap| u32::try_from(cap).ok()),
            round_down_to: or(Some(round_down_to), usual.round_down_to),
            min_minutes: or(Some(min_minutes), usual.min_minutes),
            participatory,
        }
    }

    /// `minutes` of one day, as far as its cap goes.
    #[must_use]
    pub fn capped(&self, minutes: u64) -> u64 {
        self.day_cap_minutes.map_or(minutes, |cap| minutes.min(cap.into()))
    }

    /// `minutes` rounded down to the step the event shows.
    #[must_use]
    pub fn shown(&self, minutes: u32) -> u32 {
        minutes - minutes % self.round_down_to.max(1)
    }
}
