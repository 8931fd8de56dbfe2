//! Posts that carry a cookie must come from our own pages.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::Services;
use std::sync::Arc;

/// Refuses cross-site posts: by `Sec-Fetch-Site`, or by an `Origin` whose host is neither `Host` nor `BASE_URL`'s. Paths
/// that ignore cookies (the API, one-click unsubscribe, webhooks) are let by.
pub async fn same_site(State(services): State<Arc<Services>>, request: Request, next: Next) -> Response {
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let cookieless = path.starts_with("/api/") || path.starts_with("/unsubscribe/") || path.starts_with("/hooks/");
    if changes && !cookieless && is_cross_site(request.headers(), &services) {
        return (
            StatusCode::FORBIDDEN,
            "This form was sent from another site, so nothing was done. Open the page here and try again.",
        )
            .into_response();
    }
    next.run(request).await
}

fn is_cross_site(headers: &HeaderMap, services: &Services) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site == "cross-site") {
        return true;
    }
    let Some(origin) = text(header::ORIGIN) else { return false };
    let host_of = |address: &str| {
        address
            .split_once("://")
            .map(|(_, host)| host.trim_end_matches('/').to_ascii_lowercase())
    };
    let Some(origin) = host_of(origin) else { return true };
    let own = text(header::HOST).map(str::to_ascii_lowercase);
    Some(&origin) != own.as_ref() && Some(origin) != host_of(&services.url(""))
}
