//! Booking: choose places, say who is coming, check, book; and afterwards see, name and cancel them.

pub mod api;
pub mod islands;

#[cfg(feature = "ssr")]
mod check_page;
#[cfg(feature = "ssr")]
mod choose_page;
#[cfg(feature = "ssr")]
mod manage_page;
#[cfg(feature = "ssr")]
mod offer;
#[cfg(feature = "ssr")]
mod sessions_page;
#[cfg(feature = "ssr")]
mod who_page;

#[cfg(feature = "ssr")]
pub use {offer::price_words, routes::BookingRoutes};

#[cfg(feature = "ssr")]
mod routes {
    use super::{
        check_page::CheckPage,
        choose_page::ChoosePage,
        manage_page::{CancelPage, GivePage, ManagePage, NamePage},
        sessions_page::SessionsPage,
        who_page::WhoPage,
    };
    use leptos::prelude::*;
    use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};

    #[component(transparent)]
    pub fn BookingRoutes() -> impl MatchNestedRoutes + Clone {
        view! {
            <Route path=path!("/events/:slug/book") view=ChoosePage ssr=SsrMode::Async/>
            <Route path=path!("/events/:slug/book/who") view=WhoPage ssr=SsrMode::Async/>
            <Route path=path!("/events/:slug/book/check") view=CheckPage ssr=SsrMode::Async/>
            <Route path=path!("/bookings/:token") view=ManagePage ssr=SsrMode::Async/>
            <Route path=path!("/bookings/:token/places/:place/cancel") view=CancelPage ssr=SsrMode::Async/>
            <Route path=path!("/bookings/:token/places/:place/name") view=NamePage ssr=SsrMode::Async/>
            <Route path=path!("/bookings/:token/places/:place/give") view=GivePage ssr=SsrMode::Async/>
            <Route path=path!("/bookings/:token/places/:place/sessions") view=SessionsPage ssr=SsrMode::Async/>
            <Route path=path!("/my/bookings/:reference/places/:place/sessions") view=SessionsPage ssr=SsrMode::Async/>
            <Route path=path!("/my/bookings/:reference") view=ManagePage ssr=SsrMode::Async/>
            <Route path=path!("/my/bookings/:reference/places/:place/cancel") view=CancelPage ssr=SsrMode::Async/>
            <Route path=path!("/my/bookings/:reference/places/:place/name") view=NamePage ssr=SsrMode::Async/>
            <Route path=path!("/my/bookings/:reference/places/:place/give") view=GivePage ssr=SsrMode::Async/>
        }
        .into_inner()
        .into_any_nested_route()
    }
}
