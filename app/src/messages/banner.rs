//! The notice that no mail is leaving, on every page where somebody might think it is.

use crate::{ssr, ui::time};
use domain::{
    Services,
    access::Permission,
    messages::service::{self, Health},
};
use leptos::prelude::*;

/// A banner for [`crate::ui::Page::banner`] while no mail is being sent; nothing while it is.
pub async fn mail_banner(services: &Services) -> domain::Result<Option<AnyView>> {
    let words = match service::health(services).await? {
        Health::Sending => return Ok(None),
        Health::NoServer => "No mail server is set up. Messages are kept here, and nobody has been written to.".to_owned(),
        Health::Refused { waiting, since } => {
            let at = time::wall(since, "Europe/London");
            let messages = if waiting == 1 {
                "1 message is".to_owned()
            } else {
                format!("{waiting} messages are")
            };
            format!(
                "The mail server has taken nothing since {} on {}. {messages} safe and waiting, and will be tried again.",
                time::clock(at.time()),
                time::plain_date(at.date())
            )
        }
    };
    let link = ssr::asking()
        .actor
        .require_anywhere(Permission::See)
        .is_ok()
        .then(|| view! { <a href="/organise/messages">"See the messages"</a> });
    Ok(Some(
        view! {
            <div class="banner" role="region" aria-label="Mail">
                <div class="wrap banner__in"><p><strong>"No mail is being sent."</strong>" "{words}</p>{link}</div>
            </div>
        }
        .into_any(),
    ))
}
