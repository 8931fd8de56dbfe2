//! The private calendar feed: its address, shown once, and the way to end it.

use super::feed_api as api;
use crate::{
    forms::{self, Kept},
    organise::frame::quiet,
    ssr,
    ui::{Form, Page, flash, page, time::plain_date},
};
use chrono::{DateTime, Utc};
use domain::portfolio::feed;
use leptos::{prelude::*, server_fn::ServerFn};

pub const PATH: &str = "/my/calendar";

#[component]
pub fn CalendarPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        let since = feed::since(&services, &asking.actor).await?;
        let (kept, made) = forms::kept::<api::MadeFeed>().await?;
        let stopped = asking.query_value("stopped").is_some();
        Ok((since, kept, services.url(&made.path), !made.path.is_empty(), stopped))
    };
    page(load, |(since, kept, address, is_made, stopped)| {
        let made = is_made.then(|| shown(&address));
        let body = view! {
            {stopped.then(|| flash("Stopped.", "The address no longer works. What your calendar holds of it goes when it next looks."))}
            <div class="page__head">
                <p class="kicker"><a href="/my">"My bookings"</a></p>
                <h1>"Your calendar feed"</h1>
                <p class="lede">"Your sessions and meetings in your own calendar, kept up to date by itself."</p>
            </div>
            <div class="stack-l">
                {made}
                <section class="stack" aria-labelledby="what">
                    <h2 id="what">"What is in it"</h2>
                    <ul>
                        <li>"Each session of your own agenda, at every event you have a place at."</li>
                        <li>"The meetings of your networks, except those you declined."</li>
                        <li>"What is cancelled stays for 60 days, marked as cancelled."</li>
                    </ul>
                    <p>"Calendars look for changes when they please: Outlook within hours, Google within a day. We still write to you when something changes. The entries that came by mail stay too, so use one or the other, or you see both."</p>
                </section>
                {ways(since, &kept)}
            </div>
        };
        Page::new("Your calendar feed", body).unlisted()
    })
}

fn shown(address: &str) -> AnyView {
    let follow = address.split_once("://").map(|(_, rest)| format!("webcal://{rest}"));
    view! {
        {flash("Made.", "Copy the address now: it is shown once. Whoever has it can read your calendar here, so keep it to yourself.")}
        <div class="slip stack">
            <p class="said"><a href=address.to_owned()>{address.to_owned()}</a></p>
            {follow.map(|to| view! { <p><a class="btn" href=to>"Add to my calendar"</a></p> })}
            <p class="meta">"Or paste it: in Outlook under Add calendar, Subscribe from web; in Google Calendar under Other calendars, From URL; on an iPhone under Calendar, Add subscription calendar."</p>
        </div>
    }
    .into_any()
}

fn ways(since: Option<DateTime<Utc>>, kept: &Kept) -> AnyView {
    let made = since.map(|at| {
        let when = plain_date(at.date_naive());
        view! { <p>{format!("You have one, made on {when}. Its address is not shown again.")}</p> }
    });
    let (words, stop) = if since.is_some() {
        let stop = view! {
            <Form to=api::StopFeed::url() kept=quiet(kept)>
                <button class="btn btn--line">"Stop the feed"</button>
            </Form>
        };
        ("Make a new address, and end the old one", Some(stop))
    } else {
        ("Make my private address", None)
    };
    view! {
        <section class="stack" aria-labelledby="address">
            <h2 id="address">"Address"</h2>
            {made}
            <div class="row">
                <Form to=api::MakeFeed::url() kept=quiet(kept)>
                    <button class="btn">{words}</button>
                </Form>
                {stop}
            </div>
        </section>
    }
    .into_any()
}
