//! Tables for organisers: exactly what is filtered on screen.

use super::refused_at;
use app::ssr::Asking;
use axum::{
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    Result, Services,
    attendance::{self, register_table, summary},
    bookings::{
        sign_up,
        table::{self, Csv, Search},
    },
    feedback::results,
    networks::members,
};
use std::sync::Arc;

/// `GET /organise/events/{slug}/bookings.csv`
pub async fn bookings(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let search = Search::from_query(&asking.query_pairs());
    answer(
        table::csv(&services, &asking.actor, &slug, &search).await,
        &format!("/organise/events/{slug}/bookings.csv"),
    )
}

/// `GET /organise/events/{slug}/attendance.csv`: hours, of exactly those the register shows.
pub async fn attendance(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let filter = app::attendance::filter_of(&asking.query_pairs());
    answer(
        register_table::csv(&services, &asking.actor, &slug, &filter).await,
        &format!("/organise/events/{slug}/attendance.csv"),
    )
}

/// `GET /organise/events/{slug}/attendance/summary.csv`: by where people work.
pub async fn agencies(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = summary::csv(&services, &asking.actor, &slug).await;
    answer(made, &format!("/organise/events/{slug}/attendance/summary.csv"))
}

/// `GET /organise/events/{slug}/attendance/online.csv`: the lines of online reports that are still kept.
pub async fn online(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = attendance::online::csv(&services, &asking.actor, &slug).await;
    answer(made, &format!("/organise/events/{slug}/attendance/online.csv"))
}

/// `GET /organise/events/{slug}/agenda/sign-ups.csv`: who signed up to which session.
pub async fn sign_ups(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = sign_up::desk_csv(&services, &asking.actor, &slug).await;
    answer(made, &format!("/organise/events/{slug}/agenda/sign-ups.csv"))
}

/// `GET /organise/events/{slug}/feedback.csv`: what people said, small numbers hidden.
pub async fn feedback(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = results::csv(&services, &asking.actor, &slug).await;
    answer(made, &format!("/organise/events/{slug}/feedback.csv"))
}

/// `GET /organise/networks/{slug}/members.csv`
pub async fn members(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let search = members::Search::from_query(&asking.query_pairs());
    let made = members::csv(&services, &asking.actor, &slug, &search).await;
    answer(made, &format!("/organise/networks/{slug}/members.csv"))
}

/// A table under its file's name; whoever is not signed in is led back to `path` afterwards.
fn answer(made: Result<Csv>, path: &str) -> Response {
    match made {
        Ok(csv) => (
            [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", csv.file_name)),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ],
            csv.text,
        )
            .into_response(),
        Err(error) => refused_at(error, path),
    }
}
