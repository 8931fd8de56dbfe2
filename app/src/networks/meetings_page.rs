//! The meetings of a network, to come and past, for its organisers.

use super::desk;
use crate::{
    organise::{frame::flash, lists::grouped, words},
    ssr,
    ui::{page, time},
};
use domain::{
    access::Permission,
    networks::{members::count_answers, queries},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn MeetingsPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = desk::open(&slug, Permission::See).await?;
        let db = &services.db.read;
        let mut meetings = queries::list_meetings(db, &[desk.network.id]).await?;
        meetings.reverse();
        let answers = count_answers(db, &meetings.iter().map(|(_, event)| event.id).collect::<Vec<_>>()).await?;
        let saved = asking.query_value("saved").is_some();
        Ok((desk, meetings, answers, saved, services.clock.now()))
    };
    page(load, |(desk, meetings, answers, saved, now)| {
        let list = if meetings.is_empty() {
            view! { <div class="empty"><h2>"No meetings yet"</h2><p>"Set a year's dates in one step, or add a meeting by itself."</p></div> }.into_any()
        } else {
            let rows = meetings
                .iter()
                .map(|(meeting, event)| {
                    let (state, class) = words::status(event.status);
                    let over = now >= event.ends_at;
                    let answers = answers.get(&event.id).copied().unwrap_or_default();
                    let invited = if answers.invited == 0 {
                        "Nobody yet".to_owned()
                    } else {
                        format!(
                            "{} invited: {} yes, {} perhaps, {} no",
                            grouped(answers.invited),
                            grouped(answers.accepted),
                            grouped(answers.tentative),
                            grouped(answers.declined)
                        )
                    };
                    view! {
                        <tr class=over.then_some("gone")>
                            <th scope="row"><a href=desk.path(&format!("meetings/{}", meeting.code))>{event.title.clone()}</a></th>
                            <td data-label="When">{time::span(event.starts_wall, event.ends_wall)}</td>
                            <td data-label="State"><span class=class>{if over { "Over" } else { state }}</span></td>
                            <td data-label="Invites">{invited}</td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="list">
                    <caption class="hidden">"Meetings of this network"</caption>
                    <thead><tr><th scope="col">"Meeting"</th><th scope="col">"When"</th><th scope="col">"State"</th><th scope="col">"Invites"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any()
        };
        let ways = desk.may_edit().then(|| {
            view! { <p class="row"><a class="btn" href=desk.path("meetings/new")>"New meeting"</a><a class="btn btn--line" href=desk.path("meetings/year")>"Set a year's dates"</a></p> }
        });
        let body = view! {
            {saved.then(|| flash("Saved as drafts.", "Publish each when it is ready, then send the invites."))}
            {ways}
            {list}
        };
        desk.page("Meetings", body)
    })
}
