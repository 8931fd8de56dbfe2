//! Style sheets, fonts and the browser bundle, embedded in the program under names that change with their content, and
//! compressed when it was built.

use app::layout::Assets;
use axum::{
    body::Body,
    extract::Path,
    http::{HeaderMap, Response, StatusCode, header},
    response::IntoResponse,
};

/// One file as embedded.
pub struct Embedded {
    /// Its name in addresses, with a piece of its hash in it.
    pub name: &'static str,
    pub media_type: &'static str,
    pub plain: &'static [u8],
    pub brotli: Option<&'static [u8]>,
    pub gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The names pages use.
#[must_use]
pub fn names() -> Assets {
    Assets {
        css: format!("/assets/{CSS}"),
        icon: format!("/assets/{ICON}"),
        scan: SCAN.map(|name| format!("/assets/{name}.js")),
    }
}

/// The bundle's folder and name, if one was built.
#[must_use]
pub fn bundle() -> Option<&'static str> {
    BUNDLE
}

/// `GET /assets/{name}`: for ever the same, in the encoding the reader takes.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response<Body> {
    let Some(file) = FILES.iter().find(|file| file.name == name) else {
        return (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], "Not found").into_response();
    };
    let accepts = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let takes = |coding: &str| accepts.split(',').any(|part| part.trim().split(';').next() == Some(coding));
    let (bytes, coding) = match (file.brotli.filter(|_| takes("br")), file.gzip.filter(|_| takes("gzip"))) {
        (Some(bytes), _) => (bytes, Some("br")),
        (None, Some(bytes)) => (bytes, Some("gzip")),
        (None, None) => (file.plain, None),
    };
    let mut response = Response::new(Body::from(bytes));
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(file.media_type));
    out.insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("public, max-age=31536000, immutable"),
    );
    out.insert(header::VARY, header::HeaderValue::from_static("accept-encoding"));
    if let Some(coding) = coding {
        out.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static(coding));
    }
    response
}
