//! The statements at the foot of every page: what is accessible and what is not, and what is kept about whom.

use crate::{
    ssr,
    ui::{Page, page},
};
use domain::{organisations, platform::markdown};
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};

const ACCESSIBILITY: &str = include_str!("texts/accessibility.md");
const PRIVACY: &str = include_str!("texts/privacy.md");

#[component(transparent)]
pub fn TextRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/accessibility") view=|| text("Accessibility", ACCESSIBILITY) ssr=SsrMode::Async/>
        <Route path=path!("/privacy") view=|| text("Privacy", PRIVACY) ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}

fn text(title: &'static str, source: &'static str) -> impl IntoView {
    let load = async {
        let services = ssr::services();
        Ok(organisations::service::find_only(&services).await?.map_or_else(
            || ("the organiser".to_owned(), services.mail_from.clone()),
            |row| (row.name, row.email),
        ))
    };
    page(load, move |(organisation, contact)| {
        let html = markdown::page_html(&source.replace("{organisation}", &organisation).replace("{contact}", &contact));
        Page::new(
            title,
            view! { <div class="page__head"><h1>{title}</h1></div><div class="prose" inner_html=html></div> },
        )
    })
}
