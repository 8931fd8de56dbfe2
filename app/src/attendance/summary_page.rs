//! How an event was attended, for the report afterwards: by session, and by where people work.

use crate::{
    organise::{
        frame::{self, Desk},
        lists::grouped,
    },
    ssr,
    ui::page,
};
use domain::{
    access::Permission,
    attendance::summary::{self, Summary},
    certificates::hours::hours_in_words,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn SummaryPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::See).await?;
        let summary = summary::load(&ssr::services(), &desk.actor, &slug).await?;
        Ok((desk, summary))
    };
    page(load, |(desk, summary)| {
        let body = draw(&desk, &summary);
        desk.page("Attendance in figures", body)
    })
}

fn hours(minutes: u64) -> String {
    hours_in_words(u32::try_from(minutes).unwrap_or(u32::MAX))
}

fn draw(desk: &Desk, summary: &Summary) -> AnyView {
    let several = desk.event.starts_wall.date() != desk.event.ends_wall.date();
    let sessions = summary
        .sessions
        .iter()
        .map(|of| {
            let counts = of.session.cpd && of.session.kind.may_count();
            let each = match (counts, of.unknown) {
                (false, _) => "Not CPD".to_owned(),
                (true, true) => "Not known".to_owned(),
                (true, false) => of.mean().to_string(),
            };
            view! {
                <tr>
                    <th scope="row">{super::register_page::session_words(&of.session, several)}</th>
                    <td class="num" data-label="Came">{if of.unknown { "Not known".to_owned() } else { grouped(of.came as u64) }}</td>
                    <td class="num" data-label="Minutes each">{each}</td>
                    <td class="num" data-label="Hours together">{if counts { hours(of.minutes) } else { "Not CPD".to_owned() }}</td>
                </tr>
            }
        })
        .collect_view();
    let agencies = summary
        .agencies
        .iter()
        .map(|agency| {
            let name = if agency.name.is_empty() {
                "Not given".to_owned()
            } else {
                agency.name.clone()
            };
            view! {
                <tr>
                    <th scope="row">{name}</th>
                    <td class="num" data-label="Places">{grouped(agency.places as u64)}</td>
                    <td class="num" data-label="Came">{grouped(agency.came as u64)}</td>
                    <td class="num" data-label="Hours together">{hours(agency.minutes)}</td>
                </tr>
            }
        })
        .collect_view();
    let share = (summary.came * 100).checked_div(summary.places).unwrap_or_default();
    let is_on = ssr::services().clock.now() < desk.event.ends_at;
    let so_far =
        is_on.then(|| view! { <p class="wait">"The event is not over: minutes are what they come to for whoever stays to the end."</p> });
    view! {
        {so_far}
        <dl class="figure-row">
            <div><dt>"Came"</dt><dd>{grouped(summary.came as u64)}</dd><dd>{format!("of {} places, {share}%", grouped(summary.places as u64))}</dd></div>
            <div><dt>"CPD together"</dt><dd>{hours(summary.minutes)}</dd><dd>{format!("{} were offered to each", hours_in_words(summary.offered.minutes))}</dd></div>
            <div><dt>"Of which participatory"</dt><dd>{hours(summary.participatory_minutes)}</dd></div>
        </dl>
        <section class="sec" aria-labelledby="sessions">
            <div class="sec__head"><h2 id="sessions">"By session"</h2><p class="meta">"Whoever was scanned in it, or was at the event while nothing ran beside it. Of sessions side by side, only scans tell who was in which."</p></div>
            <table class="list">
                <caption class="hidden">"Attendance by session"</caption>
                <thead><tr><th scope="col">"Session"</th><th scope="col" class="num">"Came"</th><th scope="col" class="num">"Minutes each"</th><th scope="col" class="num">"Hours together"</th></tr></thead>
                <tbody>{sessions}</tbody>
            </table>
        </section>
        <section class="sec" aria-labelledby="agencies">
            <div class="sec__head">
                <h2 id="agencies">"By where people work"</h2>
                <p class="meta">{format!("As they wrote it, on {}.", zones::dates(desk.event.starts_wall.date(), desk.event.ends_wall.date()))}</p>
                <p class="links"><a href=desk.path("attendance/summary.csv")>"Download as CSV"</a></p>
            </div>
            <table class="list">
                <caption class="hidden">"Attendance by where people work"</caption>
                <thead><tr><th scope="col">"Where they work"</th><th scope="col" class="num">"Places"</th><th scope="col" class="num">"Came"</th><th scope="col" class="num">"Hours together"</th></tr></thead>
                <tbody>{agencies}</tbody>
            </table>
        </section>
    }
    .into_any()
}
