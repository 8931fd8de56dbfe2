//! Agendas: how the public sees one, as a list and as time by room, and how organisers change one.

pub mod api;
pub mod list;

mod agenda_page;
mod board_page;
mod grid;
mod move_page;
mod parts;
pub mod photo_form;
mod publish_page;
mod rooms_page;
mod session_form;
mod session_page;
mod speakers_page;
mod waiting;

use agenda_page::AgendaPage;
use board_page::BoardPage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use move_page::MovePage;
use publish_page::PublishPage;
use rooms_page::{RoomsPage, TracksPage};
use session_page::SessionPage;
use speakers_page::SpeakersPage;

#[component(transparent)]
pub fn AgendaRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/events/:slug/agenda") view=AgendaPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda") view=BoardPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda/session") view=SessionPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda/move") view=MovePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda/publish") view=PublishPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda/rooms") view=RoomsPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda/tracks") view=TracksPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/agenda/speakers") view=SpeakersPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
