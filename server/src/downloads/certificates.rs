//! A certificate's files, the keys and the status lists; and the form that takes a file to be checked. None needs a
//! sign-in, and no name or title is ever part of a file's name.

use super::{in_pieces, refused, refused_at};
use crate::handed_in::AROUND;
use app::{
    certificates::checked::{self, Checked},
    ssr::Asking,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Extension, Multipart, Path, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{
    Error, Result, Services,
    certificates::{issue, queries, status_list::TTL_MS, verify::MAX_FILE},
    error::FieldErrors,
    platform::{limits, signing::DidDocument},
};
use std::sync::Arc;

/// The addresses with an ending are as the router's rewrite leaves them.
pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route("/_file/pdf/certificates/{id}", get(pdf))
        .route("/_file/jwt/certificates/{id}", get(jwt))
        .route("/_file/json/certificates/{id}", get(json))
        .route("/certificates/status/{number}", get(status_list))
        .route("/_file/zip/organise/events/{slug}/certificates", get(archive))
        .route("/.well-known/did.json", get(did_document))
        .route("/_file/json/o/{slug}/did", get(did_document_of))
        .route("/verify/check", post(check).layer(DefaultBodyLimit::max(MAX_FILE + AROUND)))
}

/// Lets scripts of other sites read what is public anyway: validators run in browsers too.
const ANYBODY: (HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");

fn file(kind: &'static str, name: Option<String>, body: Vec<u8>) -> Response {
    let mut response = (
        [
            (header::CONTENT_TYPE, kind),
            (header::CACHE_CONTROL, "private, no-cache"),
            (HeaderName::from_static("x-robots-tag"), "noindex"),
            ANYBODY,
        ],
        body,
    )
        .into_response();
    if let Some(value) = name.and_then(|name| format!("attachment; filename=\"{name}\"").parse().ok()) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// `GET /certificates/{id}.pdf`
pub async fn pdf(State(services): State<Arc<Services>>, Path(id): Path<String>) -> Response {
    match queries::pdf(&services, &id).await {
        Ok((bytes, name)) => file("application/pdf", Some(name), bytes),
        Err(error) => refused(error),
    }
}

/// `GET /organise/events/{slug}/certificates.zip`: all that count, sent as they are drawn.
pub async fn archive(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    match issue::archive(&services, &asking.actor, &slug).await {
        Ok(archive) => {
            let headers = [
                (header::CONTENT_TYPE, "application/zip".to_owned()),
                (
                    header::CONTENT_DISPOSITION,
                    format!("attachment; filename=\"{}\"", archive.file_name),
                ),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ];
            (headers, in_pieces(archive.pieces)).into_response()
        }
        Err(error) => refused_at(error, &format!("/organise/events/{slug}/certificates.zip")),
    }
}

/// `GET /certificates/{id}.jwt`: the signed token and nothing else.
pub async fn jwt(State(services): State<Arc<Services>>, Path(id): Path<String>) -> Response {
    match queries::jwt(&services, &id).await {
        Ok(token) => file(
            "text/plain; charset=utf-8",
            Some(format!("certificate-{id}.jwt")),
            token.into_bytes(),
        ),
        Err(error) => refused(error),
    }
}

/// `GET /certificates/{id}.json`: `{"jwt","credential"}`.
pub async fn json(State(services): State<Arc<Services>>, Path(id): Path<String>) -> Response {
    let made: Result<Vec<u8>> = async { Ok(serde_json::to_vec_pretty(&queries::json(&services, &id).await?)?) }.await;
    match made {
        Ok(bytes) => file("application/json", Some(format!("certificate-{id}.json")), bytes),
        Err(error) => refused(error),
    }
}

/// `GET /certificates/status/{number}`: the signed list of what was revoked. The same for everybody, so that fetching
/// it tells nobody which certificate is being checked.
pub async fn status_list(State(services): State<Arc<Services>>, Path(number): Path<String>) -> Response {
    let made = match number.parse() {
        Ok(number) => queries::status_list(&services, number).await,
        Err(_) => Err(Error::NotFound),
    };
    match made {
        Ok(token) => {
            let cache = format!("public, max-age={}", TTL_MS / 1_000);
            (
                [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), ANYBODY],
                [(header::CACHE_CONTROL, cache)],
                token,
            )
                .into_response()
        }
        Err(error) => refused(error),
    }
}

/// `GET /.well-known/did.json`: every public key there ever was, of the host and of the organisations on it.
pub async fn did_document(State(services): State<Arc<Services>>) -> Response {
    document(queries::did_document(&services))
}

/// `GET /o/{slug}/did.json`: the keys of a further organisation, `did:web:HOST:o:SLUG`. The first one signs as the host.
pub async fn did_document_of(State(services): State<Arc<Services>>, Path(slug): Path<String>) -> Response {
    document(queries::did_document_of(&services, &slug))
}

fn document(found: Result<DidDocument>) -> Response {
    match found {
        Ok(document) => (
            [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "public, max-age=300"),
                ANYBODY,
            ],
            document.to_json().to_string(),
        )
            .into_response(),
        Err(error) => refused(error),
    }
}

/// What was handed in.
#[derive(Default)]
struct Posted {
    file: Vec<u8>,
    address: String,
}

/// `POST /verify/check`: a file or an address; the answer is kept for the browser that asked and shown on `/verify`.
/// Whoever accepts only JSON gets the verdict itself.
pub async fn check(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    parts: Multipart,
) -> Response {
    let posted = match read(parts).await {
        Ok(posted) => posted,
        Err(StatusCode::PAYLOAD_TOO_LARGE) => return too_large(&services, &asking).await,
        Err(status) => return (status, "That could not be read. Go back and try again.\n").into_response(),
    };
    let wants_json = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.starts_with("application/json"));
    match answer(&services, &asking, posted, wants_json).await {
        Ok(response) => response,
        Err(error) => refused(error),
    }
}

async fn read(mut parts: Multipart) -> std::result::Result<Posted, StatusCode> {
    let mut posted = Posted::default();
    while let Some(part) = parts.next_field().await.map_err(|error| error.status())? {
        match part.name() {
            Some("file") => posted.file = part.bytes().await.map_err(|error| error.status())?.into(),
            Some("address") => {
                posted.address = part
                    .text()
                    .await
                    .map_err(|error| error.status())?
                    .trim()
                    .chars()
                    .take(300)
                    .collect()
            }
            _ => {}
        }
    }
    Ok(posted)
}

async fn answer(services: &Services, asking: &Asking, posted: Posted, wants_json: bool) -> Result<Response> {
    limits::count(
        &services.db,
        services.clock.now(),
        services.limits.certificate_address,
        "certificate-address",
        &asking.address,
    )
    .await?;
    if !posted.file.is_empty() {
        let verdict = queries::verify_upload(services, posted.file).await?;
        if wants_json {
            return Ok(Json(verdict).into_response());
        }
        return show(services, asking, &Checked::of(&verdict, &services.site), &FieldErrors::default()).await;
    }
    if posted.address.is_empty() {
        let nothing = FieldErrors::one("file", "missing", "Choose a certificate file, or type a certificate address");
        return show(services, asking, &Checked::default(), &nothing).await;
    }
    match checked::by_address(services, &posted.address).await? {
        Some(verdict) if wants_json => Ok(Json(verdict).into_response()),
        Some(verdict) => show(services, asking, &Checked::of(&verdict, &services.site), &FieldErrors::default()).await,
        None => {
            show(
                services,
                asking,
                &Checked::unknown_address(&posted.address),
                &FieldErrors::default(),
            )
            .await
        }
    }
}

async fn show(services: &Services, asking: &Asking, checked: &Checked, problems: &FieldErrors) -> Result<Response> {
    let path = checked::keep(services, &asking.browser, checked, problems).await?;
    Ok(Redirect::to(&path).into_response())
}

async fn too_large(services: &Services, asking: &Asking) -> Response {
    let problems = FieldErrors::one(
        "file",
        "too_large",
        "The file is larger than 5 MB, so it is no certificate of this site",
    );
    match checked::keep(services, &asking.browser, &Checked::default(), &problems).await {
        Ok(path) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            [(header::REFRESH, format!("0;url={path}"))],
            "The file is too large.\n",
        )
            .into_response(),
        Err(error) => refused(error),
    }
}
