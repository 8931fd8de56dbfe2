//! Events in public: the list, an event's own page, its agenda.

mod agenda;
mod event_page;
mod home_page;
mod list_page;
mod strip;

use event_page::{AgendaPage, EventPage};
use home_page::HomePage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use list_page::ListPage;

#[component(transparent)]
pub fn EventRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
        <Route path=path!("/events") view=ListPage ssr=SsrMode::Async/>
        <Route path=path!("/events/:slug") view=EventPage ssr=SsrMode::Async/>
        <Route path=path!("/events/:slug/agenda") view=AgendaPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
