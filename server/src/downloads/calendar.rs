//! Calendars anyone may download.

use super::refused;
use app::ssr::Asking;
use axum::{
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use domain::{Result, Services, agenda, events, networks};
use std::sync::Arc;

/// `GET /events/{slug}.ics`
pub async fn event(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made: Result<String> = async {
        let (event, organisation) = events::service::load(&services, &asking.actor, &slug).await?;
        let sessions = agenda::queries::list_sessions(&services.db.read, event.id).await?;
        Ok(events::calendar::published(&services, &event, &organisation, &sessions)?)
    }
    .await;
    answer(made.map(|text| (slug, text)))
}

/// `GET /networks/{slug}/meetings/{code}.ics`
pub async fn meeting(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path((slug, code)): Path<(String, String)>,
) -> Response {
    answer(networks::service::calendar_file(&services, &asking.actor, &slug, &code).await)
}

/// A calendar under its file's name, or why there is none.
fn answer(made: Result<(String, String)>) -> Response {
    match made {
        Ok((name, text)) => (
            [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8; method=PUBLISH".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.ics\"")),
                (header::CACHE_CONTROL, "public, max-age=900".to_owned()),
            ],
            text,
        )
            .into_response(),
        Err(error) => refused(error),
    }
}
