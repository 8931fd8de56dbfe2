//! The one place that reads the wall clock. Time is handed out in whole milliseconds, so that SQLite's text and
//! PostgreSQL's microseconds compare equal.

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use std::sync::{Arc, Mutex};

/// How far the clocks of two nodes may be apart. What was written under a time further ahead than it could be was
/// written before the clock was set back, and is not waited for.
pub const SKEW: TimeDelta = TimeDelta::minutes(1);

/// Where time comes from.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until moved; for tests and for previews of a day to come.
    Set(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    #[must_use]
    pub fn set_to(at: DateTime<Utc>) -> Self {
        Self::Set(Arc::new(Mutex::new(at.trunc_subsecs(3))))
    }

    /// Now, in whole milliseconds.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the clock")]
            Self::System => Utc::now().trunc_subsecs(3),
            Self::Set(at) => *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner),
        }
    }

    /// Moves a set clock on (or back); does nothing to the system's.
    pub fn pass(&self, time: TimeDelta) {
        if let Self::Set(at) = self {
            let mut at = at.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            *at += time;
        }
    }

    /// Sets a set clock to `to`; does nothing to the system's.
    pub fn move_to(&self, to: DateTime<Utc>) {
        if let Self::Set(at) = self {
            *at.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = to.trunc_subsecs(3);
        }
    }
}
