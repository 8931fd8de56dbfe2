//! What the grid editor calls. Each gives the agenda as it is afterwards, so that what is on the screen is what is kept.

#![expect(clippy::too_many_arguments, reason = "each is a field of one form")]

use crate::error::AppError;
use domain::{agenda::grid::Grid, certificates::hours::Rule};
use leptos::prelude::*;

/// Moves, stretches or adds a session on the grid. See `domain::agenda::edit::Arrange` for what each text is.
#[server(prefix = "/do", endpoint = "agenda/arrange")]
pub async fn arrange(
    #[server(default)] slug: String,
    #[server(default)] session: String,
    #[server(default)] title: String,
    #[server(default)] kind: String,
    #[server(default)] day: String,
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] room: String,
    #[server(default)] seen: String,
) -> Result<(Grid, Rule), AppError> {
    use domain::agenda::edit;
    let (services, actor) = (crate::ssr::services(), crate::ssr::asking().actor);
    let typed = edit::Arrange {
        session,
        title,
        kind,
        day,
        from,
        until,
        room,
        seen,
    };
    crate::forms::call(
        &super::api::desk_path(&slug, "/grid"),
        Box::pin(edit::arrange(&services, &actor, &slug, &typed)),
    )
    .await
}

/// Takes back the last change, if it is still the one called `step`.
#[server(prefix = "/do", endpoint = "agenda/take-back")]
pub async fn take_back(#[server(default)] slug: String, #[server(default)] step: String) -> Result<(Grid, Rule), AppError> {
    use domain::agenda::edit;
    let (services, actor) = (crate::ssr::services(), crate::ssr::asking().actor);
    let verb = Box::pin(async {
        edit::undo(&services, &actor, &slug, step.parse().unwrap_or_default()).await?;
        edit::grid(&services, &actor, &slug).await
    });
    crate::forms::call(&super::api::desk_path(&slug, "/grid"), verb).await
}
