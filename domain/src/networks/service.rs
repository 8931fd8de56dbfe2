//! Who may see and change a network, and what its public pages show.

use super::{
    entity::{consent_wording, meeting, network},
    queries,
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, Result},
    events::{self, EventStatus, entity::event},
    organisations::entity::organisation,
    platform::{
        ics::{Method, calendar},
        zones,
    },
};
use chrono::NaiveDate;

/// The network at `slug`, whoever may know of it.
pub(super) async fn load(services: &Services, slug: &str) -> Result<(network::Model, organisation::Model)> {
    queries::find_by_slug(&services.db.read, slug).await?.ok_or(Error::NotFound)
}

/// The network at `slug` for whoever may know of it: anybody once it is published, its organisers before.
pub async fn load_shown(services: &Services, actor: &Actor, slug: &str) -> Result<(network::Model, organisation::Model)> {
    let (network, organisation) = load(services, slug).await?;
    if network.is_public() || actor.may(Permission::See, network.organisation_id) {
        Ok((network, organisation))
    } else {
        Err(Error::NotFound)
    }
}

/// The same for whoever wants to leave it: as long as anybody is on its list, anybody may.
pub async fn load_to_leave(services: &Services, actor: &Actor, slug: &str) -> Result<(network::Model, organisation::Model)> {
    let (network, organisation) = load(services, slug).await?;
    let counts = queries::count_by_state(&services.db.read, &[network.id]).await?;
    if counts.is_empty() {
        load_shown(services, actor, slug).await
    } else {
        Ok((network, organisation))
    }
}

/// The network at `slug` for somebody with `permission` in its organisation.
pub async fn load_for(
    services: &Services,
    actor: &Actor,
    permission: Permission,
    slug: &str,
) -> Result<(network::Model, organisation::Model)> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let (network, organisation) = load(services, slug).await?;
    actor.require(permission, network.organisation_id)?;
    Ok((network, organisation))
}

/// Today, as the network's clock has it.
#[must_use]
pub fn today(services: &Services, network: &network::Model) -> NaiveDate {
    zones::wall(services.clock.now(), network.zone()).date()
}

/// A line of the list of networks.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub network: network::Model,
    pub organisation: organisation::Model,
    /// The next meeting anybody may know of.
    pub next: Option<event::Model>,
}

/// Every network that is published, by name. Two queries.
pub async fn list(services: &Services) -> Result<Vec<Listed>> {
    let (db, now) = (&services.db.read, services.clock.now());
    let mut networks = queries::list(db, None).await?;
    networks.retain(|(network, _)| network.is_public());
    let ids: Vec<_> = networks.iter().map(|(network, _)| network.id).collect();
    let meetings = queries::list_meetings(db, &ids).await?;
    Ok(networks
        .into_iter()
        .map(|(network, organisation)| Listed {
            next: meetings
                .iter()
                .find(|(meeting, event)| meeting.network_id == network.id && queries::is_open(event, now))
                .map(|(_, event)| event.clone()),
            network,
            organisation,
        })
        .collect())
}

/// What a network's page shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub network: network::Model,
    pub organisation: organisation::Model,
    /// To come, the next first; cancelled ones too, which say so.
    pub coming: Vec<(meeting::Model, event::Model)>,
    /// Over, the newest first.
    pub past: Vec<(meeting::Model, event::Model)>,
    /// Without a wording of consent nobody can ask to join.
    pub wording: Option<consent_wording::Model>,
}

/// Everything the page of the network at `slug` shows. Drafts of meetings are nobody's to see here.
pub async fn show(services: &Services, actor: &Actor, slug: &str) -> Result<Shown> {
    let (network, organisation) = load_shown(services, actor, slug).await?;
    let (db, now) = (&services.db.read, services.clock.now());
    let meetings = queries::list_meetings(db, &[network.id]).await?;
    let (coming, mut past): (Vec<_>, Vec<_>) = meetings
        .into_iter()
        .filter(|(_, event)| event.is_public())
        .partition(|(_, event)| now < event.ends_at);
    past.reverse();
    past.retain(|(_, event)| event.status != EventStatus::Cancelled);
    Ok(Shown {
        wording: queries::current_wording(db, network.id).await?,
        network,
        organisation,
        coming,
        past,
    })
}

/// A meeting anybody may know of, or that the actor helps to run.
pub async fn load_meeting(
    services: &Services,
    actor: &Actor,
    slug: &str,
    code: &str,
) -> Result<(network::Model, organisation::Model, meeting::Model, event::Model)> {
    let (network, organisation) = load_shown(services, actor, slug).await?;
    let (meeting, event) = queries::find_meeting(&services.db.read, network.id, code)
        .await?
        .filter(|(_, event)| actor.may_see(event))
        .ok_or(Error::NotFound)?;
    Ok((network, organisation, meeting, event))
}

/// The calendar file of a meeting for anybody: METHOD:PUBLISH, nobody named, neutral where the network is sensitive, and
/// without the link to join online.
pub async fn calendar_file(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<(String, String)> {
    let (network, organisation, meeting, event) = load_meeting(services, actor, slug, code).await?;
    let page = services.url(&format!("/networks/{}/meetings/{}", network.slug, meeting.code));
    let mut entries = events::calendar::entries(services, &event, &organisation, &[])?;
    for entry in &mut entries {
        entry.description = format!("Details: {page}");
        entry.url = Some(page.clone());
    }
    Ok((
        format!("{}-{}", network.slug, meeting.code),
        calendar(Method::Publish, Some(event.shown_title()), &entries),
    ))
}
