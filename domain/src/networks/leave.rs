//! Leaving a list: by the link in any of its mails, by a mail program's one click (RFC 8058), by a page, or because an
//! organiser was asked to. What is still to come leaves the calendar.

use super::{
    ConsentAction, MembershipState, Refusal, Way,
    consent::{self, Entry},
    entity::{membership, network},
    invites::UpdateMember,
    join::{lock, log},
    letters::Post,
    queries,
    service::{load, load_for, load_to_leave, today},
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::order::read_email,
    error::{Error, FieldErrors, Result},
    ids::MembershipId,
    organisations::entity::organisation,
    people::entity::person,
    platform::{
        db::begin_write,
        jobs, limits,
        links::{self, Link},
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// A list somebody may leave.
#[derive(Clone, Debug, PartialEq)]
pub struct ToLeave {
    pub network: network::Model,
    pub organisation: organisation::Model,
    pub membership: membership::Model,
}

impl ToLeave {
    /// They are not on it (any more).
    #[must_use]
    pub fn has_left(&self) -> bool {
        matches!(self.membership.state, MembershipState::Left | MembershipState::Declined)
    }
}

/// The membership a link opens. Looking changes nothing: scanners look, too.
pub async fn open(services: &Services, token: &str) -> Result<ToLeave> {
    let db = &services.db.read;
    let Some((_, Link::Unsubscribe(id))) = links::find(db, services.clock.now(), token).await? else {
        return Err(Error::NotFound);
    };
    let membership = queries::load_membership(db, MembershipId(id)).await?;
    let (network, organisation) = queries::load(db, membership.network_id).await?;
    Ok(ToLeave {
        network,
        organisation,
        membership,
    })
}

/// Leaves by the link in a mail; again, and nothing more happens.
pub async fn by_link(services: &Services, token: &str, one_click: bool) -> Result<()> {
    let opened = open(services, token).await?;
    let how = if one_click { Way::OneClick } else { Way::Link };
    leave(services, &Actor::Nobody, &opened.network, opened.membership.id, how).await
}

/// Whoever is signed in leaves a list they are on.
pub async fn by_page(services: &Services, actor: &Actor, slug: &str) -> Result<()> {
    let person = actor.signed_in()?.id;
    let (network, _) = load(services, slug).await?;
    let membership = membership::Entity::find()
        .filter(membership::Column::NetworkId.eq(network.id))
        .filter(membership::Column::PersonId.eq(person))
        .one(&services.db.read)
        .await?
        .ok_or(Error::NotFound)?;
    leave(services, actor, &network, membership.id, Way::Page).await
}

/// An organiser takes somebody off the list, as they were asked to.
pub async fn remove(services: &Services, actor: &Actor, slug: &str, id: MembershipId) -> Result<()> {
    let (network, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let membership = queries::load_membership(&services.db.read, id).await?;
    if membership.network_id != network.id {
        return Err(Error::NotFound);
    }
    if !matches!(membership.state, MembershipState::Member | MembershipState::Paused) {
        return Err(Refusal::NotOnList.into());
    }
    leave(services, actor, &network, id, Way::Organiser).await
}

async fn leave(services: &Services, actor: &Actor, network: &network::Model, id: MembershipId, how: Way) -> Result<()> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let membership = lock(&tx, id).await?;
    if matches!(membership.state, MembershipState::Left | MembershipState::Declined) {
        return Ok(());
    }
    let mut row = membership.into_active_model();
    row.state = Set(MembershipState::Left);
    row.left_at = Set(Some(now));
    let membership = row.update(&tx).await?;
    let by_organiser = how == Way::Organiser;
    let entry = Entry {
        action: ConsentAction::Withdrawn,
        how,
        version: membership.consent_version.as_deref(),
        on: today(services, network),
        by: by_organiser.then(|| actor.person_id()).flatten(),
    };
    consent::record(&tx, &membership, now, entry).await?;
    log(&tx, actor, network.id, "membership.left", id, now).await?;
    jobs::enqueue(&tx, now, &UpdateMember { membership: id, at: now }).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// Somebody who no longer has a mail asks for the link. The answer is the same whether the address is on the list or not.
pub async fn ask(services: &Services, slug: &str, typed: &str, client: &str) -> Result<()> {
    let (network, organisation) = load_to_leave(services, &Actor::Nobody, slug).await?;
    let mut errors = FieldErrors::default();
    let address = read_email(&mut errors, "form[email]", typed, "Enter your email address", "your email address");
    let address = errors.finish(address)?.unwrap_or_default();
    let now = services.clock.now();
    limits::count(&services.db, now, services.limits.join_address, "join-address", client).await?;
    limits::count(&services.db, now, services.limits.join_mailbox, "join-mailbox", &address).await?;
    let tx = begin_write(&services.db).await?;
    let found = membership::Entity::find()
        .filter(membership::Column::NetworkId.eq(network.id))
        .filter(membership::Column::State.is_not_in([MembershipState::Left, MembershipState::Declined]))
        .filter(
            membership::Column::PersonId.in_subquery(
                sea_orm::sea_query::Query::select()
                    .column(person::Column::Id)
                    .from(person::Entity)
                    .and_where(person::Column::Address.eq(&address))
                    .to_owned(),
            ),
        )
        .one(&tx)
        .await?;
    let post = Post {
        services,
        network: &network,
        organisation: &organisation,
    };
    let key = format!("leave:{}", services.random.public_id());
    let subject = format!("Leave this list: {}", network.shown_name());
    match found {
        Some(membership) => {
            let to = (membership.name.as_str(), address.as_str());
            post.add(
                &tx,
                &key,
                "leave_link",
                to,
                &subject,
                post.to_leave(),
                vec![Link::Unsubscribe(membership.id.0)],
            )
            .await?;
        }
        None => {
            post.add(
                &tx,
                &key,
                "leave_nothing",
                ("", &address),
                &subject,
                post.nothing_to_leave(),
                Vec::new(),
            )
            .await?;
        }
    }
    tx.commit().await?;
    services.wake();
    Ok(())
}
