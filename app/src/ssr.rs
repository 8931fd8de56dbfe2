//! The server's half of a request: who is asking, from which browser, and the services that answer.

use axum::http::request::Parts;
use domain::{Services, access::Actor, platform::drafts::Draft};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use std::sync::Arc;

/// Everything a page or a form needs to know of the request; put there by the server's middleware.
#[derive(Clone, Debug)]
pub struct Asking {
    pub actor: Actor,
    /// The browser's own random name, from its cookie; drafts and sign-in codes are bound to it.
    pub browser: String,
    /// Whether high contrast was asked for on the page.
    pub contrast: bool,
    /// The path and query as asked, for coming back to.
    pub path: String,
    pub query: String,
    /// The address of the client as far as it can be trusted, for limits only.
    pub address: String,
    /// The token of this browser's sign-in, for signing out.
    pub sign_in: Option<String>,
}

impl Asking {
    /// One value of the query, decoded.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<String> {
        self.query_pairs().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    #[must_use]
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(&self.query)
    }
}

/// The pairs of a query, decoded.
#[must_use]
pub fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Form decoding: plus is a space, `%XX` a byte; what is not UTF-8 becomes a replacement character.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => match tail
                .get(..2)
                .and_then(|hex| std::str::from_utf8(hex).ok())
                .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            {
                Some(byte) => {
                    bytes.push(byte);
                    rest = &tail[2..];
                }
                None => bytes.push(b'%'),
            },
            byte => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Encodes one value of a query.
#[must_use]
pub fn encode(value: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The services, which the server gives every request.
///
/// # Panics
/// When called outside a request.
#[must_use]
pub fn services() -> Arc<Services> {
    expect_context::<Arc<Services>>()
}

/// Who is asking.
///
/// # Panics
/// When called outside a request.
#[must_use]
pub fn asking() -> Asking {
    expect_context::<Parts>()
        .extensions
        .get::<Asking>()
        .cloned()
        .unwrap_or_else(|| Asking {
            actor: Actor::Nobody,
            browser: String::new(),
            contrast: false,
            path: "/".to_owned(),
            query: String::new(),
            address: String::new(),
            sign_in: None,
        })
}

/// Answers with a redirect: 303, or for an island's call the header its client follows.
pub fn redirect(to: &str) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    let Ok(location) = axum::http::HeaderValue::from_str(to) else {
        tracing::error!("a redirect could not be written");
        return;
    };
    let wants_json = use_context::<Parts>()
        .and_then(|parts| {
            parts
                .headers
                .get(axum::http::header::ACCEPT)
                .and_then(|accept| accept.to_str().ok())
                .map(|accept| accept == "application/json")
        })
        .unwrap_or(false);
    response.insert_header(axum::http::header::LOCATION, location);
    if wants_json {
        response.insert_header(
            axum::http::HeaderName::from_static("serverfnredirect"),
            axum::http::HeaderValue::from_static(""),
        );
    } else {
        response.set_status(axum::http::StatusCode::SEE_OTHER);
    }
}

/// Sets the status of the page that is being drawn.
pub fn status(code: axum::http::StatusCode) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(code);
    }
}

/// Adds a header to the answer.
pub fn header(name: axum::http::HeaderName, value: &str) {
    if let (Some(response), Ok(value)) = (use_context::<ResponseOptions>(), axum::http::HeaderValue::from_str(value)) {
        response.append_header(name, value);
    }
}

/// The draft named in the query, if it belongs to this browser.
pub async fn draft() -> domain::Result<Draft> {
    let (services, asking) = (services(), asking());
    let id = asking.query_value("draft").unwrap_or_default();
    Ok(domain::platform::drafts::find(&services, &asking.browser, &id)
        .await?
        .unwrap_or_default())
}

/// A short random word that ties a reader's message to a line in the log.
#[must_use]
pub fn error_reference() -> String {
    use_context::<Arc<Services>>().map_or_else(|| "none".to_owned(), |services| services.random.public_id()[..8].to_owned())
}

/// `next` if it is a path on this site, otherwise the front page. Nothing that a browser could read as another site.
#[must_use]
pub fn same_site(next: &str) -> String {
    let fine = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && next.len() <= 2_000
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if fine { next.to_owned() } else { "/".to_owned() }
}

/// A cookie's header value: HTTP only, same site, for the whole site; kept to this host alone over TLS.
#[must_use]
pub fn cookie(name: &str, value: &str, seconds: Option<i64>, secure: bool) -> String {
    let prefix = if secure { "__Host-" } else { "" };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    format!("{prefix}{name}={value}; Path=/{age}; HttpOnly; SameSite=Lax{secure}")
}
