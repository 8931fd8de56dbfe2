//! The agenda in public: a page of its own, to be read on a phone, looked over on a desk, and printed.

use super::grid::AgendaGrid;
use crate::{events::framed, ssr, ui::page};
use domain::{certificates::hours::hours_in_words, events::service, platform::zones};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn AgendaPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let shown = service::show(&services, &ssr::asking().actor, &slug).await?;
        Ok((shown, services.clock.now()))
    };
    page(load, |(shown, now)| {
        let offered = shown.offered;
        let total = (offered.minutes > 0).then(|| format!("{} of CPD", hours_in_words(offered.minutes)));
        let note = shown.event.cpd_statement.clone().map(|statement| format!(", {statement}"));
        let (slug, is_on) = (&shown.event.slug, now < shown.event.ends_at);
        let printed = (!shown.agenda.items.is_empty())
            .then(|| view! { <a href=format!("/events/{slug}/programme.pdf")>"Programme to print (PDF)"</a> });
        let now_and_next = is_on.then(|| view! { <a href=format!("/events/{slug}/now")>"Now and next"</a> });
        let body = view! {
            <div class="page__head">
                <h1>"Agenda"</h1>
                <p class="lede"><a href=format!("/events/{}", shown.event.slug)>{shown.event.title.clone()}</a></p>
                <p class="quiet">{zones::span(shown.event.starts_wall, shown.event.ends_wall)}{total.map(|total| format!(" · {total}"))}{note}</p>
                <p class="links noprint">{printed}{now_and_next}</p>
            </div>
            {if shown.agenda.items.is_empty() {
                view! { <div class="empty"><h2>"The agenda is not out yet"</h2><p>"It will show here as soon as it is."</p></div> }.into_any()
            } else {
                view! { <AgendaGrid agenda=shown.agenda.clone() now=now/> }.into_any()
            }}
        };
        framed(&shown, "Agenda – ", body).class("wrap page page--agenda")
    })
}
