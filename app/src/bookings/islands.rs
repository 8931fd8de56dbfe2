//! The live total: the same fields a browser without scripts posts, with their sum under them.

use domain::bookings::{
    Vat,
    rules::{pounds, sum},
};
use leptos::prelude::*;

/// A ticket as the choice of places shows it. All of it stands in the page's source.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TicketOffer {
    pub code: String,
    pub name: String,
    pub price_pence: i64,
    pub vat: Vat,
    /// "£195.00 + VAT", in words.
    pub price: String,
    /// "3 left", where that is worth saying.
    pub left: Option<String>,
    /// None of it can be had.
    pub sold_out: bool,
    /// The id of the input, and what is wrong with what was typed.
    pub id: String,
    pub wrong: Option<String>,
}

/// The number of places of each ticket, and what they come to.
#[island]
pub fn TicketChoice(typed: Vec<String>, tickets: Vec<TicketOffer>) -> impl IntoView {
    let typed = RwSignal::new(typed);
    let prices: Vec<(i64, Vat)> = tickets.iter().map(|ticket| (ticket.price_pence, ticket.vat)).collect();
    let total = move || {
        let places = typed.read();
        let lines = prices
            .iter()
            .zip(places.iter())
            .map(|((price, vat), typed)| (*price, *vat, typed.trim().parse::<u64>().unwrap_or(0).min(99)));
        let sum = sum(lines);
        if sum.vat_pence > 0 {
            format!("{} including {} VAT", pounds(sum.total_pence()), pounds(sum.vat_pence))
        } else {
            pounds(sum.total_pence())
        }
    };
    let fields = tickets
        .into_iter()
        .enumerate()
        .map(|(i, ticket)| {
            let hint_id = format!("{}-hint", ticket.id);
            let wrong_id = format!("{}-wrong", ticket.id);
            let by = if ticket.wrong.is_some() { format!("{hint_id} {wrong_id}") } else { hint_id.clone() };
            let hint = [Some(ticket.price), ticket.left].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            let invalid = ticket.wrong.is_some().then_some("true");
            let class = if ticket.wrong.is_some() { "field field--wrong" } else { "field" };
            view! {
                <div class=class>
                    <label for=ticket.id.clone()>{format!("Number of places: {}", ticket.name)}</label>
                    <span class="hint" id=hint_id>{hint}</span>
                    {ticket.wrong.map(|wrong| view! { <span class="wrong" id=wrong_id><span class="hidden">"Error: "</span>{wrong}</span> })}
                    <input
                        class="input input--tiny"
                        id=ticket.id
                        name=format!("form[wanted][{}]", ticket.code)
                        type="text"
                        inputmode="numeric"
                        autocomplete="off"
                        value=typed.read_untracked().get(i).cloned().unwrap_or_default()
                        disabled=ticket.sold_out
                        aria-describedby=by
                        aria-invalid=invalid
                        on:input:target=move |ev| {
                            let value = ev.target().value();
                            typed.update(|typed| {
                                if let Some(slot) = typed.get_mut(i) {
                                    *slot = value;
                                }
                            });
                        }
                    />
                </div>
            }
        })
        .collect_view();
    view! {
        <div>{fields}</div>
        <p class="total">"Total: " <output>{total}</output></p>
    }
}
