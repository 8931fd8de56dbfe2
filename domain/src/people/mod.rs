//! People: mailboxes, names as printed, sign-in by mail. A person is a mailbox; a name belongs to a place.

pub mod address;
pub mod name;

#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod service;

/// Why somebody is not signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This link has been used or is too old. Ask for a new one.")]
    StaleLink,
    #[error("That code is not right, or it is too old. Check the newest mail, or ask for a new one.")]
    WrongCode,
}
