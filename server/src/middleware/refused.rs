//! A posted form that is refused outright is answered with a page. The framework would send the reader back with the
//! error in the address, or show them its JSON.

use crate::pages::told;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};
use server_fn::error::SERVER_FN_ERROR_HEADER;

/// The most a form may post.
pub const FORM_LIMIT: usize = 64 * 1024;

/// Takes a form whole before anybody reads it, so that one that is too large is told so whether or not it said at first
/// how large it is.
pub async fn whole_form(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    match to_bytes(body, FORM_LIMIT).await {
        Ok(bytes) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Err(_) => told(
            StatusCode::PAYLOAD_TOO_LARGE,
            "That is too much at once",
            "A form here holds up to 64 KB. Nothing was changed. Go back and send less.",
        ),
    }
}

/// A refusal of the framework's is a word or two.
const ERROR_LIMIT: usize = 64 * 1024;

/// Answers forms of pages; islands, which accept only JSON, get the answer as it is.
pub async fn refused_form(request: Request, next: Next) -> Response {
    let accepts_pages = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let is_form = request.uri().path().starts_with("/do/") && accepts_pages;
    let response = next.run(request).await;
    if !is_form {
        return response;
    }
    // Where the browser sent no Referer, the address it would be sent back to names nothing.
    let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let asks_to_sign_in = location.is_some_and(|to| to.starts_with("/sign-in?"));
    let names_an_error = response.headers().contains_key(SERVER_FN_ERROR_HEADER) && !asks_to_sign_in;
    match response.status() {
        StatusCode::FORBIDDEN => told(
            StatusCode::FORBIDDEN,
            "You cannot do this",
            "You are signed in, but your role does not include it. Nothing was changed.",
        ),
        StatusCode::NOT_FOUND => told(
            StatusCode::NOT_FOUND,
            "Page not found",
            "What this form was about is not here any more, or is not yours to change. Nothing was changed.",
        ),
        status if status.is_redirection() && names_an_error => {
            let failed = to_bytes(response.into_body(), ERROR_LIMIT)
                .await
                .is_ok_and(|body| String::from_utf8_lossy(&body).contains("Failed"));
            if failed {
                return crate::pages::unavailable();
            }
            told(
                StatusCode::BAD_REQUEST,
                "That could not be read",
                "Nothing was changed. Go back, load the page again and send it once more.",
            )
        }
        _ => response,
    }
}
