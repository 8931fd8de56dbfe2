//! The public list: search, what is to come or past, paging, all in the address.

use crate::{
    ssr,
    ui::{Page, icons::Ticks, page},
};
use domain::{
    certificates::hours::hours_in_words,
    events::{
        calendar::location,
        queries::Search,
        rules::Booking,
        service::{self, Listed},
    },
    platform::zones,
};
use leptos::prelude::*;

const PER_PAGE: u64 = 20;

#[component]
pub fn ListPage() -> impl IntoView {
    let asking = ssr::asking();
    let search = Search {
        words: asking.query_value("q").unwrap_or_default().chars().take(100).collect(),
        past: asking.query_value("when").as_deref() == Some("past"),
        page: asking
            .query_value("page")
            .and_then(|page| page.parse::<u64>().ok())
            .unwrap_or(1)
            .saturating_sub(1),
        per_page: PER_PAGE,
    };
    let load = async move {
        let (events, total) = service::list(&ssr::services(), &search).await?;
        Ok((events, total, search))
    };
    page(load, |(events, total, search)| {
        let pages = total.div_ceil(PER_PAGE).max(1);
        let here = search.page + 1;
        let to = |page: u64| {
            format!(
                "/events?q={}&when={}&page={page}",
                ssr::encode(&search.words),
                if search.past { "past" } else { "next" }
            )
        };
        let pager = (pages > 1).then(|| {
            view! {
                <nav class="pager" aria-label="Pages">
                    {(here > 1).then(|| view! { <a rel="prev" href=to(here - 1)>"Previous"</a> })}
                    <span>{format!("Page {here} of {pages}")}</span>
                    {(here < pages).then(|| view! { <a rel="next" href=to(here + 1)>"Next"</a> })}
                </nav>
            }
        });
        let words = search.words.clone();
        let nothing = events.is_empty();
        let tally = match total {
            1 => "1 event".to_owned(),
            more => format!("{more} events"),
        };
        Page::new(
            "Events",
            view! {
                <div class="page__head"><h1>"Events"</h1></div>
                <form class="filters" method="get" action="/events" role="search" aria-label="Events">
                    <div class="field"><label for="q">"Search events"</label><input class="input" id="q" name="q" type="search" value=words.clone()/></div>
                    <div class="field">
                        <label for="when">"When"</label>
                        <select class="input" id="when" name="when">
                            <option value="next" selected=!search.past>"To come"</option>
                            <option value="past" selected=search.past>"Past"</option>
                        </select>
                    </div>
                    <button class="btn btn--line">"Search"</button>
                </form>
                <div class="tally"><p role="status">{tally}</p></div>
                {if nothing {
                    let advice = if words.is_empty() { "New events appear here as soon as booking is near." } else { "Try fewer or other words, or look at past events." };
                    view! { <div class="empty"><h2>"Nothing found"</h2><p>{advice}</p><a class="btn btn--line" href="/events">"See all events to come"</a></div> }.into_any()
                } else {
                    view! { <Cards events=events/> }.into_any()
                }}
                {pager}
            },
        )
    })
}

/// Events as a list, each with its date at the side.
#[component]
pub fn Cards(events: Vec<Listed>) -> impl IntoView {
    let items = events.into_iter().map(|listed| {
        let event = &listed.event;
        let day = event.starts_wall.date();
        let (class, state) = match listed.booking {
            Booking::Cancelled => ("tag tag--stop", "Cancelled".to_owned()),
            Booking::Over => ("tag tag--quiet", "Over".to_owned()),
            Booking::Closed => ("tag tag--quiet", "Booking closed".to_owned()),
            Booking::Full => ("tag tag--wait", "Full".to_owned()),
            Booking::NotYet(_) => (
                "tag tag--wait",
                format!(
                    "Booking opens {}",
                    event.bookings_open_wall.map(|wall| zones::date(wall.date())).unwrap_or_default()
                ),
            ),
            Booking::Open { .. } => match listed.places_left {
                Some(0) => ("tag tag--wait", "Full".to_owned()),
                Some(1) => ("tag tag--go", "1 place left".to_owned()),
                Some(left) if left <= 10 => ("tag tag--go", format!("{left} places left")),
                _ => ("tag tag--go", "Booking open".to_owned()),
            },
        };
        let gone = matches!(listed.booking, Booking::Cancelled).then_some("gone");
        let minutes = listed.offered.minutes;
        let hours = (minutes > 0)
            .then(|| view! { <p class="cpd"><Ticks minutes=minutes/><b>{format!("{} of CPD", hours_in_words(minutes))}</b></p> });
        view! {
            <li class=gone>
                <p class="date" aria-hidden="true"><b class="day">{day.format("%-d").to_string()}</b>{day.format("%b %Y").to_string()}</p>
                <div>
                    <h2><a href=format!("/events/{}", event.slug)>{event.title.clone()}</a></h2>
                    <p><time datetime=day.to_string()>{zones::span(event.starts_wall, event.ends_wall)}</time></p>
                    <p class="meta">{format!("{} · {}", crate::ui::together(&location(event)), listed.organisation.name)}</p>
                    {hours}
                </div>
                <p class="side"><span class=class>{state}</span></p>
            </li>
        }
    });
    view! { <ol class="cards">{items.collect_view()}</ol> }
}
