//! Files: calendars, certificates, keys, photos, portfolios, tables. Each handler asks the domain and says what kind of file it is.

mod calendar;
mod certificates;
mod papers;
mod photos;
mod portfolio;
mod tables;
mod template;

use app::forms::sign_in_path;
use axum::{
    Router,
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{Error, Services, platform::archive::Pieces};
use std::sync::Arc;

/// The addresses with an ending, as the router's rewrite leaves them.
pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/_file/ics/events/{slug}", get(calendar::event))
        .route("/_file/ics/events", get(calendar::all_events))
        .route("/_file/ics/feeds/{token}", get(calendar::own))
        .route("/_file/csv/organise/events/{slug}/feedback", get(tables::feedback))
        .route("/_file/csv/organise/events/{slug}/agenda/sign-ups", get(tables::sign_ups))
        .route("/_file/csv/organise/events/{slug}/bookings", get(tables::bookings))
        .route("/_file/csv/organise/events/{slug}/attendance", get(tables::attendance))
        .route("/_file/pdf/events/{slug}/programme", get(papers::programme))
        .route("/_file/pdf/organise/events/{slug}/badges", get(papers::badges))
        .route("/_file/pdf/organise/events/{slug}/approval", get(papers::approval))
        .route("/_file/pdf/organise/events/{slug}/signing", get(papers::signing))
        .route("/_file/pdf/organise/events/{slug}/names", get(papers::names))
        .route("/_file/csv/organise/events/{slug}/attendance/summary", get(tables::agencies))
        .route("/_file/csv/organise/events/{slug}/attendance/online", get(tables::online))
        .route("/_file/csv/organise/networks/{slug}/members", get(tables::members))
        .route("/_file/ics/networks/{slug}/meetings/{code}", get(calendar::meeting))
        .merge(certificates::routes())
        .merge(photos::routes())
        .merge(portfolio::routes())
        .merge(template::routes())
}

/// What is sent as it is made.
fn in_pieces(pieces: Pieces) -> Body {
    Body::from_stream(futures::stream::unfold(pieces, |mut pieces| async move {
        Some((pieces.recv().await?, pieces))
    }))
}

/// A file that cannot be had: told in one line, with the right status.
pub fn refused(error: Error) -> Response {
    match error {
        Error::NotFound => (StatusCode::NOT_FOUND, "This file is not here.\n").into_response(),
        Error::Forbidden => (StatusCode::FORBIDDEN, "You may not have this file.\n").into_response(),
        Error::SignInNeeded => Redirect::to("/sign-in").into_response(),
        Error::TooMany(seconds) => (
            StatusCode::TOO_MANY_REQUESTS,
            [("retry-after", seconds.to_string())],
            "Too many tries.\n",
        )
            .into_response(),
        Error::Invalid(_) | Error::Refused(_) => (StatusCode::CONFLICT, format!("{error}\n")).into_response(),
        cause @ (Error::Database(_) | Error::Unexpected(_)) => {
            tracing::error!(cause = %cause, "a file could not be made");
            (StatusCode::INTERNAL_SERVER_ERROR, "This file could not be made. Try again.\n").into_response()
        }
    }
}

/// The same for what is somebody's to have once they have signed in: they are led back to `path` afterwards.
pub fn refused_at(error: Error, path: &str) -> Response {
    match error {
        Error::SignInNeeded => Redirect::to(&sign_in_path(path)).into_response(),
        error => refused(error),
    }
}
