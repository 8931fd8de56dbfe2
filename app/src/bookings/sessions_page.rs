//! Somebody's own agenda: the sessions everybody has, those they chose, and where they wait for a place.

use super::{
    api,
    manage_page::{framed, holder, path, place_id, token},
};
use crate::{
    agenda::list::{Beside, is_pause, pause_words, session},
    forms::{self, Kept},
    organise::frame::quiet,
    ssr,
    ui::{Form, flash, page, time::clock},
};
use domain::{
    agenda::queries::Agenda,
    bookings::{
        queries::Seat,
        service::Held,
        sign_up::{self, Act, Signed, Stand},
    },
    error::Error,
    events::EventStatus,
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn SessionsPage() -> impl IntoView {
    let (token, id) = (token(), place_id());
    let load = async move {
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        let (services, asking) = (ssr::services(), ssr::asking());
        let loaded = sign_up::agenda(&services, holder(&token, &asking.actor), id.ok_or(Error::NotFound)?).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        let done = asking.query_value("done").filter(|_| kept.id.is_empty()).unwrap_or_default();
        let gave_up = asking.query_value("instead").unwrap_or_default();
        Ok((loaded, kept, token, done, gave_up))
    };
    page(load, |((held, seat, agenda, signed), kept, token, done, gave_up)| {
        let title = format!("Sessions – {}", held.event.shown_title());
        let body = draw(&held, &seat, &agenda, &signed, &kept, &token, said(&done, &gave_up));
        framed(&held, title, body)
    })
}

fn said(done: &str, gave_up: &str) -> Option<AnyView> {
    let (title, words) = match done {
        "placed" if gave_up.is_empty() => ("You have a place in the session.", String::new()),
        "placed" => (
            "You have a place in the session.",
            format!("Your place in \u{201c}{gave_up}\u{201d}, at the same time, is free for somebody else."),
        ),
        "waiting" => (
            "You are on the waiting list.",
            "When a place comes free and it is your turn, it is yours, and we write to you.".to_owned(),
        ),
        "kept" => ("It is in your agenda.", String::new()),
        "left" => ("Done.", "The session is no longer in your agenda.".to_owned()),
        _ => return None,
    };
    Some(flash(title, words))
}

fn draw(held: &Held, seat: &Seat, agenda: &Agenda, signed: &[Signed], kept: &Kept, token: &str, said: Option<AnyView>) -> AnyView {
    let event = &held.event;
    let is_open = event.status != EventStatus::Cancelled;
    let several = event.starts_wall.date() != event.ends_wall.date();
    let mut days: Vec<(chrono::NaiveDate, Vec<&Signed>)> = Vec::new();
    for of in signed {
        let date = of.item.session.starts_wall.date();
        match days.last_mut() {
            Some((day, all)) if *day == date => all.push(of),
            _ => days.push((date, vec![of])),
        }
    }
    let lists = days
        .into_iter()
        .map(|(date, all)| {
            let rows = all.into_iter().map(|of| row(seat, agenda, of, is_open, kept, token)).collect_view();
            view! {
                <h2>{if several { zones::date(date) } else { "The day".to_owned() }}</h2>
                <ol class="agenda">{rows}</ol>
            }
        })
        .collect_view();
    let choices = signed.iter().any(|of| of.stand != Stand::Everybodys);
    let how = if choices {
        "Where sessions run side by side, choose yours. Some have few places: sign up, or wait for one to come free. You can change it until the session begins."
    } else {
        "Nothing runs side by side at this event, so every session is yours. There is nothing to choose."
    };
    view! {
        {said}
        <div class="page__head">
            <p class="kicker"><a href=path(token)>{format!("Booking {}", held.booking.reference)}</a></p>
            <h1>{format!("Sessions of {}", seat.name())}</h1>
            <p class="lede">{event.title.clone()}</p>
            <p class="noprint">{how}</p>
            <p class="links noprint"><a href="/my/calendar">"Follow it in your calendar"</a></p>
        </div>
        <div class="stack-l">{lists}</div>
    }
    .into_any()
}

fn row(seat: &Seat, agenda: &Agenda, of: &Signed, is_open: bool, kept: &Kept, token: &str) -> AnyView {
    let starts = of.item.session.starts_wall;
    let time = view! { <time datetime=starts.format("%Y-%m-%dT%H:%M").to_string()>{clock(starts.time())}</time> };
    if is_pause(&of.item) && of.stand == Stand::Everybodys {
        return view! { <li class="pause">{time}<p>{pause_words(&of.item)}</p></li> }.into_any();
    }
    let shown = session(agenda, &of.item, Beside::Choosing);
    let (state, class) = match of.stand {
        Stand::Everybodys => (None, "tag"),
        Stand::Placed => (Some("You have a place".to_owned()), "tag tag--go"),
        Stand::Chosen => (Some("In your agenda".to_owned()), "tag tag--go"),
        Stand::Waiting(1) => (Some("Waiting: you are next".to_owned()), "tag tag--wait"),
        Stand::Waiting(turn) => (Some(format!("Waiting: number {turn} on the list")), "tag tag--wait"),
        Stand::Open(Some(1)) => (Some("1 place left".to_owned()), "tag"),
        Stand::Open(Some(left)) => (Some(format!("{left} places left")), "tag"),
        Stand::Open(None) => (None, "tag"),
        Stand::Full(0) => (Some("Full".to_owned()), "tag tag--stop"),
        Stand::Full(1) => (Some("Full, 1 person waits".to_owned()), "tag tag--stop"),
        Stand::Full(waiting) => (Some(format!("Full, {waiting} people wait")), "tag tag--stop"),
    };
    let act = match of.stand {
        Stand::Everybodys => None,
        Stand::Placed => Some((Act::Leave, "Give up my place", "btn btn--line btn--small")),
        Stand::Chosen => Some((Act::Leave, "Take it out of my agenda", "btn btn--line btn--small")),
        Stand::Waiting(_) => Some((Act::Leave, "Leave the waiting list", "btn btn--line btn--small")),
        Stand::Open(Some(_)) if of.gives_up.is_some() => Some((Act::Join, "Change to this session", "btn btn--line btn--small")),
        Stand::Open(Some(_)) => Some((Act::Join, "Sign up", "btn btn--small")),
        Stand::Open(None) => Some((Act::Join, "Put it in my agenda", "btn btn--line btn--small")),
        Stand::Full(_) => Some((Act::Join, "Wait for a place", "btn btn--line btn--small")),
    };
    let aside = of.gives_up.as_ref().map(|title| match of.stand {
        Stand::Open(Some(_)) => format!("At the same time as \u{201c}{title}\u{201d}, where you have a place: changing gives that place up."),
        Stand::Full(_) | Stand::Waiting(_) => {
            format!("You have a place in \u{201c}{title}\u{201d} at the same time. You keep it until one comes free here, and then it goes to somebody else.")
        }
        _ => format!("At the same time as \u{201c}{title}\u{201d}, where you have a place."),
    });
    let code = of.item.session.code.clone();
    let form = act.filter(|_| is_open && !of.begun).map(|(act, words, class)| {
        let (token, place) = (token.to_owned(), seat.place.id.to_string());
        let title = format!(": {}", of.item.session.title);
        view! {
            <Form to=api::ChooseSession::url() kept=quiet(kept) class="noprint">
                <input type="hidden" name="token" value=token/>
                <input type="hidden" name="place" value=place/>
                <input type="hidden" name="session" value=code/>
                <input type="hidden" name="act" value=act.word()/>
                <p><button class=class>{words}<span class="hidden">{title}</span></button></p>
            </Form>
        }
    });
    let state = state.map(|words| view! { <span class=class>{words}</span> });
    view! {
        <li id=format!("s-{}", of.item.session.code)>
            {time}
            <div class="solo">
                {shown}
                {aside.map(|words| view! { <p class="meta">{words}</p> })}
                <div class="row choose">{form}{state}</div>
            </div>
        </li>
    }
    .into_any()
}
