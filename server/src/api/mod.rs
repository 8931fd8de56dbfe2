//! The JSON API, version 1. It ignores cookies: what it shows is public, and a booking needs no sign-in. Errors are
//! problem details (RFC 9457).

mod bookings;
mod events;
mod problem;

use axum::{
    Router,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::Services;
use std::sync::Arc;

/// The most a request may post.
pub const JSON_LIMIT: usize = 256 * 1024;

pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/api/v1/events", get(events::list))
        .route("/api/v1/events/{slug}", get(events::show))
        .route("/api/v1/events/{slug}/bookings", post(bookings::book))
        .route("/api/v1/bookings", post(bookings::book_named))
        .route("/api/v1/openapi.json", get(openapi))
        .route("/api/{*rest}", get(nothing).post(nothing))
        .layer(axum::extract::DefaultBodyLimit::disable())
}

async fn nothing() -> Response {
    problem::Problem::new(StatusCode::NOT_FOUND, "not-found", "There is nothing at this address.").into_response()
}

/// The description of all of it.
async fn openapi() -> Response {
    (
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "public, max-age=300"),
        ],
        include_str!("openapi.json"),
    )
        .into_response()
}

/// Whether a request says that its body is JSON.
#[must_use]
pub fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}
