//! What certificates look like: their pictures and colours, a specimen as a PDF, and the forms that take a picture.

use super::refused_at;
use app::{
    certificates::api::template_path,
    forms::sign_in_path,
    ssr::{Asking, encode},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Extension, Multipart, Path, Query, State, multipart::MultipartRejection},
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    Error, Result, Services,
    certificates::template::{Which, read_colour, service, specimen},
    error::FieldErrors,
    platform::{drafts, pictures},
};
use serde::Deserialize;
use std::sync::Arc;

/// Room in a posted form for what is around the file.
const AROUND: usize = 64 * 1024;
/// What never changes under its name.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/certificates/pictures/{name}", get(picture))
        .route("/certificates/colours/{colour}", get(colours))
        .route("/_file/pdf/organise/certificates/specimen", get(specimen_pdf))
        .route(
            "/organise/certificates/pictures/{which}",
            post(hand_in).layer(DefaultBodyLimit::max(pictures::MOST_BYTES + AROUND)),
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
    parts: std::result::Result<Multipart, MultipartRejection>,
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
    match done {
        Ok(()) => Redirect::to(&format!("{page}&now=picture")).into_response(),
        Err(Error::SignInNeeded) => Redirect::to(&sign_in_path(&page)).into_response(),
        Err(Error::Invalid(problems)) => match drafts::keep(&services, &asking.browser, None, &serde_json::Value::Null, &problems).await {
            Ok(draft) => Redirect::to(&format!("{page}&draft={draft}")).into_response(),
            Err(error) => super::refused(error),
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
        Err(error) => super::refused(error),
    }
}

/// The bytes of the file in a form; none where none was chosen.
async fn read(which: Which, parts: std::result::Result<Multipart, MultipartRejection>) -> std::result::Result<Vec<u8>, FieldErrors> {
    let problem = |words: &str| FieldErrors::one(which.word(), "not_taken", words);
    let unread = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => problem("The picture is larger than 8 MB. Choose a smaller one"),
        _ => problem("Choose a picture"),
    };
    let mut parts = parts.map_err(|_| unread(StatusCode::BAD_REQUEST))?;
    while let Some(part) = parts.next_field().await.map_err(|cause| unread(cause.status()))? {
        if part.name() == Some(which.word()) {
            return Ok(part.bytes().await.map_err(|cause| unread(cause.status()))?.into());
        }
    }
    Ok(Vec::new())
}
