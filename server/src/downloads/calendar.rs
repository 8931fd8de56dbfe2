//! Calendars anyone may download.

use super::refused;
use app::ssr::Asking;
use axum::{
    extract::{Extension, Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    Result, Services, agenda, events, networks,
    portfolio::feed::{self, Feed},
};
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

/// `GET /events.ics`: every event to come, to follow.
pub async fn all_events(State(services): State<Arc<Services>>, headers: HeaderMap) -> Response {
    followed(feed::public(&services).await, &headers, "public, max-age=900")
}

/// `GET /feeds/{token}.ics`: somebody's own calendar, for whoever has its address.
pub async fn own(State(services): State<Arc<Services>>, headers: HeaderMap, Path(token): Path<String>) -> Response {
    followed(feed::feed(&services, &token).await, &headers, "private, max-age=900")
}

/// A feed, or only that it is as it was for whoever has this very text (RFC 9110, 13.1.2).
fn followed(made: Result<Feed>, headers: &HeaderMap, kept: &'static str) -> Response {
    let feed = match made {
        Ok(feed) => feed,
        Err(error) => return refused(error),
    };
    let tag = format!("\"{}\"", feed.tag());
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok());
    let is_known = known
        .flat_map(|value| value.split(','))
        .map(|value| value.trim().trim_start_matches("W/"))
        .any(|value| value == tag || value == "*");
    let about = [
        (header::ETAG, tag),
        (header::LAST_MODIFIED, feed.changed.format("%a, %d %b %Y %H:%M:%S GMT").to_string()),
        (header::CACHE_CONTROL, kept.to_owned()),
        (HeaderName::from_static("x-robots-tag"), "noindex".to_owned()),
    ];
    if is_known {
        return (StatusCode::NOT_MODIFIED, about).into_response();
    }
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8; method=PUBLISH")];
    (about, kind, feed.text).into_response()
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
