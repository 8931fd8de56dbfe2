//! The door, for a person holding a phone: find somebody, say whether they arrive or leave, see the answer.

use super::{answer, api};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, Page, flash, page, time},
};
use domain::{
    attendance::{
        Action,
        door::{self, Door, Found, Last, Seen},
        rules::Presence,
        service::Answered,
    },
    events::EventStatus,
    ids::AttendanceId,
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use serde::Deserialize;

/// What the page after a scan is told, once.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Shown {
    answered: Option<Answered>,
}

/// The door of an event, or of one of its sessions.
pub fn path(slug: &str, to: &str) -> String {
    format!("/check-in/{}?to={}", ssr::encode(slug), ssr::encode(to))
}

#[component]
pub fn DoorPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let asking = ssr::asking();
        let (kept, shown) = forms::kept::<Shown>().await?;
        let asked = ["code", "q"]
            .into_iter()
            .find_map(|name| asking.query_value(name).filter(|value| !value.trim().is_empty()));
        let to = asking.query_value("to").unwrap_or_else(|| remembered(&slug));
        let door = door::open(&ssr::services(), &asking.actor, &slug, &to, asked.as_deref().unwrap_or_default()).await?;
        if asking.query_value("to").is_some() {
            remember(&door);
        }
        let undone = asking.query_value("undone").filter(|_| kept.problems.0.is_empty());
        Ok((door, kept, shown.answered, asked.unwrap_or_default(), undone))
    };
    page(load, |(door, kept, answered, asked, undone)| {
        let answered = answered.or_else(|| match &door.found {
            Found::Nobody { answered, by_code: true } => Some((**answered).clone()),
            _ => None,
        });
        let title = |words: &str| format!("{words}{}", door.event.shown_title());
        // In a tab stands how many were found, never who.
        let found = match &door.found {
            Found::Nothing => "Check-in: ".to_owned(),
            Found::Nobody { .. } => "Not found – check-in: ".to_owned(),
            Found::People { people, more } => format!("{} – check-in: ", count(people.len() as u64 + more)),
        };
        let free = answered.is_none() && undone.is_none() && kept.problems.0.is_empty() && matches!(door.found, Found::Nothing);
        let body = view! { <div class="wrap page"><Body door=door.clone() asked=asked undone=undone free=free/></div> };
        let page = match &answered {
            Some(answered) => {
                let title = title(&format!("{} – check-in: ", answer::state(&door, answered)));
                Page::new(title, view! { {answer::draw(&door, answered)} {body} }).bare()
            }
            None => Page::new(title(&found), body),
        };
        page.host(&door.organisation).class("").unlisted()
    })
}

#[component]
fn Body(
    door: Door,
    asked: String,
    /// The record just taken back.
    undone: Option<String>,
    /// Whether nothing on the page asks for the focus before the field does.
    free: bool,
) -> impl IntoView {
    let event = &door.event;
    let to = door.to.as_ref().map(|session| session.code.clone()).unwrap_or_default();
    let several = event.starts_wall.date() != event.ends_wall.date();
    let options = door.sessions.iter().map(|session| {
        let starts = zones::time(session.starts_wall.time());
        let words = match door.day {
            None if several => format!("{}, {starts} {}", session.starts_wall.format("%-d %B"), session.title),
            _ => format!("{starts} {}", session.title),
        };
        view! { <option value=session.code.clone() selected=session.code == to>{words}</option> }
    });
    let counts = door.counts;
    let inside = format!("{} of {} in", counts.inside, counts.expected);
    let closed = if event.status == EventStatus::Cancelled {
        Some("This event was cancelled, so nobody can be checked in.".to_owned())
    } else if door.day.is_none() && event.ends_at <= ssr::services().clock.now() {
        Some(format!(
            "This event is over: it was on {}. Nobody can be checked in any more.",
            answer::days(&door)
        ))
    } else if door.day.is_none() {
        Some(format!(
            "This event is not on today: it is on {}. Check-in opens three hours before it starts.",
            answer::days(&door)
        ))
    } else {
        None
    };
    let undone = undone.map(|record| {
        let whose = door.last.iter().find(|last| last.record.id.to_string() == record);
        let words = match whose {
            Some(last) if last.record.action == Action::Leave => format!("{} has not left.", last.name),
            Some(last) => format!("{} has not arrived.", last.name),
            None => String::new(),
        };
        flash(
            "Undone.",
            format!("{words} It stays in the history as taken back.").trim().to_owned(),
        )
    });
    let back = (!matches!(door.found, Found::Nothing)).then(|| {
        let start = path(&event.slug, &to);
        view! { <p><a class="btn btn--line" href=start>"Back to the start of check-in"</a></p> }
    });
    view! {
        <div class="door stack-l">
            <div class="stack">
                <h1>{format!("Check-in: {}", event.title)}</h1>
                <p class="quiet">{inside}</p>
                <p class="links"><a href=format!("/check-in/{}/walk-in", event.slug)>"Somebody without a booking"</a><a href=format!("/check-in/{}/screens", event.slug)>"Kiosks and room screens"</a><a href=format!("/check-in/{}/rooms", event.slug)>"Rooms now"</a><a href=format!("/check-in/{}/fire", event.slug)>"Who is in the building"</a><a href=format!("/check-in/{}/offline", event.slug)>"Camera, and check-in without signal"</a></p>
            </div>
            {undone}
            {closed.map(|words| view! { <p class="wait">{words}</p> })}
            <form method="get" action=format!("/check-in/{}", event.slug) class="stack-l">
                <div class="field">
                    <label for="to">"Checking in to"</label>
                    <select class="input" id="to" name="to"><option value="">"The event"</option>{options.collect_view()}</select>
                </div>
                <div class="find">
                    <div class="field">
                        <label for="q">"Name, reference or code"</label>
                        <input class="input" id="q" name="q" value=asked.clone() autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search" autofocus=free/>
                    </div>
                    <button class="btn btn--line">"Find"</button>
                </div>
            </form>
            <Results door=door.clone() asked=asked/>
            {back}
            <LastScans door=door.clone()/>
        </div>
    }
}

fn count(found: u64) -> String {
    if found == 1 {
        "1 person found".to_owned()
    } else {
        format!("{found} people found")
    }
}

#[component]
fn Results(door: Door, asked: String) -> impl IntoView {
    match door.found.clone() {
        Found::Nothing | Found::Nobody { by_code: true, .. } => None,
        Found::Nobody { .. } => Some(
            view! {
                <div class="empty" role="status" tabindex="-1" autofocus>
                    <p><strong>"Not found: "</strong>{asked}</p>
                    <p>"Nobody at this event has that name. Try part of it, another spelling, or their booking reference."</p>
                </div>
            }
            .into_any(),
        ),
        Found::People { people, more } => {
            let heading = count(people.len() as u64 + more);
            let is_only = people.len() == 1;
            let people = people
                .into_iter()
                .map(|seen| view! { <Person door=door.clone() seen=seen is_only=is_only/> });
            Some(
                view! {
                    <section aria-labelledby="found">
                        <h2 id="found" tabindex="-1" autofocus>{heading}</h2>
                        <ul class="found">{people.collect_view()}</ul>
                        {(more > 0).then(|| view! { <p class="quiet">{format!("{more} more. Type more of the name to see them.")}</p> })}
                    </section>
                }
                .into_any(),
            )
        }
    }
}

#[component]
fn Person(
    door: Door,
    seen: Seen,
    /// Nobody else was found, so there is nothing to choose by pressing the name.
    is_only: bool,
) -> impl IntoView {
    let Seen { attendee, presence } = seen;
    let clock = |at| zones::time(time::wall(at, &door.event.timezone).time());
    let stands = match presence {
        _ if attendee.is_cancelled() => "Place cancelled".to_owned(),
        Presence::Away => "Not here yet".to_owned(),
        Presence::In(since) => format!("Here since {}", clock(since)),
        Presence::Left(at) => format!("Left at {}", clock(at)),
    };
    let name = attendee.name().to_owned();
    let to = door.to.as_ref().map(|session| session.code.clone()).unwrap_or_default();
    let button = |action: Action, words: &'static str, class: &'static str| {
        let (slug, to, name, participant) = (
            door.event.slug.clone(),
            to.clone(),
            name.clone(),
            attendee.participant_id.to_string(),
        );
        view! { <Mark slug=slug to=to participant=participant name=name action=action words=words class=class/> }
    };
    // On another day, or once it is cancelled, pressing would record nothing.
    let is_open = door.day.is_some() && door.event.status != EventStatus::Cancelled;
    let arrive = (is_open && !attendee.is_cancelled())
        .then(|| button(Action::Arrive, "Arrive", if presence.is_in() { "btn btn--line" } else { "btn" }));
    let leave = (is_open && presence.is_in()).then(|| button(Action::Leave, "Leave", "btn btn--line"));
    let (role, reference) = (attendee.role_line(), attendee.reference.clone());
    let named = if is_only {
        view! { <b>{name}</b> }.into_any()
    } else {
        let own = format!("{}&code={}", path(&door.event.slug, &to), ssr::encode(&attendee.code));
        view! { <a class="found__name" href=own><b>{name}</b></a> }.into_any()
    };
    view! {
        <li>
            <p>
                {named}
                <span class="meta">
                    {(!role.is_empty()).then(|| view! { {role}<br/> })}
                    {stands}" · "{reference}
                </span>
            </p>
            <div class="stack">{arrive}{leave}</div>
        </li>
    }
}

/// One button that says somebody arrives or leaves.
#[component]
fn Mark(
    slug: String,
    to: String,
    participant: String,
    name: String,
    action: Action,
    words: &'static str,
    class: &'static str,
) -> impl IntoView {
    view! {
        <Form to=api::Record::url() kept=Kept::default()>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="to" value=to/>
            <input type="hidden" name="participant" value=participant/>
            <input type="hidden" name="action" value=action.word()/>
            <button class=class aria-label=format!("{words}: {name}")>{words}</button>
        </Form>
    }
}

/// One button that takes a record back.
#[component]
pub fn Undo(
    slug: String,
    to: String,
    record: AttendanceId,
    words: &'static str,
    class: &'static str,
    #[prop(optional_no_strip)] label: Option<String>,
) -> impl IntoView {
    view! {
        <Form to=api::Withdraw::url() kept=Kept::default()>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="to" value=to/>
            <input type="hidden" name="record" value=record.to_string()/>
            <button class=class aria-label=label>{words}</button>
        </Form>
    }
}

#[component]
fn LastScans(door: Door) -> impl IntoView {
    (!door.last.is_empty()).then(|| {
        let slug = door.event.slug.clone();
        let to = door.to.as_ref().map(|session| session.code.clone()).unwrap_or_default();
        let rows = door.last.iter().map(|last| {
            let Last {
                record,
                name,
                session,
                withdrawn,
            } = last.clone();
            let at = time::wall(record.at, &door.event.timezone);
            let (words, class) = match record.action {
                _ if withdrawn => ("Undone", "tag tag--quiet"),
                Action::Leave => ("Left", "tag"),
                _ => ("Arrived", "tag tag--go"),
            };
            let (slug, to, label) = (slug.clone(), to.clone(), format!("Undo: {name}"));
            let undo =
                (!withdrawn).then(|| view! { <Undo slug=slug to=to record=record.id words="Undo" class="plain" label=Some(label)/> });
            view! {
                <li>
                    <time datetime=at.format("%Y-%m-%dT%H:%M").to_string()>{at.format("%-H:%M").to_string()}</time>
                    <span>{name}{session.map(|title| view! { <span class="meta">", "{title}</span> })}</span>
                    <div class="row"><span class=class>{words}</span>{undo}</div>
                </li>
            }
        });
        view! {
            <section aria-labelledby="last">
                <h2 id="last">"Your last scans"</h2>
                <ol class="scans">{rows.collect_view()}</ol>
            </section>
        }
    })
}

/// What people were last checked in to on this phone: a scanned code does not say, and it must not fall back to the
/// door between two people.
fn remembered(slug: &str) -> String {
    let cookies = use_context::<axum::http::request::Parts>()
        .and_then(|parts| parts.headers.get(axum::http::header::COOKIE)?.to_str().ok().map(str::to_owned));
    let own = format!("door={slug}.");
    cookies
        .unwrap_or_default()
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(&own).map(str::to_owned))
        .unwrap_or_default()
}

/// Keeps the choice for the day. Codes of sessions hold nothing that would need quoting.
fn remember(door: &Door) {
    let to = door.to.as_ref().map(|session| session.code.as_str()).unwrap_or_default();
    let secure = if ssr::services().is_https() { "; Secure" } else { "" };
    let cookie = format!(
        "door={}.{to}; Path=/check-in; Max-Age=43200; HttpOnly; SameSite=Lax{secure}",
        door.event.slug
    );
    ssr::header(axum::http::header::SET_COOKIE, &cookie);
}
