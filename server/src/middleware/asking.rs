//! Who is asking, from which browser: read once, for pages and forms alike.

use app::ssr::Asking;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use domain::{Services, access::Actor, people};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

/// What the layer needs.
#[derive(Clone, Debug)]
pub struct AskingState {
    pub services: Arc<Services>,
    pub trusted_proxies: Arc<[IpAddr]>,
}

/// Puts [`Asking`] into the request. A browser without a name of its own gets one when it posts: drafts are bound to it.
pub async fn asking(State(state): State<AskingState>, mut request: Request, next: Next) -> Response {
    let secure = state.services.is_https();
    let cookies = Cookies::of(request.headers(), secure);
    let sign_in = cookies.get("sign-in").map(str::to_owned);
    let actor = match &sign_in {
        Some(token) => match people::service::recognise(&state.services, token).await {
            Ok(actor) => actor,
            Err(cause) => {
                tracing::error!(cause = %cause, "a sign-in could not be looked up");
                return crate::pages::unavailable();
            }
        },
        None => Actor::Nobody,
    };
    let known = cookies.get("browser").filter(|name| name.len() == 22).map(str::to_owned);
    let fresh = (known.is_none() && request.method() == axum::http::Method::POST).then(|| state.services.random.public_id());
    let asking = Asking {
        actor,
        browser: known.or_else(|| fresh.clone()).unwrap_or_default(),
        contrast: cookies.get("contrast") == Some("more"),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        address: address(&request, &state.trusted_proxies),
        sign_in,
    };
    request.extensions_mut().insert(asking);
    let mut response = next.run(request).await;
    if let Some(name) = fresh
        && let Ok(value) = HeaderValue::from_str(&app::ssr::cookie("browser", &name, None, secure))
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The client's address: the connection's, or what the last trusted proxy says of it.
fn address(request: &Request, trusted: &[IpAddr]) -> String {
    let Some(peer) = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip()) else {
        return "unknown".to_owned();
    };
    if !trusted.contains(&peer) {
        return peer.to_string();
    }
    let forwarded = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let hops: Vec<IpAddr> = forwarded.filter_map(|hop| hop.trim().parse().ok()).collect();
    hops.into_iter()
        .rev()
        .find(|hop| !trusted.contains(hop))
        .unwrap_or(peer)
        .to_string()
}

struct Cookies<'a> {
    pairs: Vec<(&'a str, &'a str)>,
    prefix: &'static str,
}

impl<'a> Cookies<'a> {
    fn of(headers: &'a HeaderMap, secure: bool) -> Self {
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = lines
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .collect();
        Self {
            pairs,
            prefix: if secure { "__Host-" } else { "" },
        }
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        // The contrast is no secret and is read by the name CONTRACT gives it.
        let prefix = if name == "contrast" { "" } else { self.prefix };
        self.pairs
            .iter()
            .find(|(key, _)| key.strip_prefix(prefix) == Some(name))
            .map(|(_, value)| *value)
    }
}
