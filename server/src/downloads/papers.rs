//! What organisers print: badges, and lists to sign and to tick.

use super::{refused, refused_at};
use app::{attendance::wanted_of, ssr::Asking};
use axum::{
    extract::{Extension, Path, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Error, Result, Services,
    access::Permission,
    agenda::{pack, programme},
    attendance::badges::{self, List, Paper},
    events,
};
use std::sync::Arc;

/// `GET /organise/events/{slug}/badges.pdf`
pub async fn badges(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let query = asking.query_pairs();
    let wanted = match events::service::load_for(&services, &asking.actor, Permission::See, &slug).await {
        Ok((event, _)) => wanted_of(&event, &query),
        Err(error) => return answer(Err(error), &format!("/organise/events/{slug}/badges.pdf")),
    };
    match badges::badges(&services, &asking.actor, &slug, &wanted).await {
        // Asked for again, with what was typed.
        Err(Error::Invalid(_)) => {
            let typed = query
                .iter()
                .find(|(key, _)| key == "from")
                .map(|(_, typed)| app::ssr::encode(typed));
            let (sheet, typed) = (wanted.sheet.word(), typed.unwrap_or_default());
            Redirect::to(&format!("/organise/events/{slug}/badges?sheet={sheet}&from={typed}")).into_response()
        }
        made => answer(made, &format!("/organise/events/{slug}/badges.pdf")),
    }
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

/// `GET /organise/events/{slug}/approval.pdf`
pub async fn approval(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    let made = pack::pack(&services, &asking.actor, &slug).await;
    let made = made.map(|pack| Paper {
        file_name: pack.file_name,
        bytes: pack.bytes,
    });
    answer(made, &format!("/organise/events/{slug}/approval.pdf"))
}

/// `GET /events/{slug}/programme.pdf`: for anybody who may see the event.
pub async fn programme(State(services): State<Arc<Services>>, Extension(asking): Extension<Asking>, Path(slug): Path<String>) -> Response {
    match programme::programme(&services, &asking.actor, &slug).await {
        Ok((name, bytes)) => (
            [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
                (header::CACHE_CONTROL, "no-cache".to_owned()),
            ],
            bytes,
        )
            .into_response(),
        Err(error) => refused(error),
    }
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
        Err(error) => refused_at(error, path),
    }
}
