//! The rooms now, for whoever looks after the day: how full each is, and what comes next.

use crate::{
    organise::lists::tally,
    ssr,
    ui::{Page, page},
};
use domain::{
    attendance::live::{self, Live, Running},
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Seconds between two looks, where the reader asked for that.
const EVERY: &str = "15";

#[component]
pub fn RoomsPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let asking = ssr::asking();
        let live = live::rooms(&ssr::services(), &asking.actor, &slug).await?;
        let again = asking.query_value("again").is_some();
        if again {
            ssr::header(axum::http::HeaderName::from_static("refresh"), EVERY);
        }
        Ok((live, again))
    };
    page(load, |(live, again)| {
        let title = format!("Rooms now – {}", live.event.shown_title());
        let organisation = live.organisation.clone();
        Page::new(title, draw(live, again)).host(&organisation).unlisted()
    })
}

fn draw(live: Live, again: bool) -> AnyView {
    let slug = live.event.slug.clone();
    let at = zones::wall(live.at, live.event.zone());
    let path = format!("/check-in/{slug}/rooms");
    let (to, words) = if again {
        (path, "Stop looking again by itself".to_owned())
    } else {
        (format!("{path}?again=1"), format!("Look again every {EVERY} seconds"))
    };
    let refresh = view! { <a href=to>{words}</a> };
    let day = (!live.is_today).then(|| {
        view! { <p class="wait">{format!("This event is not on today. Here is {}.", zones::date(live.day))}</p> }
    });
    let now = if live.now.is_empty() {
        view! { <p class="quiet">"Nothing runs at the moment."</p> }.into_any()
    } else {
        rooms("What runs now", &live.now)
    };
    let next = (!live.next.is_empty()).then(|| {
        view! { <section class="stack" aria-labelledby="next"><h2 id="next">"Next"</h2>{rooms("What comes next", &live.next)}</section> }
    });
    view! {
        <div class="page__head">
            <p class="kicker"><a href=format!("/check-in/{slug}")>{format!("Check-in: {}", live.event.title)}</a></p>
            <h1>"Rooms now"</h1>
            <p class="meta">{format!("As of {}.", zones::time(at.time()))}</p>
            <p class="links">{refresh}<a href=format!("/check-in/{slug}/fire")>"Who is in the building"</a></p>
        </div>
        <div class="stack-l">
            {day}
            <dl class="figure-row">
                <div><dt>"In the building"</dt><dd>{live.in_building}</dd><dd>{format!("of {} expected", live.expected)}</dd></div>
                <div><dt>"Came through the door"</dt><dd>{live.door.came}</dd><dd>{format!("{} in now", live.door.inside)}</dd></div>
            </dl>
            <section class="stack" aria-labelledby="now"><h2 id="now">"Now"</h2>{now}</section>
            {next}
        </div>
    }
    .into_any()
}

fn rooms(caption: &'static str, running: &[Running]) -> AnyView {
    let rows = running
        .iter()
        .map(|running| {
            let session = &running.session;
            let places = running.room.as_ref().and_then(|room| room.places);
            let full = running.is_over_full().then(|| view! { " "<span class="tag tag--stop">"Over full"</span> });
            let inside = match places {
                Some(places) => format!("{} of {places}", running.inside.inside),
                None => running.inside.inside.to_string(),
            };
            view! {
                <tr>
                    <th scope="row">{running.room.as_ref().map_or_else(|| "No room".to_owned(), |room| room.name.clone())}</th>
                    <td data-label="Session">{session.title.clone()}<br/><span class="meta">{format!("{} to {}", zones::time(session.starts_wall.time()), zones::time(session.ends_wall.time()))}</span></td>
                    <td class="num" data-label="In now">{inside}{full}</td>
                    <td class="num" data-label="Came">{running.inside.came}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <caption class="hidden">{caption}</caption>
            <thead><tr><th scope="col">"Room"</th><th scope="col">"Session"</th><th scope="col" class="num">"In now"</th><th scope="col" class="num">"Came"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
        <p class="meta">{format!("{}. Who is in a session is known where it is scanned.", tally(running.len() as u64, "session", "sessions"))}</p>
    }
    .into_any()
}
