//! A posted form that is refused outright is answered with a page. The framework would send the reader back with the
//! error in the address, or show them its JSON.

use crate::pages::told;
use axum::{
    body::to_bytes,
    extract::Request,
    http::{StatusCode, header},
    middleware::Next,
    response::Response,
};

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
    let names_an_error = response
        .headers()
        .get(header::LOCATION)
        .is_some_and(|to| to.to_str().is_ok_and(|to| to.contains("__err=")));
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
        _ if names_an_error => {
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
