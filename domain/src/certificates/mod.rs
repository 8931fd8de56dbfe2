//! Certificates: hours worked out from attendance, a snapshot signed on the day of issue, and everything needed to
//! check it for ever: the credential, the sealed PDF, the status list and the verifier.

use crate::words::words;

pub mod hours;

#[cfg(feature = "server")]
pub mod credential;
#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod issue;
#[cfg(feature = "server")]
pub mod own;
#[cfg(feature = "server")]
pub mod paper;
#[cfg(feature = "server")]
pub mod queries;
#[cfg(feature = "server")]
pub mod rekey;
#[cfg(feature = "server")]
pub mod seal;
#[cfg(feature = "server")]
pub mod signers;
#[cfg(feature = "server")]
pub mod status_list;
#[cfg(feature = "server")]
pub mod template;
#[cfg(feature = "server")]
pub mod verify;

words! {
    /// Superseded is revoked in favour of a newer one.
    CertificateState { Valid = "valid", Revoked = "revoked", Superseded = "superseded" }
}

/// Why a certificate is not issued or revoked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("The event has not ended yet, so certificates cannot be issued.")]
    NotEnded,
    #[error("Certificates are being issued at this moment.")]
    BeingIssued,
    #[error("This certificate was already revoked.")]
    AlreadyRevoked,
    #[error("The certificate was issued already, so it cannot be held back. Revoke it instead.")]
    Issued,
    #[error("This certificate is held back already.")]
    AlreadyHeld,
    #[error("Its holder does not have this certificate shown here. Whoever has its file can still check that.")]
    NotShown,
    #[error("The place has gone to somebody else since this certificate was issued. Revoke it, or issue it anew in the new name.")]
    GivenOn,
}
