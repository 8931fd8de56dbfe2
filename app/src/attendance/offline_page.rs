//! Check-in without signal, with the camera: drawn here once, then it runs on the phone by itself (`app/door/`), signal
//! or not. What it asks the server for is in the server's `door.rs`.

use crate::{
    layout::Assets,
    ssr,
    ui::{
        Page,
        icons::{Clock, Cross, Tick},
        page,
    },
};
use domain::{access::Permission, events, ids::PersonId};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn OfflinePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let actor = ssr::asking().actor;
        let (event, organisation) = events::service::load_for(&ssr::services(), &actor, Permission::CheckIn, &slug).await?;
        Ok((event.slug.clone(), event.shown_title().to_owned(), organisation, actor.person_id()))
    };
    page(load, |(slug, title, organisation, person)| {
        let manifest = format!("/check-in/{slug}/offline.webmanifest");
        Page::new(format!("Check-in without signal: {title}"), draw(&slug, title, person))
            .host(&organisation)
            .class("")
            .bare()
            .unlisted()
            .manifest(manifest)
    })
}

fn draw(slug: &str, title: String, person: Option<PersonId>) -> AnyView {
    let scan = use_context::<Assets>().and_then(|assets| assets.scan);
    let door = format!("/check-in/{slug}");
    view! {
        <div class="wrap page" id="under">
            <div class="door stack-l">
                <div class="stack">
                    <h1>"Check-in without signal"</h1>
                    <p class="quiet">{title}</p>
                    <p class="links"><a href=door.clone()>"Check-in with signal"</a></p>
                </div>
                <noscript><p class="wait">"This page needs scripts. Check-in with signal works without them."</p></noscript>
                <p class="wait" id="broken" hidden>"This browser keeps nothing here; a private window may be why. Use check-in with signal."</p>
                <div class="stack-l" id="door" data-slug=slug.to_owned() data-person=person.map(|id| id.to_string()) data-scan=scan hidden>
                    <div class="stack">
                        <p class="loading" role="status" id="state">"Looking for the list"</p>
                        <p class="wait" id="trouble" hidden></p>
                        <p class="wait" id="skew" hidden></p>
                        <p><button class="btn btn--line btn--small" type="button" id="sync">"Sync now"</button></p>
                    </div>
                    <div class="field">
                        <label for="to">"Checking in to"</label>
                        <select class="input" id="to"><option value="">"The event"</option></select>
                    </div>
                    <fieldset class="field">
                        <legend>"A code that is read means"</legend>
                        <div class="row">
                            <label class="check"><input type="radio" name="action" value="arrive" checked/><span>"They arrive"</span></label>
                            <label class="check"><input type="radio" name="action" value="leave"/><span>"They leave"</span></label>
                        </div>
                    </fieldset>
                    <section class="stack" aria-labelledby="by-camera">
                        <h2 id="by-camera">"By camera"</h2>
                        <div class="camera" id="camera" hidden><video id="video" muted playsinline aria-label="What the camera sees"></video></div>
                        <p class="quiet" role="status" id="camera-say"></p>
                        <p><button class="btn" type="button" id="start">"Start the camera"</button></p>
                        <label class="check"><input type="checkbox" id="buzz"/><span>"Buzz with each answer"</span></label>
                    </section>
                    <section class="stack" aria-labelledby="by-hand">
                        <h2 id="by-hand">"By name or code"</h2>
                        <form class="find" id="find">
                            <div class="field">
                                <label for="q">"Name or code"</label>
                                <input class="input" id="q" autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search"/>
                            </div>
                            <button class="btn btn--line">"Find"</button>
                        </form>
                        <p class="quiet" role="status" id="found-say"></p>
                        <ul class="found" id="found"></ul>
                    </section>
                    <section class="stack" aria-labelledby="not-recorded" id="refused" hidden>
                        <h2 id="not-recorded">"Not recorded"</h2>
                        <p>"These were sent and could not be recorded. Look after them, then clear the list."</p>
                        <ul class="scans" id="refused-list"></ul>
                        <p><button class="btn btn--line btn--small" type="button" id="clear">"Clear this list"</button></p>
                    </section>
                    <section class="stack" aria-labelledby="last" id="last-section" hidden>
                        <h2 id="last">"Last scans on this phone"</h2>
                        <ol class="scans" id="last-list"></ol>
                    </section>
                    <section class="stack" aria-labelledby="phone">
                        <h2 id="phone">"This phone"</h2>
                        <p id="ready">"Not ready to be without signal yet."</p>
                        <p class="quiet">"Open this page once with signal before the doors open, and add it to the home screen from the browser’s menu. Signing out clears the list from this phone."</p>
                        <form method="post" action="/sign-out"><button class="btn btn--line btn--small">"Sign out"</button></form>
                    </section>
                </div>
            </div>
        </div>
        <section class="answer answer--over" aria-labelledby="say" tabindex="-1" id="answer" hidden>
            <div class="answer__say" role="status" id="say"></div>
            <div class="stack">
                <p><button class="btn" type="button" id="next">"Next person"</button><button class="btn" type="button" id="undo" hidden>"Undo"</button></p>
            </div>
        </section>
        <template id="draw-yes"><Tick/></template>
        <template id="draw-again"><Clock/></template>
        <template id="draw-no"><Cross/></template>
        <script type="module" src="/check-in/_/door.js"></script>
    }
    .into_any()
}
