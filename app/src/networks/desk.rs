//! What the pages of a network's desk have in common: its name, and the way to its other pages.

use crate::{messages::banner::mail_banner, organise::frame::ways_to, ssr, ui::Page};
use domain::{
    access::{Actor, Permission},
    networks::{entity::network, service},
    organisations::entity::organisation,
};
use leptos::prelude::*;

/// A network on its organisers' desk.
pub struct Desk {
    pub network: network::Model,
    pub organisation: organisation::Model,
    pub actor: Actor,
    banner: Option<AnyView>,
}

/// Loads the network at `slug` for whoever holds `permission`, with what every page about it shows.
pub async fn open(slug: &str, permission: Permission) -> domain::Result<Desk> {
    let (services, actor) = (ssr::services(), ssr::asking().actor);
    let (network, organisation) = service::load_for(&services, &actor, permission, slug).await?;
    Ok(Desk {
        banner: mail_banner(&services).await?,
        network,
        organisation,
        actor,
    })
}

impl Desk {
    #[must_use]
    pub fn may_edit(&self) -> bool {
        self.actor.may(Permission::Edit, self.network.organisation_id)
    }

    /// The address of a page about this network; `""` is its first.
    #[must_use]
    pub fn path(&self, page: &str) -> String {
        let slug = &self.network.slug;
        if page.is_empty() {
            format!("/organise/networks/{slug}")
        } else {
            format!("/organise/networks/{slug}/{page}")
        }
    }

    /// The page, named `heading`, with the way to the network's other pages above `body`.
    pub fn page(self, heading: &str, body: impl IntoView + 'static) -> Page {
        let is_first = heading == self.network.name;
        let named = if is_first {
            self.network.shown_name().to_owned()
        } else {
            format!("{heading} – {}", self.network.shown_name())
        };
        let above = if is_first {
            view! { <p class="kicker"><a href="/organise">"Organiser home"</a>" · "<a href="/organise/networks">"Your networks"</a></p> }
                .into_any()
        } else {
            view! { <p class="kicker"><a href=self.path("")>{self.network.name.clone()}</a></p> }.into_any()
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
        let mut ways = vec![(self.path(""), "Overview")];
        if self.may_edit() {
            ways.push((self.path("edit"), "Details"));
        }
        ways.extend([
            (self.path("requests"), "Requests"),
            (self.path("members"), "Members"),
            (self.path("meetings"), "Meetings"),
            (format!("/networks/{}", self.network.slug), "Public page"),
        ]);
        ways_to("This network", ways)
    }
}
