//! The organiser's desk: what is next and what needs a decision, and for each event its details, tickets, bookings.
//! Attendance and certificates have areas of their own; messages too.

pub mod api;
pub mod frame;
pub mod lists;

mod agenda_page;
mod bookings_page;
mod edit_page;
mod event_form;
mod event_page;
mod home_page;
mod seats;
mod settings_page;
mod team_page;
mod tickets_page;
pub mod words;

use agenda_page::AgendaPage;
use bookings_page::BookingsPage;
use edit_page::{EditPage, NewPage};
use event_page::{CancelPage, EventPage};
use home_page::HomePage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use settings_page::SettingsPage;
use team_page::TeamPage;
use tickets_page::TicketsPage;

#[component(transparent)]
pub fn OrganiseRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/organise") view=HomePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/new") view=NewPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug") view=EventPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/edit") view=EditPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/cancel") view=CancelPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/tickets") view=TicketsPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda") view=AgendaPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/bookings") view=BookingsPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/team") view=TeamPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/settings") view=SettingsPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
