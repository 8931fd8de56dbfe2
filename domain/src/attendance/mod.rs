//! Attendance: who arrived where and when, who left. Append-only and hash-chained; a correction is a new row with a
//! reason. What minutes that makes is for [`crate::certificates::hours`].

use crate::words::words;

#[cfg(feature = "server")]
pub mod adjust;
#[cfg(feature = "server")]
pub mod asked;
#[cfg(feature = "server")]
pub mod badges;
#[cfg(feature = "server")]
mod bytes;
#[cfg(feature = "server")]
pub mod correct;
#[cfg(feature = "server")]
pub mod door;
#[cfg(feature = "server")]
pub mod doorlist;
#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod kiosk;
#[cfg(feature = "server")]
pub mod live;
#[cfg(feature = "server")]
pub mod offline;
#[cfg(feature = "server")]
pub mod online;
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
pub mod room_code;
#[cfg(feature = "server")]
pub mod rules;
#[cfg(feature = "server")]
pub mod service;
#[cfg(feature = "server")]
pub mod summary;
#[cfg(feature = "server")]
pub mod working;

#[cfg(all(test, feature = "server"))]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

words! {
    /// What happened at a door. `withdraw` takes an earlier record back; `adjust` gives or takes minutes of a session.
    Action { Arrive = "arrive", Leave = "leave", Withdraw = "withdraw", Adjust = "adjust" }
}
impl Action {
    /// Somebody arrived or left.
    #[must_use]
    pub const fn is_scan(self) -> bool {
        matches!(self, Self::Arrive | Self::Leave)
    }
}

words! {
    /// What became of a correction somebody asked for.
    CorrectionState { Open = "open", Granted = "granted", Declined = "declined" }
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
    #[error("This was kept for a time that has not come yet. Set the phone's clock right and scan again.")]
    InTheFuture,
    #[error("This was kept more than seven days ago. An organiser can add it on the register.")]
    TooLongAgo,
    #[error("That session is not on the agenda any more.")]
    NoSuchSession,
    #[error("This scan cannot be read.")]
    Unreadable,
    #[error("Somebody else is signed in on this phone now. Whoever kept these scans has to sign in to send them.")]
    AnotherSteward,
    #[error("They have not arrived, so they cannot leave.")]
    NotArrived,
    #[error("They are already in at that time.")]
    AlreadyIn,
    #[error("This event was cancelled.")]
    CancelledEvent,
    #[error("Somebody is checked in with this sign-in already. Check them out first, or ask a steward.")]
    AnotherIsIn,
    #[error("The event has not begun yet.")]
    NotBegun,
    #[error("You asked for a correction already. The organiser has not answered yet.")]
    AskedAlready,
    #[error("This was answered already.")]
    Answered,
    #[error("The record you want to take back is not there any more.")]
    NothingToWithdraw,
}

/// Lets go of a session that is deleted: its room has no code any more, and a correction asked for it is about the whole
/// event. One that was attended is not deleted but cancelled.
#[cfg(feature = "server")]
pub async fn forget_session<C: sea_orm::ConnectionTrait>(tx: &C, session: crate::ids::SessionId) -> crate::error::Result<()> {
    use entity::{correction, room_code};
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
    room_code::Entity::delete_many()
        .filter(room_code::Column::SessionId.eq(session))
        .exec(tx)
        .await?;
    correction::Entity::update_many()
        .col_expr(correction::Column::SessionId, Expr::value(Option::<i64>::None))
        .filter(correction::Column::SessionId.eq(session))
        .exec(tx)
        .await?;
    Ok(())
}
