//! Checking oneself in to a session, by the code on the room's screen.

use super::api::{self, HerePost};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, Page, Select, flash, page, time},
};
use domain::{
    attendance::room_code::{self, Checked, Here},
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

pub fn path(slug: &str) -> String {
    format!("/here/{}", ssr::encode(slug))
}

#[component]
pub fn HerePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let asking = ssr::asking();
        let here = room_code::here(&ssr::services(), &asking.actor, &slug).await?;
        let (kept, mut typed) = forms::kept::<HerePost>().await?;
        if typed.code.is_empty() {
            typed.code = asking.query_value("code").unwrap_or_default();
        }
        Ok((here, kept, typed))
    };
    page(load, |(here, kept, typed)| {
        let title = format!("I am here – {}", here.event.shown_title());
        let organisation = here.organisation.clone();
        Page::new(title, draw(here, kept, typed)).host(&organisation).unlisted()
    })
}

fn draw(here: Here, kept: Kept, typed: HerePost) -> AnyView {
    let clock = |at| zones::time(time::wall(at, &here.event.timezone).time());
    let done = typed.checked.as_ref().map(|checked| match checked {
        Checked::In { session, at, left } => {
            let left = left
                .as_ref()
                .map(|left| format!(" You are checked out of “{left}”."))
                .unwrap_or_default();
            flash(format!("You are checked in to “{session}”."), format!("{}.{left}", clock(*at)))
        }
        Checked::AlreadyIn { session, since } => flash(format!("You are in “{session}” already."), format!("Since {}.", clock(*since))),
        Checked::Out { session, at } => flash(format!("You are checked out of “{session}”."), format!("{}.", clock(*at))),
    });
    let done_with_code = typed.checked.is_some();
    let several = here.own.len() > 1;
    let who: Vec<_> = [(String::new(), "Choose who you are".to_owned())]
        .into_iter()
        .chain(
            here.own
                .iter()
                .map(|own| (own.attendee.code.clone(), own.attendee.name().to_owned())),
        )
        .collect();
    let open = here
        .own
        .iter()
        .filter_map(|own| {
            let (session, since) = own.open.as_ref()?;
            let (slug, place) = (here.event.slug.clone(), own.attendee.code.clone());
            let words = format!("{} is in “{}” since {}.", own.attendee.name(), session.title, clock(*since));
            let quiet = Kept {
                id: kept.id.clone(),
                ..Kept::default()
            };
            Some(view! {
                <li class="stack">
                    <p>{words}</p>
                    <Form to=api::Leave::url() kept=quiet>
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="form[place]" value=place/>
                        <button class="btn btn--line">"I am leaving"</button>
                    </Form>
                </li>
            })
        })
        .collect_view();
    let event_path = format!("/events/{}", here.event.slug);
    let form = if here.is_on {
        let slug = here.event.slug.clone();
        let code = if done_with_code { String::new() } else { typed.code };
        view! {
            <Form to=api::Here::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                {several.then(|| view! { <Select kept=kept.clone() name="form[place]" label="Who you are" value=typed.place options=who/> })}
                <Field kept=kept name="form[code]" label="Code on the screen" value=code inputmode="numeric" autocomplete="one-time-code" hint="Six figures. It changes every half minute."/>
                <button class="btn">"Check in"</button>
            </Form>
        }
        .into_any()
    } else {
        view! { <p class="wait">"No session can be checked in to at the moment. It opens half an hour before a session."</p> }.into_any()
    };
    view! {
        <div class="page__head">
            <p class="kicker"><a href=event_path>{here.event.title.clone()}</a></p>
            <h1>"I am here"</h1>
            <p class="lede">"Type the code on the screen of the room you are in. Your hours are counted from it."</p>
        </div>
        <div class="door stack-l">
            {done}
            <ul class="stack">{open}</ul>
            {form}
        </div>
    }
    .into_any()
}
