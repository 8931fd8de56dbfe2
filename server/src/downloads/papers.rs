//! What organisers print: badges, and lists to sign and to tick.

use super::refused;
use app::{attendance::wanted_of, forms::sign_in_path, ssr::Asking};
use axum::{
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Error, Result, Services,
    access::Permission,
    attendance::badges::{self, List, Paper},
    events,
};
use std::sync::Arc;

/// `GET /organise/events/{slug}/badges.pdf`
pub async fn badges(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = async {
        let (event, _) = events::service::load_for(&services, &asking.actor, Permission::See, &slug).await?;
        let wanted = wanted_of(&event, &asking.query_pairs());
        badges::badges(&services, &asking.actor, &slug, &wanted).await
    };
    answer(made.await, &format!("/organise/events/{slug}/badges.pdf"))
}

/// `GET /organise/events/{slug}/signing.pdf`
pub async fn signing(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = badges::list(&services, &asking.actor, &slug, List::Signing).await;
    answer(made, &format!("/organise/events/{slug}/signing.pdf"))
}

/// `GET /organise/events/{slug}/names.pdf`
pub async fn names(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = badges::list(&services, &asking.actor, &slug, List::Names).await;
    answer(made, &format!("/organise/events/{slug}/names.pdf"))
}

/// A paper under its file's name; whoever is not signed in is led back to `path` afterwards.
fn answer(made: Result<Paper>, path: &str) -> Response {
    match made {
        Ok(paper) => (
            [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", paper.file_name)),
                (header::CACHE_CONTROL, "no-store".to_owned()),
            ],
            paper.bytes,
        )
            .into_response(),
        Err(Error::SignInNeeded) => Redirect::to(&sign_in_path(path)).into_response(),
        Err(error) => refused(error),
    }
}
