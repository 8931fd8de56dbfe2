//! The circulation list: searched, filtered, sorted and paged in the address, with the same as CSV.

use super::desk;
use crate::{
    organise::{
        frame::flash,
        lists::{address, pager, tally},
    },
    ssr,
    ui::{breaking, page, time},
};
use domain::{
    access::Permission,
    networks::{
        MembershipState,
        members::{self, PER_PAGE, Search, Sort},
    },
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// A state in the organiser's words.
#[must_use]
pub fn words(state: MembershipState) -> &'static str {
    match state {
        MembershipState::Requested => "Not confirmed yet",
        MembershipState::Confirmed => "Waiting for you",
        MembershipState::Member => "On the list",
        MembershipState::Paused => "Paused",
        MembershipState::Left => "Left",
        MembershipState::Declined => "Declined",
    }
}

#[component]
pub fn MembersPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = desk::open(&slug, Permission::See).await?;
        let search = Search::from_query(&asking.query_pairs());
        let (rows, total) = members::list(&services, &desk.network, &search).await?;
        let removed = asking.query_value("removed").is_some();
        Ok((desk, search, rows, total, removed))
    };
    page(load, |(desk, search, rows, total, removed)| {
        let path = desk.path("members");
        let csv = address(&format!("{path}.csv"), &Search { page: 0, ..search.clone() }.to_pairs());
        let states = MembershipState::ALL
            .iter()
            .map(|state| {
                let chosen = search.state.unwrap_or(MembershipState::Member) == *state;
                view! { <option value=state.word() selected=chosen>{words(*state)}</option> }
            })
            .collect_view();
        let sorts = [
            (Sort::Name, "Name"),
            (Sort::Agency, "Where they work"),
            (Sort::Joined, "Newest first"),
        ]
        .map(|(sort, words)| view! { <option value=sort.word() selected={search.sort == sort}>{words}</option> })
        .into_iter()
        .collect_view();
        let above = (total > 0).then(|| {
            let csv = desk.may_edit().then(|| view! { <a href=csv>"Download them as CSV"</a> });
            view! { <div class="tally"><p>{tally(total, "person", "people")}</p>{csv}</div> }
        });
        let list = if rows.is_empty() {
            view! { <div class="empty"><h2>"Nobody fits"</h2><p>"Try fewer words or another state. People come onto the list when you approve their request."</p><a class="btn btn--line" href=desk.path("requests")>"See the requests"</a></div> }.into_any()
        } else {
            let zone = desk.network.zone();
            let rows = rows
                .into_iter()
                .map(|row| {
                    let asked = zones::wall(row.requested_at, zone).date();
                    let work = [row.job_role, row.agency].into_iter().flatten().collect::<Vec<_>>().join(", ");
                    let agreed = row.consent_on.map_or_else(|| "No record".to_owned(), time::plain_date);
                    view! {
                        <tr>
                            <th scope="row"><a href=format!("{path}/{}", row.id)>{row.name}</a><br/><span class="meta">{breaking(&row.address)}</span></th>
                            <td data-label="Work">{work}</td>
                            <td data-label="State">{words(row.state)}</td>
                            <td data-label="Agreed">{agreed}</td>
                            <td data-label="Asked">{time::plain_date(asked)}</td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="list">
                    <caption class="hidden">"People on the list"</caption>
                    <thead><tr><th scope="col">"Name"</th><th scope="col">"Job role, where they work"</th><th scope="col">"State"</th><th scope="col">"Agreed on"</th><th scope="col">"Asked on"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            }
            .into_any()
        };
        let path = desk.path("members");
        let pages = pager(search.page, total, PER_PAGE, |page| {
            address(&path, &Search { page, ..search.clone() }.to_pairs())
        });
        let body = view! {
            {removed.then(|| flash("Taken off the list.", "What was still to come is taken out of their calendar."))}
            <form class="filters" method="get" action=path.clone() role="search">
                <div class="field"><label for="q">"Name, address, job role or workplace"</label><input class="input" type="search" id="q" name="q" value=search.words.clone()/></div>
                <div class="field"><label for="state">"State"</label><select class="input" id="state" name="state">{states}</select></div>
                <div class="field"><label for="sort">"In order of"</label><select class="input" id="sort" name="sort">{sorts}</select></div>
                <button class="btn btn--line">"Search"</button>
            </form>
            {above}
            {list}
            {pages}
        };
        desk.page("Members", body)
    })
}
