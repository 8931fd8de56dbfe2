//! Asking to join a list: somebody asks, proves the mailbox, and an organiser decides. No page tells whether a mailbox is
//! on the list: the answer is the same, and the truth goes by mail.

use super::{
    ConsentAction, MembershipState, Refusal, Way,
    consent::{self, Entry},
    entity::{consent_wording, membership, network},
    invites::UpdateMember,
    letters::Post,
    queries,
    service::{load_for, load_shown, today},
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::order::{read_email, read_name, read_short},
    error::{Error, FieldErrors, Result},
    ids::{MembershipId, NetworkId, PersonId},
    organisations::entity::organisation,
    people,
    platform::{
        audit,
        db::begin_write,
        jobs, limits,
        links::{self, Link},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde::{Deserialize, Serialize};

/// A request as typed; the first four by the person, all of it by an organiser who writes down what came otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinForm {
    pub name: String,
    pub job_role: String,
    pub email: String,
    pub agency: String,
    /// "true" when the box is ticked.
    pub consent: String,
    /// How the request came, like "by phone"; typed by an organiser.
    pub source: String,
    /// The day it came, as `2026-11-20`.
    pub source_on: String,
}

struct Request {
    name: String,
    job_role: String,
    email: String,
    agency: Option<String>,
}

impl JoinForm {
    fn parse(&self, errors: &mut FieldErrors) -> Option<Request> {
        let name = read_name(errors, "form[name]", &self.name, "Enter a full name");
        let job_role = read_short(errors, "form[job_role]", &self.job_role, "The job role");
        if self.job_role.trim().is_empty() {
            errors.add("form[job_role]", "missing", "Enter a job role");
        }
        let email = read_email(errors, "form[email]", &self.email, "Enter an email address", "the email address");
        let agency = read_short(errors, "form[agency]", &self.agency, "Where you work");
        Some(Request {
            name: name?,
            job_role: job_role?,
            email: email?,
            agency,
        })
    }
}

/// Somebody asks to join. Whatever the mailbox has to do with the network, the answer is the same.
pub async fn ask(services: &Services, slug: &str, typed: &JoinForm, client: &str) -> Result<()> {
    let (network, organisation) = load_shown(services, &Actor::Nobody, slug).await?;
    let mut errors = FieldErrors::default();
    let request = typed.parse(&mut errors);
    if typed.consent != "true" {
        errors.add(
            "form[consent]",
            "missing",
            "Tick the box if you agree. Without it we may not write to you",
        );
    }
    let request = errors
        .finish(request)?
        .ok_or_else(|| anyhow::anyhow!("a request without problems is whole"))?;
    let now = services.clock.now();
    limits::count(&services.db, now, services.limits.join_address, "join-address", client).await?;
    limits::count(&services.db, now, services.limits.join_mailbox, "join-mailbox", &request.email).await?;
    let asked = Asked {
        request,
        by: None,
        source: None,
        on: today(services, &network),
    };
    take(services, &Actor::Nobody, &network, &organisation, asked).await
}

/// An organiser writes down a request that came by mail or phone. The person still has to confirm it.
pub async fn add(services: &Services, actor: &Actor, slug: &str, typed: &JoinForm) -> Result<()> {
    let (network, organisation) = load_for(services, actor, Permission::Edit, slug).await?;
    let mut errors = FieldErrors::default();
    let request = typed.parse(&mut errors);
    let source = read_short(&mut errors, "form[source]", &typed.source, "How they asked");
    if typed.source.trim().is_empty() {
        errors.add(
            "form[source]",
            "missing",
            "Enter how they asked, like \"by phone\" or \"by e-mail\"",
        );
    }
    let on = match typed.source_on.trim().parse::<NaiveDate>() {
        Ok(on) if on > today(services, &network) => {
            errors.add("form[source_on]", "in_the_future", "The day they asked cannot be in the future");
            None
        }
        Ok(on) => Some(on),
        Err(_) => {
            errors.add("form[source_on]", "not_a_day", "Enter the day they asked, like 20/11/2026");
            None
        }
    };
    let (request, on) = errors
        .finish((request, on))
        .and_then(|(request, on)| Ok((request.ok_or(Error::NotFound)?, on.ok_or(Error::NotFound)?)))?;
    let asked = Asked {
        request,
        by: actor.person_id(),
        source,
        on,
    };
    take(services, actor, &network, &organisation, asked).await
}

struct Asked {
    request: Request,
    /// The organiser who writes it down.
    by: Option<PersonId>,
    source: Option<String>,
    on: NaiveDate,
}

async fn take(
    services: &Services,
    actor: &Actor,
    network: &network::Model,
    organisation: &organisation::Model,
    asked: Asked,
) -> Result<()> {
    let now = services.clock.now();
    let post = Post {
        services,
        network,
        organisation,
    };
    let tx = begin_write(&services.db).await?;
    let wording = queries::current_wording(&tx, network.id).await?.ok_or(Refusal::Closed)?;
    let address = asked.request.email.as_str();
    let person = people::service::find_or_add(&tx, now, &[address]).await?;
    let person = *person.get(address).ok_or_else(|| anyhow::anyhow!("a mailbox was not added"))?;
    let (membership, is_new) = row_for(&tx, network.id, person, &asked, &wording, now).await?;
    let key = format!("join:{}:{}", membership.id, now.timestamp_millis());
    let to = (membership.name.as_str(), address);
    match membership.state {
        MembershipState::Requested if is_new => {
            let entry = Entry {
                action: ConsentAction::Asked,
                how: if asked.by.is_some() { Way::Organiser } else { Way::Page },
                version: Some(&wording.version),
                on: asked.on,
                by: asked.by,
            };
            consent::record(&tx, &membership, now, entry).await?;
            if asked.by.is_some() {
                log(&tx, actor, network.id, "membership.added", membership.id, now).await?;
            }
            let letter = post.to_confirm(&membership, &wording.wording);
            let subject = format!("Confirm your request: {}", network.shown_name());
            post.add(&tx, &key, "join_confirm", to, &subject, letter, vec![Link::Join(membership.id.0)])
                .await?;
        }
        MembershipState::Member | MembershipState::Paused => {
            let subject = format!("You are on the list: {}", network.shown_name());
            let links = vec![Link::Unsubscribe(membership.id.0)];
            post.add(&tx, &key, "join_already", to, &subject, post.on_it_already(&membership), links)
                .await?;
        }
        _ => {
            let subject = format!("Your request: {}", network.shown_name());
            post.add(&tx, &key, "join_waiting", to, &subject, post.waiting(&membership), Vec::new())
                .await?;
        }
    }
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// The membership of this mailbox: made, asked for anew, or as it is where it must not change. Whoever typed an address
/// has not proved it, so nothing of a confirmed request or a member is touched.
async fn row_for(
    tx: &DatabaseTransaction,
    network: NetworkId,
    person: PersonId,
    asked: &Asked,
    wording: &consent_wording::Model,
    now: DateTime<Utc>,
) -> Result<(membership::Model, bool)> {
    let found = membership::Entity::find()
        .filter(membership::Column::NetworkId.eq(network))
        .filter(membership::Column::PersonId.eq(person))
        .lock_exclusive()
        .one(tx)
        .await?;
    // What an organiser writes down does not overwrite what the person said themselves.
    if let Some(found) = found.as_ref().filter(|_| asked.by.is_some())
        && !matches!(found.state, MembershipState::Declined | MembershipState::Left)
    {
        let words = format!(
            "{} has this address, and has asked already or is on the list. Change their entry instead",
            found.name
        );
        return Err(FieldErrors::one("form[email]", "known", words).into());
    }
    if let Some(found) = &found
        && matches!(
            found.state,
            MembershipState::Confirmed | MembershipState::Member | MembershipState::Paused
        )
    {
        return Ok((found.clone(), false));
    }
    let is_new = found.is_none();
    let mut row = found.map_or_else(<membership::ActiveModel as Default>::default, IntoActiveModel::into_active_model);
    row.network_id = Set(network);
    row.person_id = Set(person);
    row.name = Set(asked.request.name.clone());
    row.job_role = Set(Some(asked.request.job_role.clone()));
    row.agency = Set(asked.request.agency.clone());
    row.state = Set(MembershipState::Requested);
    row.source = Set(asked.source.clone());
    row.source_on = Set(asked.source.is_some().then_some(asked.on));
    row.consent_version = Set(Some(wording.version.clone()));
    row.consent_on = Set(None);
    row.added_by = Set(asked.by);
    row.requested_at = Set(now);
    row.confirmed_at = Set(None);
    row.decided_at = Set(None);
    row.left_at = Set(None);
    let row = if is_new { row.insert(tx).await? } else { row.update(tx).await? };
    Ok((row, true))
}

pub(super) async fn log(
    tx: &DatabaseTransaction,
    actor: &Actor,
    network: NetworkId,
    action: &'static str,
    membership: MembershipId,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("network:{network}"),
        action,
        object: "membership",
        object_id: membership.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

/// A request as the link in its mail shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ToConfirm {
    pub network: network::Model,
    pub organisation: organisation::Model,
    pub membership: membership::Model,
    pub email: String,
    /// What they agree to.
    pub wording: String,
}

/// The request a link opens. Looking does not confirm it: scanners look, too.
pub async fn open(services: &Services, token: &str) -> Result<ToConfirm> {
    let db = &services.db.read;
    let Some((_, Link::Join(id))) = links::find(db, services.clock.now(), token).await? else {
        return Err(Error::NotFound);
    };
    let membership = queries::load_membership(db, MembershipId(id)).await?;
    let (network, organisation) = queries::load(db, membership.network_id).await?;
    let version = membership.consent_version.clone().unwrap_or_default();
    let wording = queries::find_wording(db, network.id, &version).await?;
    Ok(ToConfirm {
        email: people::service::address(db, membership.person_id).await?,
        wording: wording.map(|wording| wording.wording).unwrap_or_default(),
        network,
        organisation,
        membership,
    })
}

/// The mailbox is theirs: the request goes to the organisers. A second press changes nothing.
pub async fn confirm(services: &Services, token: &str) -> Result<()> {
    let opened = open(services, token).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let membership = lock(&tx, opened.membership.id).await?;
    if membership.state != MembershipState::Requested {
        return Ok(());
    }
    let on = today(services, &opened.network);
    let mut row = membership.into_active_model();
    row.state = Set(MembershipState::Confirmed);
    row.confirmed_at = Set(Some(now));
    row.consent_on = Set(Some(on));
    let membership = row.update(&tx).await?;
    let entry = Entry {
        action: ConsentAction::Given,
        how: Way::Link,
        version: membership.consent_version.as_deref(),
        on,
        by: None,
    };
    consent::record(&tx, &membership, now, entry).await?;
    let post = Post {
        services,
        network: &opened.network,
        organisation: &opened.organisation,
    };
    let contact = opened.network.contact_email.as_deref().unwrap_or(&opened.organisation.email);
    let name = opened.network.contact_name.as_deref().unwrap_or(&opened.organisation.name);
    let key = format!("join-waits:{}:{}", membership.id, now.timestamp_millis());
    let subject = format!("A request is waiting: {}", opened.network.shown_name());
    let letter = post.somebody_waits(&membership);
    post.add(&tx, &key, "join_waits", (name, contact), &subject, letter, Vec::new())
        .await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

pub(super) async fn lock(tx: &DatabaseTransaction, id: MembershipId) -> Result<membership::Model> {
    membership::Entity::find_by_id(id)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)
}

/// What an organiser decides about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Decline,
}

/// Decides a confirmed request. Who is approved is told, and invited to what is to come.
pub async fn decide(services: &Services, actor: &Actor, slug: &str, id: MembershipId, decision: Decision) -> Result<membership::Model> {
    let (network, organisation) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let membership = lock(&tx, id).await?;
    if membership.network_id != network.id {
        return Err(Error::NotFound);
    }
    match (membership.state, decision) {
        (MembershipState::Confirmed, _) | (MembershipState::Requested, Decision::Decline) => {}
        (MembershipState::Requested, Decision::Approve) => return Err(Refusal::Unconfirmed.into()),
        _ => return Err(Refusal::Decided.into()),
    }
    let was_confirmed = membership.state == MembershipState::Confirmed;
    let (state, action, audited) = match decision {
        Decision::Approve => (MembershipState::Member, ConsentAction::Approved, "membership.approved"),
        Decision::Decline => (MembershipState::Declined, ConsentAction::Declined, "membership.declined"),
    };
    let mut row = membership.into_active_model();
    row.state = Set(state);
    row.decided_at = Set(Some(now));
    let membership = row.update(&tx).await?;
    let entry = Entry {
        action,
        how: Way::Organiser,
        version: membership.consent_version.as_deref(),
        on: today(services, &network),
        by: actor.person_id(),
    };
    consent::record(&tx, &membership, now, entry).await?;
    log(&tx, actor, network.id, audited, membership.id, now).await?;

    let post = Post {
        services,
        network: &network,
        organisation: &organisation,
    };
    let address = people::service::address(&tx, membership.person_id).await?;
    let key = format!("joined:{}:{}", membership.id, now.timestamp_millis());
    let to = (membership.name.as_str(), address.as_str());
    if decision == Decision::Approve {
        let meetings = queries::list_meetings(&tx, &[network.id]).await?;
        let coming: Vec<_> = meetings.into_iter().filter(|(_, event)| queries::is_open(event, now)).collect();
        let letter = post.welcome(&membership, &coming);
        let subject = format!("You are on the list: {}", network.shown_name());
        post.add(&tx, &key, "joined", to, &subject, letter, vec![Link::Unsubscribe(membership.id.0)])
            .await?;
        jobs::enqueue(
            &tx,
            now,
            &UpdateMember {
                membership: membership.id,
                at: now,
            },
        )
        .await?;
    } else if was_confirmed {
        let subject = format!("Your request: {}", network.shown_name());
        post.add(&tx, &key, "join_declined", to, &subject, post.declined(), Vec::new())
            .await?;
    }
    tx.commit().await?;
    services.wake();
    Ok(membership)
}

/// Sends the mail to confirm by once more.
pub async fn remind(services: &Services, actor: &Actor, slug: &str, id: MembershipId) -> Result<()> {
    let (network, organisation) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let membership = lock(&tx, id).await?;
    if membership.network_id != network.id {
        return Err(Error::NotFound);
    }
    if membership.state != MembershipState::Requested {
        return Err(Refusal::Decided.into());
    }
    let address = people::service::address(&tx, membership.person_id).await?;
    limits::count_on(&tx, now, services.limits.join_mailbox, "join-mailbox", &address).await?;
    let version = membership.consent_version.clone().unwrap_or_default();
    let wording = queries::find_wording(&tx, network.id, &version).await?;
    let post = Post {
        services,
        network: &network,
        organisation: &organisation,
    };
    let letter = post.to_confirm(&membership, &wording.map(|wording| wording.wording).unwrap_or_default());
    let key = format!("join:{}:{}", membership.id, now.timestamp_millis());
    let subject = format!("Confirm your request: {}", network.shown_name());
    let to = (membership.name.as_str(), address.as_str());
    post.add(&tx, &key, "join_confirm", to, &subject, letter, vec![Link::Join(membership.id.0)])
        .await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}
