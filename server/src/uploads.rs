//! Files people hand in by a form, each kind with a limit of its own. A file is read, and never kept: a form refused for
//! its file keeps everything else.

use app::{attendance::import_page, forms::sign_in_path, ssr::Asking};
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
    attendance::doorlist::{self, FILE_LIMIT, Import},
    error::FieldErrors,
    events::service::load_for,
    platform::drafts,
};
use std::{collections::BTreeMap, sync::Arc};

/// The most that is read of a form with a door list. More than the list may have, so that what stands beside a file
/// that is somewhat too large is read and kept.
const BODY_LIMIT: usize = 4 * FILE_LIMIT;

/// The addresses files are posted to.
pub fn routes() -> Router<Arc<Services>> {
    Router::new().route(
        "/organise/events/{slug}/attendance/upload",
        post(door_list).layer(DefaultBodyLimit::max(BODY_LIMIT)),
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

/// `POST /organise/events/{slug}/attendance/upload`: a door list, looked through on the page it leads to.
pub async fn door_list(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(slug): Path<String>,
    parts: std::result::Result<Multipart, MultipartRejection>,
) -> Response {
    // Whoever may not is told so before anything of theirs is read.
    match load_for(&services, &asking.actor, Permission::Edit, &slug).await {
        Ok(_) => {}
        Err(Error::SignInNeeded) => return Redirect::to(&sign_in_path(&import_page::path(&slug))).into_response(),
        Err(error) => return crate::downloads::refused(error),
    }
    let mut posted = match read(parts).await {
        Ok(posted) => posted,
        Err(status) => return (status, "That could not be read. Go back and try again.\n").into_response(),
    };
    let mut import = Import {
        to: posted.take("to"),
        day: posted.take("day"),
        at: posted.take("at"),
        ..Import::default()
    };
    let mut problems = FieldErrors::default();
    posted.too_large |= posted.file.len() > FILE_LIMIT;
    if posted.too_large {
        problems.add("file", "too_large", "The file is larger than 1 MB. Is it the list, saved as CSV?");
    } else {
        match doorlist::read(&posted.file) {
            Ok(list) => import.list = list,
            Err(Error::Invalid(wrong)) => problems = wrong,
            Err(error) => return crate::downloads::refused(error),
        }
    }
    match keep(&services, &asking, &import, &problems).await {
        Ok(id) => {
            let to = format!("{}?draft={id}", import_page::path(&slug));
            if posted.too_large {
                let refresh = [(header::REFRESH, format!("0;url={to}"))];
                return (StatusCode::PAYLOAD_TOO_LARGE, refresh, "The file is too large.\n").into_response();
            }
            Redirect::to(&to).into_response()
        }
        Err(error) => crate::downloads::refused(error),
    }
}

async fn keep(services: &Services, asking: &Asking, import: &Import, problems: &FieldErrors) -> Result<String> {
    drafts::keep(services, &asking.browser, None, &serde_json::to_value(import)?, problems).await
}
