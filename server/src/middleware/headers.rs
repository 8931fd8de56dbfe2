//! Security headers on every answer, and scripts exactly where an island is.

use app::ui::head::HeadSlot;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

/// A page is never larger than this.
const PAGE_LIMIT: usize = 16 * 1024 * 1024;
/// What an island leaves in the page's source.
const ISLAND: &str = "<leptos-island";
/// How the page for checking in without signal asks for its script, which is no island's.
const DOOR: &str = "<script type=\"module\" src=\"/check-in/_/";

/// What a page runs, and so what its policy allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Runs<'a> {
    Nothing,
    /// Islands, whose scripts carry this nonce.
    Islands(&'a str),
    /// The door's own script: it reads codes with the camera, and stays on the phone.
    Door,
}

/// Adds the headers, and what the page left for its head. HTML is taken whole: without an island it loses the framework's two empty scripts, with one the
/// policy names the nonce they carry.
pub async fn headers(mut request: Request, next: Next) -> Response {
    let head = HeadSlot::default();
    request.extensions_mut().insert(head.clone());
    let response = next.run(request).await;
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    if !is_page {
        let mut response = response;
        secure(response.headers_mut(), Runs::Nothing);
        return see_other(response);
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, PAGE_LIMIT).await else {
        tracing::error!("a page could not be read to its end");
        return crate::pages::unavailable();
    };
    let page = String::from_utf8_lossy(&bytes);
    let (page, nonce) = if page.contains(ISLAND) {
        let nonce = page
            .split_once("nonce=\"")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(nonce, _)| nonce.to_owned());
        (page.into_owned(), nonce)
    } else {
        (without_scripts(&page), None)
    };
    let runs = match &nonce {
        Some(nonce) => Runs::Islands(nonce),
        None if page.contains(DOOR) => Runs::Door,
        None => Runs::Nothing,
    };
    secure(&mut parts.headers, runs);
    let page = with_head(page, &head.take());
    parts.headers.remove(header::CONTENT_LENGTH);
    see_other(Response::from_parts(parts, Body::from(page)))
}

/// Puts what the page says of itself into the document's head.
fn with_head(page: String, head: &str) -> String {
    match page.split_once("</head>") {
        Some((before, after)) if !head.is_empty() => format!("{before}{head}</head>{after}"),
        _ => page,
    }
}

/// A form's answer is 303, so that the next request is a GET.
fn see_other(mut response: Response) -> Response {
    if response.status() == StatusCode::FOUND {
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
    response
}

/// Cuts every `<script>` of a page that has no island but the door's: the framework's own are written with empty lists.
fn without_scripts(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, script)) = rest.split_once("<script") {
        out.push_str(before);
        // Data for search engines is no script to run.
        if script.starts_with(" type=\"application/ld+json\"") || script.starts_with(&DOOR["<script".len()..]) {
            out.push_str("<script");
            rest = script;
            continue;
        }
        rest = script.split_once("</script>").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

fn secure(headers: &mut HeaderMap, runs: Runs<'_>) {
    let scripts = match runs {
        Runs::Nothing => "'self'".to_owned(),
        Runs::Islands(nonce) => format!("'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
        Runs::Door => "'self' 'wasm-unsafe-eval'; worker-src 'self'; manifest-src 'self'".to_owned(),
    };
    let policy = format!(
        "default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    let camera = if runs == Runs::Door { "camera=(self)" } else { "camera=()" };
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.entry(name).or_insert(value);
        }
    };
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    set(header::REFERRER_POLICY, "same-origin");
    set(
        HeaderName::from_static("permissions-policy"),
        &format!("{camera}, microphone=(), geolocation=()"),
    );
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_an_island_has_no_script_but_its_data() {
        let page =
            "<p>a</p><script>__RESOLVED=[];</script><script type=\"application/ld+json\">{}</script><script nonce=\"x\">b</script><p>c</p>";
        assert_eq!(
            without_scripts(page),
            "<p>a</p><script type=\"application/ld+json\">{}</script><p>c</p>"
        );
        let door = "<script type=\"module\" src=\"/check-in/_/door.js\"></script>";
        assert_eq!(without_scripts(&format!("{door}<script>b</script>")), door);
    }
}
