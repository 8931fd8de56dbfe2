//! What owners decide: the organisation's name and address, its way out, and who is in the team.

use super::{
    Role,
    entity::{organisation, team_member},
    service::add_to_team,
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::order::{read_email, read_name},
    error::{Error, FieldErrors, Result},
    ids::{OrganisationId, PersonId},
    people::entity::person,
    platform::{
        audit,
        db::begin_write,
        doctor::{self, Check, Installation},
    },
    related::related,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};

related!(team_member.PersonId => person);

/// An organisation's settings, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SettingsForm {
    pub name: String,
    pub email: String,
    /// "true", or anything else for no.
    pub leave_link: String,
}

impl SettingsForm {
    /// The settings as they stand.
    #[must_use]
    pub fn of(organisation: &organisation::Model) -> Self {
        Self {
            name: organisation.name.clone(),
            email: organisation.email.clone(),
            leave_link: if organisation.leave_link {
                "true".to_owned()
            } else {
                String::new()
            },
        }
    }
}

/// The organisation an owner decides about: the one with this slug, or their first.
pub async fn load_own(services: &Services, actor: &Actor, slug: &str) -> Result<organisation::Model> {
    actor.require_anywhere(Permission::Own)?;
    let own = super::service::list_with(services, actor, Permission::Own).await?;
    own.into_iter()
        .find(|row| slug.is_empty() || row.slug == slug)
        .ok_or(Error::NotFound)
}

/// Examines this installation for one of its owners; the mail server is asked about mail for them, and sends none. Tells
/// neither paths nor secrets.
pub async fn examine(services: &Services, actor: &Actor) -> Result<Vec<Check>> {
    actor.require_anywhere(Permission::Own)?;
    let own_mailbox = actor.person().map(|person| person.address.as_str());
    let mut checks = Box::pin(doctor::examine(&Installation::running(services, own_mailbox))).await;
    for check in &mut checks {
        check.place = None;
    }
    Ok(checks)
}

/// Saves the settings.
pub async fn save(services: &Services, actor: &Actor, slug: &str, typed: &SettingsForm) -> Result<()> {
    let found = super::service::find_by_slug(&services.db.read, slug)
        .await?
        .ok_or(if actor == &Actor::Nobody {
            Error::SignInNeeded
        } else {
            Error::NotFound
        })?;
    actor.require(Permission::Own, found.id)?;
    let mut errors = FieldErrors::default();
    let name = read_name(&mut errors, "form[name]", &typed.name, "Enter the organisation's name");
    let email = read_email(
        &mut errors,
        "form[email]",
        &typed.email,
        "Enter an email address",
        "the email address",
    );
    let (name, email) = errors.finish((name.unwrap_or_default(), email.unwrap_or_default()))?;

    let tx = begin_write(&services.db).await?;
    let old = organisation::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let leave_link = typed.leave_link == "true";
    let changed: Vec<&str> = [
        ("name", old.name != name),
        ("email", old.email != email),
        ("leave_link", old.leave_link != leave_link),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let mut row = old.into_active_model();
    row.name = Set(name);
    row.email = Set(email);
    row.leave_link = Set(leave_link);
    row.update(&tx).await?;
    record(
        &tx,
        services,
        actor,
        found.id,
        "organisation.changed",
        ("organisation", found.id.0),
        &changed.join(","),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Somebody in the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub person: PersonId,
    pub name: Option<String>,
    pub address: String,
    pub role: Role,
}

/// The team, by address.
pub async fn list_team(services: &Services, actor: &Actor, organisation: OrganisationId) -> Result<Vec<Member>> {
    actor.require(Permission::Own, organisation)?;
    let rows = team_member::Entity::find()
        .filter(team_member::Column::OrganisationId.eq(organisation))
        .find_also_related(person::Entity)
        .order_by_asc(person::Column::Address)
        .all(&services.db.read)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(member, person)| {
            person.map(|person| Member {
                person: person.id,
                name: person.name,
                address: person.address,
                role: member.role,
            })
        })
        .collect())
}

/// Somebody to be added, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MemberForm {
    pub name: String,
    pub email: String,
    pub role: String,
}

/// Adds somebody to the team. They sign in with their address; nothing is mailed.
pub async fn add(services: &Services, actor: &Actor, slug: &str, typed: &MemberForm) -> Result<()> {
    let organisation = load_own(services, actor, slug).await?;
    let mut errors = FieldErrors::default();
    let name = read_name(&mut errors, "form[name]", &typed.name, "Enter their name");
    let email = read_email(
        &mut errors,
        "form[email]",
        &typed.email,
        "Enter their email address",
        "their email address",
    );
    let role = errors.take("form[role]", typed.role.parse::<Role>().map_err(|_| "Choose a role".to_owned()));
    let (name, email, role) = errors.finish((name.unwrap_or_default(), email.unwrap_or_default(), role.unwrap_or(Role::Viewer)))?;
    if list_team(services, actor, organisation.id)
        .await?
        .iter()
        .any(|member| member.address == email)
    {
        return Err(FieldErrors::one(
            "form[email]",
            "twice",
            "They are in the team already. Change their role in the list",
        )
        .into());
    }
    add_to_team(services, actor, &organisation.slug, &email, &name, role).await
}

/// Gives somebody in the team another role. The last owner stays one, or nobody could change anything here again.
pub async fn set_role(services: &Services, actor: &Actor, slug: &str, person: PersonId, role: Role) -> Result<()> {
    let found = load_own(services, actor, slug).await?;
    let tx = begin_write(&services.db).await?;
    organisation::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let in_team = || team_member::Entity::find().filter(team_member::Column::OrganisationId.eq(found.id));
    let member = in_team()
        .filter(team_member::Column::PersonId.eq(person))
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if member.role == role {
        return Ok(());
    }
    if member.role == Role::Owner && in_team().filter(team_member::Column::Role.eq(Role::Owner)).count(&tx).await? == 1 {
        let words = "This is the only owner. Make somebody else an owner first, or nobody could change the team again";
        return Err(FieldErrors::one("", "last_owner", words).into());
    }
    let mut row = member.into_active_model();
    row.role = Set(role);
    row.update(&tx).await?;
    record(&tx, services, actor, found.id, "team.role", ("person", person.0), role.word()).await?;
    tx.commit().await?;
    Ok(())
}

async fn record(
    tx: &DatabaseTransaction,
    services: &Services,
    actor: &Actor,
    organisation: OrganisationId,
    action: &'static str,
    (object, object_id): (&'static str, i64),
    detail: &str,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("organisation:{organisation}"),
        action,
        object,
        object_id,
        detail: Some(detail),
    };
    audit::record(tx, actor, services.clock.now(), entry).await
}
