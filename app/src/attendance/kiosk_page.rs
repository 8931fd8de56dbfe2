//! A kiosk at the entrance: one field, one button, and an answer that goes away by itself.

use super::api;
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{
        Field, Form, Page,
        icons::{Clock, Cross, Tick},
        page, time,
    },
};
use domain::{
    attendance::kiosk::{self, Said},
    events::entity::event,
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

/// Seconds an answer stands before the next person finds an empty field.
const STANDS: &str = "8";

/// What the page after a code is told, once.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Shown {
    said: Option<Said>,
}

pub fn path(token: &str) -> String {
    format!("/kiosk/{}", ssr::encode(token))
}

#[component]
pub fn KioskPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        let (event, organisation) = kiosk::open(&ssr::services(), &token).await?;
        let (kept, shown) = forms::kept::<Shown>().await?;
        if shown.said.is_some() {
            ssr::header(
                axum::http::HeaderName::from_static("refresh"),
                &format!("{STANDS}; url={}", path(&token)),
            );
        }
        Ok((event, organisation, token, kept, shown.said))
    };
    page(load, |(event, organisation, token, kept, said)| {
        let title = format!("Welcome – {}", event.shown_title());
        match said {
            Some(said) => Page::new(title, answer(&event, &token, said)).bare(),
            None => Page::new(title, asking(&event, token, kept)).bare().class("wrap page"),
        }
        .host(&organisation)
        .unlisted()
    })
}

fn asking(event: &event::Model, token: String, kept: Kept) -> AnyView {
    // What was wrong is heard before the field.
    let first = kept.problems.0.is_empty();
    view! {
        <div class="door kiosk stack-l">
            <div class="stack">
                <h1>"Welcome"</h1>
                <p class="lede">{event.shown_title().to_owned()}</p>
            </div>
            <Form to=api::Kiosk::url() kept=kept.clone()>
                <input type="hidden" name="token" value=token/>
                <Field kept=kept name="form[code]" label="Your code" value="" first=first autocomplete="off" hint="On your badge or in the mail with your place: eight letters and figures. Or your booking reference, like PL-7F3K9Q."/>
                <button class="btn">"I am here"</button>
            </Form>
        </div>
    }
    .into_any()
}

fn answer(event: &event::Model, token: &str, said: Said) -> AnyView {
    let clock = |at| zones::time(time::wall(at, &event.timezone).time());
    let next = if matches!(said, Said::Welcome { .. } | Said::AlreadyIn { .. }) {
        "Next person"
    } else {
        "Try again"
    };
    let (class, drawing, state, who, why) = match said {
        Said::Welcome { name, at } => (
            "answer answer--yes",
            view! { <Tick/> }.into_any(),
            "You are checked in",
            format!("Welcome, {name}"),
            format!("{}. Enjoy the day.", clock(at)),
        ),
        Said::AlreadyIn { name, since } => (
            "answer answer--again",
            view! { <Clock/> }.into_any(),
            "You are checked in already",
            format!("Hello again, {name}"),
            format!("Since {}.", clock(since)),
        ),
        Said::Several => (
            "answer answer--no",
            view! { <Cross/> }.into_any(),
            "Nobody was checked in",
            "That booking is of several people".to_owned(),
            "Each has a code of their own, on the badge or in the mail. Use that, or ask at the desk.".to_owned(),
        ),
        Said::AskAtTheDesk => (
            "answer answer--no",
            view! { <Cross/> }.into_any(),
            "Nobody was checked in",
            "Please ask at the desk".to_owned(),
            "We could not check you in with that code.".to_owned(),
        ),
    };
    view! {
        <section class=class aria-labelledby="say" tabindex="-1" autofocus>
            <div class="answer__say" role="status" id="say">
                {drawing}
                <span class="state">{state}</span>" "
                <span class="who">{who}</span>" "
                <span class="why">{why}</span>
            </div>
            <p><a class="btn" href=path(token)>{next}</a></p>
        </section>
    }
    .into_any()
}
