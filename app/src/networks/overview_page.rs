//! A network on the desk: how many are on the list, who waits, and what is next.

use super::desk;
use crate::{
    forms::Kept,
    organise::{
        frame::flash,
        lists::{grouped, tally},
        words,
    },
    ssr,
    ui::{page, time},
};
use domain::{
    access::Permission,
    networks::{MembershipState, members::count_answers, queries},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn OverviewPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = desk::open(&slug, Permission::See).await?;
        let db = &services.db.read;
        let counts = queries::count_by_state(db, &[desk.network.id]).await?;
        let wording = queries::current_wording(db, desk.network.id).await?;
        let now = services.clock.now();
        let mut meetings = queries::list_meetings(db, &[desk.network.id]).await?;
        meetings.retain(|(_, event)| now < event.ends_at);
        let answers = count_answers(db, &meetings.iter().map(|(_, event)| event.id).collect::<Vec<_>>()).await?;
        let saved = ssr::asking().query_value("saved").is_some();
        Ok((desk, counts, wording, meetings, answers, saved))
    };
    page(load, |(desk, counts, wording, meetings, answers, saved)| {
        let count = |state| counts.get(&(desk.network.id, state)).copied().unwrap_or(0);
        let waiting = count(MembershipState::Confirmed);
        let next = if meetings.is_empty() {
            view! { <p>"No meeting has a date. "<a href=desk.path("meetings/year")>"Set a year's dates"</a></p> }.into_any()
        } else {
            let rows = meetings
                .iter()
                .map(|(meeting, event)| {
                    let (state, class) = words::status(event.status);
                    let answers = answers.get(&event.id).copied().unwrap_or_default();
                    let invited = if meeting.invites_sent_at.is_none() {
                        "Not sent yet".to_owned()
                    } else {
                        format!("{} invited, {} will come", grouped(answers.invited), grouped(answers.accepted))
                    };
                    view! {
                        <tr>
                            <th scope="row"><a href=desk.path(&format!("meetings/{}", meeting.code))>{event.title.clone()}</a></th>
                            <td data-label="When">{time::span(event.starts_wall, event.ends_wall)}</td>
                            <td data-label="State"><span class=class>{state}</span></td>
                            <td data-label="Invites">{invited}</td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="list">
                    <caption class="hidden">"Meetings to come"</caption>
                    <thead><tr><th scope="col">"Meeting"</th><th scope="col">"When"</th><th scope="col">"State"</th><th scope="col">"Invites"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any()
        };
        let closed = wording.is_none().then(|| view! { <p class="flash"><strong>"Nobody can ask to join yet."</strong>" Write what they agree to under "<a href=desk.path("edit")>"Details"</a>"."</p> });
        let body = view! {
            {saved.then(|| flash("Saved.", "Its page is public, and on the list of networks."))}
            {closed}
            <div class="stack-l">
                <dl class="figure-row">
                    <div><dt>"On the list"</dt><dd><a href=desk.path("members")>{grouped(count(MembershipState::Member))}</a></dd></div>
                    <div><dt>"Requests waiting for you"</dt><dd><a href=desk.path("requests")>{grouped(waiting)}</a></dd></div>
                    <div><dt>"Not confirmed by mail yet"</dt><dd>{grouped(count(MembershipState::Requested))}</dd></div>
                    <div><dt>"Have left"</dt><dd>{tally(count(MembershipState::Left), "person", "people")}</dd></div>
                </dl>
                <section class="stack" aria-labelledby="next"><h2 id="next">"Meetings to come"</h2>{next}</section>
            </div>
        };
        let heading = desk.network.name.clone();
        desk.page(&heading, &Kept::default(), body)
    })
}
