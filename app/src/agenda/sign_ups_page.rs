//! Who signed up to which session, for organisers.

use super::parts::ways;
use crate::{
    organise::{
        frame::{self, Desk},
        lists::tally,
    },
    ssr,
    ui::page,
};
use domain::{
    access::Permission,
    attendance::queries::Attendee,
    bookings::sign_up::{self, DeskSession},
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SignUpsPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::See).await?;
        let (_, sessions) = sign_up::desk(&ssr::services(), &desk.actor, &slug).await?;
        Ok((desk, sessions))
    };
    page(load, |(desk, sessions): (Desk, Vec<DeskSession>)| {
        let body = if sessions.is_empty() {
            view! {
                <div class="stack-l">
                    {ways(&desk)}
                    <div class="empty">
                        <h2>"No session to sign up for"</h2>
                        <p>"Give a session a number of places to sign up for, and whoever has a place at the event chooses for themselves, with a waiting list where it is full."</p>
                        <p><a class="btn btn--line" href=desk.path("agenda")>"To the agenda"</a></p>
                    </div>
                </div>
            }
            .into_any()
        } else {
            let shown = sessions.iter().map(|of| one(&desk, of)).collect_view();
            view! {
                <div class="stack-l">
                    {ways(&desk)}
                    <p class="links"><a href=desk.path("agenda/sign-ups.csv")>"Download as CSV"</a></p>
                    {shown}
                </div>
            }
            .into_any()
        };
        desk.page("Sign-ups", body)
    })
}

fn one(desk: &Desk, of: &DeskSession) -> AnyView {
    let session = &of.session;
    let places = u64::try_from(session.sign_up_places.unwrap_or_default()).unwrap_or(0);
    let (taken, waiting) = (of.placed.len() as u64, of.waiting.len() as u64);
    let left = places.saturating_sub(taken);
    let (state, class) = match (left, taken > places) {
        (_, true) => (format!("{} more than there are places", taken - places), "tag tag--wait"),
        (0, _) => ("Full".to_owned(), "tag tag--stop"),
        (left, _) => (format!("{left} left"), "tag"),
    };
    let small = of
        .room_places
        .filter(|room| i64::from(*room) < i64::try_from(places).unwrap_or(i64::MAX));
    let small = small.map(|room| view! { <p class="wait">{format!("More places than the room holds: it holds {room}.")}</p> });
    let room = of.room.clone().map(|room| format!(", {room}")).unwrap_or_default();
    let id = format!("s-{}", session.code);
    let labelled = id.clone();
    view! {
        <section class="stack" aria-labelledby=labelled>
            <h2 id=id>{session.title.clone()}</h2>
            <p class="meta">{format!("{}{room}", zones::span(session.starts_wall, session.ends_wall))}</p>
            <p>{format!("{taken} of {}", tally(places, "place", "places"))}" "<span class=class>{state}</span></p>
            {small}
            {people(desk, "Have a place", &of.placed, taken)}
            {people(desk, "Waiting, in their order", &of.waiting, waiting)}
        </section>
    }
    .into_any()
}

fn people(desk: &Desk, heading: &'static str, people: &[Attendee], count: u64) -> Option<AnyView> {
    if people.is_empty() {
        return None;
    }
    let items = people
        .iter()
        .map(|who| {
            let about = who.role_line();
            let about = (!about.is_empty()).then(|| format!(", {about}"));
            let place = desk.path(&format!("attendance/{}", who.code));
            view! { <li><a href=place>{who.name().to_owned()}</a>{about}</li> }
        })
        .collect_view();
    Some(view! { <details><summary>{format!("{heading}: {count}")}</summary><ol class="list">{items}</ol></details> }.into_any())
}
