//! The register: who is in, by door or session, and everybody's hours with their working.

use super::{import_page, online_page, person_page, register_query::Asked, working::WorkingTable};
use crate::{
    organise::{
        frame::{self, Desk, flash},
        lists::{pager, tally},
    },
    ssr,
    ui::{page, time},
};
use domain::{
    access::Permission,
    agenda::entity::session,
    attendance::{
        asked,
        queries::Attendee,
        register::{self, PER_PAGE, Register, Row},
        roll::Presences,
        rules::Presence,
    },
    certificates::hours::hours_in_words,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn RegisterPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asked) = (ssr::services(), Asked::of(&ssr::asking().query_pairs()));
        let desk = frame::open(&slug, Permission::See).await?;
        let register = register::load(&services, &desk.actor, &slug, &asked.filter()).await?;
        let waiting = asked::list_open(&services.db.read, desk.event.id).await?;
        Ok((desk, register, asked, waiting))
    };
    page(load, |(desk, register, asked, waiting)| {
        let added = ssr::asking().query_value("added").and_then(|count| count.parse().ok());
        let added = added.map(|count| {
            flash(
                "Added to the register.",
                format!("{} from the list.", tally(count, "record", "records")),
            )
        });
        let stays = ssr::asking().query_value("stays").and_then(|count| count.parse().ok());
        let stays = stays.map(|count| {
            flash(
                "Added to the register.",
                format!("{} from the report.", tally(count, "stay", "stays")),
            )
        });
        let body = view! {
            {added}
            {asking(&desk, &waiting)}
            {stays}
            <Filters register=register.clone() asked=asked.clone()/>
            {now(&desk, &register, &asked)}
            <Rows register=register asked=asked/>
        };
        desk.page("Attendance", body)
    })
}

/// Whoever waits for their hours to be corrected.
fn asking(desk: &Desk, waiting: &[Attendee]) -> Option<AnyView> {
    if waiting.is_empty() {
        return None;
    }
    let names = waiting
        .iter()
        .map(|attendee| view! { <li><a href=person_page::path(&desk.event.slug, &attendee.code)>{attendee.name().to_owned()}</a></li> })
        .collect_view();
    let words = if waiting.len() == 1 {
        "Somebody asks for their hours to be corrected".to_owned()
    } else {
        format!("{} people ask for their hours to be corrected", waiting.len())
    };
    Some(view! { <section class="stack" aria-labelledby="asking"><h2 id="asking">{words}</h2><ul>{names}</ul></section> }.into_any())
}

/// A session with when it starts; with the day too, where there are several.
pub(super) fn session_words(session: &session::Model, several: bool) -> String {
    let starts = zones::time(session.starts_wall.time());
    if several {
        format!("{}, {starts} {}", session.starts_wall.format("%-d %B"), session.title)
    } else {
        format!("{starts} {}", session.title)
    }
}

/// Who is in now, at the door and in each session of the day, with the way to their names; and what else can be done.
fn now(desk: &Desk, register: &Register, asked: &Asked) -> AnyView {
    let link = |to: &str, show: &str| {
        Asked {
            to: to.to_owned(),
            show: show.to_owned(),
            ..asked.bare()
        }
        .address()
    };
    let line = |code: &str, words: String, Presences { came, inside }| {
        let (all, here) = (link(code, "came"), link(code, "in"));
        view! {
            <tr>
                <th scope="row">{words}</th>
                <td class="num" data-label="In now"><a href=here>{inside}<span class="hidden">" in now"</span></a></td>
                <td class="num" data-label="Came"><a href=all>{came}<span class="hidden">" came"</span></a></td>
            </tr>
        }
        .into_any()
    };
    let door = line("", format!("The event, {}", zones::date(register.day)), register.at_door);
    let sessions = register
        .by_session
        .iter()
        .map(|(session, presences)| {
            line(
                &session.code,
                format!("{} {}", zones::time(session.starts_wall.time()), session.title),
                *presences,
            )
        })
        .collect_view();
    let import = desk
        .may_edit()
        .then(|| view! { <a href=import_page::path(&desk.event.slug)>"Import a door list"</a> });
    let (badges, figures) = (desk.path("badges"), desk.path("attendance/summary"));
    let online = desk
        .may_edit()
        .then(|| view! { <a href=online_page::path(&desk.event.slug)>"Import an online meeting"</a> });
    let csv = format!("{}.csv{}", desk.path("attendance"), asked.address());
    view! {
        <section class="stack" aria-labelledby="now">
            <h2 id="now">"Who is in"</h2>
            <table class="list">
                <caption class="hidden">"Who is in, at the event and in each session"</caption>
                <thead><tr><th scope="col">"Where"</th><th scope="col" class="num">"In now"</th><th scope="col" class="num">"Came"</th></tr></thead>
                <tbody>{door}{sessions}</tbody>
            </table>
            <p class="links">{import}{online}<a href=figures>"Attendance in figures"</a><a href=badges>"Badges and lists on paper"</a><a href=csv>"Download hours as CSV"</a></p>
        </section>
    }
    .into_any()
}

#[component]
fn Filters(register: Register, asked: Asked) -> impl IntoView {
    let several = register.days.len() > 1;
    let to = register.to.as_ref().map(|session| session.code.clone()).unwrap_or_default();
    let sessions = register.sessions.iter().map(|session| {
        let words = session_words(session, several);
        view! { <option value=session.code.clone() selected=session.code == to>{words}</option> }
    });
    let days = several.then(|| {
        let days = register.days.iter().map(|day| view! { <option value=day.to_string() selected=*day == register.day>{zones::date(*day)}</option> });
        view! { <div class="field"><label for="day">"Day"</label><select class="input" id="day" name="day">{days.collect_view()}</select></div> }
    });
    let shows = [
        ("", "Everybody"),
        ("came", "Who came"),
        ("in", "Who is in"),
        ("away", "Not arrived"),
    ]
    .into_iter()
    .map(|(value, words)| view! { <option value=value selected=value == asked.show>{words}</option> });
    view! {
        <form class="filters" method="get" role="search" aria-label="Attendance">
            <div class="field"><label for="q">"Name, organisation or reference"</label><input class="input" id="q" name="q" value=asked.q autocomplete="off"/></div>
            <div class="field"><label for="to">"Session"</label><select class="input" id="to" name="to"><option value="">"The event"</option>{sessions.collect_view()}</select></div>
            {days}
            <div class="field"><label for="show">"Show"</label><select class="input" id="show" name="show">{shows.collect_view()}</select></div>
            <button class="btn btn--line">"Search"</button>
        </form>
    }
}

#[component]
fn Rows(register: Register, asked: Asked) -> impl IntoView {
    let place = register
        .to
        .as_ref()
        .map_or_else(|| zones::date(register.day), |session| session.title.clone());
    let tally = format!(
        "{place}: {} of {} came, {} in now. {} shown.",
        register.here.came, register.expected, register.here.inside, register.matching
    );
    if register.rows.is_empty() {
        let words = if asked.q.is_empty() {
            "As people book, and as they arrive, they appear here."
        } else {
            "Try part of a name, or show everybody."
        };
        return view! {
            <p class="tally">{tally}</p>
            <div class="empty"><h2>"Nobody to show"</h2><p>{words}</p></div>
        }
        .into_any();
    }
    let pager = pager(register.page, register.matching, PER_PAGE, |page| asked.page(page));
    let head = Head {
        slug: register.event.slug.clone(),
        timezone: register.event.timezone.clone(),
        offered: register.offered,
        is_on: ssr::services().clock.now() < register.event.ends_at,
    };
    let rows = register
        .rows
        .into_iter()
        .map(|row| view! { <RowView head=head.clone() row=row/> })
        .collect_view();
    view! {
        <p class="tally">{tally}</p>
        <ul class="asks">{rows}</ul>
        {pager}
    }
    .into_any()
}

/// What a row needs to know of its register.
#[derive(Clone, Debug)]
struct Head {
    slug: String,
    timezone: String,
    offered: domain::certificates::hours::Offered,
    /// Whether it is still to end: hours are then what they come to for whoever stays.
    is_on: bool,
}

#[component]
fn RowView(head: Head, row: Row) -> impl IntoView {
    let Row {
        attendee,
        presence,
        arrived,
        working,
    } = row;
    let clock = |at| zones::time(time::wall(at, &head.timezone).time());
    let (words, class) = match presence {
        _ if attendee.is_cancelled() => ("Place cancelled".to_owned(), "tag tag--stop"),
        Presence::Away => ("Not arrived".to_owned(), "tag tag--quiet"),
        Presence::In(_) => ("In".to_owned(), "tag tag--go"),
        Presence::Left(at) => (format!("Left {}", clock(at)), "tag"),
    };
    let look = (!working.flags.is_empty() && !head.is_on).then(|| view! { <span class="tag tag--wait">"To look at"</span> });
    let name = attendee.name().to_owned();
    let about = [
        attendee.role_line(),
        arrived.map(|at| format!("Arrived {}", clock(at))).unwrap_or_default(),
    ];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let caption = format!("How the hours of {name} were counted");
    let hours = hours_in_words(working.shown_minutes);
    let hours = if head.is_on && working.shown_minutes > 0 {
        format!("Up to {hours} of CPD")
    } else {
        format!("{hours} of CPD")
    };
    view! {
        <li>
            <div>
                <b><a href=person_page::path(&head.slug, &attendee.code)>{name.clone()}</a></b>
                <span class="meta">{about}</span>
                <details>
                    <summary>{hours}<span class="hidden">{format!(", working for {name}")}</span></summary>
                    <WorkingTable working=working offered=head.offered timezone=head.timezone caption=caption/>
                </details>
            </div>
            <span class="row">{look}<span class=class>{words}</span></span>
        </li>
    }
}
