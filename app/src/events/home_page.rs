//! The way in: the next events, or on an empty installation how to begin; and the networks, of which there are none yet.

use super::list_page::Cards;
use crate::{
    ssr,
    ui::{Page, page},
};
use domain::{
    events::{queries::Search, service},
    organisations,
};
use leptos::prelude::*;

#[component]
pub fn HomePage() -> impl IntoView {
    let load = async move {
        let services = ssr::services();
        let (events, _) = service::list(
            &services,
            &Search {
                per_page: 6,
                ..Search::default()
            },
        )
        .await?;
        let is_empty = events.is_empty() && organisations::service::is_none(&services).await?;
        Ok((events, is_empty))
    };
    page(load, |(events, is_empty)| {
        if is_empty {
            return Page::new(
                "Welcome to Plenary",
                view! {
                    <div class="stack prose">
                        <h1>"Welcome to Plenary"</h1>
                        <p class="lede">"This installation is running and empty. Nobody can sign in yet."</p>
                        <h2>"Add the first organiser"</h2>
                        <p>"On the machine it runs on, with your own address and name:"</p>
                        <pre><code>"plenary organiser add --email you@example.org --name \"Your Name\" --organisation your-organisation --role owner\nplenary sign-in-link --email you@example.org"</code></pre>
                        <p>"The second command prints the address to sign in with. Open it in this browser."</p>
                    </div>
                },
            );
        }
        let nothing = events.is_empty();
        Page::new(
            "Events",
            view! {
                <div class="page__head">
                    <h1>"Coming up"</h1>
                </div>
                {if nothing {
                    view! { <div class="empty"><h2>"Nothing is announced just now"</h2><p>"New events appear here as soon as booking is near."</p></div> }.into_any()
                } else {
                    view! { <Cards events=events/> }.into_any()
                }}
                <p class="links"><a href="/events">"See all events"</a></p>
            },
        )
    })
}
