//! Networks: a circulation list that people ask to join and leave in one click, and its meetings. A meeting is an event
//! of type `meeting`; whoever is on the list is invited to it, in their own calendar, and nobody sees anybody.
//!
//! Asking goes in three steps: somebody asks, proves by mail that the mailbox is theirs, and an organiser decides. What
//! was agreed to, when and how is an append-only chained record (UK GDPR Art. 7(1); domain.md 5.1).

use crate::words::words;

#[cfg(feature = "server")]
pub mod consent;
#[cfg(feature = "server")]
pub mod edit;
#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod export;
#[cfg(feature = "server")]
pub mod import;
#[cfg(feature = "server")]
pub mod invites;
#[cfg(feature = "server")]
pub mod join;
#[cfg(feature = "server")]
pub mod leave;
#[cfg(feature = "server")]
mod letters;
#[cfg(feature = "server")]
pub mod meetings;
#[cfg(feature = "server")]
pub mod members;
#[cfg(feature = "server")]
pub mod queries;
#[cfg(feature = "server")]
pub mod replies;
#[cfg(feature = "server")]
pub mod service;
#[cfg(feature = "server")]
pub mod terms;

words! {
    /// `draft`: only its organisers see it.
    NetworkStatus { Draft = "draft", Published = "published" }
}
words! {
    /// Where somebody stands with a network. `requested`: asked, not yet proved the mailbox. `confirmed`: proved, to be
    /// decided by an organiser. `member`: gets invites. `paused`: gets none for now. `left` and `declined` get nothing.
    MembershipState {
        Requested = "requested", Confirmed = "confirmed", Member = "member", Paused = "paused", Left = "left", Declined = "declined",
    }
}
words! {
    /// An invite stands, or was taken back because its member left.
    InviteState { Invited = "invited", Withdrawn = "withdrawn" }
}
words! {
    /// What a member answers (RFC 5545 PARTSTAT).
    Reply { Accepted = "accepted", Tentative = "tentative", Declined = "declined" }
}
words! {
    /// What was done about somebody's consent.
    ConsentAction {
        Asked = "asked", Given = "given", Approved = "approved", Declined = "declined", Withdrawn = "withdrawn",
    }
}
words! {
    /// By which way: a page of this site, the link in a mail, a mail program's one click (RFC 8058), an organiser, a file,
    /// the calendar an invite is in.
    Way {
        Page = "page", Link = "link", OneClick = "one_click", Organiser = "organiser", Import = "import", Calendar = "calendar",
    }
}

/// Why a network, a membership or a meeting is not changed as asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("There is already a network at this address. Choose another.")]
    SlugTaken,
    #[error("This network takes no requests at the moment. Write to its contact instead.")]
    Closed,
    #[error("This request has been decided already.")]
    Decided,
    #[error("They have not confirmed by mail yet, so nobody can be added. Send them the mail again.")]
    Unconfirmed,
    #[error("They are not on the list any more.")]
    NotOnList,
    #[error("Publish the meeting first: invites are sent only for a meeting people can look up.")]
    NotPublished,
    #[error("Publish the network first: whoever is invited could not look the meeting up.")]
    NetworkNotPublished,
    #[error("This meeting is over, so there is nobody to invite.")]
    Over,
    #[error("This meeting has been cancelled.")]
    MeetingCancelled,
    #[error("Everybody on the list has been invited already.")]
    NobodyToInvite,
    #[error("This invite has been taken back.")]
    Withdrawn,
}
