//! Where stewards make kiosks and screens for rooms; and the screen itself, with the code of the half minute.

use super::api::{self, MakePost};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, Page, Qr, Select, flash, page},
};
use domain::{
    access::Permission,
    agenda::{SessionKind, entity::session, queries::list_sessions},
    attendance::room_code::{self, Screen},
    events::{self, entity::event},
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

pub fn path(slug: &str) -> String {
    format!("/check-in/{}/screens", ssr::encode(slug))
}

#[component]
pub fn ScreensPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let (event, organisation) = events::service::load_for(&services, &ssr::asking().actor, Permission::CheckIn, &slug).await?;
        let sessions = list_sessions(&services.db.read, event.id).await?;
        let (kept, typed) = forms::kept::<MakePost>().await?;
        let made = typed.made.clone().map(|path| services.url(&path));
        Ok((event, organisation, sessions, kept, typed, made))
    };
    page(load, |(event, organisation, sessions, kept, typed, made)| {
        let title = format!("Kiosks and room screens – {}", event.shown_title());
        Page::new(title, making(&event, sessions, kept, typed, made))
            .host(&organisation)
            .unlisted()
    })
}

fn making(event: &event::Model, sessions: Vec<session::Model>, kept: Kept, typed: MakePost, made: Option<String>) -> AnyView {
    let (slug, for_kiosk, for_screen) = (event.slug.clone(), event.slug.clone(), event.slug.clone());
    let several = event.starts_wall.date() != event.ends_wall.date();
    let options = sessions
        .iter()
        .filter(|session| session.kind != SessionKind::Break)
        .map(|session| (session.code.clone(), super::register_page::session_words(session, several)));
    let options: Vec<_> = [(String::new(), "Choose a session".to_owned())]
        .into_iter()
        .chain(options)
        .collect();
    let quiet = Kept {
        id: kept.id.clone(),
        ..Kept::default()
    };
    let shown = made.map(|address| {
        view! {
            {flash("Made.", "Open this address on the tablet or the room’s computer. It is shown once; make another if you lose it.")}
            <div class="slip stack">
                <Qr text=address.clone() label="The same address, for a camera"/>
                <p class="said"><a href=address.clone()>{address.clone()}</a></p>
            </div>
        }
    });
    view! {
        <div class="page__head">
            <p class="kicker"><a href=format!("/check-in/{slug}")>{format!("Check-in: {}", event.title)}</a></p>
            <h1>"Kiosks and room screens"</h1>
        </div>
        <div class="stack-l">
            {shown}
            <section class="stack" aria-labelledby="kiosk">
                <h2 id="kiosk">"Kiosk at the entrance"</h2>
                <p>"A tablet where people check themselves in with the code on their badge. It knows nothing else and needs no sign-in; its address works for a day."</p>
                <Form to=api::MakeKiosk::url() kept=quiet.clone()>
                    <input type="hidden" name="slug" value=for_kiosk/>
                    <button class="btn">"Make a kiosk"</button>
                </Form>
            </section>
            <section class="stack" aria-labelledby="screen">
                <h2 id="screen">"Screen of a room"</h2>
                <p>"Shows a code that changes every half minute. Whoever is signed in with their own place types it, and is checked in to the session."</p>
                <Form to=api::MakeScreen::url() kept=quiet>
                    <input type="hidden" name="slug" value=for_screen/>
                    <Select kept=kept name="form[session]" label="Session" value=typed.session options=options/>
                    <button class="btn">"Make a screen"</button>
                </Form>
            </section>
        </div>
    }
    .into_any()
}

#[component]
pub fn ScreenPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let screen = room_code::screen(&services, &token).await?;
        // A new code is shown as soon as there is one.
        ssr::header(axum::http::HeaderName::from_static("refresh"), &screen.left.to_string());
        let path = format!("/here/{}", screen.event.slug);
        Ok((services.url(&path), screen))
    };
    page(load, |(address, screen)| {
        let title = format!("Check in – {}", screen.event.shown_title());
        let organisation = screen.organisation.clone();
        Page::new(title, on_screen(&address, &screen)).bare().host(&organisation).unlisted()
    })
}

fn on_screen(address: &str, screen: &Screen) -> AnyView {
    let shown = address.split_once("://").map_or(address, |(_, rest)| rest).to_owned();
    let body = match &screen.code {
        Some(code) => view! {
            <p class="screen__how">"Open "<b>{shown}</b>", sign in, and type"</p>
            <p class="screen__code" aria-live="polite">{format!("{} {}", &code[..3], &code[3..])}</p>
            <Qr text=format!("{address}?code={code}") label="The same address with the code, for a camera"/>
        }
        .into_any(),
        None => view! { <p class="screen__how">{format!("Checking in opens half an hour before this session, at {}.", zones::time((screen.session.starts_wall - room_code::OPENS_BEFORE).time()))}</p> }.into_any(),
    };
    view! {
        <section class="screen">
            <h1>{screen.session.title.clone()}</h1>
            <p class="meta">{format!("{} to {}", zones::time(screen.session.starts_wall.time()), zones::time(screen.session.ends_wall.time()))}</p>
            {body}
        </section>
    }
    .into_any()
}
