//! The forms of messages.

use crate::{error::AppError, forms::Go};
use domain::{Error, ids::MessageId, messages::service};
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
