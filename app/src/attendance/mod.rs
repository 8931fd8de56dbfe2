//! Attendance: the door, where stewards check people in on a phone, and the register, where organisers see who was
//! where, with the hours it makes, and correct it.

pub mod api;

mod answer;
mod door_page;
pub mod import_page;
pub mod online_page;
mod person_page;
mod register_page;
mod register_query;
pub mod working;

pub use register_query::filter_of;

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
        <Route path=path!("/organise/events/:slug/attendance/import") view=ImportPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/attendance/online") view=online_page::OnlinePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/attendance/:code") view=person_page::PersonPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
