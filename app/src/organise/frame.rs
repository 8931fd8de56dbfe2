//! What the pages of the organiser's desk have in common: the notice about mail, and for an event its name and the way
//! to its other pages.

use super::words::status;
pub use crate::ui::flash;
use crate::{forms::Kept, messages::banner::mail_banner, ssr, ui::Page};
use domain::{
    access::{Actor, Permission},
    events::{entity::event, service},
    networks::queries::find_meeting_of,
    organisations::entity::organisation,
};
use leptos::prelude::*;

/// An event on the organiser's desk.
pub struct Desk {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub actor: Actor,
    meeting: Option<String>,
    banner: Option<AnyView>,
}

/// Loads the event at `slug` for whoever holds `permission`, with what every page about it shows.
pub async fn open(slug: &str, permission: Permission) -> domain::Result<Desk> {
    let (services, actor) = (ssr::services(), ssr::asking().actor);
    let (event, organisation) = service::load_for(&services, &actor, permission, slug).await?;
    let meeting = find_meeting_of(&services.db.read, &event).await?;
    Ok(Desk {
        meeting: meeting.map(|(meeting, network)| format!("/organise/networks/{}/meetings/{}", network.slug, meeting.code)),
        banner: mail_banner(&services).await?,
        event,
        organisation,
        actor,
    })
}

impl Desk {
    /// Of a network's meeting: the page with its invites.
    #[must_use]
    pub fn meeting(&self) -> Option<&str> {
        self.meeting.as_deref()
    }

    #[must_use]
    pub fn may_edit(&self) -> bool {
        self.actor.may(Permission::Edit, self.event.organisation_id)
    }

    /// The address of a page about this event; `""` is its first.
    #[must_use]
    pub fn path(&self, page: &str) -> String {
        let slug = &self.event.slug;
        if page.is_empty() {
            format!("/organise/events/{slug}")
        } else {
            format!("/organise/events/{slug}/{page}")
        }
    }

    /// The page, named `heading`, with the way to the event's other pages above `body`.
    pub fn page(self, heading: &str, body: impl IntoView + 'static) -> Page {
        let is_first = heading == self.event.title;
        let named = if is_first {
            self.event.shown_title().to_owned()
        } else {
            format!("{heading} – {}", self.event.shown_title())
        };
        let (words, class) = status(self.event.status);
        let above = if is_first {
            view! { <p class="kicker"><a href="/organise">"Organiser home"</a>" "<span class=class>{words}</span></p> }.into_any()
        } else {
            view! { <p class="kicker"><a href=self.path("")>{self.event.title.clone()}</a>" "<span class=class>{words}</span></p> }
                .into_any()
        };
        let heading = heading.to_owned();
        let all = view! {
            <div class="page__head">
                {above}
                <h1>{heading}</h1>
                {self.ways()}
            </div>
            {body}
        };
        Page::new(named, all).host(&self.organisation).banner(self.banner).unlisted()
    }

    fn ways(&self) -> AnyView {
        let slug = &self.event.slug;
        let first = match &self.meeting {
            Some(path) => (path.clone(), "Meeting and invites"),
            None => (self.path(""), "Overview"),
        };
        let mut ways = vec![first];
        if self.may_edit() && self.meeting.is_none() {
            ways.push((self.path("edit"), "Details"));
        }
        for (page, words) in [
            ("agenda", "Agenda"),
            ("tickets", "Tickets"),
            ("bookings", "Bookings"),
            ("attendance", "Attendance"),
            ("certificates", "Certificates"),
            ("feedback", "Feedback"),
        ] {
            if self.meeting.is_none() || !matches!(page, "tickets" | "bookings") {
                ways.push((self.path(page), words));
            }
        }
        if self.actor.may_at(Permission::CheckIn, self.event.organisation_id, self.event.id) {
            ways.push((format!("/check-in/{slug}"), "Check-in"));
        }
        ways.push((format!("/events/{slug}"), "Public page"));
        ways_to("This event", ways)
    }
}

/// The way to the pages of one thing on the desk; the one that is open stands out.
pub fn ways_to(label: &'static str, ways: Vec<(String, &'static str)>) -> AnyView {
    let here = ssr::asking().path;
    // A page under one of them belongs to it, to the longest where one is under another.
    let under = |path: &str| path == here || path.matches('/').count() > 3 && here.starts_with(&format!("{path}/"));
    let open = ways
        .iter()
        .map(|(path, _)| path.clone())
        .filter(|path| under(path))
        .max_by_key(String::len);
    let links = ways
        .into_iter()
        .map(|(path, words)| {
            let current = (open.as_ref() == Some(&path)).then_some(if path == here { "page" } else { "true" });
            let words = if current.is_some() {
                view! { <b>{words}</b> }.into_any()
            } else {
                words.into_any()
            };
            view! { <a href=path aria-current=current>{words}</a> }
        })
        .collect_view();
    view! { <nav class="links" aria-label=label>{links}</nav> }.into_any()
}

/// A page of the desk that is about no single event.
pub async fn desk_banner() -> domain::Result<Option<AnyView>> {
    mail_banner(&ssr::services()).await
}

/// A draft's id without its problems: for the second and further forms of a page, whose problems show once, above.
#[must_use]
pub fn quiet(kept: &Kept) -> Kept {
    Kept {
        id: kept.id.clone(),
        ..Kept::default()
    }
}
