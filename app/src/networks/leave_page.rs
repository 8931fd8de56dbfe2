//! Leaving a list: by the link in any of its mails, signed in, or by asking for the link.

use super::{
    api::{self, LeaveForm},
    network_page::framed,
};
use crate::{
    forms, ssr,
    ui::{Field, Form, page},
};
use domain::networks::{leave, service};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// The link in a mail. The button posts to this very address, as a mail program's one click does (RFC 8058), and the
/// answer to that is this page again.
#[component]
pub fn LeavePage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        let opened = leave::open(&ssr::services(), &token).await?;
        Ok((opened, token))
    };
    page(load, |(opened, token)| {
        let has_left = opened.has_left();
        let (network, organisation) = (opened.network, opened.organisation);
        let back = format!("/networks/{}", network.slug);
        let (heading, body) = if has_left {
            left(&network.name, back)
        } else {
            let body = view! {
                <p class="lede">{format!("You are on the list of {}.", network.name)}</p>
                <p>"After this no more invites come, and the meetings still to come are taken out of your calendar. Certificates you have stay yours."</p>
                <form method="post" action=format!("/unsubscribe/{token}")><p class="row"><button class="btn btn--danger">"Leave the list"</button><a href=back>"Stay on it"</a></p></form>
            };
            ("Leave this list?", body.into_any())
        };
        let body = view! { <div class="stack"><h1>{heading}</h1>{body}</div> };
        framed(&network, &organisation, format!("{heading} – {}", network.shown_name()), body).unlisted()
    })
}

fn left(name: &str, back: String) -> (&'static str, AnyView) {
    let body = view! {
        <p class="lede">{format!("You get no more mail from the list of {name}.")}</p>
        <p>"Changed your mind? You can ask to join again at any time."</p>
        <p><a href=back>"Read about the network"</a></p>
    };
    ("You have left the list", body.into_any())
}

/// Without a mail at hand: whoever is signed in leaves here, everybody else asks for the link.
#[component]
pub fn AskPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let asking = ssr::asking();
        let (network, organisation) = service::load_to_leave(&ssr::services(), &ssr::asking().actor, &slug).await?;
        let (kept, form) = forms::kept::<LeaveForm>().await?;
        let is = |name: &str| asking.query_value(name).is_some();
        let address = asking.actor.person().map(|person| person.address.clone());
        Ok((network, organisation, kept, form, is("asked"), is("left"), address))
    };
    page(load, |(network, organisation, kept, form, asked, has_left, address)| {
        let back = format!("/networks/{}", network.slug);
        let (slug, home, name) = (network.slug.clone(), back.clone(), network.name.clone());
        let (heading, body) = if has_left {
            left(&network.name, back)
        } else if asked {
            let body = view! { <p class="lede">"If the address is on the list, a mail with the link to leave by is on its way."</p><p>"Nothing there? Look in the junk folder."</p> };
            ("Check your email", body.into_any())
        } else if let Some(address) = address {
            let body = view! {
                <p class="lede">{format!("You are signed in as {address}.")}</p>
                <p>"After this no more invites come, and the meetings still to come are taken out of your calendar."</p>
                <Form to=api::Leave::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug/>
                    <p class="row"><button class="btn btn--danger">"Leave the list"</button><a href=back>"Stay on it"</a></p>
                </Form>
            };
            ("Leave this list?", body.into_any())
        } else {
            let body = view! {
                <p class="lede">"Each mail from the list has a link to leave by. If you have none at hand, we send you one."</p>
                <Form to=api::AskToLeave::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug/>
                    <Field kept=kept name="form[email]" label="Email address" value=form.email kind="email" autocomplete="email"/>
                    <p><button class="btn">"Email me the link"</button></p>
                </Form>
            };
            ("Leave this list?", body.into_any())
        };
        let body = view! { <div class="stack"><p class="kicker"><a href=home>{name}</a></p><h1>{heading}</h1>{body}</div> };
        framed(&network, &organisation, format!("{heading} – {}", network.shown_name()), body).unlisted()
    })
}
