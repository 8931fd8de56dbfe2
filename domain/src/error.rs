//! Everything that can go wrong, sorted by who can do something about it.

use crate::{attendance, bookings, certificates, events, feedback, networks, people};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a service answers when it does not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not there, or not the reader's to see.
    #[error("not found")]
    NotFound,
    /// The reader would have to sign in first.
    #[error("sign in first")]
    SignInNeeded,
    /// Signed in, with the wrong role.
    #[error("not allowed")]
    Forbidden,
    /// What was typed cannot be used; each problem names its field.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// A rule says no; a page may match on which.
    #[error("{0}")]
    Refused(Refusal),
    /// Too often; try again after this many seconds.
    #[error("too many tries; wait {0} seconds")]
    TooMany(u64),
    #[cfg(feature = "server")]
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[cfg(feature = "server")]
    #[error("{0:#}")]
    Unexpected(#[from] anyhow::Error),
}

impl Error {
    /// The same, said of one field of a form: a refusal that whoever typed there can mend.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        match self {
            Self::Refused(refusal) => FieldErrors::one(field, "refused", refusal.to_string()).into(),
            other => other,
        }
    }
}

/// The refusals of every area.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    Attendance(#[from] attendance::Refusal),
    #[error("{0}")]
    Booking(#[from] bookings::Refusal),
    #[error("{0}")]
    Certificate(#[from] certificates::Refusal),
    #[error("{0}")]
    Event(#[from] events::Refusal),
    #[error("{0}")]
    Feedback(#[from] feedback::Refusal),
    #[error("{0}")]
    Network(#[from] networks::Refusal),
    #[error("{0}")]
    Person(#[from] people::Refusal),
}

#[cfg(feature = "server")]
impl From<serde_json::Error> for Error {
    fn from(cause: serde_json::Error) -> Self {
        Self::Unexpected(cause.into())
    }
}

macro_rules! from_refusal {
    ($($area:ident),+) => {$(
        impl From<$area::Refusal> for Error {
            fn from(refusal: $area::Refusal) -> Self {
                Self::Refused(refusal.into())
            }
        }
    )+};
}
from_refusal!(attendance, bookings, certificates, events, feedback, networks, people);

/// One field and what is wrong with it, in words that stand both beside the field and in the summary.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldError {
    /// The field's name in its form, as `places[0][email]`; empty when it is about the whole form.
    pub field: String,
    /// A short word for machines.
    pub code: String,
    pub message: String,
}

/// The problems of one form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    pub fn add(&mut self, field: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push(FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        });
    }

    #[must_use]
    pub fn one(field: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, code, message);
        errors
    }

    /// The value if nothing was wrong, otherwise all that was.
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(Error::Invalid(self)) }
    }

    /// Keeps `parsed`, or notes its problem against `field`.
    pub fn take<T>(&mut self, field: impl Into<String>, parsed: std::result::Result<T, String>) -> Option<T> {
        match parsed {
            Ok(value) => Some(value),
            Err(message) => {
                self.add(field, "invalid", message);
                None
            }
        }
    }

    /// What is wrong with this field, if anything.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

impl std::fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            f.write_str(&error.message)?;
        }
        Ok(())
    }
}

impl From<FieldErrors> for Error {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}
