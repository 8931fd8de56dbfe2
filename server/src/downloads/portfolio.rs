//! What somebody keeps in their portfolio: handed in by a form with a file, and given out only as a download, to its owner
//! and to whoever holds a link that shows it.

use super::{refused, refused_at};
use crate::handed_in::{self, AROUND, Parts, Unread};
use app::{
    portfolio::{PACK, entry_path},
    ssr::{Asking, encode},
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Extension, Path, State},
    http::{HeaderName, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    Error, Result, Services,
    ids::RowId,
    portfolio::{
        own::{self, FILE_LIMIT, FileError, Owner, Reader, Served},
        pack::{self, As, Made, Wanted},
    },
};
use std::sync::Arc;

pub fn routes() -> Router<Arc<Services>> {
    Router::new()
        .route(
            "/_file/pdf/my/cpd/pack",
            get(async |state, asking| own_pack(state, asking, As::Pdf).await),
        )
        .route(
            "/_file/zip/my/cpd/pack",
            get(async |state, asking| own_pack(state, asking, As::Zip).await),
        )
        .route(
            "/_file/csv/my/cpd/pack",
            get(async |state, asking| own_pack(state, asking, As::Csv).await),
        )
        .route(
            "/_file/json/my/cpd/pack",
            get(async |state, asking| own_pack(state, asking, As::Json).await),
        )
        .route("/my/cpd/files/{id}", get(own_file))
        .route(
            "/my/cpd/entries/{of}/files",
            post(hand_in).layer(DefaultBodyLimit::max(FILE_LIMIT + AROUND)),
        )
        .route("/_file/pdf/appraiser/{token}/pack", get(shared_pack))
        .route("/appraiser/{token}/files/{id}", get(shared_file))
}

/// Never opened in the browser, never kept by it, never found by a search.
fn download(name: &str, media_type: &str, body: impl Into<Body>) -> Response {
    (
        [
            (header::CONTENT_TYPE, media_type.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (HeaderName::from_static("x-robots-tag"), "noindex".to_owned()),
        ],
        body.into(),
    )
        .into_response()
}

/// A pack, whole or as it is made.
fn packed(made: Made) -> Response {
    let body = match made.body {
        pack::Body::Whole(bytes) => Body::from(bytes),
        pack::Body::Pieces(pieces) => super::in_pieces(pieces),
    };
    download(&made.file_name, made.media_type, body)
}

/// `GET /my/cpd/pack.pdf`, `.zip`, `.csv`, `.json`: refused on the page it was asked for on.
async fn own_pack(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, form: As) -> Response {
    let made: Result<Made> = async {
        let owner = Owner::of(&asking.actor)?;
        pack::make(&services, &owner.reader(), Wanted::read(&asking.query_pairs())?, form).await
    }
    .await;
    match made {
        Ok(made) => packed(made),
        Err(Error::Invalid(problems)) => {
            let of = |name: &str| encode(&asking.query_value(name).unwrap_or_default());
            let with = asking.query_value("reflections").map_or("", |_| "&reflections=true");
            let page = format!("{PACK}?from={}&until={}{with}", of("from"), of("until"));
            handed_in::lead_back(&services, &asking, &page, &problems).await
        }
        Err(error) => refused_at(error, &asked_for(&format!("/my/cpd/pack.{}", form.word()), &asking)),
    }
}

/// `path` as it was asked for, for coming back to.
fn asked_for(path: &str, asking: &Asking) -> String {
    if asking.query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", asking.query)
    }
}

fn row(id: &str) -> Result<RowId> {
    id.parse().map(RowId).map_err(|_| Error::NotFound)
}

async fn file(services: &Services, reader: Result<Reader>, id: &str) -> Result<Served> {
    own::load_file(services, &reader?, row(id)?).await
}

/// `GET /my/cpd/files/{id}`
async fn own_file(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(id): Path<String>) -> Response {
    let owner = Owner::of(&asking.actor).map(Owner::reader);
    match file(&services, owner, &id).await {
        Ok(served) => download(&served.name, &served.media_type, served.bytes),
        Err(error) => refused_at(error, &asked_for(&format!("/my/cpd/files/{}", encode(&id)), &asking)),
    }
}

/// `GET /appraiser/{token}/files/{id}`
async fn shared_file(State(services): State<Arc<Services>>, Path((token, id)): Path<(String, String)>) -> Response {
    let reader = own::open_link(&services, &token).await.map(|shared| shared.reader);
    match file(&services, reader, &id).await {
        Ok(served) => download(&served.name, &served.media_type, served.bytes),
        Err(error) => ([(header::CACHE_CONTROL, "no-store")], refused(error)).into_response(),
    }
}

/// `GET /appraiser/{token}/pack.pdf`: all the link shows.
async fn shared_pack(State(services): State<Arc<Services>>, Path(token): Path<String>) -> Response {
    let made: Result<Made> = async {
        let shared = own::open_link(&services, &token).await?;
        let wanted = Wanted {
            first: shared.first,
            last: shared.last,
            reflections: shared.with_reflections,
        };
        pack::make(&services, &shared.reader, wanted, As::Pdf).await
    }
    .await;
    match made {
        Ok(made) => packed(made),
        Err(error) => ([(header::CACHE_CONTROL, "no-store")], refused(error)).into_response(),
    }
}

/// `POST /my/cpd/entries/{of}/files`: refused like any form, on the page it came from.
async fn hand_in(
    State(services): State<Arc<Services>>,
    Extension(asking): Extension<Asking>,
    Path(of): Path<String>,
    parts: Parts,
) -> Response {
    let page = entry_path(&of);
    let done: Result<()> = async {
        // Whoever may not hand one in is told that before anything of theirs is read.
        let owner = Owner::of(&asking.actor)?;
        own::find_item(&services, &owner.reader(), &of).await?;
        let unread = |why: Unread| match why {
            Unread::Missing => FileError::Missing.at_field(),
            Unread::TooLarge => FileError::TooLarge.at_field(),
        };
        let file = handed_in::read("file", parts, unread).await?;
        own::add_file(&services, &owner, &of, &file.name, file.bytes).await
    }
    .await;
    handed_in::answer(&services, &asking, done, &format!("{page}?done=file"), &page).await
}
