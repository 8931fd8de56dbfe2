//! Certificates: the page anybody can check one on, checking a file, and the organiser's page that issues them.

pub mod api;
pub mod checked;

mod approval_page;
mod certificate_page;
mod change_page;
mod hold_page;
mod organise_page;
mod sheet;
pub mod template_page;
mod verify_page;

use approval_page::ApprovalPage;
use certificate_page::CertificatePage;
use change_page::ChangePage;
use hold_page::HoldPage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use organise_page::OrganisePage;
use template_page::TemplatePage;
use verify_page::VerifyPage;

#[component(transparent)]
pub fn CertificateRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/certificates/:id") view=CertificatePage ssr=SsrMode::Async/>
        <Route path=path!("/verify") view=VerifyPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/certificates/template") view=TemplatePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/certificates") view=OrganisePage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/certificates/hold/:code") view=HoldPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/certificates/approval") view=ApprovalPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/events/:slug/certificates/:id") view=ChangePage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}
