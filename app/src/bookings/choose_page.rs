//! First step: how many places.

use super::{
    api,
    islands::{TicketChoice, TicketOffer},
    offer::{self, Offer},
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, Page, Scripts, form::id_of, page},
};
use domain::{bookings::order::OrderForm, events::rules::Booking, platform::zones};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn ChoosePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let offer = offer::load(&ssr::services(), &ssr::asking().actor, &slug).await?;
        let (kept, form) = forms::kept::<OrderForm>().await?;
        Ok((offer, kept, form))
    };
    page(load, |(offer, kept, form)| match offer.shown.booking {
        Booking::Open { .. } => choose(offer, kept, &form),
        _ => not_open(&offer),
    })
}

/// The event in two lines, beside every step.
pub fn event_line(offer: &Offer) -> AnyView {
    let event = &offer.shown.event;
    view! { <p class="quiet">{zones::span(event.starts_wall, event.ends_wall)}<br/>{crate::ui::together(&domain::events::calendar::location(event))}</p> }
        .into_any()
}

/// A page of the steps, with its title neutral where the event is sensitive.
pub fn step(offer: &Offer, heading: &str, body: impl IntoView + 'static) -> Page {
    Page::new(format!("{heading} – {}", offer.shown.event.shown_title()), body)
        .host(&offer.shown.organisation)
        .support(if offer.shown.event.sensitive {
            offer.shown.event.support.0.clone()
        } else {
            Vec::new()
        })
        .unlisted()
}

/// Where one is in the three steps.
#[component]
pub fn Steps(at: usize) -> impl IntoView {
    let steps = ["Places", "People", "Check"].into_iter().enumerate().map(|(i, words)| {
        let class = (i < at).then_some("done");
        let current = (i == at).then_some("step");
        view! { <li class=class aria-current=current>{words}</li> }
    });
    view! { <ol class="steps" aria-label="Steps of the booking">{steps.collect_view()}</ol> }
}

fn choose(offer: Offer, kept: Kept, form: &OrderForm) -> Page {
    let slug = offer.shown.event.slug.clone();
    let back = format!("/events/{slug}");
    let typed: Vec<String> = offer
        .shown
        .tickets
        .iter()
        .map(|ticket| form.wanted.get(&ticket.code).cloned().unwrap_or_default())
        .collect();
    let tickets: Vec<TicketOffer> = offer
        .shown
        .tickets
        .iter()
        .map(|ticket| {
            let name = format!("form[wanted][{}]", ticket.code);
            let left = ticket.left();
            TicketOffer {
                code: ticket.code.clone(),
                name: ticket.name.clone(),
                price_pence: ticket.price_pence,
                vat: ticket.vat,
                price: offer::price(ticket),
                left: match left {
                    Some(0) => Some("Sold out".to_owned()),
                    Some(left) if left <= 10 => Some(format!("{left} left")),
                    _ => None,
                },
                sold_out: left == Some(0),
                id: id_of(&name),
                wrong: kept.problems.of(&name).map(str::to_owned),
            }
        })
        .collect();
    let line = event_line(&offer);
    let left = offer.shown.places_left().filter(|left| *left <= 10).map(|left| {
        let words = if left == 1 {
            "Only 1 place is left.".to_owned()
        } else {
            format!("Only {left} places are left.")
        };
        view! { <p class="note">{words}</p> }
    });
    step(
        &offer,
        "Choose your places",
        view! {
            <div class="page__head">
                <p class="kicker"><a href=back>"Back to the event"</a>" · Step 1 of 3"</p>
                <h1>"Choose your places"</h1>
                <p class="lede">{offer.shown.event.title.clone()}</p>
            </div>
            <div class="two">
                <div><Form to=api::Choose::url() kept=kept>
                    <input type="hidden" name="slug" value=slug/>
                    {left}
                    <TicketChoice typed=typed tickets=tickets/>
                    <p class="actions"><button class="btn">"Continue"</button></p>
                </Form></div>
                <aside class="slip" aria-label="Your booking so far">
                    <Steps at=0/>
                    {line}
                    <p><small>"Nothing is booked until the last step. An invoice follows; there is nothing to pay now."</small></p>
                </aside>
            </div>
            <Scripts/>
        },
    )
}

fn not_open(offer: &Offer) -> Page {
    let event = &offer.shown.event;
    let (heading, words) = match offer.shown.booking {
        Booking::Full => (
            "This event is full",
            format!(
                "All the places are taken. If you need one, write to {}.",
                offer.shown.organisation.email
            ),
        ),
        Booking::NotYet(_) => {
            let opens = event.bookings_open_wall.map(zones::moment).unwrap_or_default();
            ("Booking has not opened yet", format!("It opens on {opens}."))
        }
        Booking::Over => ("This event is over", "You can see other events on the list.".to_owned()),
        Booking::Cancelled => ("This event is cancelled", "It will not take place.".to_owned()),
        Booking::Closed | Booking::Open { .. } => (
            "Booking is closed",
            format!("If you still need a place, write to {}.", offer.shown.organisation.email),
        ),
    };
    if !matches!(offer.shown.booking, Booking::NotYet(_)) {
        ssr::status(axum::http::StatusCode::OK);
    }
    let back = format!("/events/{}", event.slug);
    step(
        offer,
        heading,
        view! {
            <div class="stack">
                <h1>{heading}</h1>
                <p class="lede">{event.title.clone()}</p>
                <p>{words}</p>
                <p class="links"><a href=back>"Back to the event"</a><a href="/events">"See all events"</a></p>
            </div>
        },
    )
}
