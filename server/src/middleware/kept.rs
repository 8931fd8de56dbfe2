//! Event pages kept as they were drawn, for readers nobody knows: a link in a mail to hundreds is opened by hundreds.
//!
//! A kept page is given out only while the event stands as it stood: its version is read from the database in the same
//! request, so that nodes need not tell each other anything.

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use domain::{
    Services,
    events::queries::{Version, version_of},
};
use hashlink::LruCache;
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// So many pages are kept, those asked for last.
const PAGES: usize = 128;
/// A larger page is drawn each time.
const PAGE_LIMIT: usize = 256 * 1024;

/// The pages kept by this process.
#[derive(Clone)]
pub struct Kept {
    /// By slug.
    pages: Arc<Mutex<LruCache<String, Page>>>,
    proven: bool,
}

#[derive(Clone)]
struct Page {
    version: Version,
    headers: HeaderMap,
    body: Bytes,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            pages: Arc::new(Mutex::new(LruCache::new(PAGES))),
            proven: false,
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

impl Kept {
    /// For tests: draws every page that is kept once more and panics where it differs, so that whatever changes a page
    /// without changing its version shows in the first test that looks.
    #[must_use]
    pub fn proven() -> Self {
        Self {
            proven: true,
            ..Self::default()
        }
    }

    /// Drops all pages: what was changed past the program has no version.
    pub fn forget(&self) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn get(&self, slug: &str, version: &Version) -> Option<Page> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        pages.get(slug).filter(|page| page.version == *version).cloned()
    }

    fn keep(&self, slug: String, page: Page) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).insert(slug, page);
    }
}

/// Gives the page as it was drawn before, or draws it and keeps it.
pub async fn kept(State((services, kept)): State<(Arc<Services>, Kept)>, request: Request, next: Next) -> Response {
    let Some(slug) = may_be_kept(&request).map(str::to_owned) else {
        return next.run(request).await;
    };
    // Read before the page is drawn: what changes in between is then drawn again, never missed.
    let Ok(Some(version)) = version_of(&services.db.read, &slug, services.clock.now()).await else {
        return next.run(request).await;
    };
    let before = kept.get(&slug, &version);
    if let Some(page) = &before
        && !kept.proven
    {
        return page.respond();
    }
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(header::SET_COOKIE) {
        return response;
    }
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return crate::pages::unavailable();
    };
    if let Some(before) = before {
        assert!(before.body == body, "{slug} changed and its version did not");
    }
    // Scripts carry a word that is good for one answer only.
    if body.len() <= PAGE_LIMIT && !body.windows(NONCE.len()).any(|bytes| bytes == NONCE) {
        let page = Page {
            version,
            headers: parts.headers.clone(),
            body: body.clone(),
        };
        kept.keep(slug, page);
    }
    Response::from_parts(parts, Body::from(body))
}

const NONCE: &[u8] = b"nonce=\"";

impl Page {
    fn respond(&self) -> Response {
        let mut response = Response::new(Body::from(self.body.clone()));
        self.headers.clone_into(response.headers_mut());
        response
    }
}

/// The slug, when an event's page is asked for by somebody of whom nothing is known.
fn may_be_kept(request: &Request) -> Option<&str> {
    let uri = request.uri();
    let known = request.headers().contains_key(header::COOKIE) || uri.query().is_some();
    let slug = uri.path().strip_prefix("/events/").filter(|slug| !slug.contains('/'));
    slug.filter(|_| request.method() == Method::GET && !known)
}
