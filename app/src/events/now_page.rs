//! Now and next, for a screen in the hall: what runs in each room, and what follows.

use super::framed;
use crate::{ssr, ui::page};
use domain::{
    agenda::queries::{Agenda, Item},
    events::service,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Seconds between two looks, where the reader asked for that.
const EVERY: &str = "30";

#[component]
pub fn NowPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let shown = service::show(&services, &asking.actor, &slug).await?;
        let again = asking.query_value("again").is_some();
        if again {
            ssr::header(axum::http::HeaderName::from_static("refresh"), EVERY);
        }
        Ok((shown, services.clock.now(), again))
    };
    page(load, |(shown, at, again)| {
        let wall = zones::wall(at, shown.event.zone());
        let items = &shown.agenda.items;
        let now: Vec<_> = items
            .iter()
            .filter(|item| item.session.starts_at <= at && at < item.session.ends_at)
            .collect();
        let first = items.iter().map(|item| item.session.starts_at).filter(|starts| *starts > at).min();
        let next: Vec<_> = items.iter().filter(|item| Some(item.session.starts_at) == first).collect();
        let later = next
            .first()
            .map(|item| item.session.starts_wall)
            .filter(|starts| starts.date() != wall.date());
        let path = format!("/events/{}/now", shown.event.slug);
        let (to, words) = if again {
            (path, "Stop looking again by itself".to_owned())
        } else {
            (
                format!("{path}?again=1"),
                format!("Look again every {EVERY} seconds, for a screen in the hall"),
            )
        };
        let nothing = if next.is_empty() {
            "The programme is over."
        } else {
            "Nothing runs at the moment."
        };
        let heading = later.map_or_else(|| "Next".to_owned(), |starts| format!("Next, on {}", zones::date(starts.date())));
        let body = view! {
            <div class="page__head">
                <h1>"Now and next"</h1>
                <p class="lede"><a href=format!("/events/{}", shown.event.slug)>{shown.event.title.clone()}</a></p>
                <p class="meta">{format!("As of {}.", zones::time(wall.time()))}</p>
            </div>
            <div class="stack-l hall">
                <section class="stack" aria-labelledby="now">
                    <h2 id="now">"Now"</h2>
                    {if now.is_empty() { view! { <p class="quiet">{nothing}</p> }.into_any() } else { list(&shown.agenda, &now) }}
                </section>
                {(!next.is_empty()).then(|| view! { <section class="stack" aria-labelledby="next"><h2 id="next">{heading}</h2>{list(&shown.agenda, &next)}</section> })}
                <p class="links noprint"><a href=to>{words}</a><a href=format!("/events/{}/agenda", shown.event.slug)>"The whole agenda"</a></p>
            </div>
        };
        let page = framed(&shown, "Now and next – ", body);
        // A screen in the hall shows the programme alone, large enough to be read from the back.
        if again { page.bare().class("wrap page page--screen") } else { page }
    })
}

fn list(agenda: &Agenda, items: &[&Item]) -> AnyView {
    let rows = items
        .iter()
        .map(|item| {
            let session = &item.session;
            let (room, names) = (item.room.clone(), agenda.names(item).join(", "));
            view! {
                <li>
                    <p class="hall__when">{format!("{} to {}", zones::time(session.starts_wall.time()), zones::time(session.ends_wall.time()))}</p>
                    <div>
                        <p class="hall__what">{session.title.clone()}</p>
                        {(!names.is_empty()).then(|| view! { <p class="meta">{names}</p> })}
                    </div>
                    <p class="hall__where">{room}</p>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="hall__list">{rows}</ul> }.into_any()
}
