//! One page: load once, then draw, with the right status when it cannot be shown.

use super::{
    form::Problems,
    head::{self, Head},
    support::Support,
};
use crate::{
    error::AppError,
    forms::sign_in_path,
    layout::{Foot, Top},
    ssr,
};
use axum::http::{HeaderName, StatusCode, header};
use domain::{Error, error::FieldErrors, events::SupportLine, organisations::entity::organisation};
use leptos::{config::LeptosOptions, hydration::HydrationScripts, prelude::*};
use leptos_meta::Title;

/// Whose page it is: named at the top, and deciding whether "Leave this site" shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub leave_link: bool,
}

impl From<&organisation::Model> for Host {
    fn from(row: &organisation::Model) -> Self {
        Self {
            name: row.name.clone(),
            leave_link: row.leave_link,
        }
    }
}

/// The browser bundle, if one was built.
#[derive(Clone, Debug)]
pub struct Bundle {
    pub options: LeptosOptions,
}

/// Asks for the browser bundle, if one was built. Once on a page, beside its island; nowhere else.
#[component]
pub fn Scripts() -> impl IntoView {
    use_context::<Bundle>().map(|bundle| view! { <HydrationScripts options=bundle.options islands=true/> })
}

/// What is drawn between top and foot, and how the page presents itself.
pub struct Page {
    title: String,
    host: Option<Host>,
    support: Vec<SupportLine>,
    class: &'static str,
    /// Drawn as it is instead of inside a plain `main`.
    bare: bool,
    index: bool,
    banner: Option<AnyView>,
    head: Option<Head>,
    manifest: Option<String>,
    /// What was wrong with the form that led here.
    problems: FieldErrors,
    /// It says why another page cannot be shown.
    is_failed: bool,
    body: AnyView,
}

impl Page {
    /// A page with this title (neutral, where the subject is sensitive) and body.
    pub fn new(title: impl Into<String>, body: impl IntoView + 'static) -> Self {
        Self {
            title: title.into(),
            host: None,
            support: Vec::new(),
            class: "wrap page",
            bare: false,
            index: true,
            banner: None,
            head: None,
            manifest: None,
            problems: FieldErrors::default(),
            is_failed: false,
            body: body.into_any(),
        }
    }

    #[must_use]
    pub fn host(mut self, host: impl Into<Host>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Shows the support band under the page.
    #[must_use]
    pub fn support(mut self, lines: Vec<SupportLine>) -> Self {
        self.support = lines;
        self
    }

    /// The classes of `main` instead of the usual ones.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// Only the body in `main`, without top and foot: a whole-screen answer at a door.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Asks search engines to stay away.
    #[must_use]
    pub fn unlisted(mut self) -> Self {
        self.index = false;
        self
    }

    /// A notice across the page, above `main`.
    #[must_use]
    pub fn banner(mut self, banner: Option<AnyView>) -> Self {
        self.banner = banner;
        self
    }

    /// Says this of the page to link previews and search engines.
    #[must_use]
    pub fn head(mut self, head: Head) -> Self {
        self.head = Some(head);
        self
    }

    /// Lets a phone keep the page among its programs, as the manifest at this address describes it.
    #[must_use]
    pub fn manifest(mut self, address: String) -> Self {
        self.manifest = Some(address);
        self
    }

    fn draw(self, host: Host) -> AnyView {
        // Only the title may go through the framework's own head: what it draws late, it drops.
        if !self.index {
            ssr::header(HeaderName::from_static("x-robots-tag"), "noindex");
        }
        if let Some(head) = self.head.filter(|_| self.index) {
            head.leave();
        }
        if let Some(manifest) = &self.manifest {
            head::leave_manifest(manifest);
        }
        let asking = ssr::asking();
        let title = if self.title == host.name {
            self.title
        } else {
            format!("{} – {}", self.title, host.name)
        };
        let title = if self.problems.0.is_empty() {
            title
        } else {
            format!("Error: {title}")
        };
        let problems = (!self.problems.0.is_empty()).then(|| {
            let summary = view! { <Problems problems=self.problems/> };
            if self.class.is_empty() {
                view! { <div class="wrap page">{summary}</div> }.into_any()
            } else {
                summary.into_any()
            }
        });
        let top = (!self.bare).then(|| view! { <Top host=host.clone() asking=asking.clone()/> });
        let foot = (!self.bare).then(|| view! { <Foot/> });
        let support = (!self.support.is_empty()).then(|| view! { <Support lines=self.support/> });
        view! {
            <Title text=super::escaped(&title)/>
            {top}
            {self.banner}
            <main id="main" class=self.class>{problems}{self.body}</main>
            {support}
            {foot}
        }
        .into_any()
    }
}

/// Awaits `load` once and draws what it gives, or the page of its error with the right status.
pub fn page<T, L, D>(load: L, draw: D) -> impl IntoView
where
    T: Send + 'static,
    L: Future<Output = domain::Result<T>> + Send + 'static,
    D: FnOnce(T) -> Page + Send + 'static,
{
    Suspend::new(async move {
        let asking = ssr::asking();
        if asking.actor.person().is_some() {
            ssr::header(header::CACHE_CONTROL, "no-store");
        }
        let mut page = match load.await {
            Ok(loaded) => draw(loaded),
            Err(error) => failed(error),
        };
        // By construction: no page can forget it, or say it later than anything else.
        if !page.is_failed {
            page.problems = ssr::draft().await.map(|draft| draft.problems).unwrap_or_default();
        }
        let host = match page.host.clone() {
            Some(host) => host,
            None => default_host().await,
        };
        page.draw(host)
    })
}

/// The organisation, where there is just one; otherwise the program.
async fn default_host() -> Host {
    let only = domain::organisations::service::find_only(&ssr::services()).await;
    only.ok().flatten().map_or_else(
        || Host {
            name: "Plenary".to_owned(),
            leave_link: true,
        },
        |row| Host::from(&row),
    )
}

fn failed(error: Error) -> Page {
    let page = match AppError::from(error) {
        AppError::SignInNeeded => {
            let asking = ssr::asking();
            let here = if asking.query.is_empty() {
                asking.path
            } else {
                format!("{}?{}", asking.path, asking.query)
            };
            let to = sign_in_path(&here);
            ssr::redirect(&to);
            Page::new("Sign in", view! { <h1>"Sign in first"</h1><p><a href=to>"Go to sign in"</a></p> })
        }
        AppError::NotFound => not_found(),
        AppError::Forbidden => {
            ssr::status(StatusCode::FORBIDDEN);
            let helps = ssr::asking().actor.person().is_some_and(|person| person.helps());
            let (home, words) = if helps {
                ("/organise", "Go to the organiser home")
            } else {
                ("/my", "Go to my bookings")
            };
            Page::new(
                "Not allowed",
                view! {
                    <div class="stack">
                        <h1>"You cannot see this page"</h1>
                        <p>"You are signed in, but your role does not include it. If you think it should, ask an owner of the organisation."</p>
                        <p><a href=home>{words}</a></p>
                    </div>
                },
            )
        }
        AppError::TooMany(seconds) => {
            ssr::status(StatusCode::TOO_MANY_REQUESTS);
            ssr::header(header::RETRY_AFTER, &seconds.to_string());
            Page::new(
                "Too many tries",
                view! { <div class="stack"><h1>"Too many tries"</h1><p>{format!("Wait {seconds} seconds and load this page again.")}</p></div> },
            )
        }
        AppError::Refused(words) => {
            ssr::status(StatusCode::CONFLICT);
            Page::new(
                "This cannot be done",
                view! { <div class="stack"><h1>"This cannot be done"</h1><p>{words}</p></div> },
            )
        }
        other => {
            ssr::status(StatusCode::INTERNAL_SERVER_ERROR);
            Page::new(
                "Something went wrong",
                view! { <div class="stack"><h1>"Something went wrong"</h1><p>{other.to_string()}</p></div> },
            )
        }
    };
    Page { is_failed: true, ..page }.unlisted()
}

/// The page for an address that leads nowhere.
pub fn not_found() -> Page {
    ssr::status(StatusCode::NOT_FOUND);
    Page::new(
        "Page not found",
        view! {
            <div class="stack">
                <h1>"Page not found"</h1>
                <p>"If you typed the address, check it. If you followed a link, it may be old, or the page may not be yours to see."</p>
                <p class="links"><a href="/events">"See all events"</a><a href="/my">"My bookings"</a></p>
            </div>
        },
    )
    .unlisted()
}
