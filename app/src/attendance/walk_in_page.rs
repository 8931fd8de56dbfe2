//! Somebody without a booking, at the door: a form for the steward, and the slip they are handed.

use super::api;
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, Page, Qr, Select, flash, page},
};
use domain::bookings::{
    rules::pounds,
    walk_in::{self, AtTheDoor, Slip, WalkInForm},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn WalkInPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let door = walk_in::open(&services, &ssr::asking().actor, &slug).await?;
        let (kept, form) = forms::kept::<WalkInForm>().await?;
        // The same press twice is one person.
        let key = services.random.public_id();
        Ok((door, kept, form, key))
    };
    page(load, |(door, kept, form, key)| {
        let title = format!("Without a booking – {}", door.event.shown_title());
        let organisation = door.organisation.clone();
        Page::new(title, draw(door, kept, form, key)).host(&organisation).unlisted()
    })
}

fn draw(door: AtTheDoor, kept: Kept, form: WalkInForm, key: String) -> AnyView {
    let slug = door.event.slug.clone();
    let full = door.is_full();
    let several = door.tickets.len() > 1;
    let tickets = door.tickets.iter().map(|ticket| {
        let price = if ticket.price_pence == 0 {
            "free".to_owned()
        } else {
            format!(
                "{}{}",
                pounds(ticket.price_pence),
                if ticket.vat.percent() > 0 {
                    " and VAT, by invoice"
                } else {
                    ", by invoice"
                }
            )
        };
        let left = match ticket.left() {
            Some(0) => ", none left".to_owned(),
            Some(left) => format!(", {left} left"),
            None => String::new(),
        };
        (ticket.code.clone(), format!("{}, {price}{left}", ticket.name))
    });
    let tickets: Vec<_> = [(String::new(), "Choose a ticket".to_owned())].into_iter().chain(tickets).collect();
    let taken = match door.event.capacity {
        Some(capacity) => format!("{} of {capacity} places are taken.", door.taken),
        None => format!("{} places are taken.", door.taken),
    };
    let over = full.then(|| {
        view! { <p class="wait">{format!("The event is full. {taken} You can let somebody in all the same, with a reason.")}</p> }
    });
    let (ticket, name, job_role, work, email, reason) = (form.ticket, form.name, form.job_role, form.organisation, form.email, form.reason);
    view! {
        <div class="page__head">
            <p class="kicker"><a href=format!("/check-in/{slug}")>{format!("Check-in: {}", door.event.title)}</a></p>
            <h1>"Somebody without a booking"</h1>
            <p class="meta">{(!full).then_some(taken)}</p>
        </div>
        <div class="door">
            {over}
            <Form to=api::WalkIn::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="key" value=key/>
                <Field kept=kept.clone() name="form[name]" label="Full name" value=name autocomplete="off" hint="As it is to stand on the certificate."/>
                <Field kept=kept.clone() name="form[job_role]" label="Job role (optional)" value=job_role autocomplete="off"/>
                <Field kept=kept.clone() name="form[organisation]" label="Where they work (optional)" value=work autocomplete="off"/>
                <Field kept=kept.clone() name="form[email]" label="Email address (optional)" value=email kind="email" autocomplete="off" hint="Without one they get a slip with a code, to claim their certificate later."/>
                {several.then(|| view! { <Select kept=kept.clone() name="form[ticket]" label="Ticket" value=ticket options=tickets/> })}
                <Field kept=kept name="form[reason]" label="Reason (optional)" value=reason autocomplete="off" hint="Only where the event or the ticket is full, or somebody of that name or address has a place already. It stays in the event’s log."/>
                <button class="btn">"Add and check in"</button>
            </Form>
        </div>
    }
    .into_any()
}

#[component]
pub fn SlipPage() -> impl IntoView {
    let params = use_params_map().read_untracked().clone();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let (slug, code) = (params.get("slug").unwrap_or_default(), params.get("code").unwrap_or_default());
        let slip = walk_in::slip(&services, &asking.actor, &slug, &code).await?;
        let claim = slip.claim_code.as_ref().map(|code| services.url(&format!("/claim?code={code}")));
        Ok((slip, claim, asking.query_value("made").is_some()))
    };
    page(load, |(slip, claim, made)| {
        let title = format!("Slip – {}", slip.event.shown_title());
        let organisation = slip.organisation.clone();
        Page::new(title, slip_view(slip, claim, made)).host(&organisation).unlisted()
    })
}

fn slip_view(slip: Slip, claim: Option<String>, made: bool) -> AnyView {
    let slug = slip.event.slug.clone();
    let done = made.then(|| flash("Checked in.", "They have a place, and are counted as in."));
    let handed = match (claim, slip.claim_code) {
        (Some(address), Some(code)) => view! {
            <div class="slip stack printed">
                <h2>{slip.event.shown_title().to_owned()}</h2>
                <p>{format!("To get your certificate of attendance, {}, open this address and sign in with your email:", slip.attendee.name())}</p>
                <Qr text=address.clone() label="The same address, for a camera"/>
                <p><b>{address.split_once("://").map_or(address.clone(), |(_, rest)| rest.to_owned())}</b></p>
                <p>"Your code: "<b class="code">{format!("{} {}", &code[..4], &code[4..])}</b></p>
                <p class="meta">"Whoever has this code can claim the certificate. Keep it."</p>
            </div>
            <p class="quiet noprint">"Print this page, or let them take a photo of it."</p>
        }
        .into_any(),
        _ => view! { <p>{format!("{} has a place with an email address, so everything comes by mail. There is nothing to hand out.", slip.attendee.name())}</p> }.into_any(),
    };
    view! {
        <div class="page__head noprint">
            <p class="kicker"><a href=format!("/check-in/{slug}")>{format!("Check-in: {}", slip.event.title)}</a></p>
            <h1>{slip.attendee.name().to_owned()}</h1>
            <p class="meta">{format!("Place code {}", slip.attendee.code)}</p>
        </div>
        <div class="door stack">
            {done}
            {handed}
            <p class="links noprint"><a href=format!("/check-in/{slug}")>"Next person"</a><a href=format!("/check-in/{slug}/walk-in")>"Somebody else without a booking"</a></p>
        </div>
    }
    .into_any()
}
