//! The forms of messages.

use crate::{error::AppError, forms::Go};
use domain::{
    Error, FieldErrors,
    ids::{ItemId, MessageId, RowId},
    messages::{
        inbox::{self, Decision, queue},
        mass::{self, CountForm},
        queries::Search,
        service,
    },
};
use leptos::prelude::*;

#[cfg(feature = "ssr")]
const INBOX: &str = "/organise/messages/inbox";

/// Queues a message nobody got, to be sent now.
#[server(prefix = "/do", endpoint = "messages/resend")]
pub async fn resend(#[server(default)] message: String, #[server(default)] draft: String) -> Result<(), AppError> {
    let back = format!("/organise/messages/{}", crate::ssr::encode(&message));
    let to = format!("{back}?queued=1");
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let id = message.parse().map(MessageId).map_err(|_| Error::NotFound)?;
        service::resend(&request.services, &request.actor, id).await?;
        Ok(Go::To(to))
    })
    .await
}

/// Sends a copy of a message that was sent, for somebody who has lost it.
#[server(prefix = "/do", endpoint = "messages/copy")]
pub async fn copy(#[server(default)] message: String, #[server(default)] draft: String) -> Result<(), AppError> {
    let back = format!("/organise/messages/{}", crate::ssr::encode(&message));
    crate::forms::post(&back, &draft, (), |request, (): ()| async move {
        let id = message.parse().map(MessageId).map_err(|_| Error::NotFound)?;
        let made = service::copy(&request.services, &request.actor, id).await?;
        Ok(Go::To(format!("/organise/messages/{made}?queued=1")))
    })
    .await
}

/// Queues everything nobody got, of those that `search` finds, if as many as were typed.
#[server(prefix = "/do", endpoint = "messages/retry")]
pub async fn retry(
    #[server(default)] search: String,
    #[server(default)] draft: String,
    #[server(default)] form: CountForm,
) -> Result<(), AppError> {
    let search = Search::from_query(&crate::ssr::pairs(&search));
    let back = crate::organise::lists::address("/organise/messages/retry", &search.to_pairs());
    crate::forms::post(&back, &draft, form, |request, typed: CountForm| async move {
        let batch = mass::retry(&request.services, &request.actor, &search, &typed).await?;
        Ok(Go::To(format!("/organise/messages/batches/{batch}")))
    })
    .await
}

/// Decides about a mail somebody had to look at.
#[server(prefix = "/do", endpoint = "messages/decide")]
pub async fn decide_mail(
    #[server(default)] item: String,
    #[server(default)] decision: String,
    #[server(default)] draft: String,
) -> Result<(), AppError> {
    crate::forms::post(INBOX, &draft, (), |request, (): ()| async move {
        let id = item.parse().map(ItemId).map_err(|_| Error::NotFound)?;
        let (decision, done) = match decision.as_str() {
            "counted" => (Decision::Counted, "counted"),
            "nothing" => (Decision::Nothing, "done"),
            _ => return Err(FieldErrors::one("", "not_a_choice", "An answer can be counted, or there is nothing to do").into()),
        };
        queue::decide(&request.services, &request.actor, id, decision).await?;
        Ok(Go::To(format!("{INBOX}?{done}=1")))
    })
    .await
}

/// Says that an address is right: mail goes there again.
#[server(prefix = "/do", endpoint = "messages/use-again")]
pub async fn use_again(#[server(default)] address: String, #[server(default)] draft: String) -> Result<(), AppError> {
    crate::forms::post(INBOX, &draft, (), |request, (): ()| async move {
        let id = address.parse().map(RowId).map_err(|_| Error::NotFound)?;
        inbox::lift(&request.services, &request.actor, id).await?;
        Ok(Go::To(format!("{INBOX}?used=1")))
    })
    .await
}
