//! The organiser's desk: what is next and what needs a decision, and for each event its details, tickets, bookings.
//! Attendance and certificates have areas of their own; messages too.

pub mod api;
pub mod bookings_api;
pub mod frame;
pub mod lists;

mod booking_page;
mod bookings_page;
mod chosen_page;
mod copy_page;
pub mod edit_page;
mod erase_page;
pub mod event_form;
mod event_page;
mod home_page;
mod place_page;
mod seats;
mod settings_page;
mod team_page;
mod tickets_page;
pub mod words;

use booking_page::BookingPage;
use bookings_page::BookingsPage;
use chosen_page::ChosenPage;
use copy_page::CopyPage;
use edit_page::{EditPage, NewPage};
use erase_page::ErasePage;
use event_page::{CancelPage, EventPage};
use home_page::HomePage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use place_page::PlacePage;
use settings_page::SettingsPage;
pub use team_page::others;
use team_page::{RemovePage, TeamPage};
use tickets_page::TicketsPage;

#[component(transparent)]
pub fn OrganiseRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/organise") view=HomePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/new") view=NewPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug") view=EventPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/edit") view=EditPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/cancel") view=CancelPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/copy") view=CopyPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/erase") view=ErasePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/tickets") view=TicketsPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/bookings") view=BookingsPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/bookings/chosen") view=ChosenPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/bookings/:reference") view=BookingPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/bookings/:reference/places/:place") view=PlacePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/team") view=TeamPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/team/:person/remove") view=RemovePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/settings") view=SettingsPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
