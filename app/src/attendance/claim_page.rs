//! Claiming a place by the code on a slip: for walk-ins who left no mailbox.

use super::api::{self, ClaimPost};
use crate::{
    forms, ssr,
    ui::{Field, Form, Page, page},
};
use domain::{Error, access::Actor, bookings::claim, platform::zones};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn ClaimPage() -> impl IntoView {
    let load = async {
        let asking = ssr::asking();
        if asking.actor == Actor::Nobody {
            return Err(Error::SignInNeeded);
        }
        let (kept, mut typed) = forms::kept::<ClaimPost>().await?;
        if typed.code.is_empty() {
            typed.code = asking.query_value("code").unwrap_or_default();
        }
        let found = match claim::to_claim(&ssr::services(), &asking.actor, &typed.code).await {
            // A code that was looked up too often can still be typed.
            Err(Error::TooMany(_)) => None,
            other => other?,
        };
        Ok((kept, typed, found))
    };
    page(load, |(kept, typed, found)| {
        let whose = found.map(|(attendee, event)| {
            let words = format!(
                "The place of {} at {}, {}.",
                attendee.name(),
                event.title,
                zones::span(event.starts_wall, event.ends_wall)
            );
            view! { <p class="wait">{words}" Claim it only if that is you."</p> }
        });
        let body = view! {
            <div class="page__head">
                <h1>"Claim your certificate"</h1>
                <p class="lede">"If you came without a booking, you were handed a slip with a code. It makes your place, its hours and its certificate your own, under this sign-in."</p>
            </div>
            {whose}
            <Form to=api::Claim::url() kept=kept.clone()>
                <Field kept=kept name="form[code]" label="Code on the slip" value=typed.code hint="Eight letters and figures." autocomplete="off"/>
                <button class="btn">"Claim"</button>
            </Form>
        };
        Page::new("Claim your certificate", body).unlisted()
    })
}
