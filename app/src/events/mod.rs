//! Events in public: the list, and an event's own page.

mod event_page;
mod home_page;
mod list_page;
mod now_page;
mod strip;

pub use event_page::framed;

use event_page::EventPage;
use home_page::HomePage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use list_page::ListPage;

#[component(transparent)]
pub fn EventRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
        <Route path=path!("/events") view=ListPage ssr=SsrMode::Async/>
        <Route path=path!("/events/:slug/now") view=now_page::NowPage ssr=SsrMode::Async/>
        <Route path=path!("/events/:slug") view=EventPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
