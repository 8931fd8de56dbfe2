//! What certificates look like: their pictures and colours, a specimen as a PDF, and the forms that take a picture.

use super::refused_at;
use crate::handed_in::{self, Parts, Unread};
use app::{
    certificates::api::template_path,
    ssr::{Asking, encode},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Extension, Path, Query, State},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    Error, Result, Services,
    certificates::template::{Which, read_colour, service, specimen},
    error::FieldErrors,
    platform::pictures,
};
use serde::Deserialize;
use std::sync::Arc;

/// What never changes under its name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/certificates/pictures/{name}", get(picture))
        .route("/certificates/colours/{colour}", get(colours))
        .route("/_file/pdf/organise/certificates/specimen", get(specimen_pdf))
        .route(
            "/organise/certificates/pictures/{which}",
            post(hand_in).layer(DefaultBodyLimit::max(pictures::MOST_BYTES + handed_in::AROUND)),
        )
}

/// `GET /certificates/pictures/{name}`: another picture has another name.
async fn picture(State(services): State<Arc<Services>>, Path(name): Path<String>) -> Response {
    match service::load_picture(&services, &name).await {
        Ok(bytes) => (
            [
                (
                    header::CONTENT_TYPE,
                    if bytes.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" },
                ),
                (header::CACHE_CONTROL, FOR_EVER),
                (HeaderName::from_static("x-robots-tag"), "noindex"),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => super::refused(error),
    }
}

/// `GET /certificates/colours/572059`: a certificate's own colour as a style sheet, since no page may carry one. Only on
/// light paper: in the dark, and where more contrast is asked for, the colours are the site's.
async fn colours(Path(colour): Path<String>) -> Response {
    let Some(read) = read_colour(&colour) else {
        return super::refused(Error::NotFound);
    };
    let accent = format!("#{:02x}{:02x}{:02x}", read.0, read.1, read.2);
    let own = format!("--accent: {accent}; --accent-mid: color-mix(in srgb, {accent} 60%, #ffffff);");
    let sheet = format!(
        "@media print {{ .sheet {{ {own} }} }}\n@media screen and (prefers-color-scheme: light) and (prefers-contrast: no-preference) {{ :root:not([data-contrast=\"more\"]) .sheet {{ {own} }} }}\n"
    );
    (
        [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, FOR_EVER)],
        sheet,
    )
        .into_response()
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    organisation: String,
    sample: String,
}

/// `GET /organise/certificates/specimen.pdf?organisation=…&sample=…`
async fn specimen_pdf(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Query(asked): Query<Asked>) -> Response {
    match specimen::pdf(&services, &asking.actor, &asked.organisation, &asked.sample).await {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, "application/pdf"),
                (header::CACHE_CONTROL, "private, no-store"),
                (header::CONTENT_DISPOSITION, "inline; filename=\"specimen.pdf\""),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => {
            let sample = match asked.sample.as_str() {
                "" => String::new(),
                word => format!("&sample={}", encode(word)),
            };
            let path = format!(
                "/organise/certificates/specimen.pdf?organisation={}{sample}",
                encode(&asked.organisation)
            );
            refused_at(error, &path)
        }
    }
}

/// `POST /organise/certificates/pictures/{which}?organisation=…`: refused like any form, on the page it came from.
async fn hand_in(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(which): Path<String>,
    Query(asked): Query<Asked>,
    parts: Parts,
) -> Response {
    let page = template_path(&asked.organisation, "");
    let done: Result<()> = async {
        // Whoever may not hand one in is told that before anything of theirs is read.
        service::load_own(&services, &asking.actor, &asked.organisation).await?;
        let which: Which = which.parse().map_err(|_| Error::NotFound)?;
        let bytes = read(which, parts).await?;
        service::set_picture(&services, &asking.actor, &asked.organisation, which, bytes).await
    }
    .await;
    handed_in::answer(&services, &asking, done, &format!("{page}&now=picture"), &page).await
}

/// The bytes of the picture in a form; none where none was chosen.
async fn read(which: Which, parts: Parts) -> std::result::Result<Vec<u8>, FieldErrors> {
    let unread = |why: Unread| {
        let refusal = match why {
            Unread::Missing => pictures::Refusal::Missing,
            Unread::TooLarge => pictures::Refusal::TooLarge,
        };
        FieldErrors::one(which.word(), "not_taken", refusal.words("picture"))
    };
    Ok(handed_in::read(which.word(), parts, unread).await?.bytes)
}
