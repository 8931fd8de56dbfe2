//! Every form goes through here: what was typed is put together with what the draft already holds, the verb is tried,
//! and a refusal keeps everything typed, with its problems, for the page to show again. A file is never kept.

use crate::{
    error::AppError,
    ssr::{self, Asking},
};
use domain::{
    Error, Services,
    access::Actor,
    error::FieldErrors,
    platform::drafts::{self, Draft},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::sync::Arc;

/// What a verb may use.
#[derive(Clone, Debug)]
pub struct Request {
    pub services: Arc<Services>,
    pub actor: Actor,
    pub asking: Asking,
}

/// Where a form goes when its verb has succeeded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Go {
    /// On, done: the draft is left to run out, so that a second press still finds it.
    To(String),
    /// To the next step, which reads what was typed so far from the draft.
    On(String),
    /// To a page that shows this answer once, from the draft.
    Show(String, Value),
}

/// Runs the verb of a posted form. `back` is the page the form is on; `draft` the id it carried, `posted` what it sent.
pub async fn post<F, P, V>(back: &str, draft: &str, posted: P, verb: impl FnOnce(Request, F) -> V) -> Result<(), AppError>
where
    F: DeserializeOwned + Default,
    P: Serialize,
    V: Future<Output = domain::Result<Go>>,
{
    let request = Request {
        services: ssr::services(),
        actor: ssr::asking().actor,
        asking: ssr::asking(),
    };
    let (services, browser) = (request.services.clone(), request.asking.browser.clone());

    let kept = drafts::find(&services, &browser, draft).await?;
    let id = kept.as_ref().map(|kept| kept.id.clone());
    let mut form = kept.map(|kept| kept.form).unwrap_or_default();
    merge(&mut form, serde_json::to_value(posted).map_err(Error::from)?);
    let typed: F = serde_json::from_value(form.clone()).unwrap_or_default();

    let mut once = false;
    let (to, keep) = match verb(request, typed).await {
        Ok(Go::To(path)) => {
            if let Some(id) = &id {
                drafts::done(&services, id).await?;
            }
            (path, None)
        }
        Ok(Go::On(path)) => (path, Some((form, FieldErrors::default(), id))),
        Ok(Go::Show(path, answer)) => {
            once = true;
            (path, Some((answer, FieldErrors::default(), None)))
        }
        Err(Error::SignInNeeded) => (sign_in_path(back), None),
        Err(error) => (back.to_owned(), Some((form, problems(error)?, id))),
    };
    let to = match keep {
        None => to,
        Some((form, problems, id)) => {
            let id = drafts::keep(&services, &browser, id.as_deref(), &form, &problems).await?;
            // What is shown once may be a secret: it is not kept for a day, as what somebody types is.
            if once {
                drafts::done(&services, &id).await?;
            }
            format!("{to}{}draft={id}", if to.contains('?') { '&' } else { '?' })
        }
    };
    services.wake();
    ssr::redirect(&to);
    Ok(())
}

/// Runs the verb an island calls. `back` is the page the island is on; what goes wrong is told with its status.
pub async fn call<T>(back: &str, verb: impl Future<Output = domain::Result<T>>) -> Result<T, AppError> {
    use axum::http::StatusCode;
    let services = ssr::services();
    let answer = verb.await;
    services.wake();
    answer.map_err(|error| {
        match &error {
            Error::SignInNeeded => ssr::redirect(&sign_in_path(back)),
            Error::NotFound => ssr::status(StatusCode::NOT_FOUND),
            Error::Forbidden => ssr::status(StatusCode::FORBIDDEN),
            Error::TooMany(_) => ssr::status(StatusCode::TOO_MANY_REQUESTS),
            Error::Invalid(_) | Error::Refused(_) => ssr::status(StatusCode::UNPROCESSABLE_ENTITY),
            Error::Database(_) | Error::Unexpected(_) => ssr::status(StatusCode::INTERNAL_SERVER_ERROR),
        }
        error.into()
    })
}

/// What the reader can mend, as problems of the form; what they cannot, as an error.
fn problems(error: Error) -> Result<FieldErrors, AppError> {
    let about_all = |code: &str, message: String| Ok(FieldErrors::one("", code, message));
    match error {
        Error::Invalid(errors) => Ok(errors),
        Error::Refused(refusal) => about_all("refused", refusal.to_string()),
        Error::TooMany(seconds) => {
            let wait = if seconds < 90 {
                format!("{seconds} seconds")
            } else {
                format!("{} minutes", seconds.div_ceil(60))
            };
            about_all("too_many", format!("That was tried too often. Wait {wait} and try again."))
        }
        Error::NotFound | Error::Forbidden => {
            ssr::status(if matches!(error, Error::NotFound) {
                axum::http::StatusCode::NOT_FOUND
            } else {
                axum::http::StatusCode::FORBIDDEN
            });
            Err(error.into())
        }
        other => {
            let AppError::Failed(reference) = other.into() else {
                return about_all("failed", "Something went wrong. Nothing was changed.".to_owned());
            };
            about_all(
                "failed",
                format!(
                    "Something went wrong on our side and nothing was changed. Try again; if it goes on, tell the organiser this reference: {reference}."
                ),
            )
        }
    }
}

/// The sign-in page that leads back to `path`.
#[must_use]
pub fn sign_in_path(path: &str) -> String {
    format!("/sign-in?next={}", ssr::encode(path))
}

/// Lays `over` on `under`: objects key by key, everything else whole.
fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(Value::Null), value);
            }
        }
        (under, over) => *under = over,
    }
}

/// What a page needs to draw a form again: the draft's id, its problems, and what was typed.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    pub id: String,
    pub problems: FieldErrors,
}

/// The draft of this page as the form `F`, with what was wrong. Empty when there is none.
pub async fn kept<F: DeserializeOwned + Default>() -> domain::Result<(Kept, F)> {
    let Draft { id, form, problems } = ssr::draft().await?;
    Ok((Kept { id, problems }, serde_json::from_value(form).unwrap_or_default()))
}

/// The same, or `fresh` when nothing was kept, or only the problems of a form with nothing to type on the same page.
pub async fn kept_or<F: DeserializeOwned + Default>(fresh: impl FnOnce() -> F) -> domain::Result<(Kept, F)> {
    let Draft { id, form, problems } = ssr::draft().await?;
    let typed = if form.is_null() { None } else { serde_json::from_value(form).ok() };
    Ok((Kept { id, problems }, typed.unwrap_or_else(fresh)))
}
