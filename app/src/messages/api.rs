//! The forms of messages.

use crate::{error::AppError, forms::Go};
use domain::{
    Error,
    ids::MessageId,
    messages::{
        mass::{self, CountForm},
        queries::Search,
        service,
    },
};
use leptos::prelude::*;

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
