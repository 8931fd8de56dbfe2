//! Signing in by mail: ask, look in the mailbox, confirm by hand or type the code.

pub mod api;
mod pages;

use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use pages::{AccountPage, ConfirmPage, SignInPage, WaitPage};

#[component(transparent)]
pub fn PeopleRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
        <Route path=path!("/sign-in/check") view=WaitPage ssr=SsrMode::Async/>
        <Route path=path!("/sign-in/:token") view=ConfirmPage ssr=SsrMode::Async/>
        <Route path=path!("/my/account") view=AccountPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
