//! Proving the mailbox: the link in the mail shows the request, the button confirms it.

use super::{api, network_page::framed};
use crate::{
    forms, ssr,
    ui::{Form, page},
};
use domain::networks::{MembershipState, join};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn ConfirmPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        let opened = join::open(&ssr::services(), &token).await?;
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((opened, kept, token))
    };
    page(load, |(opened, kept, token)| {
        let (network, organisation, membership) = (opened.network, opened.organisation, opened.membership);
        let back = format!("/networks/{}", network.slug);
        let (heading, body) = match membership.state {
            MembershipState::Requested => {
                let rows = [
                    Some(("Name", membership.name.clone())),
                    membership.job_role.clone().map(|role| ("Job role", role)),
                    Some(("Email address", opened.email)),
                    membership.agency.clone().map(|agency| ("Where you work", agency)),
                ];
                let rows = rows
                    .into_iter()
                    .flatten()
                    .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
                    .collect_view();
                let body = view! {
                    <p class="lede">{format!("You ask to join {}.", network.name)}</p>
                    <dl class="facts">{rows}</dl>
                    <p>{format!("You agree to this: {}", opened.wording)}</p>
                    <Form to=api::Confirm::url() kept=kept>
                        <input type="hidden" name="token" value=token/>
                        <p><button class="btn">"Confirm"</button></p>
                    </Form>
                    <p class="quiet">"Not you? Close this page. Nothing is kept of a request that nobody confirms but the address, and nothing is sent to it."</p>
                };
                ("Confirm your request", body.into_any())
            }
            MembershipState::Confirmed => (
                "Your request has been sent",
                view! {
                    <p class="lede">{format!("{} has it. An organiser decides, and you hear by mail.", organisation.name)}</p>
                    <p><a href=back>"Read about the network"</a></p>
                }
                .into_any(),
            ),
            MembershipState::Member | MembershipState::Paused => (
                "You are on the list",
                view! { <p class="lede">"Your request was approved. The next invites come by mail."</p><p><a href=back>"Read about the network"</a></p> }.into_any(),
            ),
            MembershipState::Left | MembershipState::Declined => (
                "This request is closed",
                view! { <p class="lede">"You are not on the list. You can ask again."</p><p><a class="btn btn--line" href=format!("{back}/join")>"Ask to join"</a></p> }.into_any(),
            ),
        };
        let body = view! { <div class="stack"><h1>{heading}</h1>{body}</div> };
        framed(&network, &organisation, format!("{heading} – {}", network.shown_name()), body).unlisted()
    })
}
