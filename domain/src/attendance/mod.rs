//! Attendance: who arrived where and when, who left. Append-only and hash-chained; a correction is a new row with a
//! reason. What minutes that makes is for [`crate::certificates::hours`].

use crate::words::words;

#[cfg(feature = "server")]
pub mod correct;
#[cfg(feature = "server")]
pub mod door;
#[cfg(feature = "server")]
pub mod doorlist;
#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod proof;
#[cfg(feature = "server")]
pub mod queries;
#[cfg(feature = "server")]
pub mod register;
#[cfg(feature = "server")]
pub mod register_table;
#[cfg(feature = "server")]
pub mod roll;
#[cfg(feature = "server")]
pub mod rules;
#[cfg(feature = "server")]
pub mod service;
#[cfg(feature = "server")]
pub mod working;

#[cfg(all(test, feature = "server"))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

words! {
    /// What happened at a door. `withdraw` takes an earlier record back.
    Action { Arrive = "arrive", Leave = "leave", Withdraw = "withdraw" }
}
words! {
    /// How it is known.
    How { Steward = "steward", Scan = "scan", SelfService = "self", Register = "register", Online = "online" }
}

/// Why somebody is not checked in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    #[error("This code is for another event.")]
    OtherEvent,
    #[error("Nobody at this event has that code, reference or name.")]
    NotFound,
    #[error("This place was cancelled.")]
    CancelledPlace,
    #[error("This event is not on today.")]
    NotToday,
    #[error("That session is not on today. Choose another under “Checking in to”.")]
    SessionNotToday,
    #[error("They have not arrived, so they cannot leave.")]
    NotArrived,
    #[error("They are already in at that time.")]
    AlreadyIn,
    #[error("This event was cancelled.")]
    CancelledEvent,
    #[error("The record you want to take back is not there any more.")]
    NothingToWithdraw,
}
