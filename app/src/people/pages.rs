//! The pages of signing in.

use super::api;
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, Page, flash, page},
};
use domain::people::service;
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn SignInPage() -> impl IntoView {
    let asking = ssr::asking();
    let next = ssr::same_site(&asking.query_value("next").unwrap_or_default());
    let out = asking.query_value("signed_out").is_some();
    page(async { forms::kept::<api::SignInForm>().await }, move |(kept, form)| {
        Page::new(
            "Sign in",
            view! {
                <div class="stack">
                    {out.then(|| flash("Signed out", "here and everywhere else."))}
                    <h1>"Sign in"</h1>
                    <p class="lede">"No password: we mail you a link and a code."</p>
                    <Form to=api::Ask::url() kept=kept.clone()>
                        <input type="hidden" name="next" value=next.clone()/>
                        <Field kept=kept name="form[email]" label="Email address" value=form.email kind="email" autocomplete="email" hint="The one you booked with, or were invited at."/>
                        <p><button class="btn">"Email me a link"</button></p>
                    </Form>
                </div>
            },
        )
        .unlisted()
    })
}

#[component]
pub fn WaitPage() -> impl IntoView {
    page(async { forms::kept::<api::CodeForm>().await }, |(kept, form)| {
        let unsent = !ssr::services().mailer.delivers();
        Page::new(
            "Check your email",
            view! {
                <div class="stack">
                    <h1>"Check your email"</h1>
                    <p class="lede">"If we know that address, a link and a code are on their way. They come within a minute or two."</p>
                    {unsent.then(|| view! { <p class="wait">"No mail is being sent from this installation. Whoever runs it can print a link with plenary sign-in-link."</p> })}
                    <p>"Open the link, or type the code here, in this browser. Look in the junk folder too. If nothing comes, you may have booked with another address."</p>
                    <Form to=api::Code::url() kept=kept.clone()>
                        <Field kept=kept name="form[code]" label="Code from the mail" value=form.code autocomplete="one-time-code" class="code" hint="Eight letters and digits. It works for an hour."/>
                        <p class="row"><button class="btn">"Sign in with the code"</button><a href="/sign-in">"Ask again"</a></p>
                    </Form>
                </div>
            },
        )
        .unlisted()
    })
}

#[component]
pub fn ConfirmPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        let fresh = service::is_fresh(&ssr::services(), &token).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((fresh, kept, token))
    };
    page(load, |(fresh, kept, token): (bool, Kept, String)| {
        if !fresh && kept.problems.0.is_empty() {
            ssr::status(axum::http::StatusCode::GONE);
            return Page::new(
                "This link has been used or is too old",
                view! {
                    <div class="stack">
                        <h1>"This link has been used or is too old"</h1>
                        <p>"A link works once, for 15 minutes."</p>
                        <p><a class="btn" href="/sign-in">"Ask for a new one"</a></p>
                    </div>
                },
            )
            .unlisted();
        }
        Page::new(
            "Confirm it's you",
            view! {
                <div class="stack">
                    <h1>"Confirm it's you"</h1>
                    <p class="lede">"Press the button to sign in on this device."</p>
                    <Form to=api::Confirm::url() kept=kept>
                        <input type="hidden" name="token" value=token/>
                        <p><button class="btn">"Sign in"</button></p>
                    </Form>
                </div>
            },
        )
        .unlisted()
    })
}

#[component]
pub fn AccountPage() -> impl IntoView {
    let load = async {
        let actor = ssr::asking().actor;
        let address = actor.signed_in()?.address.clone();
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((address, kept))
    };
    page(load, |(address, kept): (String, Kept)| {
        Page::new(
            "Where you are signed in",
            view! {
                <div class="stack">
                    <h1>"Where you are signed in"</h1>
                    <p>"You are signed in as "<strong>{address}</strong>". A sign-in lasts 14 days."</p>
                    <Form to=api::SignOutEverywhere::url() kept=kept>
                        <p><button class="btn btn--line">"Sign out everywhere"</button></p>
                    </Form>
                </div>
            },
        )
        .unlisted()
    })
}
