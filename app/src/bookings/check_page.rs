//! The last step: everything once more, and one button that says what it does.

use super::{
    api,
    choose_page::step,
    offer::{self, Offer},
    who_page::Summary,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, page},
};
use domain::bookings::{
    invites::money_words,
    order::{OrderForm, PlaceForm},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn CheckPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let offer = offer::load(&services, &ssr::asking().actor, &slug).await?;
        let (kept, form) = forms::kept::<OrderForm>().await?;
        let chosen = form.chosen(&offer.names()).unwrap_or_default();
        if chosen.is_empty() {
            ssr::redirect(&format!("/events/{slug}/book"));
        }
        // A new key each time the page is drawn: two presses of one page are one booking.
        Ok((offer, kept, form, chosen, services.random.public_id()))
    };
    page(load, |(offer, kept, form, chosen, key)| {
        let button = if chosen.len() == 1 {
            "Book 1 place".to_owned()
        } else {
            format!("Book {} places", chosen.len())
        };
        let answers = answers(&offer, &kept, &form, &chosen);
        let slug = offer.shown.event.slug.clone();
        let back = format!("/events/{slug}/book/who?draft={}", kept.id);
        let body = view! {
            <div class="page__head"><p class="kicker"><a href=back>"Back to the people"</a>" · Step 3 of 3"</p><h1>"Check your answers"</h1></div>
            <div class="two">
                <div>
                    <Form to=api::Book::url() kept=kept>
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="key" value=key/>
                        {answers}
                        <p><button class="btn">{button}</button></p>
                    </Form>
                </div>
                <Summary offer=offer.clone() chosen=chosen at=2/>
            </div>
        };
        step(&offer, "Check your answers", body)
    })
}

fn answers(offer: &Offer, kept: &Kept, form: &OrderForm, chosen: &[String]) -> AnyView {
    let slug = &offer.shown.event.slug;
    let change = |step: &str, id: &str| format!("/events/{slug}/book{step}?draft={}{id}", kept.id);
    let row = |label: &str, value: String, to: String| {
        let label = label.to_owned();
        let hidden = format!(" {}", label.to_lowercase());
        view! { <div><dt>{label}</dt><dd>{value}</dd><dd class="act"><a href=to>"Change"<span class="hidden">{hidden}</span></a></dd></div> }.into_any()
    };
    let provided = |text: &str| {
        if text.trim().is_empty() {
            "Not provided".to_owned()
        } else {
            text.trim().to_owned()
        }
    };
    let mut rows = vec![
        row(
            "Your name",
            provided(form.name.as_deref().unwrap_or_default()),
            change("/who", "#f-form-name"),
        ),
        row(
            "Your email address",
            provided(form.email.as_deref().unwrap_or_default()),
            change("/who", "#f-form-email"),
        ),
        row(
            "Purchase order",
            provided(form.purchase_order.as_deref().unwrap_or_default()),
            change("/who", "#f-form-purchase-order"),
        ),
    ];
    let tickets = offer
        .lines(chosen)
        .into_iter()
        .map(|(words, _)| words)
        .collect::<Vec<_>>()
        .join("; ");
    rows.push(row("Places", tickets, change("", "")));
    for number in 1..=chosen.len() {
        rows.push(row(
            &format!("Place {number}"),
            words(&form.place(number)),
            change("/who", &format!("#f-form-places-{number}-name")),
        ));
    }
    let to_pay = money_words(offer.sum(chosen));
    view! { <dl class="answers">{rows}<div><dt>"To pay"</dt><dd>{to_pay}</dd></div></dl> }.into_any()
}

fn words(place: &PlaceForm) -> String {
    if place.name.trim().is_empty() {
        return "To be named later".to_owned();
    }
    [&place.name, &place.email, &place.job_role, &place.organisation]
        .into_iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(", ")
}
