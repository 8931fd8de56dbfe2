//! My CPD: every certificate by year, the minutes so far, and how they were counted.

use crate::{
    attendance::working::WorkingTable,
    ssr,
    ui::{Page, icons::Ticks, page},
};
use domain::{
    attendance::working::{Worked, working_of_code},
    certificates::hours::hours_in_words,
    platform::zones,
    portfolio::{self, Certified, Cpd, Waiting, Year},
};
use leptos::prelude::*;

#[component]
pub fn CpdPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        let cpd = portfolio::cpd(&services, &asking.actor).await?;
        let worked = match asking.query_value("working") {
            Some(code) => Some(working_of_code(&services, &asking.actor, &code).await?),
            None => None,
        };
        Ok((cpd, worked))
    };
    page(load, |(cpd, worked)| {
        let title = if worked.is_some() {
            "How it was counted – My CPD"
        } else {
            "My CPD"
        };
        let nothing = cpd.years.is_empty() && cpd.waiting.is_empty();
        let body = view! {
            <div class="page__head">
                <h1>"My CPD"</h1>
                <p class="lede">"What you attended, certified by whoever held it. Each certificate can be checked by your appraiser or regulator without an account."</p>
            </div>
            {worked.map(working)}
            {if nothing {
                view! {
                    <div class="empty">
                        <h2>"No CPD yet"</h2>
                        <p>"After an event you attended, its certificate shows here."</p>
                        <a class="btn btn--line" href="/events">"See all events"</a>
                    </div>
                }.into_any()
            } else {
                figures(&cpd)
            }}
            {waiting(cpd.waiting)}
            {cpd.years.into_iter().map(year).collect_view()}
        };
        Page::new(title, body).unlisted()
    })
}

fn figures(cpd: &Cpd) -> AnyView {
    let certificates: usize = cpd.years.iter().map(|year| year.certificates.len()).sum();
    let by_year = cpd
        .years
        .iter()
        .take(3)
        .map(|year| view! { <div><dt>{format!("In {}", year.year)}</dt><dd>{hours_in_words(year.minutes)}</dd><dd>{format!("{} minutes", year.minutes)}</dd></div> })
        .collect_view();
    view! {
        <dl class="figure-row">
            <div><dt>"CPD so far"</dt><dd>{hours_in_words(cpd.minutes)}</dd><dd>{format!("{} minutes", cpd.minutes)}</dd></div>
            <div><dt>"Of which participatory"</dt><dd>{hours_in_words(cpd.participatory_minutes)}</dd><dd>{format!("{} minutes", cpd.participatory_minutes)}</dd></div>
            <div><dt>"Certificates"</dt><dd>{certificates}</dd></div>
            {by_year}
        </dl>
    }
    .into_any()
}

fn year(year: Year) -> AnyView {
    let id = format!("year-{}", year.year);
    let rows = year.certificates.iter().map(row).collect_view();
    let total = format!("{} ({} minutes)", hours_in_words(year.minutes), year.minutes);
    let part = if year.participatory_minutes > 0 {
        hours_in_words(year.participatory_minutes)
    } else {
        "None".to_owned()
    };
    view! {
        <section class="sec" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{year.year}</h2>
            <table class="list">
                <caption class="hidden">{format!("Certificates of {}", year.year)}</caption>
                <thead><tr><th scope="col">"Event"</th><th scope="col">"Date"</th><th scope="col">"CPD"</th><th scope="col">"Participatory"</th><td><span class="hidden">"What you can do"</span></td></tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row" colspan="2">{format!("Together in {}", year.year)}</th><td data-label="CPD">{total}</td><td data-label="Participatory">{part}</td><td><span class="hidden">"What you can do"</span></td></tr></tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn row(certified: &Certified) -> AnyView {
    let snapshot = &certified.snapshot;
    let path = format!("/certificates/{}", snapshot.id);
    let of = format!(" {}", snapshot.event_title);
    let participatory = domain::certificates::queries::face::shown_participatory(snapshot);
    view! {
        <tr>
            <th scope="row"><a href=path.clone()>{snapshot.event_title.clone()}</a></th>
            <td data-label="Date">{zones::dates(certified.event.starts_wall.date(), certified.event.ends_wall.date())}</td>
            <td data-label="CPD">{format!("{} ({} minutes)", hours_in_words(snapshot.shown_minutes), snapshot.shown_minutes)}<br/><Ticks minutes=snapshot.shown_minutes/></td>
            <td data-label="Participatory">{if participatory > 0 { hours_in_words(participatory) } else { "None".to_owned() }}</td>
            <td class="act">
                <a href=format!("/my/cpd?working={}", certified.code)>"How it was counted"<span class="hidden">{of.clone()}</span></a>
                <a href=format!("{path}.pdf")>"Download certificate (PDF)"<span class="hidden">{of}</span></a>
            </td>
        </tr>
    }
    .into_any()
}

fn waiting(waiting: Vec<Waiting>) -> Option<AnyView> {
    if waiting.is_empty() {
        return None;
    }
    let items = waiting
        .into_iter()
        .map(|waiting| {
            let event = waiting.event;
            let of = format!(" {}", event.title);
            view! {
                <li>
                    <div><b>{event.title.clone()}</b>{zones::span(event.starts_wall, event.ends_wall)}</div>
                    <a href=format!("/my/cpd?working={}", waiting.code)>"How your hours are counted"<span class="hidden">{of}</span></a>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="sec" aria-labelledby="waiting">
                <div class="sec__head">
                    <h2 id="waiting">"No certificate yet"</h2>
                    <p class="meta">"The organiser issues certificates after the event, to everybody with enough minutes."</p>
                </div>
                <ul class="asks">{items}</ul>
            </section>
        }
        .into_any(),
    )
}

fn working(worked: Worked) -> AnyView {
    let event = worked.event;
    let email = worked.organisation.email;
    view! {
        <section class="sec" aria-labelledby="working">
            <div class="sec__head">
                <h2 id="working">"How your hours are counted"</h2>
                <p><b>{event.title.clone()}</b></p>
                <p class="meta">{zones::span(event.starts_wall, event.ends_wall)}</p>
                <p class="meta">"From what was scanned, as it stands today. Is something wrong? Write to "<a href=format!("mailto:{email}")>{email.clone()}</a>"."</p>
                <p class="links"><a href="/my/cpd">"Close"</a></p>
            </div>
            <div class="stack"><WorkingTable working=worked.working offered=worked.offered timezone=event.timezone.clone() caption=format!("How your hours at {} were counted", event.title)/></div>
        </section>
    }
    .into_any()
}
