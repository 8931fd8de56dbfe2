//! Attendance: the door, where stewards check people in on a phone, and the register, where organisers see who was
//! where, with the hours it makes, and correct it.

pub mod api;

mod answer;
mod badges_page;
mod claim_page;
mod door_page;
mod fire_page;
mod here_page;
pub mod import_page;
mod kiosk_page;
mod offline_page;
pub mod online_page;
mod person_asks;
mod person_page;
mod register_page;
mod register_query;
mod rooms_page;
mod screens_page;
mod summary_page;
mod walk_in_page;
pub mod working;

pub use badges_page::wanted_of;
pub use register_query::filter_of;

use badges_page::BadgesPage;
use door_page::DoorPage;
use import_page::ImportPage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use register_page::RegisterPage;

#[component(transparent)]
pub fn AttendanceRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/check-in/:slug") view=DoorPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/attendance") view=RegisterPage ssr=SsrMode::Async/>
        <Route path=path!("/check-in/:slug/walk-in") view=walk_in_page::WalkInPage ssr=SsrMode::Async/>
        <Route path=path!("/check-in/:slug/walk-in/:code") view=walk_in_page::SlipPage ssr=SsrMode::Async/>
        <Route path=path!("/check-in/:slug/screens") view=screens_page::ScreensPage ssr=SsrMode::Async/>
        <Route path=path!("/screen/:token") view=screens_page::ScreenPage ssr=SsrMode::Async/>
        <Route path=path!("/kiosk/:token") view=kiosk_page::KioskPage ssr=SsrMode::Async/>
        <Route path=path!("/here/:slug") view=here_page::HerePage ssr=SsrMode::Async/>
        <Route path=path!("/claim") view=claim_page::ClaimPage ssr=SsrMode::Async/>
        <Route path=path!("/check-in/:slug/rooms") view=rooms_page::RoomsPage ssr=SsrMode::Async/>
        <Route path=path!("/check-in/:slug/offline") view=offline_page::OfflinePage ssr=SsrMode::Async/>
        <Route path=path!("/check-in/:slug/fire") view=fire_page::FirePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/attendance/summary") view=summary_page::SummaryPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/badges") view=BadgesPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/attendance/import") view=ImportPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/attendance/online") view=online_page::OnlinePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/attendance/:code") view=person_page::PersonPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
