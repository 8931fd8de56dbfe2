//! Every message, newest first: searched, filtered and paged in the address.

use super::{KINDS, banner::mail_banner, kind_words, state_words};
use crate::{
    organise::lists::{address, pager, tally},
    ssr,
    ui::{Page, page, time},
};
use chrono::NaiveDateTime;
use domain::{
    access::Permission,
    messages::{
        State,
        queries::{PER_PAGE, Row, Search},
        service,
    },
};
use leptos::prelude::*;

#[component]
pub fn ListPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let search = Search::from_query(&asking.query_pairs());
        let (rows, total) = service::list(&services, &asking.actor, &search).await?;
        let events = service::list_events(&services, &asking.actor).await?;
        let may_edit = asking.actor.require_anywhere(Permission::Edit).is_ok();
        Ok((rows, total, search, events, may_edit, mail_banner(&services).await?))
    };
    page(load, |(rows, total, search, events, may_edit, banner)| {
        let retry = retry_link(&search, &rows, may_edit);
        let list = if rows.is_empty() {
            empty(search.is_narrowed())
        } else {
            table(rows)
        };
        let pages = pager(search.page, total, PER_PAGE, |page| {
            address("/organise/messages", &Search { page, ..search.clone() }.to_pairs())
        });
        let body = view! {
            <div class="head"><h1>"Messages"</h1><p class="links">{may_edit.then(|| view! { <a href="/organise/messages/inbox">"Mail to you"</a> })}<a href="/organise">"Organiser home"</a></p></div>
            {filters(&search, &events)}
            {(total > 0).then(|| view! { <div class="tally"><p>{tally(total, "message", "messages")}</p>{retry}</div> })}
            {list}
            {pages}
        };
        Page::new("Messages", body).banner(banner).unlisted()
    })
}

/// The way to have tried again what nobody got, where the list shows some.
fn retry_link(search: &Search, rows: &[Row], may_edit: bool) -> Option<AnyView> {
    let some = rows.iter().any(|row| matches!(row.state, State::Failed | State::Unsent));
    (may_edit && some).then(|| {
        let to = address("/organise/messages/retry", &Search { page: 0, ..search.clone() }.to_pairs());
        let words = if search.is_narrowed() {
            "Send again all of these that nobody got"
        } else {
            "Send again all that nobody got"
        };
        view! { <a href=to>{words}</a> }.into_any()
    })
}

fn filters(search: &Search, events: &[(String, String, NaiveDateTime)]) -> AnyView {
    let states = State::ALL
        .iter()
        .map(|state| view! { <option value=state.word() selected={search.state == Some(*state)}>{state_words(*state).0}</option> })
        .collect_view();
    let kinds = KINDS
        .iter()
        .map(|kind| view! { <option value=*kind selected={search.kind == *kind}>{kind_words(kind)}</option> })
        .collect_view();
    let events = events
        .iter()
        .map(|(slug, title, starts)| {
            let words = format!("{title}, {}", time::plain_date(starts.date()));
            view! { <option value=slug.clone() selected={search.event == *slug}>{words}</option> }
        })
        .collect_view();
    let clear = search.is_narrowed().then(|| view! { <a href="/organise/messages">"Show all"</a> });
    view! {
        <form class="filters" method="get" action="/organise/messages" role="search">
            <div class="field"><label for="q">"Name, address or subject"</label><input class="input" type="search" id="q" name="q" value=search.words.clone()/></div>
            <div class="field"><label for="state">"What became of it"</label><select class="input" id="state" name="state"><option value="">"Any"</option>{states}</select></div>
            <div class="field"><label for="kind">"Kind"</label><select class="input" id="kind" name="kind"><option value="">"Any"</option>{kinds}</select></div>
            <div class="field"><label for="event">"Event"</label><select class="input" id="event" name="event"><option value="">"Any"</option>{events}</select></div>
            <button class="btn btn--line">"Search"</button>
            {clear}
        </form>
    }
    .into_any()
}

fn empty(narrowed: bool) -> AnyView {
    let (heading, words) = if narrowed {
        ("No message fits", "Try fewer words, or another state, kind or event.")
    } else {
        (
            "No messages yet",
            "Every mail written to somebody who books, comes or is invited appears here, with what became of it.",
        )
    };
    view! { <div class="empty"><h2>{heading}</h2><p>{words}</p></div> }.into_any()
}

fn table(rows: Vec<Row>) -> AnyView {
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
            // Why nobody got it stands here, so that one cause behind many is seen without opening each.
            let why = row.reply.filter(|reply| !reply.is_empty() && matches!(row.state, State::Failed | State::Queued | State::Suspended));
            let about = row.event_title.map(|title| view! { <br/><span class="meta">{title}</span> });
            view! {
                <tr>
                    <th scope="row"><a href=format!("/organise/messages/{}", row.id)>{row.subject}</a></th>
                    <td data-label="To">{to}</td>
                    <td data-label="Kind">{kind_words(&row.kind)}{about}</td>
                    <td data-label="State"><span class=class>{words}</span>{why.map(|why| view! { <br/><span class="meta">{why}</span> })}</td>
                    <td data-label="Written"><time datetime=row.created_at.to_rfc3339()>{written}</time></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <caption class="hidden">"Messages"</caption>
            <thead><tr><th scope="col">"Subject"</th><th scope="col">"To"</th><th scope="col">"Kind"</th><th scope="col">"State"</th><th scope="col">"Written (UK time)"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
