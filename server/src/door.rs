//! Check-in without signal, as the phone's script asks for it: the script itself, the list it takes along, and where it
//! sends what it kept.

use crate::{
    api::{JSON_LIMIT, is_json},
    assets,
    downloads::{refused, refused_at},
};
use app::ssr::Asking;
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Extension, Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    Error, Services,
    access::Permission,
    attendance::offline::{self, Batch, MOST_AT_ONCE},
    events,
};
use serde_json::json;
use std::sync::Arc;

/// The script's files under their fixed names: it must be found again by a phone that loaded it days ago.
const FILES: [(&str, &str); 7] = [
    ("camera.js", include_str!("../../app/door/camera.js")),
    ("clock.js", include_str!("../../app/door/clock.js")),
    ("door.js", include_str!("../../app/door/door.js")),
    ("rules.js", include_str!("../../app/door/rules.js")),
    ("store.js", include_str!("../../app/door/store.js")),
    ("sw.js", include_str!("../../app/door/sw.js")),
    ("sync.js", include_str!("../../app/door/sync.js")),
];

pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/check-in/_/{name}", get(file))
        .route("/check-in/{slug}/offline.webmanifest", get(manifest))
        .route("/_file/json/check-in/{slug}/list", get(list))
        .route("/check-in/{slug}/sync", post(sync))
        .layer(axum::extract::DefaultBodyLimit::disable())
}

/// `GET /check-in/_/{name}`: a slug holds no underscore, so no event is at this address.
async fn file(Path(name): Path<String>) -> Response {
    let Some((_, text)) = FILES.iter().find(|(known, _)| *known == name) else {
        return refused(Error::NotFound);
    };
    (
        [
            (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
            (header::CACHE_CONTROL, "no-cache"),
            // The worker stands for all pages of check-in, though it lies a folder deeper.
            (HeaderName::from_static("service-worker-allowed"), "/check-in/"),
        ],
        *text,
    )
        .into_response()
}

/// `GET /check-in/{slug}/offline.webmanifest`: what the page is called once it is put among the phone's programs.
async fn manifest(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let event = match events::service::load_for(&services, &asking.actor, Permission::CheckIn, &slug).await {
        Ok((event, _)) => event,
        Err(error) => return refused_at(error, &format!("/check-in/{slug}/offline.webmanifest")),
    };
    let page = format!("/check-in/{slug}/offline");
    let manifest = json!({
        "id": page, "start_url": page, "scope": "/check-in/", "display": "standalone",
        "name": format!("Check-in: {}", event.shown_title()), "short_name": "Check-in", "lang": "en-GB",
        "background_color": "#fbf7f0", "theme_color": "#572059",
        "icons": [{ "src": assets::names().icon, "sizes": "any", "type": "image/svg+xml" }],
    });
    (
        [
            (header::CONTENT_TYPE, "application/manifest+json"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        manifest.to_string(),
    )
        .into_response()
}

/// `GET /check-in/{slug}/list.json`
async fn list(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    match offline::list(&services, &asking.actor, &slug).await {
        Ok(list) => ([(header::CACHE_CONTROL, "no-store")], Json(list)).into_response(),
        Err(error) => refused_at(error, &format!("/check-in/{slug}/list.json")),
    }
}

/// `POST /check-in/{slug}/sync`
async fn sync(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let batch = match read(&headers, body).await {
        Ok(batch) => batch,
        Err((status, words)) => return (status, words).into_response(),
    };
    match offline::sync(&services, &asking.actor, &slug, batch).await {
        Ok(answers) => {
            let answer = json!({ "now": services.clock.now().timestamp_millis(), "answers": answers });
            ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
        }
        // Whoever signs in again comes back to the page that holds what was kept.
        Err(error) => refused_at(error, &format!("/check-in/{slug}/offline")),
    }
}

async fn read(headers: &HeaderMap, body: Body) -> Result<Batch, (StatusCode, String)> {
    if !is_json(headers) {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "Send application/json.\n".to_owned()));
    }
    let bytes = to_bytes(body, JSON_LIMIT)
        .await
        .map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "Send no more than 256 KB at once.\n".to_owned()))?;
    let batch: Batch =
        serde_json::from_slice(&bytes).map_err(|cause| (StatusCode::BAD_REQUEST, format!("This cannot be read: {cause}.\n")))?;
    if batch.scans.len() > MOST_AT_ONCE {
        return Err((
            StatusCode::UNPROCESSABLE_ENTITY,
            format!("Send no more than {MOST_AT_ONCE} scans at once.\n"),
        ));
    }
    Ok(batch)
}
