//! What owners decide: the organisation's name and address, and its way out.

use super::entity::organisation;
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::order::{read_email, read_name},
    error::{Error, FieldErrors, Result},
    ids::OrganisationId,
    platform::{
        audit,
        db::begin_write,
        doctor::{self, Check, Installation},
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

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

pub(super) async fn record(
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
