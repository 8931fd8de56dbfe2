//! What is one's own: the bookings, and the CPD there is evidence for.

pub mod api;

mod bookings_page;
mod calendar_page;
mod cpd_page;

use bookings_page::BookingsPage;
use calendar_page::CalendarPage;
use cpd_page::CpdPage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};

#[component(transparent)]
pub fn PortfolioRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/my") view=BookingsPage ssr=SsrMode::Async/>
        <Route path=path!("/my/calendar") view=CalendarPage ssr=SsrMode::Async/>
        <Route path=path!("/my/cpd") view=CpdPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
