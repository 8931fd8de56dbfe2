//! The few addresses that are not pages of the app: leaving, signing out, the contrast.

use app::ssr::{Asking, cookie, same_site};
use axum::{
    Form,
    extract::{Extension, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::{Services, people};
use serde::Deserialize;
use std::sync::Arc;

/// What is said when the database cannot be reached; depends on nothing.
#[must_use]
pub fn unavailable() -> Response {
    let page = "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Not available just now</title></head>\
                <body><main><h1>Not available just now</h1><p>Something on our side is not answering. Nothing you sent was changed. Try again in a minute.</p></main></body></html>";
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::RETRY_AFTER, "30"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        page,
    )
        .into_response()
}

/// One short page in the site's own face, for what is refused before any page of the app is asked.
#[must_use]
pub fn told(status: StatusCode, heading: &'static str, words: &'static str) -> Response {
    page(
        status,
        heading,
        &format!("<p>{words}</p><p class=\"links\"><a href=\"/\">Go to the front page</a></p>"),
    )
}

fn page(status: StatusCode, heading: &str, body: &str) -> Response {
    let names = crate::assets::names();
    let (css, icon) = (names.css, names.icon);
    let page = format!(
        "<!DOCTYPE html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\"><title>{heading}</title>\
         <link rel=\"stylesheet\" href=\"{css}\"><link rel=\"icon\" type=\"image/svg+xml\" href=\"{icon}\"></head><body><main id=\"main\" class=\"wrap page\"><div class=\"stack\"><h1>{heading}</h1>{body}</div></main></body></html>"
    );
    (
        status,
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
        ],
        page,
    )
        .into_response()
}

fn add_cookie(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Leaves at once: ends the sign-in, clears what this site kept in the browser, and goes somewhere harmless.
pub async fn leave(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>) -> Response {
    if let Some(token) = &asking.sign_in
        && let Err(cause) = people::service::sign_out(&services, token).await
    {
        tracing::error!(cause = %cause, "leaving could not end a sign-in");
    }
    let mut response = Redirect::to(&services.leave_url).into_response();
    for name in ["sign-in", "browser"] {
        add_cookie(&mut response, &cookie(name, "", Some(0), services.is_https()));
    }
    let headers = response.headers_mut();
    headers.insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

/// Ends this browser's sign-in, and clears what was kept in it for checking people in without signal. Scans that wait to
/// be sent would be lost, so it asks first.
pub async fn sign_out(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, headers: HeaderMap) -> Response {
    let waiting = waiting_scans(&headers);
    if let Some((slug, count)) = waiting
        && asking.query_value("lose").is_none()
    {
        return scans_wait(slug, count);
    }
    if let Some(token) = &asking.sign_in
        && let Err(cause) = people::service::sign_out(&services, token).await
    {
        tracing::error!(cause = %cause, "signing out failed");
        return unavailable();
    }
    let mut response = Redirect::to("/").into_response();
    add_cookie(&mut response, &cookie("sign-in", "", Some(0), services.is_https()));
    if waiting.is_some() {
        add_cookie(&mut response, &format!("{WAITING}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"));
    }
    response.headers_mut().insert(
        HeaderName::from_static("clear-site-data"),
        HeaderValue::from_static("\"cache\", \"storage\""),
    );
    response
}

/// The cookie by which a phone's check-in page says where how many scans wait: `SLUG.COUNT`. It opens nothing.
const WAITING: &str = "door-waiting";

fn waiting_scans(headers: &HeaderMap) -> Option<(&str, u32)> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == WAITING)?;
    let (slug, count) = value.split_once('.')?;
    let is_slug = slug
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    count.parse().ok().filter(|count| is_slug && *count > 0).map(|count| (slug, count))
}

fn scans_wait(slug: &str, count: u32) -> Response {
    let scans = if count == 1 {
        "1 scan waits".to_owned()
    } else {
        format!("{count} scans wait")
    };
    page(
        StatusCode::OK,
        "Scans wait on this phone",
        &format!(
            "<p>{scans} to be sent from this phone. Signing out clears them, and nobody else has them.</p>\
             <p><a class=\"btn\" href=\"/check-in/{slug}/offline\">Go back and send them</a></p>\
             <form method=\"post\" action=\"/sign-out?lose=1\"><button class=\"btn btn--danger btn--line\">Lose them and sign out</button></form>"
        ),
    )
}

/// Leaves a list by the link `token`, and gives the request for the page that says so. What a mail program posts by itself
/// says `List-Unsubscribe=One-Click` (RFC 8058); the button on the page says nothing.
pub async fn unsubscribe(services: &Services, token: &str, request: Request) -> domain::Result<Request> {
    let (mut parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 4_096).await.unwrap_or_default();
    let one_click = body.windows(9).any(|word| word == b"One-Click");
    domain::networks::leave::by_link(services, token, one_click).await?;
    parts.method = Method::GET;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Ok(Request::from_parts(parts, axum::body::Body::empty()))
}

#[derive(Debug, Deserialize)]
pub struct Preferences {
    contrast: String,
    #[serde(default)]
    back: String,
}

/// Remembers the contrast for a year and goes back.
pub async fn preferences(State(services): State<Arc<Services>>, Form(preferences): Form<Preferences>) -> Response {
    let mut response = Redirect::to(&same_site(&preferences.back)).into_response();
    let (value, age) = if preferences.contrast == "more" {
        ("more", 365 * 86_400)
    } else {
        ("normal", 365 * 86_400)
    };
    let secure = if services.is_https() { "; Secure" } else { "" };
    add_cookie(
        &mut response,
        &format!("contrast={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"),
    );
    response
}
