//! Feedback after an event: giving it, and, for organisers, asking for it and reading what was said.

pub mod api;

mod give_page;
mod organise_page;
mod outcomes_page;
mod question_page;

use give_page::{GivePage, OwnPage};
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use organise_page::OrganisePage;
use outcomes_page::OutcomesPage;
use question_page::QuestionPage;

#[component(transparent)]
pub fn FeedbackRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/feedback/:token") view=GivePage ssr=SsrMode::Async/>
        <Route path=path!("/my/feedback/:slug") view=OwnPage ssr=SsrMode::Async/>
        <Route path=path!("/my/outcomes/:slug") view=OutcomesPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/feedback") view=OrganisePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/feedback/question") view=QuestionPage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
