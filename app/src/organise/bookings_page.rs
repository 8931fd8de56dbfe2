//! Every place of an event: searched, filtered, sorted and paged in the address, with the same as CSV.

use super::{
    booking_page,
    frame::{self, Desk, flash},
    lists::{address, pager, tally},
    place_page, words,
};
use crate::{
    ssr,
    ui::{breaking, or_none, page, time},
};
use domain::{
    access::Permission,
    bookings::{
        PlaceState,
        rules::pounds,
        table::{self, PER_PAGE, Row, Search, Sort, Which},
    },
    events::{edit::tickets, queries::TicketTaken},
    ids::ParticipantId,
    messages::inbox::list_replies,
    networks::Reply,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use std::collections::HashMap;

#[component]
pub fn BookingsPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::See).await?;
        let search = Search::from_query(&asking.query_pairs());
        let (rows, total) = table::list(&services, &desk.event, &search).await?;
        let tickets = tickets::list(&services, &desk.event).await?;
        let shown: Vec<_> = rows.iter().map(|row| row.participant_id).collect();
        let replies = list_replies(&services.db.read, &shown).await?;
        Ok((desk, search, rows, total, tickets, replies))
    };
    page(load, |(desk, search, rows, total, tickets, replies)| {
        let path = desk.path("bookings");
        let csv = address(&format!("{path}.csv"), &Search { page: 0, ..search.clone() }.to_pairs());
        let above = (total > 0).then(|| view! { <div class="tally"><p>{tally(total, "place", "places")}</p><a href=csv>{format!("Download {} as CSV", if total == 1 { "it".to_owned() } else { "them".to_owned() })}</a></div> });
        let list = if rows.is_empty() {
            empty(&desk, &search)
        } else {
            pick(&desk, &search, total, list(&desk, &search, &rows, &replies))
        };
        let pages = pager(search.page, total, PER_PAGE, |page| {
            address(&path, &Search { page, ..search.clone() }.to_pairs())
        });
        let body = view! { {done()}{filters(&desk, &search, &tickets)}{above}{list}{pages} };
        desk.page("Bookings", body)
    })
}

/// What was just done with several places.
fn done() -> Option<AnyView> {
    let asking = ssr::asking();
    let count = asking.query_value("n").and_then(|n| n.parse().ok()).unwrap_or(0);
    let places = tally(count, "place", "places");
    match asking.query_value("done").as_deref() {
        Some("cancel") => Some(flash("Cancelled.", format!("{places}. Everybody concerned is told by mail."))),
        Some("send") => Some(flash("Sent again.", format!("The mail for {places} is on its way."))),
        _ => None,
    }
}

/// The list in a form that takes what is ticked to the page that asks before anything is done.
fn pick(desk: &Desk, search: &Search, total: u64, list: AnyView) -> AnyView {
    if !desk.may_edit() {
        return list;
    }
    let all = (total > PER_PAGE).then(|| {
        let search = Search { page: 0, ..search.clone() };
        let query = search.to_pairs().into_iter().map(|(key, value)| view! { <input type="hidden" name=key value=value/> }).collect_view();
        view! {
            {query}
            <span class="check"><input type="checkbox" id="all" name="all" value="1"/><label for="all">{format!("All {} found, on every page", tally(total, "place", "places"))}</label></span>
        }
    });
    view! {
        <form method="get" action=format!("{}/chosen", desk.path("bookings"))>
            <div class="bulk" role="group" aria-label="With the places ticked">
                <span>"With the places ticked:"</span>
                {all}
                <button class="btn btn--line btn--small" name="do" value="send">"Send the mail again"</button>
                <button class="btn btn--line btn--danger btn--small" name="do" value="cancel">"Cancel the places"</button>
            </div>
            {list}
        </form>
    }
    .into_any()
}

fn filters(desk: &Desk, search: &Search, tickets: &[TicketTaken]) -> AnyView {
    let choices = [Which::Standing, Which::All]
        .into_iter()
        .chain(PlaceState::ALL.iter().map(|state| Which::Only(*state)));
    let states = choices
        .map(|which| {
            let words = match which {
                Which::Standing => "All but cancelled",
                Which::All => "All",
                Which::Only(state) => words::place_state(state).0,
            };
            view! { <option value=which.word() selected={search.which == which}>{words}</option> }
        })
        .collect_view();
    let tickets = tickets
        .iter()
        .map(|ticket| view! { <option value=ticket.code.clone() selected={search.ticket == ticket.code}>{ticket.name.clone()}</option> })
        .collect_view();
    let sort = (search.sort != Sort::default()).then(|| view! { <input type="hidden" name="sort" value=search.sort.word()/> });
    let path = desk.path("bookings");
    view! {
        <form class="filters" method="get" action=path.clone() role="search">
            <div class="field"><label for="q">"Name, address, reference or organisation"</label><input class="input" type="search" id="q" name="q" value=search.words.clone()/></div>
            <div class="field"><label for="state">"State"</label><select class="input" id="state" name="state">{states}</select></div>
            <div class="field"><label for="ticket">"Ticket"</label><select class="input" id="ticket" name="ticket"><option value="">"Any"</option>{tickets}</select></div>
            {sort}
            <button class="btn btn--line">"Search"</button>
            {search.is_narrowed().then(|| view! { <a href=path.clone()>"Show all"</a> })}
        </form>
    }
    .into_any()
}

fn empty(desk: &Desk, search: &Search) -> AnyView {
    if search.is_narrowed() {
        return view! { <div class="empty"><h2>"No place fits"</h2><p>"Try fewer words, another state or another ticket."</p></div> }
            .into_any();
    }
    view! {
        <div class="empty">
            <h2>"No bookings yet"</h2>
            <p>"They appear here as people book. Send them the address of the event's page."</p>
            <a class="btn btn--line" href=format!("/events/{}", desk.event.slug)>"See what people see"</a>
        </div>
    }
    .into_any()
}

/// The head of a column that sorts: once up, pressed again down.
fn head(desk: &Desk, search: &Search, words: &'static str, up: Sort, down: Sort) -> AnyView {
    let (now, next) = if search.sort == up {
        (Some("ascending"), down)
    } else if search.sort == down {
        (Some("descending"), up)
    } else {
        (None, up)
    };
    let to = address(
        &desk.path("bookings"),
        &Search {
            sort: next,
            page: 0,
            ..search.clone()
        }
        .to_pairs(),
    );
    view! { <th scope="col" aria-sort=now><a href=to>{words}</a></th> }.into_any()
}

fn list(desk: &Desk, search: &Search, rows: &[Row], replies: &HashMap<ParticipantId, Reply>) -> AnyView {
    let (zone, may_edit) = (desk.event.zone(), desk.may_edit());
    let rows = rows
        .iter()
        .map(|row| {
            let (state, class) = words::place_state(row.state);
            let booked = zones::wall(row.booked_at, zone);
            let gone = (row.state == PlaceState::Cancelled).then_some("gone");
            let work = [&row.job_role, &row.organisation].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            let booker = if row.address.as_ref() == Some(&row.booker_address) { row.booker_name.clone() } else { format!("{}, {}", row.booker_name, row.booker_address) };
            let order = row.purchase_order.as_ref().map(|order| view! { <br/><span class="meta">{format!("Order {order}")}</span> });
            let slug = &desk.event.slug;
            let name = row.name.clone().unwrap_or_else(|| "To be named".to_owned());
            let stands = row.state != PlaceState::Cancelled;
            // A place given up can be neither chosen nor changed.
            let nothing = || (!stands).then(|| view! { <span class="hidden">"Nothing to do"</span> });
            let tick = may_edit.then(|| {
                let label = format!("Choose {name}, {}", row.code);
                view! { <td class="pick">{stands.then(|| view! { <input type="checkbox" name="place" value=row.id.to_string() aria-label=label/> })}{nothing()}</td> }
            });
            let change = may_edit.then(|| {
                let to = place_page::path(slug, &row.reference, &row.id.to_string(), "correct");
                view! { <td class="act">{stands.then(|| view! { <a href=to>"Change"<span class="hidden">{format!(" {name}, {}", row.code)}</span></a> })}{nothing()}</td> }
            });
            view! {
                <tr class=gone>
                    {tick}
                    <th scope="row">{row.name.clone().unwrap_or_else(|| "To be named".to_owned())}{row.address.clone().map(|address| view! { <br/><span class="meta">{breaking(&address)}</span> })}</th>
                    <td data-label="Work">{or_none(work)}</td>
                    <td data-label="Ticket">{row.ticket_name.clone()}<br/><span class="meta">{pounds(row.price_pence)}</span></td>
                    <td data-label="State"><span class=class>{state}</span><br/><span class="meta code">{row.code.clone()}</span>{words::calendar_says(stands, replies.get(&row.participant_id))}</td>
                    <td data-label="Booked by">{booker}{order}</td>
                    <td data-label="Booked"><a class="ref" href=booking_page::path(slug, &row.reference)>{row.reference.clone()}</a><br/><span class="meta">{format!("{}, {}", booked.format("%-d %b %Y"), time::clock(booked.time()))}</span></td>
                    {change}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <caption class="hidden">"Places"</caption>
            <thead><tr>
                {may_edit.then(|| view! { <td class="pick"><span class="hidden">"Choose"</span></td> })}
                {head(desk, search, "Name", Sort::Name, Sort::NameDown)}
                <th scope="col">"Job role, organisation"</th>
                {head(desk, search, "Ticket", Sort::Ticket, Sort::TicketDown)}
                <th scope="col">"State, place code"</th>
                <th scope="col">"Booked by"</th>
                {head(desk, search, "Booked", Sort::Booked, Sort::BookedDown)}
                {may_edit.then(|| view! { <td><span class="hidden">"What you can do"</span></td> })}
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
