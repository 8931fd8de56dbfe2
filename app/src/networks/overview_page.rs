//! A network on the desk: how many are on the list, who waits, and what is next.

use super::{api, desk};
use crate::{
    forms,
    organise::{
        frame::{flash, quiet},
        lists::{grouped, tally},
        words,
    },
    ssr,
    ui::{Form, page, time},
};
use domain::{
    access::Permission,
    networks::{MembershipState, NetworkStatus, members::count_answers, queries},
};
use leptos::{prelude::*, server_fn::ServerFn};
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
        let asking = ssr::asking();
        let done = match (asking.query_value("saved"), asking.query_value("now").as_deref()) {
            (Some(_), _) if desk.network.is_public() => Some(flash("Saved.", "Its page is public, and on the list of networks.")),
            (Some(_), _) => Some(flash("Saved as a draft.", "Only your team sees it. Publish it when it is ready.")),
            (_, Some("published")) => Some(flash("Published.", "Its page is public, and on the list of networks.")),
            (_, Some("draft")) => Some(flash(
                "Unpublished.",
                "Only your team sees it now. Its list and its invites stay as they are.",
            )),
            _ => None,
        };
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((desk, kept, counts, wording, meetings, answers, done))
    };
    page(load, |(desk, kept, counts, wording, meetings, answers, done)| {
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
        let (words, to, button, class) = if desk.network.is_public() {
            (
                "Anybody can see it, and it is on the list of networks.",
                NetworkStatus::Draft,
                "Unpublish",
                "btn btn--line btn--small",
            )
        } else {
            (
                "This network is a draft: only your team sees it.",
                NetworkStatus::Published,
                "Publish",
                "btn",
            )
        };
        let stands = desk.may_edit().then(|| {
            let slug = desk.network.slug.clone();
            view! {
                <Form to=api::SetNetworkStatus::url() kept=quiet(&kept) class="row">
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="status" value=to.word()/>
                    <span>{words}</span>
                    <button class=class>{button}</button>
                </Form>
            }
        });
        let body = view! {
            {done}
            {stands}
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
        desk.page(&heading, body)
    })
}
