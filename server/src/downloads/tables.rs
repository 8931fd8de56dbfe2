//! Tables for organisers: exactly what is filtered on screen.

use super::refused;
use app::{forms::sign_in_path, ssr::Asking};
use axum::{
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Error, Services,
    bookings::table::{self, Search},
};
use std::sync::Arc;

/// `GET /organise/events/{slug}/bookings.csv`
pub async fn bookings(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let search = Search::from_query(&asking.query_pairs());
    match table::csv(&services, &asking.actor, &slug, &search).await {
        Ok(csv) => (
            [
                (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", csv.file_name)),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ],
            csv.text,
        )
            .into_response(),
        Err(Error::SignInNeeded) => Redirect::to(&sign_in_path(&format!("/organise/events/{slug}/bookings.csv"))).into_response(),
        Err(error) => refused(error),
    }
}
