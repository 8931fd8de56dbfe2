//! What is around every page: the document, the top with its ways out, the foot, and the table of all areas' routes.

mod texts;
mod top;

pub use top::{Foot, Top};

use crate::ssr::Asking;
use crate::{agenda, attendance, bookings, certificates, events, feedback, messages, networks, organise, people, portfolio, ui::page};
use axum::http::request::Parts;
use leptos::{config::LeptosOptions, prelude::*};
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::{Router, Routes};

/// The names of the embedded style sheet, favicon and reader of codes, which change with their content.
#[derive(Clone, Debug)]
pub struct Assets {
    pub css: String,
    pub icon: String,
    /// The script that reads codes from a camera's pictures, if it was built.
    pub scan: Option<String>,
}

/// The document around every page.
pub fn shell(_: &LeptosOptions) -> impl IntoView + use<> {
    // Or ids drift between the builds, and every Resource is written into the page.
    if let Some(page) = Owner::current_shared_context() {
        page.set_is_hydrating(false);
    }
    let assets = use_context::<Assets>();
    let contrast = use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Asking>().map(|asking| asking.contrast))
        .unwrap_or(false)
        .then_some("more");
    view! {
        <!DOCTYPE html>
        <html lang="en-GB" data-contrast=contrast>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                {assets.map(|assets| view! {
                    <link rel="stylesheet" href=assets.css/>
                    <link rel="icon" type="image/svg+xml" href=assets.icon/>
                })}
                <MetaTags/>
            </head>
            <body><App/></body>
        </html>
    }
}

/// The table of areas.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=|| page(async { Err::<(), _>(domain::Error::NotFound) }, |()| crate::ui::page::not_found())>
                <texts::TextRoutes/>
                <events::EventRoutes/>
                <agenda::AgendaRoutes/>
                <networks::NetworkRoutes/>
                <bookings::BookingRoutes/>
                <people::PeopleRoutes/>
                <portfolio::PortfolioRoutes/>
                <attendance::AttendanceRoutes/>
                <certificates::CertificateRoutes/>
                <feedback::FeedbackRoutes/>
                <networks::NetworkDeskRoutes/>
                <organise::OrganiseRoutes/>
                <messages::MessageRoutes/>
            </Routes>
        </Router>
    }
}
