//! What is one's own: the bookings, and the CPD portfolio.

pub mod api;
pub mod feed_api;

mod appraiser_page;
mod bookings_page;
mod calendar_page;
mod chart;
mod cpd_page;
mod entry_page;
mod new_page;
mod pack_page;
mod parts;
mod reflect_page;
mod settings_page;
mod working;

pub use entry_page::{files_path, path as entry_path};
pub use pack_page::PATH as PACK;

use appraiser_page::AppraiserPage;
use bookings_page::BookingsPage;
use calendar_page::CalendarPage;
use cpd_page::CpdPage;
use entry_page::EntryPage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use new_page::NewPage;
use pack_page::PackPage;
use reflect_page::ReflectPage;
use settings_page::SettingsPage;

#[component(transparent)]
pub fn PortfolioRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/my") view=BookingsPage ssr=SsrMode::Async/>
        <Route path=path!("/my/calendar") view=CalendarPage ssr=SsrMode::Async/>
        <Route path=path!("/my/cpd") view=CpdPage ssr=SsrMode::Async/>
        <Route path=path!("/my/cpd/new") view=NewPage ssr=SsrMode::Async/>
        <Route path=path!("/my/cpd/entries/:of") view=EntryPage ssr=SsrMode::Async/>
        <Route path=path!("/my/cpd/reflect") view=ReflectPage ssr=SsrMode::Async/>
        <Route path=path!("/my/cpd/settings") view=SettingsPage ssr=SsrMode::Async/>
        <Route path=path!("/my/cpd/pack") view=PackPage ssr=SsrMode::Async/>
        <Route path=path!("/appraiser/:token") view=AppraiserPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
