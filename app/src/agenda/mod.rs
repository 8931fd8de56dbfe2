//! Agendas: how the public sees one, as a list and as time by room, and how organisers change one.

pub mod editor;
pub mod editor_api;

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod photo_form;

#[cfg(feature = "ssr")]
mod agenda_page;
#[cfg(feature = "ssr")]
mod board_page;
#[cfg(feature = "ssr")]
mod grid;
#[cfg(feature = "ssr")]
mod grid_page;
#[cfg(feature = "ssr")]
mod move_page;
#[cfg(feature = "ssr")]
mod parts;
#[cfg(feature = "ssr")]
mod publish_page;
#[cfg(feature = "ssr")]
mod rooms_page;
#[cfg(feature = "ssr")]
mod session_form;
#[cfg(feature = "ssr")]
mod session_page;
#[cfg(feature = "ssr")]
mod sign_ups_page;
#[cfg(feature = "ssr")]
mod speakers_page;
#[cfg(feature = "ssr")]
mod speaking_page;
#[cfg(feature = "ssr")]
mod waiting;

#[cfg(feature = "ssr")]
pub use routes::AgendaRoutes;

#[cfg(feature = "ssr")]
mod routes {
    use super::{
        agenda_page::AgendaPage,
        board_page::BoardPage,
        grid_page::GridPage,
        move_page::MovePage,
        publish_page::PublishPage,
        rooms_page::{RoomsPage, TracksPage},
        session_page::SessionPage,
        sign_ups_page::SignUpsPage,
        speakers_page::SpeakersPage,
        speaking_page::SpeakingPage,
    };
    use leptos::prelude::*;
    use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};

    #[component(transparent)]
    pub fn AgendaRoutes() -> impl MatchNestedRoutes + Clone {
        view! {
            <Route path=path!("/events/:slug/agenda") view=AgendaPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda") view=BoardPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/grid") view=GridPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/session") view=SessionPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/move") view=MovePage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/publish") view=PublishPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/rooms") view=RoomsPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/tracks") view=TracksPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/sign-ups") view=SignUpsPage ssr=SsrMode::Async/>
            <Route path=path!("/organise/events/:slug/agenda/speakers") view=SpeakersPage ssr=SsrMode::Async/>
            <Route path=path!("/speaking/:token") view=SpeakingPage ssr=SsrMode::Async/>
        }
        .into_inner()
        .into_any_nested_route()
    }
}
