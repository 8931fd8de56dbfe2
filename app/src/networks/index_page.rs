//! The list of networks: for anybody, and an organiser's own.

use crate::{
    organise::{frame::desk_banner, lists::tally},
    ssr,
    ui::{Page, page},
};
use domain::{
    access::Permission,
    networks::{
        MembershipState,
        entity::network,
        queries,
        service::{self, Listed},
    },
    platform::zones,
};
use leptos::prelude::*;

#[component]
pub fn PublicPage() -> impl IntoView {
    let load = async { service::list(&ssr::services()).await };
    page(load, |networks| {
        let list = if networks.is_empty() {
            view! { <div class="empty"><h2>"No networks yet"</h2><p>"A network is a group that meets through the year. People ask to join its list and are invited to each meeting."</p></div> }.into_any()
        } else {
            let items = networks.into_iter().map(card).collect_view();
            view! { <ol class="cards">{items}</ol> }.into_any()
        };
        Page::new(
            "Networks",
            view! {
                <div class="page__head"><h1>"Networks"</h1><p class="lede">"Groups that meet through the year. Ask to join a list, and each meeting comes to your own calendar."</p></div>
                {list}
            },
        )
    })
}

fn card(listed: Listed) -> impl IntoView {
    let Listed {
        network,
        organisation,
        next,
    } = listed;
    let day = next.as_ref().map(|event| event.starts_wall.date());
    let date = day.map(|day| {
        view! { <b class="day">{day.format("%-d").to_string()}</b>{day.format("%b %Y").to_string()} }
    });
    let when = next.map_or_else(
        || "No date yet for the next meeting".to_owned(),
        |event| format!("Next meeting: {}", zones::span(event.starts_wall, event.ends_wall)),
    );
    view! {
        <li>
            <p class="date" aria-hidden="true">{date}</p>
            <div>
                <h2><a href=format!("/networks/{}", network.slug)>{network.name.clone()}</a></h2>
                <p>{network.summary.clone()}</p>
                <p class="meta">{format!("{when} · {}", organisation.name)}</p>
            </div>
        </li>
    }
}

#[component]
pub fn OwnPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        asking.actor.require_anywhere(Permission::See)?;
        let of = asking.actor.organisations_with(Permission::See);
        let db = &services.db.read;
        let networks = queries::list(db, Some(&of)).await?;
        let counts = queries::count_by_state(db, &networks.iter().map(|(network, _)| network.id).collect::<Vec<_>>()).await?;
        let rows: Vec<(network::Model, u64, u64)> = networks
            .into_iter()
            .map(|(network, _)| {
                let count = |state| counts.get(&(network.id, state)).copied().unwrap_or(0);
                let (members, waiting) = (count(MembershipState::Member), count(MembershipState::Confirmed));
                (network, members, waiting)
            })
            .collect();
        let may_edit = !asking.actor.organisations_with(Permission::Edit).is_empty();
        Ok((rows, may_edit, desk_banner().await?))
    };
    page(load, |(rows, may_edit, banner)| {
        let list = if rows.is_empty() {
            view! { <div class="empty"><h2>"No networks yet"</h2><p>"Make one, give its list a wording of consent, and people can ask to join."</p></div> }.into_any()
        } else {
            let rows = rows
                .into_iter()
                .map(|(network, members, waiting)| {
                    let path = format!("/organise/networks/{}", network.slug);
                    let requests = if waiting == 0 {
                        "None waiting".into_any()
                    } else {
                        view! { <a href=format!("{path}/requests")>{tally(waiting, "request", "requests")}</a> }.into_any()
                    };
                    view! {
                        <tr>
                            <th scope="row"><a href=path.clone()>{network.name.clone()}</a>{(!network.is_public()).then(|| view! { " "<span class="tag tag--quiet">"Draft"</span> })}</th>
                            <td data-label="Members"><a href=format!("{path}/members")>{tally(members, "member", "members")}</a></td>
                            <td data-label="Requests">{requests}</td>
                            <td class="act"><a href=format!("{path}/meetings")>"Meetings"</a></td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="list">
                    <caption class="hidden">"Your networks"</caption>
                    <thead><tr><th scope="col">"Network"</th><th scope="col">"Members"</th><th scope="col">"Requests"</th><td><span class="hidden">"What you can do"</span></td></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any()
        };
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a></p>
                <h1>"Your networks"</h1>
                {may_edit.then(|| view! { <p><a class="btn btn--line" href="/organise/networks/new">"New network"</a></p> })}
            </div>
            {list}
        };
        Page::new("Your networks", body).banner(banner).unlisted()
    })
}
