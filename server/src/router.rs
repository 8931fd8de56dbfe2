//! All addresses of the program, and what every request passes through.

use crate::{
    api, assets, door, downloads,
    health::{self, MetricsToken},
    middleware::{self, AskingState, Kept},
    pages, uploads,
};
use app::{App, shell, ui::page::Bundle};
use axum::{
    Router,
    extract::{Path, Request},
    http::{StatusCode, Uri},
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, post},
};
use domain::Services;
use leptos::{config::LeptosOptions, prelude::provide_context};
use leptos_axum::{LeptosRoutes, generate_route_list};
use std::{net::IpAddr, sync::Arc};
use tower::{Layer, ServiceExt, util::MapRequestLayer};

/// What the router is made with besides the services.
#[derive(Clone, Debug, Default)]
pub struct RouterOptions {
    pub trusted_proxies: Vec<IpAddr>,
    pub metrics_token: Option<String>,
    /// Event pages kept as they were drawn.
    pub kept: Kept,
}

/// The finished service: addresses with an ending are rewritten before anything is matched.
pub type App_ = tower::util::MapRequest<Router, fn(Request) -> Request>;

/// Every address, ready to be served.
#[must_use]
pub fn build(services: Arc<Services>, options: &RouterOptions) -> App_ {
    let leptos_options = leptos_options();
    let routes = generate_route_list(App);
    let given = {
        let services = services.clone();
        let (names, bundle) = (
            assets::names(),
            assets::bundle().map(|_| Bundle {
                options: leptos_options.clone(),
            }),
        );
        move || {
            provide_context(services.clone());
            provide_context(names.clone());
            if let Some(bundle) = bundle.clone() {
                provide_context(bundle);
            }
        }
    };
    let app: Router<LeptosOptions> = Router::new().leptos_routes_with_context(&leptos_options, routes, given.clone(), {
        let options = leptos_options.clone();
        move || shell(&options)
    });
    let app: Router = app.with_state(leptos_options.clone()).layer(from_fn(middleware::whole_form));

    let plain: Router = Router::new()
        .route("/leave", get(pages::leave))
        .route("/sign-out", post(pages::sign_out))
        .route("/preferences", post(pages::preferences))
        .route("/assets/{name}", get(assets::serve))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .layer(from_fn(middleware::whole_form))
        .merge(downloads::routes())
        .merge(uploads::routes())
        .merge(door::routes())
        .merge(api::routes())
        .with_state(services.clone())
        .merge(
            Router::new()
                .route("/metrics", get(health::metrics))
                .with_state((services.clone(), MetricsToken(options.metrics_token.as_deref().map(Into::into)))),
        );

    let kept = (services.clone(), options.kept.clone());
    let asking = AskingState {
        services: services.clone(),
        trusted_proxies: options.trusted_proxies.clone().into(),
    };
    let fallback = leptos_axum::render_app_async_with_context(given, {
        let options = leptos_options.clone();
        move || shell(&options)
    });
    // Leaving a list by its link: the answer to the POST is the page itself (RFC 8058 wants no redirect).
    let leaving = {
        let (services, draw) = (services.clone(), fallback.clone());
        move |Path(token): Path<String>, request: Request| async move {
            match pages::unsubscribe(&services, &token, request).await {
                Ok(page) => draw(page).await.into_response(),
                Err(error) => downloads::refused(error),
            }
        }
    };
    let router = app
        .merge(plain)
        .route("/unsubscribe/{token}", post(leaving))
        .fallback(fallback)
        .method_not_allowed_fallback(|| async { (StatusCode::METHOD_NOT_ALLOWED, "This address does not take that.").into_response() })
        .layer(from_fn(middleware::refused_form))
        .layer(from_fn_with_state(asking, middleware::asking))
        .layer(from_fn_with_state(services, middleware::same_site))
        .layer(from_fn(middleware::headers))
        .layer(from_fn_with_state(kept, middleware::kept));
    MapRequestLayer::new(rewrite_ending as fn(Request) -> Request).layer(router)
}

/// The options the framework asks for; only the bundle's name and folder matter here.
fn leptos_options() -> LeptosOptions {
    LeptosOptions::builder()
        .output_name(assets::bundle().unwrap_or("app"))
        .site_pkg_dir("assets")
        .build()
}

/// The endings that mean a file. The router's matcher knows no suffixes, and slugs and ids hold no dot.
const ENDINGS: [&str; 6] = ["ics", "pdf", "jwt", "json", "csv", "zip"];

/// `/events/x.ics` becomes `/_file/ics/events/x`. Whoever asks for `/_file/…` itself finds nothing, and neither does
/// whoever puts a NUL in a path; in a query it is dropped. PostgreSQL takes none in a text.
fn rewrite_ending(mut request: Request) -> Request {
    let (path, query) = (request.uri().path(), request.uri().query());
    let rewritten = if path.starts_with("/_file/") || path.contains("%00") {
        Some("/_file".to_owned())
    } else if path.starts_with("/assets/") || path.starts_with("/.well-known/") || path.starts_with("/api/") {
        None
    } else {
        path.rsplit_once('.')
            .filter(|(_, ending)| ENDINGS.contains(ending))
            .map(|(before, ending)| format!("/_file/{ending}{before}"))
    };
    if rewritten.is_some() || query.is_some_and(|query| query.contains("%00")) {
        let path = rewritten.unwrap_or_else(|| path.to_owned());
        let query = query.map(|query| format!("?{}", query.replace("%00", ""))).unwrap_or_default();
        if let Ok(uri) = format!("{path}{query}").parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Every address and its methods, for `plenary routes` and the tests that walk them.
#[must_use]
pub fn list_routes() -> Vec<(String, Vec<String>)> {
    let mut routes: Vec<(String, Vec<String>)> = generate_route_list(App)
        .iter()
        .map(|route| (route.path().to_owned(), vec!["GET".to_owned()]))
        .chain(leptos_axum_server_fns())
        .chain(
            PLAIN
                .iter()
                .map(|(path, methods)| ((*path).to_owned(), methods.iter().map(|method| (*method).to_owned()).collect())),
        )
        .collect();
    routes.sort();
    routes.dedup();
    routes
}

fn leptos_axum_server_fns() -> impl Iterator<Item = (String, Vec<String>)> {
    server_fn::axum::server_fn_paths().map(|(path, method)| (path.to_owned(), vec![method.to_string()]))
}

/// The addresses that are not the app's.
const PLAIN: &[(&str, &[&str])] = &[
    ("/leave", &["GET"]),
    ("/sign-out", &["POST"]),
    ("/preferences", &["POST"]),
    ("/health/live", &["GET"]),
    ("/health/ready", &["GET"]),
    ("/metrics", &["GET"]),
    ("/events/{slug}.ics", &["GET"]),
    ("/events/{slug}/programme.pdf", &["GET"]),
    ("/events.ics", &["GET"]),
    ("/feeds/{token}.ics", &["GET"]),
    ("/speaking/{token}/photo", &["POST"]),
    ("/organise/events/{slug}/agenda/sign-ups.csv", &["GET"]),
    ("/organise/events/{slug}/feedback.csv", &["GET"]),
    ("/certificates/{id}.pdf", &["GET"]),
    ("/certificates/{id}.jwt", &["GET"]),
    ("/certificates/{id}.json", &["GET"]),
    ("/certificates/status/{n}", &["GET"]),
    ("/certificates/pictures/{name}", &["GET"]),
    ("/certificates/colours/{colour}", &["GET"]),
    ("/organise/certificates/specimen.pdf", &["GET"]),
    ("/organise/certificates/pictures/{which}", &["POST"]),
    ("/organise/events/{slug}/bookings.csv", &["GET"]),
    ("/organise/events/{slug}/attendance.csv", &["GET"]),
    ("/organise/events/{slug}/attendance/summary.csv", &["GET"]),
    ("/organise/events/{slug}/badges.pdf", &["GET"]),
    ("/organise/events/{slug}/certificates.zip", &["GET"]),
    ("/organise/events/{slug}/approval.pdf", &["GET"]),
    ("/organise/events/{slug}/signing.pdf", &["GET"]),
    ("/organise/events/{slug}/names.pdf", &["GET"]),
    ("/organise/events/{slug}/attendance/upload", &["POST"]),
    ("/organise/events/{slug}/attendance/online.csv", &["GET"]),
    ("/organise/events/{slug}/attendance/online/upload", &["POST"]),
    ("/check-in/_/{name}", &["GET"]),
    ("/check-in/{slug}/list.json", &["GET"]),
    ("/check-in/{slug}/offline.webmanifest", &["GET"]),
    ("/check-in/{slug}/sync", &["POST"]),
    ("/my/cpd/pack.pdf", &["GET"]),
    ("/my/cpd/pack.zip", &["GET"]),
    ("/my/cpd/pack.csv", &["GET"]),
    ("/my/cpd/pack.json", &["GET"]),
    ("/my/cpd/files/{id}", &["GET"]),
    ("/my/cpd/entries/{of}/files", &["POST"]),
    ("/appraiser/{token}/files/{id}", &["GET"]),
    ("/appraiser/{token}/pack.pdf", &["GET"]),
    ("/photos/{name}", &["GET"]),
    ("/organise/events/{slug}/agenda/speakers/{code}/photo", &["POST"]),
    ("/organise/networks/{slug}/members.csv", &["GET"]),
    ("/networks/{slug}/meetings/{code}.ics", &["GET"]),
    ("/unsubscribe/{token}", &["POST"]),
    ("/verify/check", &["POST"]),
    ("/.well-known/did.json", &["GET"]),
    ("/o/{slug}/did.json", &["GET"]),
    ("/api/v1/events", &["GET"]),
    ("/api/v1/events/{slug}", &["GET"]),
    ("/api/v1/events/{slug}/bookings", &["POST"]),
    ("/api/v1/bookings", &["POST"]),
    ("/api/v1/openapi.json", &["GET"]),
];

/// The service as tests call it, without a socket.
pub async fn call(app: App_, request: Request) -> axum::response::Response {
    app.oneshot(request).await.unwrap_or_else(|never| match never {})
}
