//! Every message, newest first: searched, filtered and paged in the address.

use super::{banner::mail_banner, kind_words, state_words};
use crate::{
    organise::lists::{address, page_number, pager, tally},
    ssr,
    ui::{Page, page, time},
};
use domain::messages::{State, entity::message, queries::Search, service};
use leptos::prelude::*;

const PER_PAGE: u64 = 50;

#[component]
pub fn ListPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let search = Search {
            state: asking.query_value("state").and_then(|word| word.parse().ok()),
            words: asking.query_value("q").unwrap_or_default().trim().chars().take(200).collect(),
            page: page_number(&asking),
            per_page: PER_PAGE,
        };
        let (rows, total) = service::list(&services, &asking.actor, &search).await?;
        Ok((rows, total, search, mail_banner(&services).await?))
    };
    page(load, |(rows, total, search, banner)| {
        let narrowed = search.state.is_some() || !search.words.is_empty();
        let list = if rows.is_empty() { empty(narrowed) } else { table(rows) };
        let link = |page: u64| {
            let mut pairs = Vec::new();
            if !search.words.is_empty() {
                pairs.push(("q", search.words.clone()));
            }
            if let Some(state) = search.state {
                pairs.push(("state", state.word().to_owned()));
            }
            if page > 0 {
                pairs.push(("page", (page + 1).to_string()));
            }
            address("/organise/messages", &pairs)
        };
        let pages = pager(search.page, total, PER_PAGE, link);
        let body = view! {
            <div class="head"><h1>"Messages"</h1><p><a href="/organise">"Organiser home"</a></p></div>
            {filters(&search)}
            {(total > 0).then(|| view! { <div class="tally"><p>{tally(total, "message", "messages")}</p></div> })}
            {list}
            {pages}
        };
        Page::new("Messages", body).banner(banner).unlisted()
    })
}

fn filters(search: &Search) -> AnyView {
    let states = State::ALL
        .iter()
        .map(|state| view! { <option value=state.word() selected={search.state == Some(*state)}>{state_words(*state).0}</option> })
        .collect_view();
    let clear = (search.state.is_some() || !search.words.is_empty()).then(|| view! { <a href="/organise/messages">"Show all"</a> });
    view! {
        <form class="filters" method="get" action="/organise/messages" role="search">
            <div class="field"><label for="q">"Name, address or subject"</label><input class="input" type="search" id="q" name="q" value=search.words.clone()/></div>
            <div class="field"><label for="state">"What became of it"</label><select class="input" id="state" name="state"><option value="">"Any"</option>{states}</select></div>
            <button class="btn btn--line">"Search"</button>
            {clear}
        </form>
    }
    .into_any()
}

fn empty(narrowed: bool) -> AnyView {
    let (heading, words) = if narrowed {
        ("No message fits", "Try fewer words, or another state.")
    } else {
        (
            "No messages yet",
            "Every mail written to somebody who books, comes or is invited appears here, with what became of it.",
        )
    };
    view! { <div class="empty"><h2>{heading}</h2><p>{words}</p></div> }.into_any()
}

fn table(rows: Vec<message::Model>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            let (words, class) = state_words(row.state);
            let at = time::wall(row.created_at, "Europe/London");
            let written = format!("{}, {}", time::plain_date(at.date()), time::clock(at.time()));
            let to = if row.to_name.is_empty() {
                row.to_address.clone()
            } else {
                format!("{}, {}", row.to_name, row.to_address)
            };
            view! {
                <tr>
                    <th scope="row"><a href=format!("/organise/messages/{}", row.id)>{row.subject}</a></th>
                    <td data-label="To">{to}</td>
                    <td data-label="Kind">{kind_words(&row.kind)}</td>
                    <td data-label="State"><span class=class>{words}</span></td>
                    <td data-label="Written"><time datetime=row.created_at.to_rfc3339()>{written}</time></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <thead><tr><th scope="col">"Subject"</th><th scope="col">"To"</th><th scope="col">"Kind"</th><th scope="col">"State"</th><th scope="col">"Written (UK time)"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
