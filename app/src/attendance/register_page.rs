//! The register: who is in, by door or session, and everybody's hours with their working.

use super::{person_page, working::WorkingTable};
use crate::{
    forms::Kept,
    organise::frame,
    ssr,
    ui::{page, time},
};
use domain::{
    access::Permission,
    attendance::{
        register::{self, Filter, PER_PAGE, Register, Row, Show},
        rules::Presence,
    },
    certificates::hours::hours_in_words,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// What was asked for, as the address has it, so that links keep it.
#[derive(Clone, Debug, Default)]
struct Asked {
    to: String,
    day: String,
    q: String,
    show: String,
    page: usize,
}

impl Asked {
    fn read() -> Self {
        let asking = ssr::asking();
        let value = |name| asking.query_value(name).unwrap_or_default();
        Self {
            to: value("to"),
            day: value("day"),
            q: value("q"),
            show: value("show"),
            page: value("page").parse::<usize>().map_or(0, |page| page.saturating_sub(1)),
        }
    }

    fn filter(&self) -> Filter {
        Filter {
            to: self.to.clone(),
            day: self.day.parse().ok(),
            words: self.q.clone(),
            show: match self.show.as_str() {
                "came" => Show::Came,
                "in" => Show::In,
                "away" => Show::Away,
                _ => Show::Everybody,
            },
            page: self.page,
        }
    }

    /// This list, on another page of it (counted from 1).
    fn page(&self, page: usize) -> String {
        let Self { to, day, q, show, .. } = self;
        let pairs: Vec<_> = [("to", to), ("day", day), ("q", q), ("show", show)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", ssr::encode(value)))
            .chain([format!("page={page}")])
            .collect();
        format!("?{}", pairs.join("&"))
    }
}

#[component]
pub fn RegisterPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asked) = (ssr::services(), Asked::read());
        let desk = frame::open(&slug, Permission::See).await?;
        let register = register::load(&services, &desk.actor, &slug, &asked.filter()).await?;
        Ok((desk, register, asked))
    };
    page(load, |(desk, register, asked)| {
        let body = view! {
            <Filters register=register.clone() asked=asked.clone()/>
            <Rows register=register asked=asked/>
        };
        desk.page("Attendance", &Kept::default(), body)
    })
}

#[component]
fn Filters(register: Register, asked: Asked) -> impl IntoView {
    let several = register.days.len() > 1;
    let to = register.to.as_ref().map(|session| session.code.clone()).unwrap_or_default();
    let sessions = register.sessions.iter().map(|session| {
        let starts = zones::time(session.starts_wall.time());
        let words = if several {
            format!("{}, {starts} {}", session.starts_wall.format("%-d %B"), session.title)
        } else {
            format!("{starts} {}", session.title)
        };
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
        register.came, register.expected, register.inside, register.matching
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
    let pages = register.matching.div_ceil(PER_PAGE);
    let at = register.page + 1;
    let pager = (pages > 1).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {(at > 1).then(|| view! { <a rel="prev" href=asked.page(at - 1)>"Previous"</a> })}
                <span>{format!("Page {at} of {pages}")}</span>
                {(at < pages).then(|| view! { <a rel="next" href=asked.page(at + 1)>"Next"</a> })}
            </nav>
        }
    });
    let head = Head {
        slug: register.event.slug.clone(),
        timezone: register.event.timezone.clone(),
        offered: register.offered,
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
    let look = (!working.flags.is_empty()).then(|| view! { <span class="tag tag--wait">"To look at"</span> });
    let name = attendee.name().to_owned();
    let about = [
        attendee.role_line(),
        arrived.map(|at| format!("Arrived {}", clock(at))).unwrap_or_default(),
    ];
    let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let caption = format!("How the hours of {name} were counted");
    let hours = format!("{} of CPD", hours_in_words(working.shown_minutes));
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
