//! The forms of the agenda desk. Each reads what was posted, calls the service and says where to go.

use crate::{error::AppError, forms::Go};
use domain::{
    FieldErrors,
    agenda::{
        SessionStatus,
        edit::{self, PublishForm, RoomForm, SessionForm, ShiftForm, SpeakerForm, TrackForm},
        photos,
        speaking::{self, AnswerForm},
    },
};
use leptos::prelude::*;

/// The address of the agenda desk of the event at `slug`, `page` after it.
#[must_use]
pub fn desk_path(slug: &str, page: &str) -> String {
    format!("/organise/events/{}/agenda{page}", crate::ssr::encode(slug).replace('/', "%2F"))
}

/// The same with a code in its query, where there is one.
fn about(slug: &str, page: &str, key: &str, code: &str) -> String {
    let path = desk_path(slug, page);
    if code.is_empty() {
        path
    } else {
        format!("{path}?{key}={}", crate::ssr::encode(code))
    }
}

fn given(code: &str) -> Option<&str> {
    (!code.is_empty()).then_some(code)
}

/// Adds a session, or changes the one with the code in `session`.
#[server(prefix = "/do", endpoint = "agenda/session")]
pub async fn session(
    #[server(default)] slug: String,
    #[server(default)] session: String,
    #[server(default)] draft: String,
    #[server(default)] form: SessionForm,
) -> Result<(), AppError> {
    let back = about(&slug, "/session", "edit", &session);
    crate::forms::post(&back, &draft, form, |request, typed: SessionForm| async move {
        edit::save_session(&request.services, &request.actor, &slug, given(&session), &typed).await?;
        Ok(Go::To(desk_path(&slug, "?done=saved")))
    })
    .await
}

/// Moves a session, and perhaps all after it, by some minutes.
#[server(prefix = "/do", endpoint = "agenda/move")]
pub async fn shift(
    #[server(default)] slug: String,
    #[server(default)] session: String,
    #[server(default)] draft: String,
    #[server(default)] form: ShiftForm,
) -> Result<(), AppError> {
    let back = about(&slug, "/move", "session", &session);
    crate::forms::post(&back, &draft, form, |request, typed: ShiftForm| async move {
        let shifted = edit::shift(&request.services, &request.actor, &slug, &session, &typed).await?;
        let done = if shifted.is_stretched { "moved-stretched" } else { "moved" };
        Ok(Go::To(desk_path(&slug, &format!("?done={done}&sessions={}", shifted.sessions))))
    })
    .await
}

/// Makes the changed agenda the one that is out.
#[server(prefix = "/do", endpoint = "agenda/publish")]
pub async fn publish(
    #[server(default)] slug: String,
    #[server(default)] draft: String,
    #[server(default)] form: PublishForm,
) -> Result<(), AppError> {
    let back = desk_path(&slug, "/publish");
    crate::forms::post(&back, &draft, form, |request, typed: PublishForm| async move {
        let told = edit::publish(&request.services, &request.actor, &slug, &typed).await?;
        Ok(Go::To(desk_path(&slug, &format!("?done=published&told={told}"))))
    })
    .await
}

/// Throws away what waits to be published.
#[server(prefix = "/do", endpoint = "agenda/discard")]
pub async fn discard(#[server(default)] slug: String, #[server(default)] draft: String) -> Result<(), AppError> {
    let back = desk_path(&slug, "/publish");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        edit::discard(&request.services, &request.actor, &slug).await?;
        Ok(Go::To(desk_path(&slug, "?done=discarded")))
    })
    .await
}

/// Takes back the last change, if it is the one called `step`.
#[server(prefix = "/do", endpoint = "agenda/undo")]
pub async fn undo(
    #[server(default)] slug: String,
    #[server(default)] step: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = desk_path(&slug, "");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let done = edit::undo(&request.services, &request.actor, &slug, step.parse().unwrap_or_default()).await?;
        Ok(Go::To(desk_path(&slug, if done { "?done=undone" } else { "?done=not-undone" })))
    })
    .await
}

/// Cancels a session, or holds it after all.
#[server(prefix = "/do", endpoint = "agenda/session-status")]
pub async fn change_status(
    #[server(default)] slug: String,
    #[server(default)] session: String,
    #[server(default)] status: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = about(&slug, "/session", "edit", &session);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let to: SessionStatus = status
            .parse()
            .map_err(|_| FieldErrors::one("", "not_a_choice", "A session can be cancelled, or held after all"))?;
        edit::set_status(&request.services, &request.actor, &slug, &session, to).await?;
        Ok(Go::To(desk_path(&slug, &format!("?done={}", to.word()))))
    })
    .await
}

/// Deletes a session nothing rests on.
#[server(prefix = "/do", endpoint = "agenda/delete-session")]
pub async fn delete_session(
    #[server(default)] slug: String,
    #[server(default)] session: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = about(&slug, "/session", "edit", &session);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        edit::delete_session(&request.services, &request.actor, &slug, &session).await?;
        Ok(Go::To(desk_path(&slug, "?done=deleted")))
    })
    .await
}

/// Adds a room, or changes the one with the code in `room`.
#[server(prefix = "/do", endpoint = "agenda/room")]
pub async fn room(
    #[server(default)] slug: String,
    #[server(default)] room: String,
    #[server(default)] draft: String,
    #[server(default)] form: RoomForm,
) -> Result<(), AppError> {
    let back = about(&slug, "/rooms", "edit", &room);
    crate::forms::post(&back, &draft, form, |request, typed: RoomForm| async move {
        edit::save_room(&request.services, &request.actor, &slug, given(&room), &typed).await?;
        Ok(Go::To(desk_path(&slug, "/rooms?done=saved")))
    })
    .await
}

/// Deletes a room, if `sessions` are as many as it takes one from.
#[server(prefix = "/do", endpoint = "agenda/delete-room")]
pub async fn delete_room(
    #[server(default)] slug: String,
    #[server(default)] room: String,
    #[server(default)] sessions: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = about(&slug, "/rooms", "edit", &room);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        edit::delete_room(
            &request.services,
            &request.actor,
            &slug,
            &room,
            sessions.parse().unwrap_or(usize::MAX),
        )
        .await?;
        Ok(Go::To(desk_path(&slug, "/rooms?done=deleted")))
    })
    .await
}

/// Adds a track, or changes the one with the code in `track`.
#[server(prefix = "/do", endpoint = "agenda/track")]
pub async fn track(
    #[server(default)] slug: String,
    #[server(default)] track: String,
    #[server(default)] draft: String,
    #[server(default)] form: TrackForm,
) -> Result<(), AppError> {
    let back = about(&slug, "/tracks", "edit", &track);
    crate::forms::post(&back, &draft, form, |request, typed: TrackForm| async move {
        edit::save_track(&request.services, &request.actor, &slug, given(&track), &typed).await?;
        Ok(Go::To(desk_path(&slug, "/tracks?done=saved")))
    })
    .await
}

/// Deletes a track, if `sessions` are as many as it takes one from.
#[server(prefix = "/do", endpoint = "agenda/delete-track")]
pub async fn delete_track(
    #[server(default)] slug: String,
    #[server(default)] track: String,
    #[server(default)] sessions: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = about(&slug, "/tracks", "edit", &track);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        edit::delete_track(
            &request.services,
            &request.actor,
            &slug,
            &track,
            sessions.parse().unwrap_or(usize::MAX),
        )
        .await?;
        Ok(Go::To(desk_path(&slug, "/tracks?done=deleted")))
    })
    .await
}

/// Adds a speaker, or changes the one with the code in `speaker`.
#[server(prefix = "/do", endpoint = "agenda/speaker")]
pub async fn speaker(
    #[server(default)] slug: String,
    #[server(default)] speaker: String,
    #[server(default)] draft: String,
    #[server(default)] form: SpeakerForm,
) -> Result<(), AppError> {
    let back = about(&slug, "/speakers", "edit", &speaker);
    crate::forms::post(&back, &draft, form, |request, typed: SpeakerForm| async move {
        edit::save_speaker(&request.services, &request.actor, &slug, given(&speaker), &typed).await?;
        Ok(Go::To(desk_path(&slug, "/speakers?done=saved")))
    })
    .await
}

/// Moves a speaker one place "up" or "down" the list.
#[server(prefix = "/do", endpoint = "agenda/move-speaker")]
pub async fn move_speaker(
    #[server(default)] slug: String,
    #[server(default)] speaker: String,
    #[server(default)] to: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = about(&slug, "/speakers", "edit", &speaker);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let up = match to.as_str() {
            "up" => true,
            "down" => false,
            _ => return Err(FieldErrors::one("", "not_a_choice", "A speaker moves up or down the list").into()),
        };
        edit::move_speaker(&request.services, &request.actor, &slug, &speaker, up).await?;
        Ok(Go::To(desk_path(&slug, "/speakers?done=moved")))
    })
    .await
}

/// Takes a speaker's photo away.
#[server(prefix = "/do", endpoint = "agenda/remove-photo")]
pub async fn remove_photo(
    #[server(default)] slug: String,
    #[server(default)] speaker: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = about(&slug, "/speakers", "photo", &speaker);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        photos::remove(&request.services, &request.actor, &slug, &speaker).await?;
        Ok(Go::To(desk_path(&slug, "/speakers?done=removed")))
    })
    .await
}

/// Deletes a speaker, if `sessions` are as many as they are taken out of.
#[server(prefix = "/do", endpoint = "agenda/delete-speaker")]
pub async fn delete_speaker(
    #[server(default)] slug: String,
    #[server(default)] speaker: String,
    #[server(default)] sessions: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    let back = about(&slug, "/speakers", "edit", &speaker);
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let sessions = sessions.parse().unwrap_or(usize::MAX);
        edit::delete_speaker(&request.services, &request.actor, &slug, &speaker, sessions).await?;
        Ok(Go::To(desk_path(&slug, "/speakers?done=deleted")))
    })
    .await
}

/// Where a speaker is asked, as posted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct AskSpeakerPost {
    pub address: String,
}

/// Asks a speaker by mail, with a link of their own.
#[server(prefix = "/do", endpoint = "agenda/ask-speaker")]
pub async fn ask_speaker(
    #[server(default)] slug: String,
    #[server(default)] speaker: String,
    #[server(default)] draft: String,
    #[server(default)] form: AskSpeakerPost,
) -> Result<(), AppError> {
    let back = about(&slug, "/speakers", "ask", &speaker);
    crate::forms::post(&back, &draft, form, |request, typed: AskSpeakerPost| async move {
        speaking::invite(&request.services, &request.actor, &slug, &speaker, &typed.address).await?;
        Ok(Go::To(desk_path(&slug, "/speakers?done=asked")))
    })
    .await
}

/// Keeps what a speaker says, by their link.
#[server(prefix = "/do", endpoint = "agenda/answer")]
pub async fn answer(
    #[server(default)] token: String,
    #[server(default)] draft: String,
    #[server(default)] form: AnswerForm,
) -> Result<(), AppError> {
    let back = super::speaking_page::path(&token);
    let next = format!("{back}?saved=1");
    crate::forms::post(&back, &draft, form, |request, typed: AnswerForm| async move {
        Box::pin(speaking::answer(&request.services, &token, &typed)).await?;
        Ok(Go::To(next))
    })
    .await
}

/// Takes a speaker's photo away, by their link.
#[server(prefix = "/do", endpoint = "agenda/remove-own-photo")]
pub async fn remove_own_photo(#[server(default)] token: String, #[server(default)] draft: String) -> Result<(), AppError> {
    let back = super::speaking_page::path(&token);
    let next = format!("{back}?saved=1");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        photos::remove_own(&request.services, &token).await?;
        Ok(Go::To(next))
    })
    .await
}
