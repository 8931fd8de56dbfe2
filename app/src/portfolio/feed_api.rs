//! The forms of the private calendar feed.

use crate::error::AppError;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The path of a feed just made, to be shown once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MadeFeed {
    pub path: String,
}

/// Makes a private calendar feed of one's own, in place of the one before.
#[server(prefix = "/do", endpoint = "my/make-feed")]
pub async fn make_feed(#[server(default)] draft: String) -> Result<(), AppError> {
    let back = super::calendar_page::PATH;
    crate::forms::post(back, &draft, (), |request, (): ()| async move {
        let path = domain::portfolio::feed::make(&request.services, &request.actor).await?;
        Ok(crate::forms::Go::Show(back.to_owned(), serde_json::json!({ "path": path })))
    })
    .await
}

/// Ends it.
#[server(prefix = "/do", endpoint = "my/stop-feed")]
pub async fn stop_feed(#[server(default)] draft: String) -> Result<(), AppError> {
    let back = super::calendar_page::PATH;
    crate::forms::post(back, &draft, (), |request, (): ()| async move {
        domain::portfolio::feed::stop(&request.services, &request.actor).await?;
        Ok(crate::forms::Go::To(format!("{back}?stopped=1")))
    })
    .await
}
