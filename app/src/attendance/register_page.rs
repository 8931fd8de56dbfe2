//! The register: who is in, by door or session, and everybody's hours with their working.

use super::{person_page, working::WorkingTable};
use crate::{
    ssr,
    ui::{Page, page, time},
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
        Self { to: value("to"), day: value("day"), q: value("q"), show: value("show"), page: value("page").parse::<usize>().map_or(0, |page| page.saturating_sub(1)) }
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
        let (asking, asked) = (ssr::asking(), Asked::read());
        let register = register::load(&ssr::services(), &asking.actor, &slug, &asked.filter()).await?;
        let may_check_in = asking.actor.may(Permission::CheckIn, register.event.organisation_id);
        Ok((register, asked, may_check_in))
    };
    page(load, |(register, asked, may_check_in)| {
        let event = &register.event;
        let door = may_check_in.then(|| view! { <a class="btn btn--line" href=format!("/check-in/{}", event.slug)>"Check people in"</a> });
        let body = view! {
            <div class="head">
                <div class="stack">
                    <h1>"Attendance"</h1>
                    <p class="lede"><a href=format!("/organise/events/{}", event.slug)>{event.title.clone()}</a></p>
                </div>
                <p class="row">{door}</p>
            </div>
            <Filters register=register.clone() asked=asked.clone()/>
            <Rows register=register.clone() asked=asked/>
        };
        Page::new(format!("Attendance: {}", event.shown_title()), body).host(&register.organisation).unlisted()
    })
}

#[component]
fn Filters(register: Register, asked: Asked) -> impl IntoView {
    let several = register.days.len() > 1;
    let to = register.to.as_ref().map(|session| session.code.clone()).unwrap_or_default();
    let sessions = register.sessions.iter().map(|session| {
        let starts = zones::time(session.starts_wall.time());
        let words = if several { format!("{}, {starts} {}", session.starts_wall.format("%-d %B"), session.title) } else { format!("{starts} {}", session.title) };
        view! { <option value=session.code.clone() selected=session.code == to>{words}</option> }
    });
    let days = several.then(|| {
        let days = register.days.iter().map(|day| view! { <option value=day.to_string() selected=*day == register.day>{zones::date(*day)}</option> });
        view! { <div class="field"><label for="day">"Day"</label><select class="input" id="day" name="day">{days.collect_view()}</select></div> }
    });
    let shows = [("", "Everybody"), ("came", "Who came"), ("in", "Who is in"), ("away", "Not arrived")]
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
    let place = register.to.as_ref().map_or_else(|| zones::date(register.day), |session| session.title.clone());
    let tally = format!("{place}: {} of {} came, {} in now. {} shown.", register.came, register.expected, register.inside, register.matching);
    if register.rows.is_empty() {
        let words = if asked.q.is_empty() { "As people book, and as they arrive, they appear here." } else { "Try part of a name, or show everybody." };
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
    let head = Head { slug: register.event.slug.clone(), timezone: register.event.timezone.clone(), offered: register.offered };
    let rows = register.rows.into_iter().map(|row| view! { <RowView register=head.clone() row=row/> }).collect_view();
    view! {
        <p class="tally">{tally}</p>
        <table class="list">
            <caption class="hidden">"Who came, and their CPD hours of the whole event"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col">"From"</th><th scope="col">"Arrived"</th><th scope="col">"Now"</th><th scope="col">"Hours"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
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
fn RowView(register: Head, row: Row) -> impl IntoView {
    let Row { attendee, presence, arrived, working } = row;
    let clock = |at| zones::time(time::wall(at, &register.timezone).time());
    let (words, class) = match presence {
        _ if attendee.is_cancelled() => ("Place cancelled".to_owned(), "tag tag--stop"),
        Presence::Away => ("Not arrived".to_owned(), "tag tag--quiet"),
        Presence::In(_) => ("In".to_owned(), "tag tag--go"),
        Presence::Left(at) => (format!("Left {}", clock(at)), "tag"),
    };
    let look = (!working.flags.is_empty()).then(|| view! { " "<span class="tag tag--wait">"To look at"</span> });
    let caption = format!("How the hours of {} were counted", attendee.name());
    let hours = hours_in_words(working.shown_minutes);
    let name = attendee.name().to_owned();
    view! {
        <tr>
            <th scope="row"><a href=person_page::path(&register.slug, &attendee.code)>{name.clone()}</a></th>
            <td data-label="From">{attendee.role_line()}</td>
            <td data-label="Arrived">{arrived.map_or_else(|| "–".to_owned(), clock)}</td>
            <td data-label="Now"><span class=class>{words}</span></td>
            <td data-label="Hours">
                <details>
                    <summary>{hours}<span class="hidden">{format!(", working for {name}")}</span></summary>
                    <WorkingTable working=working offered=register.offered timezone=register.timezone.clone() caption=caption/>
                </details>
                {look}
            </td>
        </tr>
    }
}
