//! A form with one file: the file is read, and the form is answered like any other. What was wrong is told on the page it
//! came from, which keeps everything but the file.

use crate::downloads::refused;
use app::{forms::sign_in_path, ssr::Asking};
use axum::{
    extract::{Multipart, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{Error, Result, Services, error::FieldErrors, platform::drafts};

/// Room in a posted form for what is around the file, in bytes.
pub const AROUND: usize = 64 * 1024;

/// What was posted, or why that is no form with files.
pub type Parts = std::result::Result<Multipart, MultipartRejection>;

/// A file as it came: without name and bytes where none was chosen.
#[derive(Debug, Default)]
pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Why no file could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    Missing,
    /// The form is larger than its address takes.
    TooLarge,
}

/// The file in the field called `field`; what cannot be read is told in the words of `problem`.
pub async fn read(field: &str, parts: Parts, problem: impl Fn(Unread) -> FieldErrors) -> std::result::Result<File, FieldErrors> {
    let unread = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => problem(Unread::TooLarge),
        _ => problem(Unread::Missing),
    };
    let mut parts = parts.map_err(|_| problem(Unread::Missing))?;
    while let Some(part) = parts.next_field().await.map_err(|cause| unread(cause.status()))? {
        if part.name() == Some(field) {
            return Ok(File {
                name: part.file_name().unwrap_or_default().to_owned(),
                bytes: part.bytes().await.map_err(|cause| unread(cause.status()))?.into(),
            });
        }
    }
    Ok(File::default())
}

/// Where the form leads: to `next`, or back to the page it is on with what was wrong.
pub async fn answer(services: &Services, asking: &Asking, done: Result<()>, next: &str, page: &str) -> Response {
    match done {
        Ok(()) => Redirect::to(next).into_response(),
        Err(Error::SignInNeeded) => Redirect::to(&sign_in_path(page)).into_response(),
        Err(Error::Invalid(problems)) => lead_back(services, asking, page, &problems).await,
        Err(Error::NotFound) => crate::pages::told(
            StatusCode::NOT_FOUND,
            "Page not found",
            "What this form was about is not here any more, or is not yours to change. Nothing was changed.",
        ),
        Err(Error::Forbidden) => crate::pages::told(
            StatusCode::FORBIDDEN,
            "You cannot do this",
            "You are signed in, but your role does not include it. Nothing was changed.",
        ),
        Err(error) => refused(error),
    }
}

/// Back to `page`, which says what was wrong.
pub async fn lead_back(services: &Services, asking: &Asking, page: &str, problems: &FieldErrors) -> Response {
    let join = if page.contains('?') { '&' } else { '?' };
    match drafts::keep(services, &asking.browser, None, &serde_json::Value::Null, problems).await {
        Ok(draft) => Redirect::to(&format!("{page}{join}draft={draft}")).into_response(),
        Err(error) => refused(error),
    }
}
