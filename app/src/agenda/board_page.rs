//! The agenda as its organisers see it: what it offers, what is worth a look, and every session with the way to change it.

use super::{
    parts::{sessions, ways},
    waiting::waiting,
};
use crate::{
    forms,
    organise::{
        frame::{self, Desk, flash},
        lists::{address, tally},
    },
    ssr,
    ui::{or_none, page},
};
use domain::{
    access::Permission,
    agenda::{
        SessionStatus,
        edit::{self, Board, Working},
        entity::session,
    },
    certificates::{hours::hours_in_words, queries::is_any_issued},
    events::service::offered,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn BoardPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&slug, Permission::See).await?;
        let working = Working::load(&services.db.read, desk.event.id).await?;
        let issued = is_any_issued(&services.db.read, desk.event.id).await?;
        let kept = forms::kept::<()>().await?.0;
        Ok((desk, working, issued, kept))
    };
    page(load, |(desk, working, issued, kept)| {
        let board = &working.board;
        let body = view! {
            {done()}
            <div class="stack-l">
                {head(&desk, board, issued)}
                {waiting(&desk, &working, &kept)}
                {advice(&desk, board)}
                {days(&desk, board)}
            </div>
        };
        desk.page("Agenda", body)
    })
}

/// What was just done, from the address.
fn done() -> Option<AnyView> {
    let asking = ssr::asking();
    let count = asking
        .query_value("sessions")
        .and_then(|count| count.parse::<usize>().ok())
        .unwrap_or(1);
    Some(match asking.query_value("done")?.as_str() {
        "saved" => flash("Saved.", ""),
        "deleted" => flash("Deleted.", ""),
        "cancelled" => flash("Cancelled.", "The session counts no hours, and shows only here."),
        "planned" => flash("Back on the agenda.", ""),
        "moved" => flash("Moved.", format!("{} moved.", sessions(count))),
        "moved-stretched" => flash("Moved.", format!("{} moved, and the event lasts longer for it.", sessions(count))),
        "published" => match asking.query_value("told").and_then(|told| told.parse::<u64>().ok()).unwrap_or(0) {
            0 => flash("Published.", "The public sees the agenda as it is here."),
            told => flash(
                "Published.",
                format!("{} sent the new times for their calendar.", tally(told, "person is", "people are")),
            ),
        },
        "discarded" => flash("Thrown away.", "The agenda is again the one the public sees."),
        "undone" => flash("Undone.", ""),
        "not-undone" => flash(
            "Not undone.",
            "The agenda was changed again meanwhile. Look at the last change below.",
        ),
        _ => return None,
    })
}

fn head(desk: &Desk, board: &Board, issued: bool) -> AnyView {
    let offered = offered(&board.event(&desk.event), board.planned());
    let total = if offered.minutes == 0 {
        view! { <p>"No hours of CPD yet: they are counted from the sessions marked so."</p> }.into_any()
    } else {
        let part = if offered.participatory_minutes == 0 {
            ", none of it participatory.".to_owned()
        } else {
            format!(", {} of it participatory at most.", hours_in_words(offered.participatory_minutes))
        };
        view! { <p><b>{format!("{} of CPD offered", hours_in_words(offered.minutes))}</b>{part}</p> }.into_any()
    };
    let out = desk.event.is_public().then(|| {
        view! { <p class="meta">"The event is public. What you change here waits until you publish it; whoever holds a place is told then, if a day begins or ends at another time."</p> }
    });
    let issued = issued.then(|| {
        view! { <p class="meta">"Certificates were issued from this agenda. A change here changes none of them; "<a href=desk.path("certificates")>"the page of certificates"</a>" shows whose hours would differ."</p> }
    });
    let add = desk
        .may_edit()
        .then(|| view! { <p class="row"><a class="btn" href=desk.path("agenda/session")>"Add a session"</a><a href=desk.path("approval.pdf")>"Approval pack (PDF)"</a></p> });
    view! { <div class="stack">{ways(desk)}{total}{out}{issued}{add}</div> }.into_any()
}

fn advice(desk: &Desk, board: &Board) -> Option<AnyView> {
    let notes = edit::notes(&board.event(&desk.event), board);
    (!notes.is_empty()).then(|| {
        let items = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
        view! { <section class="stack" aria-labelledby="advice"><h2 id="advice">"Worth a look"</h2><p class="quiet">"Advice only: nothing here stops you."</p><ul>{items}</ul></section> }.into_any()
    })
}

fn days(desk: &Desk, board: &Board) -> AnyView {
    if board.sessions.is_empty() {
        return view! { <div class="empty"><h2>"No sessions yet"</h2><p>"Hours of CPD are counted from the sessions, so an event without any certifies none. Begin with the rooms, or add a session straight away."</p></div> }.into_any();
    }
    let mut days: Vec<(chrono::NaiveDate, Vec<&session::Model>)> = Vec::new();
    for session in &board.sessions {
        let date = session.starts_wall.date();
        match days.iter_mut().find(|(day, _)| *day == date) {
            Some((_, sessions)) => sessions.push(session),
            None => days.push((date, vec![session])),
        }
    }
    days.into_iter()
        .map(|(date, sessions)| {
            let may_edit = desk.may_edit();
            let rows = sessions.into_iter().map(|session| row(desk, board, session)).collect_view();
            view! {
                <section class="stack">
                    <h2>{zones::date(date)}</h2>
                    <table class="list">
                        <caption class="hidden">{format!("Sessions on {}", zones::date(date))}</caption>
                        <thead><tr><th scope="col">"Session"</th><th scope="col">"When"</th><th scope="col">"Kind"</th><th scope="col">"Where"</th><th scope="col">"Speakers"</th><th scope="col">"CPD"</th>{may_edit.then(|| view! { <td><span class="hidden">"What you can do"</span></td> })}</tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </section>
            }
        })
        .collect_view()
        .into_any()
}

fn row(desk: &Desk, board: &Board, session: &session::Model) -> AnyView {
    let cpd = match (session.cpd && session.kind.may_count(), session.participatory) {
        (false, _) => "No",
        (true, false) => "Yes",
        (true, true) => "Yes, participatory",
    };
    let room = session.room_id.and_then(|id| board.room(id)).map(|room| room.name.clone());
    let track = session.track_id.and_then(|id| board.track(id)).map(|track| track.name.clone());
    let place = [room, track].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let speakers = board
        .speakers_of(session.id)
        .map(|speaker| speaker.name.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let when = if session.starts_wall.date() == session.ends_wall.date() {
        zones::times(session.starts_wall.time(), session.ends_wall.time())
    } else {
        zones::span(session.starts_wall, session.ends_wall)
    };
    let is_off = session.status == SessionStatus::Cancelled;
    let off = is_off.then(|| view! { " "<span class="tag tag--stop">"Cancelled"</span> });
    let change = desk.may_edit().then(|| {
        let to = |page: &str, key: &'static str| address(&desk.path(page), &[(key, session.code.clone())]);
        let title = session.title.clone();
        let links = [
            (to("agenda/session", "edit"), "Change"),
            (to("agenda/move", "session"), "Move"),
            (to("agenda/session", "copy"), "Copy"),
        ]
        .into_iter()
        .map(|(path, words)| view! { <a href=path>{words}<span class="hidden">{format!(" {title}")}</span></a>" " })
        .collect_view();
        view! { <td class="act">{links}</td> }
    });
    view! {
        <tr>
            <th scope="row">{session.title.clone()}{off}</th>
            <td data-label="When">{when}</td>
            <td data-label="Kind">{session.kind.label()}</td>
            <td data-label="Where">{or_none(place)}</td>
            <td data-label="Speakers">{or_none(speakers)}</td>
            <td data-label="CPD">{cpd}</td>
            {change}
        </tr>
    }
    .into_any()
}
