//! Photos of speakers: handed in by a form with a file, and shown to anybody under a name that changes with them.

use super::refused;
use app::ssr::{Asking, encode};
use axum::{
    extract::{DefaultBodyLimit, Extension, Multipart, Path, State, multipart::MultipartRejection},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    Error, Services,
    agenda::photos,
    error::FieldErrors,
    platform::{drafts, pictures},
};
use std::sync::Arc;

/// Room in a posted form for what is around the file.
const AROUND: usize = 64 * 1024;

pub fn routes() -> axum::Router<Arc<Services>> {
    let limit = || DefaultBodyLimit::max(pictures::MOST_BYTES + AROUND);
    axum::Router::new()
        .route("/photos/{name}", get(show))
        .route("/organise/events/{slug}/agenda/speakers/{code}/photo", post(hand_in).layer(limit()))
        .route("/speaking/{token}/photo", post(hand_in_own).layer(limit()))
}

/// `GET /photos/{name}`: for ever the same, as another photo has another name.
async fn show(State(services): State<Arc<Services>>, Path(name): Path<String>) -> Response {
    match photos::load(&services, &name).await {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "image/jpeg"),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
                (HeaderName::from_static("x-robots-tag"), "noindex"),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => refused(error),
    }
}

/// `POST /organise/events/{slug}/agenda/speakers/{code}/photo`: refused like any form, on the page it came from.
async fn hand_in(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path((slug, code)): Path<(String, String)>,
    parts: Result<Multipart, MultipartRejection>,
) -> Response {
    let page = format!("/organise/events/{}/agenda/speakers", encode(&slug).replace('/', "%2F"));
    let form = format!("{page}?photo={}", encode(&code));
    let done = match read(parts).await {
        Ok(bytes) => photos::set(&services, &asking.actor, &slug, &code, bytes).await,
        // Whoever may not hand one in is told that first.
        Err(problem) => match photos::set(&services, &asking.actor, &slug, &code, Vec::new()).await {
            Err(Error::Invalid(_)) => Err(problem.into()),
            other => other,
        },
    };
    answer(&services, &asking, done, &format!("{page}?done=photo"), &form).await
}

/// `POST /speaking/{token}/photo`: by a speaker's private link.
async fn hand_in_own(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(token): Path<String>,
    parts: Result<Multipart, MultipartRejection>,
) -> Response {
    let page = format!("/speaking/{}", encode(&token));
    let done = match read(parts).await {
        Ok(bytes) => photos::set_own(&services, &token, bytes).await,
        // Whoever has no such link is told that first.
        Err(problem) => match photos::set_own(&services, &token, Vec::new()).await {
            Err(Error::Invalid(_)) => Err(problem.into()),
            other => other,
        },
    };
    answer(&services, &asking, done, &format!("{page}?saved=1"), &format!("{page}?photo=1")).await
}

/// Where a posted photo leads: to `next`, or back to its form with what was wrong.
async fn answer(services: &Services, asking: &Asking, done: domain::Result<()>, next: &str, form: &str) -> Response {
    match done {
        Ok(()) => Redirect::to(next).into_response(),
        Err(Error::SignInNeeded) => Redirect::to(&app::forms::sign_in_path(form)).into_response(),
        Err(Error::Invalid(problems)) => match drafts::keep(services, &asking.browser, None, &serde_json::Value::Null, &problems).await {
            Ok(draft) => Redirect::to(&format!("{form}&draft={draft}")).into_response(),
            Err(error) => refused(error),
        },
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

/// The bytes of the file in a form; none where none was chosen.
async fn read(parts: Result<Multipart, MultipartRejection>) -> Result<Vec<u8>, FieldErrors> {
    let problem = |refusal: pictures::Refusal| FieldErrors::one("photo", "not_taken", refusal.to_string());
    let mut parts = parts.map_err(|_| problem(pictures::Refusal::Missing))?;
    let unread = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => problem(pictures::Refusal::TooLarge),
        _ => problem(pictures::Refusal::Missing),
    };
    while let Some(part) = parts.next_field().await.map_err(|cause| unread(cause.status()))? {
        if part.name() == Some("photo") {
            return Ok(part.bytes().await.map_err(|cause| unread(cause.status()))?.into());
        }
    }
    Ok(Vec::new())
}
