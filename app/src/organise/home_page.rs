//! The organiser home: what is next and how full, what it comes to, what needs a decision. A steward who is only that
//! sees the doors they may be asked to stand at.

use super::{
    frame::{desk_banner, flash},
    lists::{grouped, tally},
    seats::{SeatRow, Seats},
    words::status,
};
use crate::{
    ssr,
    ui::{Page, page, time},
};
use chrono::NaiveDate;
use domain::{
    access::Permission,
    bookings::rules::pounds,
    events::{
        desk::{self, FirstSteps, Home, Listed, Next},
        entity::event,
        rules::{Booking, booking},
    },
    networks::meetings::Coming,
    platform::zones,
};
use leptos::prelude::*;

enum Shown {
    Desk(Box<Home>, bool),
    Door(Vec<event::Model>),
}

#[component]
pub fn HomePage() -> impl IntoView {
    let load = async move {
        let (services, actor) = (ssr::services(), ssr::asking().actor);
        let now = services.clock.now();
        let shown = if actor.organisations_with(Permission::See).is_empty() {
            Shown::Door(desk::door(&services, &actor).await?)
        } else {
            Shown::Desk(
                Box::new(desk::home(&services, &actor).await?),
                actor.require_anywhere(Permission::Edit).is_ok(),
            )
        };
        Ok((shown, now, desk_banner().await?))
    };
    page(load, |(shown, now, banner)| match shown {
        Shown::Door(events) => Page::new("Organiser home", door(events)).banner(banner).unlisted(),
        Shown::Desk(home, may_edit) => {
            let only = (home.organisations.len() == 1).then(|| home.organisations[0].clone());
            let page = Page::new("Organiser home", draw(*home, may_edit, now)).banner(banner).unlisted();
            match only {
                Some(organisation) => page.host(&organisation),
                None => page,
            }
        }
    })
}

fn door(events: Vec<event::Model>) -> AnyView {
    let list = if events.is_empty() {
        view! { <div class="empty"><h2>"Nothing to check in"</h2><p>"Events appear here from the day they are published until they are over."</p></div> }.into_any()
    } else {
        let items = events
            .into_iter()
            .map(|event| {
                view! {
                    <li>
                        {day(event.starts_wall.date())}
                        <div><h2><a href=format!("/check-in/{}", event.slug)>{format!("Check-in: {}", event.title)}</a></h2>{when_where(&event)}</div>
                    </li>
                }
            })
            .collect_view();
        view! { <ol class="cards">{items}</ol> }.into_any()
    };
    view! {
        <div class="page__head"><h1>"Organiser home"</h1><p class="lede">"You are a steward: you check people in at the door."</p></div>
        {list}
    }
    .into_any()
}

fn draw(home: Home, may_edit: bool, now: chrono::DateTime<chrono::Utc>) -> AnyView {
    let new = may_edit.then(|| view! { <a class="btn btn--line" href="/organise/events/new">"New event"</a> });
    let first = home.first_steps.map(|steps| first_run(steps, may_edit));
    let main = match &home.next {
        Some(next) => next_event(next, now),
        None if first.is_some() => ().into_any(),
        None => view! { <div class="empty"><h2>"Nothing is planned"</h2><p>"Your next event shows here, with its places and what it comes to."</p></div> }.into_any(),
    };
    view! {
        {(ssr::asking().query_value("now").as_deref() == Some("deleted")).then(|| flash("Deleted.", "The draft is gone."))}
        <div class="head"><h1>"Organiser home"</h1><p class="row">{new}</p></div>
        {ways()}
        {first}
        {main}
        <div class="desk">
            // First for whoever reads in order or on a phone; at the side on a desk.
            <div class="stack-l desk__side">{decisions(&home)}{mail(&home)}</div>
            <div class="stack-l">
                {events("To come", "upcoming", home.upcoming.clone())}
                {meetings(&home.meetings)}
                {events("Past and cancelled", "past", home.past.iter().take(10).cloned().collect())}
            </div>
        </div>
    }
    .into_any()
}

/// What to do before the first event can be booked, each with the page where it is done.
fn first_run(steps: FirstSteps, may_edit: bool) -> AnyView {
    if !may_edit {
        return view! { <div class="empty"><h2>"Your first event"</h2><p>"When somebody in your team makes an event, it shows here."</p></div> }.into_any();
    }
    let owns = ssr::asking().actor.require_anywhere(Permission::Own).is_ok();
    let step = |done: bool, words: &'static str, more: &'static str, path: &'static str, act: &'static str| {
        let (tag, class) = if done {
            ("Done", "tag tag--go")
        } else {
            ("To do", "tag tag--wait")
        };
        let link = (!done).then(|| view! { <a href=path>{act}</a> });
        view! { <li><p><b>{words}" "<span class=class>{tag}</span></b><span class="meta">{more}</span></p>{link}</li> }
    };
    let own = owns.then(|| {
        view! {
            {step(steps.has_mail, "Have mail sent", "Until a mail server is set up, nobody who books hears from you. Settings say what is missing.", "/organise/settings", "Look at the settings")}
            {step(steps.has_team, "Ask others to help", "Organisers for the desk, stewards for the door, a second owner for when you are away.", "/organise/team", "Ask somebody")}
        }
    });
    let publish = if steps.has_event {
        "It is a draft that only your team sees. Set the tickets and the agenda, then publish it: people can book from then on."
    } else {
        "Begin with its name and times; everything else can wait. It stays a draft until you publish it."
    };
    view! {
        <section class="todo" aria-labelledby="first">
            <h2 id="first">"Before your first event can be booked"</h2>
            <ol class="asks">
                {step(steps.has_event, "Make an event", "With its name and times. You already have the whole programme in a file? On the machine, plenary import FILE.json takes it in one go.", "/organise/events/new", "Make the first event")}
                {own}
                <li><p><b>"Publish it"</b><span class="meta">{publish}</span></p></li>
            </ol>
        </section>
    }
    .into_any()
}

/// "Today", "Tomorrow", "In 109 days", in the event's own zone.
fn when(event: &event::Model, now: chrono::DateTime<chrono::Utc>) -> String {
    let today = zones::wall(now, event.zone()).date();
    if event.starts_at <= now {
        return "On now".to_owned();
    }
    match (event.starts_wall.date() - today).num_days() {
        0 => "Today".to_owned(),
        1 => "Tomorrow".to_owned(),
        days => format!("In {days} days"),
    }
}

/// How booking stands, in a word or two.
fn booking_words(event: &event::Model, taken: u64, now: chrono::DateTime<chrono::Utc>) -> &'static str {
    match booking(&event.terms(), taken, now) {
        Booking::Open { .. } => "booking open",
        Booking::NotYet(_) => "booking not open yet",
        Booking::Full => "full",
        Booking::Closed => "booking closed",
        Booking::Over => "over",
        Booking::Cancelled => "cancelled",
    }
}

fn next_event(next: &Next, now: chrono::DateTime<chrono::Utc>) -> AnyView {
    let event = &next.event;
    let path = format!("/organise/events/{}", event.slug);
    let is_draft = event.status == domain::events::EventStatus::Draft;
    let state = if is_draft {
        "a draft, not published".to_owned()
    } else {
        format!(
            "{}, {}",
            status(event.status).0.to_lowercase(),
            booking_words(event, next.places.taken(), now)
        )
    };
    let capacity = event.capacity.map(|capacity| u64::try_from(capacity).unwrap_or(0));
    view! {
        <section class="next" aria-labelledby="next">
            <div>
                <p class="kicker"><b>"Next"</b>{format!(" · {} · {state}", when(event, now).to_lowercase())}</p>
                <h2 id="next"><a href=path.clone()>{event.title.clone()}</a></h2>
                <p class="quiet">{zones::span(event.starts_wall, event.ends_wall)}<br/>{crate::ui::together(&domain::events::calendar::location(event))}</p>
                <dl class="tiles">
                    <div><dt>"Booked this week"</dt><dd>{grouped(next.places.this_week)}</dd></div>
                    <div><dt>"Confirmed places, without VAT"</dt><dd>{pounds(next.places.net_pence)}</dd></div>
                    <div><dt>"To be named"</dt><dd>{grouped(next.places.unnamed)}</dd></div>
                </dl>
                <p class="links">
                    <a href=format!("{path}/bookings")>"See the bookings"</a>
                    {(!is_draft).then(|| view! { <a href=format!("/check-in/{}", event.slug)>"Check people in"</a> })}
                </p>
            </div>
            <Seats places=next.places capacity=capacity/>
        </section>
    }
    .into_any()
}

fn day(date: NaiveDate) -> AnyView {
    view! { <p class="date" aria-hidden="true"><b class="day">{date.format("%-d").to_string()}</b>{date.format("%b %Y").to_string()}</p> }
        .into_any()
}

fn when_where(event: &event::Model) -> AnyView {
    view! { <p><time datetime=event.starts_wall.format("%Y-%m-%dT%H:%M").to_string()>{time::span(event.starts_wall, event.ends_wall)}</time></p><p class="meta">{crate::ui::together(&domain::events::calendar::location(event))}</p> }.into_any()
}

fn events(heading: &'static str, id: &'static str, list: Vec<Listed>) -> Option<AnyView> {
    (!list.is_empty()).then(|| {
        let items = list
            .into_iter()
            .map(|Listed { event, taken }| {
                let (words, class) = status(event.status);
                let places = match event.capacity.and_then(|capacity| u64::try_from(capacity).ok()).filter(|capacity| *capacity > 0) {
                    Some(capacity) => view! { <SeatRow taken=taken capacity=capacity/> }.into_any(),
                    None => view! { <p class="meta">{tally(taken, "place", "places")}" taken, no limit"</p> }.into_any(),
                };
                view! {
                    <li>
                        {day(event.starts_wall.date())}
                        <div><h3><a href=format!("/organise/events/{}", event.slug)>{event.title.clone()}</a></h3>{when_where(&event)}{places}</div>
                        <p class="side"><span class=class>{words}</span></p>
                    </li>
                }
            })
            .collect_view();
        view! { <section class="todo" aria-labelledby=id><h2 id=id>{heading}</h2><ol class="cards">{items}</ol></section> }.into_any()
    })
}

/// The next meetings of the networks, with how their invites stand.
fn meetings(coming: &[Coming]) -> Option<AnyView> {
    (!coming.is_empty()).then(|| {
        let items = coming
            .iter()
            .map(|Coming { network, meeting, event, answers }| {
                let (words, class) = status(event.status);
                let invited = match answers.invited {
                    0 => "Nobody invited yet".to_owned(),
                    invited => format!("{} invited, {} will come", grouped(invited), grouped(answers.accepted)),
                };
                view! {
                    <li>
                        {day(event.starts_wall.date())}
                        <div>
                            <h3><a href=format!("/organise/networks/{}/meetings/{}", network.slug, meeting.code)>{event.title.clone()}</a></h3>
                            {when_where(event)}
                            <p class="meta">{format!("{} · {invited}", network.name)}</p>
                        </div>
                        <p class="side"><span class=class>{words}</span></p>
                    </li>
                }
            })
            .collect_view();
        view! { <section class="todo" aria-labelledby="meetings"><h2 id="meetings">"Meetings to come"</h2><ol class="cards">{items}</ol></section> }.into_any()
    })
}

fn decisions(home: &Home) -> AnyView {
    let body = if home.decisions.is_empty() {
        view! { <p class="quiet">"Nothing waits for you: no request to join, no certificate to issue, no place without a name."</p> }
            .into_any()
    } else {
        let items = home
            .decisions
            .iter()
            .map(|line| {
                view! { <li><p><b>{line.about.clone()}</b><span class="meta">{format!("{} {}", grouped(line.count), line.words)}</span></p><a href=line.path.clone()>{line.act}<span class="hidden">{format!(" {}", line.about)}</span></a></li> }
            })
            .collect_view();
        view! { <ul class="asks">{items}</ul> }.into_any()
    };
    let count = (!home.decisions.is_empty()).then(|| view! { <span class="num">{home.decisions.len().to_string()}</span> });
    view! { <section class="todo" aria-labelledby="decide"><h2 id="decide">"What needs a decision "{count}</h2>{body}</section> }.into_any()
}

fn mail(home: &Home) -> AnyView {
    let line = |count: u64, words: &'static str, state: &'static str| {
        (count > 0).then(|| view! { <li><p><b>{tally(count, "message", "messages")}</b><span class="meta">{words}</span></p><a href=format!("/organise/messages?state={state}")>"Look"<span class="hidden">{format!(" at messages: {words}")}</span></a></li> })
    };
    let is_clear = home.mail.unsent == 0 && home.mail.failed == 0;
    let rows = view! {
        <ul class="asks">
            {line(home.mail.failed, "failed: nobody got them", "failed")}
            {line(home.mail.unsent, "unsent: no mail server was set up", "unsent")}
            {line(home.mail.queued, "waiting to leave", "queued")}
        </ul>
    };
    let body = if is_clear && home.mail.queued == 0 {
        let words = if ssr::services().mailer.delivers() {
            "Everything that was due has left."
        } else {
            "Nothing is waiting."
        };
        view! { <p class="quiet">{words}</p> }.into_any()
    } else {
        rows.into_any()
    };
    view! { <section class="todo" aria-labelledby="post"><h2 id="post">"Messages to look at"</h2>{body}</section> }.into_any()
}

fn ways() -> AnyView {
    let owns = ssr::asking().actor.require_anywhere(Permission::Own).is_ok();
    view! {
        <p class="links">
            <a href="/organise/networks">"Your networks"</a>
            <a href="/organise/messages">"All messages"</a>
            {owns.then(|| view! { <a href="/organise/team">"Team"</a><a href="/organise/settings">"Settings"</a> })}
        </p>
    }
    .into_any()
}
