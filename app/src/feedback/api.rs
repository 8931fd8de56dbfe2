//! The forms of feedback.

use crate::{error::AppError, forms::Go};
use domain::{
    FieldErrors,
    feedback::{
        FormState,
        ask::ask,
        edit::{self, QuestionForm},
        give::{AnswersForm, Giver, give},
        outcomes::{self, RatingsForm},
        remind::{RuleForm, set_rule},
    },
    messages::mass::CountForm,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The organiser's page about feedback on the event at `slug`, `page` after it.
#[must_use]
pub fn desk_path(slug: &str, page: &str) -> String {
    format!("/organise/events/{}/feedback{page}", crate::ssr::encode(slug).replace('/', "%2F"))
}

/// The form of a question, where it has a `key`.
fn question_path(slug: &str, key: &str) -> String {
    let page = desk_path(slug, "/question");
    if key.is_empty() {
        page
    } else {
        format!("{page}?edit={}", crate::ssr::encode(key))
    }
}

/// Adds a question, or changes the one with this key.
#[server(prefix = "/do", endpoint = "feedback/question")]
pub async fn question(
    #[server(default)] slug: String,
    #[server(default)] key: String,
    #[server(default)] draft: String,
    #[server(default)] form: QuestionForm,
) -> Result<(), AppError> {
    let back = question_path(&slug, &key);
    crate::forms::post(&back, &draft, form, |request, typed: QuestionForm| async move {
        let known = (!key.is_empty()).then_some(key.as_str());
        edit::save_question(&request.services, &request.actor, &slug, known, &typed).await?;
        Ok(Go::To(desk_path(&slug, "?done=saved")))
    })
    .await
}

/// Takes a question away.
#[server(prefix = "/do", endpoint = "feedback/delete-question")]
pub async fn delete_question(
    #[server(default)] slug: String,
    #[server(default)] key: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = question_path(&slug, &key);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        edit::delete_question(&request.services, &request.actor, &slug, &key).await?;
        Ok(Go::To(desk_path(&slug, "?done=deleted")))
    })
    .await
}

/// Moves a question one "up" or "down".
#[server(prefix = "/do", endpoint = "feedback/move-question")]
pub async fn move_question(
    #[server(default)] slug: String,
    #[server(default)] key: String,
    #[server(default)] to: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = desk_path(&slug, "");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let up = match to.as_str() {
            "up" => true,
            "down" => false,
            _ => return Err(FieldErrors::one("", "not_a_choice", "A question moves up or down").into()),
        };
        edit::move_question(&request.services, &request.actor, &slug, &key, up).await?;
        Ok(Go::To(desk_path(&slug, "?done=moved")))
    })
    .await
}

/// Whether the form can be answered, and whether certificates wait for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct StatePost {
    pub state: String,
    /// "true" to have certificates wait.
    pub gates: String,
}

/// Opens the form, closes it, or makes it a draft again.
#[server(prefix = "/do", endpoint = "feedback/state")]
pub async fn state(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: StatePost,
) -> Result<(), AppError> {
    let back = desk_path(&slug, "");
    // A box that is not ticked is not posted.
    crate::forms::post(&back, &draft, form, |request, typed: StatePost| async move {
        let state: FormState = typed
            .state
            .parse()
            .map_err(|_| FieldErrors::one("form[state]", "not_a_choice", "Choose whether people can answer"))?;
        edit::set_state(&request.services, &request.actor, &slug, state, typed.gates == "true").await?;
        Ok(Go::To(desk_path(&slug, "?done=state")))
    })
    .await
}

/// Has people asked by themselves, on so many days after the event.
#[server(prefix = "/do", endpoint = "feedback/rule")]
pub async fn ask_rule(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: RuleForm,
) -> Result<(), AppError> {
    let back = desk_path(&slug, "");
    crate::forms::post(&back, &draft, form, |request, typed: RuleForm| async move {
        set_rule(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(desk_path(&slug, "?done=rule")))
    })
    .await
}

/// Writes to whoever came and has not given feedback.
#[server(prefix = "/do", endpoint = "feedback/ask")]
pub async fn ask_people(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: CountForm,
) -> Result<(), AppError> {
    let back = desk_path(&slug, "");
    crate::forms::post(&back, &draft, form, |request, typed: CountForm| async move {
        let count = ask(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(desk_path(&slug, &format!("?done=asked&count={count}"))))
    })
    .await
}

/// Hands feedback in, by the link from a mail (`token`) or signed in (`slug`). Nothing of it is kept with the person.
#[server(prefix = "/do", endpoint = "feedback/give")]
pub async fn give_feedback(
    #[server(default)] token: String,
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: AnswersForm,
) -> Result<(), AppError> {
    let back = super::give_page::path(&token, &slug);
    let (next, kept) = (format!("{back}?done=1"), draft.clone());
    crate::forms::post(&back, &draft, form, |request, typed: AnswersForm| async move {
        let giver = if token.is_empty() {
            Giver::Actor(&request.actor, &slug)
        } else {
            Giver::Link(&token)
        };
        Box::pin(give(&request.services, &giver, &typed, &kept)).await?;
        Ok(Go::To(next))
    })
    .await
}

/// Keeps what somebody says of themselves.
#[server(prefix = "/do", endpoint = "feedback/assess")]
pub async fn assess_myself(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: RatingsForm,
) -> Result<(), AppError> {
    let back = super::outcomes_page::path(&slug);
    let next = format!("{back}?saved=1");
    crate::forms::post(&back, &draft, form, |request, typed: RatingsForm| async move {
        outcomes::save(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(next))
    })
    .await
}
