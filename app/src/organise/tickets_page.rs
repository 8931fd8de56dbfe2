//! The tickets of an event: what there is, and a form to add one or change one.

use super::{
    api, bookings_api,
    frame::{self, Desk, flash, quiet},
    lists::{grouped, row_button},
    words,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Choice, Field, Form, Select, page},
};
use domain::{
    access::Permission,
    bookings::rules::{pounds, sum},
    events::{
        edit::tickets::{self, TicketForm},
        queries::TicketTaken,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn TicketsPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::See).await?;
        let list = tickets::list(&services, &desk.event).await?;
        let edited = match asking.query_value("edit") {
            Some(code) => Some(
                list.iter()
                    .find(|ticket| ticket.code == code)
                    .cloned()
                    .ok_or(domain::Error::NotFound)?,
            ),
            None => None,
        };
        let (kept, form) = forms::kept_or(|| edited.as_ref().map_or_else(TicketForm::default, TicketForm::of)).await?;
        let done = if asking.query_value("saved").is_some() {
            Some(flash("Saved.", "What was booked before keeps its price."))
        } else {
            [
                ("deleted", "Deleted.", ""),
                ("ordered", "Moved.", "People see the tickets in this order."),
                ("hidden", "Hidden.", "Nobody can book it; what was booked with it stands."),
                ("shown", "On sale again.", ""),
            ]
            .into_iter()
            .find(|(name, ..)| asking.query_value(name).is_some() && kept.problems.0.is_empty())
            .map(|(_, what, more)| flash(what, more))
        };
        Ok((desk, list, edited, kept, form, done))
    };
    page(load, |(desk, list, edited, kept, form, done)| {
        let may_edit = desk.may_edit();
        let form = may_edit.then(|| ticket_form(&desk, edited.as_ref(), &kept, form));
        let notes = tickets::notes(&desk.event, &list);
        let list = if list.is_empty() {
            view! { <div class="empty"><h2>"No tickets yet"</h2><p>"People book with a ticket, even a free one. An event needs one before it can be published."</p></div> }.into_any()
        } else {
            table(&desk, &list, may_edit)
        };
        let advice = (!notes.is_empty()).then(|| {
            let items = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
            view! { <section class="stack" aria-labelledby="advice"><h2 id="advice">"Worth a look"</h2><ul>{items}</ul></section> }
        });
        let body = view! { {done}<div class="stack-l">{list}{advice}{form}</div> };
        desk.page("Tickets", body)
    })
}

fn table(desk: &Desk, list: &[TicketTaken], may_edit: bool) -> AnyView {
    let rows = list
        .iter()
        .enumerate()
        .map(|(at, ticket)| {
            let taken = grouped(u64::try_from(ticket.taken).unwrap_or(0));
            let places = match ticket.places {
                Some(places) if i64::from(places) <= ticket.taken => {
                    format!("{taken} of {}, sold out", grouped(u64::try_from(places).unwrap_or(0)))
                }
                Some(places) => format!("{taken} of {}", grouped(u64::try_from(places).unwrap_or(0))),
                None => format!("{taken}, no limit of its own"),
            };
            let with = sum([(ticket.price_pence, ticket.vat, 1)]).total_pence();
            let price = match ticket.price_pence {
                0 => "Free".to_owned(),
                net if with == net => pounds(net),
                net => format!("{} ({} with VAT)", pounds(net), pounds(with)),
            };
            let (state, class) = if ticket.hidden {
                ("Hidden", "tag tag--quiet")
            } else {
                ("On sale", "tag tag--go")
            };
            let change = may_edit.then(|| {
                let edit = super::lists::address(&desk.path("tickets"), &[("edit", ticket.code.clone())]);
                view! {
                    <td class="act"><div class="row">
                        {(at > 0).then(|| reorder(desk, ticket, "up", "Up"))}
                        {(at + 1 < list.len()).then(|| reorder(desk, ticket, "down", "Down"))}
                        {hide(desk, ticket)}
                        <a href=edit>"Change"<span class="hidden">{format!(" {}", ticket.name)}</span></a>
                    </div></td>
                }
            });
            view! {
                <tr>
                    <th scope="row">{ticket.name.clone()}<span class="meta">" "{ticket.code.clone()}</span></th>
                    <td data-label="Price" class="num">{price}</td>
                    <td data-label="VAT">{words::vat(ticket.vat)}</td>
                    <td data-label="Sold" class="num">{places}</td>
                    <td data-label="State"><span class=class>{state}</span></td>
                    {change}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <caption class="hidden">"Tickets"</caption>
            <thead><tr>
                <th scope="col">"Ticket"</th><th scope="col" class="num">"Price"</th><th scope="col">"VAT"</th><th scope="col" class="num">"Sold"</th><th scope="col">"State"</th>
                {may_edit.then(|| view! { <td><span class="hidden">"What you can do"</span></td> })}
            </tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// The button that moves a ticket one up or down.
fn reorder(desk: &Desk, ticket: &TicketTaken, way: &'static str, words: &'static str) -> AnyView {
    let fields = [("slug", desk.event.slug.as_str()), ("ticket", &ticket.code), ("way", way)];
    row_button(bookings_api::MoveTicket::url(), &fields, words, &ticket.name)
}

/// The button that hides a ticket, or puts it on sale again.
fn hide(desk: &Desk, ticket: &TicketTaken) -> AnyView {
    let (to, words) = if ticket.hidden { ("", "Put on sale") } else { ("true", "Hide") };
    let fields = [("slug", desk.event.slug.as_str()), ("ticket", &ticket.code), ("hidden", to)];
    row_button(bookings_api::ShowTicket::url(), &fields, words, &ticket.name)
}

fn ticket_form(desk: &Desk, edited: Option<&TicketTaken>, kept: &Kept, form: TicketForm) -> AnyView {
    let vats = words::vats();
    let code = match edited {
        Some(ticket) => view! { <p class="hint">"Code: "<code>{ticket.code.clone()}</code>", which stays."</p> }.into_any(),
        None => view! { <Field kept=kept.clone() name="form[code]" label="Code (optional)" value=form.code.clone() class="input--short" hint="Letters, digits and hyphens, for files. Blank: made from the name."/> }.into_any(),
    };
    let heading = edited.map_or_else(
        || "Add a ticket".to_owned(),
        |ticket| format!("Change \u{201c}{}\u{201d}", ticket.name),
    );
    let button = if edited.is_some() { "Save" } else { "Add the ticket" };
    let ticket = edited.map(|ticket| ticket.code.clone()).unwrap_or_default();
    let delete = edited.map(|ticket| {
        let (slug, code, back) = (desk.event.slug.clone(), ticket.code.clone(), desk.path("tickets"));
        view! {
            <Form to=api::DeleteTicket::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="ticket" value=code/>
                <div class="stack">
                    <p class="meta">"A ticket somebody booked with cannot be deleted; hide it, and nobody can book it any more."</p>
                    <p class="row"><button class="btn btn--danger btn--line">"Delete this ticket"</button><a href=back>"Back to all tickets"</a></p>
                </div>
            </Form>
        }
    });
    let (slug, fields) = (desk.event.slug.clone(), kept.clone());
    view! {
        <div class="two"><section class="stack" aria-labelledby="ticket">
            <h2 id="ticket">{heading}</h2>
            <Form to=api::Ticket::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="ticket" value=ticket/>
                <Field kept=fields.clone() name="form[name]" label="Name" value=form.name.clone()/>
                {code}
                <div class="pair">
                    <Field kept=fields.clone() name="form[price]" label="Price in pounds, without VAT" value=form.price.clone() inputmode="decimal" class="input--short" hint="Like 195.00. Blank: free."/>
                    <Select kept=fields.clone() name="form[vat]" label="VAT" value=form.vat.clone() options=vats/>
                </div>
                <Field kept=fields.clone() name="form[places]" label="Places" value=form.places.clone() inputmode="numeric" class="input--tiny" hint="Blank: as many as the event has."/>
                <Choice kept=fields.clone() name="form[hidden]" label="Hidden: nobody can book it" checked={form.hidden == "true"}/>
                <p><button class="btn">{button}</button></p>
            </Form>
            {delete}
        </section></div>
    }
    .into_any()
}
