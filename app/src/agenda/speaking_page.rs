//! A speaker's own page, by their private link: whether they come, who they are, what they declare, how they are shown.

use super::{api, photo_form::upload};
use crate::{
    forms::{self, Kept},
    organise::frame::quiet,
    ssr,
    ui::{Field, Form, Page, Select, TextArea, flash, page},
};
use domain::{
    agenda::{
        photos,
        speaking::{self, AnswerForm, Opened},
    },
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

pub fn path(token: &str) -> String {
    format!("/speaking/{}", ssr::encode(token))
}

#[component]
pub fn SpeakingPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        let opened = speaking::open(&ssr::services(), &token).await?;
        let (kept, form) = forms::kept_or(|| AnswerForm::of(&opened)).await?;
        let saved = ssr::asking().query_value("saved").is_some() && kept.id.is_empty();
        Ok((opened, token, kept, form, saved))
    };
    page(load, |(opened, token, kept, form, saved)| {
        let title = format!("Speaking at {}", opened.event.shown_title());
        let organisation = opened.organisation.clone();
        let support = opened.event.support.0.clone();
        Page::new(title, draw(opened, token, kept, form, saved))
            .host(&organisation)
            .support(support)
            .unlisted()
    })
}

fn options(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
        .collect()
}

/// Their photo: shown where they are shown by name.
fn photo(opened: &Opened, token: &str, kept: &Kept) -> AnyView {
    let now = opened.speaker.photo.as_ref().map(|photo| {
        let token = token.to_owned();
        view! {
            <img class="face" src=photos::address(photo) alt="Your photo as it shows now" width="400" height="400"/>
            <Form to=api::RemoveOwnPhoto::url() kept=quiet(kept)>
                <input type="hidden" name="token" value=token/>
                <p><button class="btn btn--line btn--small">"Remove the photo"</button></p>
            </Form>
        }
    });
    view! {
        <section class="stack" aria-labelledby="photo">
            <h2 id="photo">"Your photo (optional)"</h2>
            <p>"It shows beside your name on the event’s page, and nowhere if you are shown under another name or not at all. Save your answer above first: a photo is saved by itself."</p>
            {now}
            {upload(kept, format!("{}/photo", path(token)), opened.speaker.photo.is_some(), "", None)}
        </section>
    }
    .into_any()
}

fn draw(opened: Opened, token: String, kept: Kept, form: AnswerForm, saved: bool) -> AnyView {
    let event = &opened.event;
    let done = saved.then(|| {
        flash(
            "Thank you. Your answer is saved.",
            "You can come back by the same link and change it.",
        )
    });
    let sessions = opened
        .sessions
        .iter()
        .map(|session| {
            let when = format!(
                "{}, {}",
                zones::date(session.starts_wall.date()),
                zones::time(session.starts_wall.time())
            );
            view! { <li><b>{session.title.clone()}</b>", "{when}</li> }
        })
        .collect_view();
    let none = opened.sessions.is_empty();
    let photo = photo(&opened, &token, &kept);
    let states = options(&[("", "Choose"), ("confirmed", "I will speak"), ("declined", "I cannot come")]);
    let shown = options(&[
        ("named", "With my name and photo"),
        ("other", "Under another name, without a photo"),
        ("hidden", "Not shown at all"),
    ]);
    view! {
        <div class="page__head">
            <p class="kicker">{opened.organisation.name.clone()}</p>
            <h1>{format!("Speaking at {}", event.title)}</h1>
            <p class="lede">{zones::span(event.starts_wall, event.ends_wall)}</p>
        </div>
        <div class="stack-l">
            {done}
            {if none { view! { <p class="quiet">"Your sessions are not on the agenda yet."</p> }.into_any() } else { view! { <section class="stack" aria-labelledby="sessions"><h2 id="sessions">"Your sessions"</h2><ul>{sessions}</ul></section> }.into_any() }}
            <Form to=api::Answer::url() kept=kept.clone()>
                <input type="hidden" name="token" value=token/>
                <Select kept=kept.clone() name="form[state]" label="Will you speak?" value=form.state options=states/>
                <fieldset class="group">
                    <legend>"Who you are"</legend>
                    <Field kept=kept.clone() name="form[name]" label="Name" value=form.name autocomplete="name"/>
                    <Field kept=kept.clone() name="form[role]" label="Role" value=form.role autocomplete="organization-title"/>
                    <Field kept=kept.clone() name="form[organisation]" label="Organisation" value=form.organisation autocomplete="organization"/>
                    <TextArea kept=kept.clone() name="form[bio]" label="About you" value=form.bio rows=6 hint="A few sentences for the event’s page. Markdown: a blank line between paragraphs."/>
                </fieldset>
                <fieldset class="group">
                    <legend>"How you are shown"</legend>
                    <Select kept=kept.clone() name="form[shown]" label="On public pages" value=form.shown options=shown hint="If you speak of your own experience you may be shown under another name, or not at all. It holds from when you save. The organiser knows your name."/>
                    <Field kept=kept.clone() name="form[shown_name]" label="Name to show instead (optional)" value=form.shown_name hint="Only where you chose another name."/>
                </fieldset>
                <fieldset class="group">
                    <legend>"Declaration of interest"</legend>
                    <TextArea kept=kept name="form[declaration]" label="Interests you declare (optional)" value=form.declaration rows=4 hint="Payments, shares, posts or ties that bear on what you say. Blank: none. The organiser and whoever approves the event read it."/>
                </fieldset>
                <button class="btn">"Save"</button>
            </Form>
            {photo}
        </div>
    }
    .into_any()
}
