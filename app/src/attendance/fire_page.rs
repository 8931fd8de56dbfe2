//! Who is in the building, to be printed or read out where people gather: names, and a box to tick for each.

use crate::{
    organise::lists::tally,
    ssr,
    ui::{Page, page, time},
};
use domain::{
    attendance::live::{self, FireList},
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn FirePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move { live::fire_list(&ssr::services(), &ssr::asking().actor, &slug).await };
    page(load, |list| {
        let title = format!("Who is in the building – {}", list.event.shown_title());
        let organisation = list.organisation.clone();
        Page::new(title, draw(list)).host(&organisation).unlisted()
    })
}

fn draw(list: FireList) -> AnyView {
    let timezone = list.event.timezone.clone();
    let clock = |at| zones::time(time::wall(at, &timezone).time());
    let slug = list.event.slug.clone();
    let rows = list
        .present
        .iter()
        .map(|present| {
            let seen = match &present.seen_in {
                Some(title) => format!("{title}, {}", clock(present.seen_at)),
                None => format!("Door, {}", clock(present.seen_at)),
            };
            view! {
                <tr>
                    <td class="tickbox" aria-hidden="true"></td>
                    <th scope="row">{present.attendee.name().to_owned()}</th>
                    <td data-label="Came">{clock(present.since)}</td>
                    <td data-label="Last seen">{seen}</td>
                </tr>
            }
        })
        .collect_view();
    let table = if list.present.is_empty() {
        view! { <div class="empty"><h2>"Nobody is in"</h2><p>"As people are checked in, they appear here."</p></div> }.into_any()
    } else {
        view! {
            <table class="list">
                <caption class="hidden">"Who is in the building"</caption>
                <thead><tr><td class="tickhead" aria-hidden="true"></td><th scope="col">"Name"</th><th scope="col">"Came"</th><th scope="col">"Last seen"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let others = format!(
        "{} came today and left; {} not seen today. Speakers, staff and visitors without a place are not on this list.",
        list.left,
        tally(list.away as u64, "person was", "people were")
    );
    view! {
        <div class="page__head">
            <p class="kicker"><a href=format!("/check-in/{slug}")>{format!("Check-in: {}", list.event.title)}</a></p>
            <h1>"Who is in the building"</h1>
            <p class="lede">{format!("{} at {}.", tally(list.present.len() as u64, "person", "people"), zones::moment(time::wall(list.at, &timezone)))}</p>
            <p class="meta">{others}</p>
            <p class="links"><a href=format!("/check-in/{slug}/fire")>"Look again"</a><a href=format!("/check-in/{slug}/rooms")>"Rooms now"</a></p>
        </div>
        {table}
    }
    .into_any()
}
