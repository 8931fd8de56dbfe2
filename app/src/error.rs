//! All that may cross the wire when something fails: never database text, a path or anybody's name.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// What a server function answers when it cannot answer with a redirect.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, thiserror::Error)]
pub enum AppError {
    #[error("That could not be read. Go back and try again.")]
    Unreadable,
    #[error("Something went wrong on our side. Nothing was changed. Reference {0}.")]
    Failed(String),
    #[error("This needs you to sign in.")]
    SignInNeeded,
    #[error("You are not allowed to do this.")]
    Forbidden,
    #[error("This is not here.")]
    NotFound,
    #[error("{0}")]
    Refused(String),
    #[error("Too many tries. Wait {0} seconds and try again.")]
    TooMany(u64),
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Unreadable
    }
}

#[cfg(feature = "ssr")]
impl From<domain::Error> for AppError {
    /// The one place where a cause is logged, once; the reader gets a reference to it.
    fn from(error: domain::Error) -> Self {
        use domain::Error;
        match error {
            Error::NotFound => Self::NotFound,
            Error::Forbidden => Self::Forbidden,
            Error::SignInNeeded => Self::SignInNeeded,
            Error::Invalid(errors) => Self::Refused(errors.to_string()),
            Error::Refused(refusal) => Self::Refused(refusal.to_string()),
            Error::TooMany(seconds) => Self::TooMany(seconds),
            cause @ (Error::Database(_) | Error::Unexpected(_)) => {
                let reference = crate::ssr::error_reference();
                tracing::error!(reference, cause = %cause, "a request failed");
                Self::Failed(reference)
            }
        }
    }
}
