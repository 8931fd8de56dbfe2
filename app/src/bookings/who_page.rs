//! Second step: who books, and who is coming.

use super::{
    api,
    choose_page::{Steps, event_line, step},
    offer::{self, Offer},
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Choice, Field, Form, page},
};
use domain::{
    bookings::{order::OrderForm, rules::pounds},
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn WhoPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let offer = offer::load(&ssr::services(), &ssr::asking().actor, &slug).await?;
        let (kept, form) = forms::kept::<OrderForm>().await?;
        let chosen = form.chosen(&offer.names()).unwrap_or_default();
        if chosen.is_empty() {
            ssr::redirect(&format!("/events/{slug}/book"));
        }
        Ok((offer, kept, form, chosen))
    };
    page(load, |(offer, kept, form, chosen)| {
        let event = offer.shown.event.clone();
        let by = event
            .bookings_close_wall
            .map_or_else(|| "before the event".to_owned(), |close| format!("by {}", zones::moment(close)));
        let places = chosen
            .iter()
            .enumerate()
            .map(|(i, code)| place(i + 1, &offer, code, &kept, &form, &by))
            .collect_view();
        let name = form.name.clone().unwrap_or_default();
        let email = form.email.clone().unwrap_or_default();
        let order = form.purchase_order.clone().unwrap_or_default();
        let back = format!("/events/{}/book?draft={}", event.slug, kept.id);
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href=back>"Back to the places"</a>" · Step 2 of 3"</p>
                <h1>"Who is coming?"</h1>
                <p class="lede">"Name people now, or hold the place and name them later."</p>
            </div>
            <div class="two">
                <div><Form to=api::Name::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=event.slug.clone()/>
                    <fieldset class="group">
                        <legend>"Your details"</legend>
                        <Field kept=kept.clone() name="form[name]" label="Your name" value=name autocomplete="name"/>
                        <Field kept=kept.clone() name="form[email]" label="Your email address" value=email kind="email" autocomplete="email" hint="The booking goes here."/>
                        <Field kept=kept.clone() name="form[purchase_order]" label="Purchase order number (optional)" value=order hint="Printed on the invoice, if your employer pays."/>
                    </fieldset>
                    {places}
                    <button class="btn">"Continue"</button>
                </Form></div>
                <Summary offer=offer.clone() chosen=chosen at=1/>
            </div>
        };
        step(&offer, "Who is coming?", body)
    })
}

fn place(number: usize, offer: &Offer, code: &str, kept: &Kept, form: &OrderForm, by: &str) -> AnyView {
    let typed = form.typed(number);
    let ticket = offer.ticket(code).map(|ticket| ticket.name.clone()).unwrap_or_default();
    let about = format!("place-{number}-ticket");
    let by_about = about.clone();
    let name = |field: &str| format!("form[places][{number}][{field}]");
    let own = (number == 1).then(|| {
        view! {
            <Choice kept=kept.clone() name="form[own]" label="This place is for me" checked=form.is_own() hint="Then leave the name and the email address here blank."/>
        }
    });
    let hint = format!("As it should read on the certificate. Leave it blank to hold this place, and name someone {by}.");
    view! {
        <fieldset class="group" aria-describedby=by_about>
            <legend>{format!("Place {number}")}</legend>
            <p class="hold" id=about><span class="tag">{ticket}</span></p>
            {own}
            <Field kept=kept.clone() name=name("name") label="Full name" value=typed.name hint=hint/>
            <Field kept=kept.clone() name=name("email") label="Email address" value=typed.email kind="email" hint="For their calendar entry and their certificate."/>
            <div class="pair">
                <Field kept=kept.clone() name=name("job_role") label="Job role" value=typed.job_role hint="Optional."/>
                <Field kept=kept.clone() name=name("organisation") label="Organisation" value=typed.organisation hint="Optional."/>
            </div>
        </fieldset>
    }
    .into_any()
}

/// What the booking comes to so far, beside the steps.
#[component]
pub fn Summary(offer: Offer, chosen: Vec<String>, at: usize) -> impl IntoView {
    let sum = offer.sum(&chosen);
    let lines = offer
        .lines(&chosen)
        .into_iter()
        .map(|(words, price)| view! { <div><dt>{words}</dt><dd>{price}</dd></div> })
        .collect_view();
    view! {
        <aside class="slip" aria-labelledby="sum">
            <Steps at=at/>
            <h2 id="sum" class="hidden">"Your booking so far"</h2>
            {event_line(&offer)}
            <dl class="sum">
                {lines}
                {(sum.vat_pence > 0).then(|| view! { <div><dt>"VAT"</dt><dd>{pounds(sum.vat_pence)}</dd></div> })}
                <div class="total"><dt>"To pay"</dt><dd>{pounds(sum.total_pence())}</dd></div>
            </dl>
            <p><small>{if sum.total_pence() > 0 { "An invoice follows; there is nothing to pay now." } else { "There is nothing to pay." }} " Nothing is booked until the last step."</small></p>
        </aside>
    }
}
