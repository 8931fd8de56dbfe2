//! Files people hand in by a form, each kind with a limit of its own. A file is read, and never kept: a form refused for
//! its file keeps everything else.

use crate::downloads::refused_at;
use app::{
    attendance::{import_page, online_page},
    ssr::Asking,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Extension, Multipart, Path, State, multipart::MultipartRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::post,
};
use domain::{
    Error, Result, Services,
    access::Permission,
    attendance::{
        doorlist::{self, FILE_LIMIT, Import},
        online,
    },
    error::FieldErrors,
    events::service::load_for,
    platform::{drafts, limits},
};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// The most that is read of a form with a door list. More than the list may have, so that what stands beside a file
/// that is somewhat too large is read and kept.
const BODY_LIMIT: usize = 4 * FILE_LIMIT;
/// The same of a form with an online report.
const ONLINE_BODY_LIMIT: usize = 2 * online::FILE_LIMIT;

/// The addresses files are posted to.
pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route(
            "/organise/events/{slug}/attendance/upload",
            post(door_list).layer(DefaultBodyLimit::max(BODY_LIMIT)),
        )
        .route(
            "/organise/events/{slug}/attendance/online/upload",
            post(online_report).layer(DefaultBodyLimit::max(ONLINE_BODY_LIMIT)),
        )
}

/// What was handed in; nothing of it where it was far too large.
#[derive(Debug, Default)]
struct Posted {
    fields: BTreeMap<String, String>,
    file: Vec<u8>,
    too_large: bool,
}

impl Posted {
    fn take(&mut self, name: &str) -> String {
        self.fields.remove(name).unwrap_or_default()
    }

    /// Reads the file, gives what it holds to `found`, and says what is wrong with it.
    fn read_file<T>(
        &mut self,
        limit: usize,
        too_large: &str,
        read: impl FnOnce(&[u8]) -> Result<T>,
        found: impl FnOnce(T),
    ) -> Result<FieldErrors> {
        self.too_large |= self.file.len() > limit;
        if self.too_large {
            return Ok(FieldErrors::one("file", "too_large", too_large));
        }
        match read(&self.file) {
            Ok(read) => found(read),
            Err(Error::Invalid(wrong)) => return Ok(wrong),
            Err(error) => return Err(error),
        }
        Ok(FieldErrors::default())
    }
}

/// The fields and the one file (`file`) of a form. An error is the status of what is no such form.
async fn read(parts: std::result::Result<Multipart, MultipartRejection>) -> std::result::Result<Posted, StatusCode> {
    let mut parts = parts.map_err(|rejection| rejection.status())?;
    let mut posted = Posted::default();
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return Ok(posted),
            Err(error) => return too_large(posted, error.status()),
        };
        let Some(name) = part.name().map(str::to_owned) else { continue };
        match part.bytes().await {
            Ok(bytes) if name == "file" => posted.file = bytes.into(),
            Ok(bytes) => {
                let text = String::from_utf8_lossy(&bytes).trim().chars().take(200).collect();
                posted.fields.insert(name, text);
            }
            Err(error) => return too_large(posted, error.status()),
        }
    }
}

fn too_large(posted: Posted, status: StatusCode) -> std::result::Result<Posted, StatusCode> {
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        Ok(Posted { too_large: true, ..posted })
    } else {
        Err(status)
    }
}

/// What was handed in by somebody who may, or the answer to whoever may not: they are told so before anything of theirs is
/// read. `page` is where the form is.
async fn accept(
    services: &Services,
    asking: &Asking,
    slug: &str,
    page: &str,
    parts: std::result::Result<Multipart, MultipartRejection>,
) -> std::result::Result<Posted, Response> {
    let may: Result<()> = async {
        load_for(services, &asking.actor, Permission::Edit, slug).await?;
        let whom = asking.actor.person_id().map(|id| id.to_string()).unwrap_or_default();
        limits::count_upload(services, &whom).await
    }
    .await;
    may.map_err(|error| refused_at(error, page))?;
    let read = read(parts).await;
    read.map_err(|status| (status, "That could not be read. Go back and try again.\n").into_response())
}

/// `POST /organise/events/{slug}/attendance/upload`: a door list, looked through on the page it leads to.
pub async fn door_list(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(slug): Path<String>,
    parts: std::result::Result<Multipart, MultipartRejection>,
) -> Response {
    let page = import_page::path(&slug);
    let mut posted = match accept(&services, &asking, &slug, &page, parts).await {
        Ok(posted) => posted,
        Err(answer) => return answer,
    };
    let mut import = Import {
        to: posted.take("to"),
        day: posted.take("day"),
        at: posted.take("at"),
        ..Import::default()
    };
    let words = "The file is larger than 1 MB. Is it the list, saved as CSV?";
    let problems = posted.read_file(FILE_LIMIT, words, doorlist::read, |list| import.list = list);
    lead_to(&services, &asking, &page, &import, problems, posted.too_large).await
}

/// `POST /organise/events/{slug}/attendance/online/upload`: a report of an online meeting, looked through on the page it
/// leads to.
pub async fn online_report(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(slug): Path<String>,
    parts: std::result::Result<Multipart, MultipartRejection>,
) -> Response {
    let page = online_page::path(&slug);
    let mut posted = match accept(&services, &asking, &slug, &page, parts).await {
        Ok(posted) => posted,
        Err(answer) => return answer,
    };
    let mut import = online::Import {
        to: posted.take("to"),
        ..online::Import::default()
    };
    let words = "The file is larger than 5 MB. Is it the report of one meeting?";
    let problems = posted.read_file(online::FILE_LIMIT, words, online::read, |report| import.report = report);
    lead_to(&services, &asking, &page, &import, problems, posted.too_large).await
}

/// Keeps what was handed in and leads to the page that shows it.
async fn lead_to<I: Serialize>(
    services: &Services,
    asking: &Asking,
    page: &str,
    import: &I,
    problems: Result<FieldErrors>,
    too_large: bool,
) -> Response {
    let kept = match (problems, serde_json::to_value(import)) {
        (Ok(problems), Ok(import)) => drafts::keep(services, &asking.browser, None, &import, &problems).await,
        (Err(error), _) => Err(error),
        (_, Err(error)) => Err(error.into()),
    };
    let to = match kept {
        Ok(id) => format!("{page}?draft={id}"),
        Err(error) => return crate::downloads::refused(error),
    };
    if too_large {
        let refresh = [(header::REFRESH, format!("0;url={to}"))];
        return (StatusCode::PAYLOAD_TOO_LARGE, refresh, "The file is too large.\n").into_response();
    }
    Redirect::to(&to).into_response()
}
