//! Photos of speakers: handed in by a form with a file, and shown to anybody under a name that changes with them.

use super::refused;
use crate::handed_in::{self, Parts, Unread};
use app::ssr::{Asking, encode};
use axum::{
    extract::{DefaultBodyLimit, Extension, Path, State},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{Error, Services, agenda::photos, error::FieldErrors, platform::pictures};
use std::sync::Arc;

pub fn routes() -> axum::Router<Arc<Services>> {
    let limit = || DefaultBodyLimit::max(pictures::MOST_BYTES + handed_in::AROUND);
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
    parts: Parts,
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
    handed_in::answer(&services, &asking, done, &format!("{page}?done=photo"), &form).await
}

/// `POST /speaking/{token}/photo`: by a speaker's private link.
async fn hand_in_own(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(token): Path<String>,
    parts: Parts,
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
    handed_in::answer(&services, &asking, done, &format!("{page}?saved=1"), &format!("{page}?photo=1")).await
}

/// The bytes of the photo in a form; none where none was chosen.
async fn read(parts: Parts) -> Result<Vec<u8>, FieldErrors> {
    let unread = |why: Unread| {
        let refusal = match why {
            Unread::Missing => pictures::Refusal::Missing,
            Unread::TooLarge => pictures::Refusal::TooLarge,
        };
        FieldErrors::one("photo", "not_taken", refusal.words("photo"))
    };
    Ok(handed_in::read("photo", parts, unread).await?.bytes)
}
