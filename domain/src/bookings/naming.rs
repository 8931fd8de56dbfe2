//! Who sits in a place: named, corrected, or somebody else in their stead. What the place said before is kept.

use super::{
    PlaceState, Refusal,
    entity::{calendar_entry, place, place_past},
    invites::UpdatePlace,
    order::{PlaceForm, Who, read_email, read_name, read_short},
    service::{Holder, held_by},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    events::{entity::event, service::load_for},
    ids::{PersonId, PlaceId},
    people,
    platform::{
        audit,
        db::begin_write,
        jobs,
        links::{self, Link},
    },
    words::words,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

words! {
    /// What is meant by a new name: the same person written right, or another person.
    Naming { Correct = "correct", Give = "give" }
}

/// The same from the desk of the event at `slug`, for its organisers, who may leave the mailbox out.
pub async fn name_at_desk(services: &Services, actor: &Actor, slug: &str, place: PlaceId, typed: &PlaceForm, naming: Naming) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let found = place::Entity::find_by_id(place)
        .filter(place::Column::EventId.eq(event.id))
        .one(&services.db.read)
        .await?;
    found.ok_or(Error::NotFound)?;
    name_place(services, Holder::Actor(actor), place, read(typed)?, naming)
        .await
        .map(|_| ())
}

/// Reads who sits in a place as an organiser types it: a name is needed, a mailbox may be unknown.
fn read(typed: &PlaceForm) -> Result<Who> {
    let mut errors = FieldErrors::default();
    let name = read_name(&mut errors, "form[name]", &typed.name, "Enter the full name of whoever comes");
    let email = if typed.email.trim().is_empty() {
        None
    } else {
        read_email(&mut errors, "form[email]", &typed.email, "", "the email address")
    };
    let who = Who {
        name,
        email,
        job_role: read_short(&mut errors, "form[job_role]", &typed.job_role, "The job role"),
        organisation: read_short(&mut errors, "form[organisation]", &typed.organisation, "The organisation"),
    };
    errors.finish(who)
}

/// Names who sits in a place: for the first time, to correct it, or to give the place to somebody else.
///
/// The booker and whoever sits in it may until the event begins, organisers afterwards too. The place stays the same one:
/// its code, its attendance and what was paid go with it. Given away, the mailbox before is told and its links stop
/// working; a certificate issued before stays as it was, in the name it was issued in. Gives the event's slug when the
/// holder's own link was one of those.
pub async fn name_place(services: &Services, holder: Holder<'_>, place: PlaceId, who: Who, naming: Naming) -> Result<Option<String>> {
    let now = services.clock.now();
    let (held, actor) = held_by(services, holder, place).await?;
    let tx = begin_write(&services.db).await?;
    event::Entity::find_by_id(held.event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = place::Entity::find_by_id(place).one(&tx).await?.ok_or(Error::NotFound)?;
    if row.state == PlaceState::Cancelled {
        return Err(Refusal::AlreadyCancelled.into());
    }
    let person_id = match &who.email {
        Some(address) => people::service::find_or_add(&tx, now, &[address])
            .await?
            .get(address.as_str())
            .copied(),
        None => None,
    };
    let is_first = row.name.is_none() && row.person_id.is_none();
    let action = match naming {
        _ if is_first => "place.named",
        Naming::Correct => "place.corrected",
        Naming::Give => {
            check_other(&row, &who, person_id)?;
            "place.given"
        }
    };
    if is_as(&row, &who, person_id) {
        return Ok(None);
    }
    let given_on = action == "place.given" || (row.person_id.is_some() && row.person_id != person_id);
    if given_on {
        links::revoke(&tx, now, Link::Place(place.0)).await?;
    }
    let past = keep(&tx, &row, now).await?;
    let mut row = row.into_active_model();
    row.name = Set(who.name);
    row.job_role = Set(who.job_role);
    row.organisation = Set(who.organisation);
    row.person_id = Set(person_id);
    if action == "place.given" {
        row.given_at = Set(Some(now));
    }
    row.update(&tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", held.event.id),
        action,
        object: "place",
        object_id: place.0,
        detail: Some(&past),
    };
    audit::record(&tx, &actor, now, entry).await?;
    jobs::enqueue(&tx, now, &UpdatePlace { place, at: now }).await?;
    tx.commit().await?;
    services.wake();
    Ok((given_on && !held.whole && actor == Actor::Nobody).then_some(held.event.slug))
}

fn is_as(row: &place::Model, who: &Who, person_id: Option<PersonId>) -> bool {
    row.name == who.name && row.job_role == who.job_role && row.organisation == who.organisation && row.person_id == person_id
}

/// Whoever is given a place has a name, and is somebody else.
fn check_other(row: &place::Model, who: &Who, person_id: Option<PersonId>) -> Result<()> {
    let Some(name) = &who.name else {
        return Err(FieldErrors::one("form[name]", "missing", "Enter the full name of whoever comes instead").into());
    };
    let is_same = row.person_id == person_id && row.name.as_ref().is_some_and(|old| old.to_lowercase() == name.to_lowercase());
    if is_same {
        let words = format!("{name} has this place already. Enter who comes instead, or correct the details");
        return Err(FieldErrors::one("form[name]", "same_person", words).into());
    }
    Ok(())
}

/// Keeps what a place says, before it is changed; gives the id of the row as the audit trail writes it.
pub(crate) async fn keep<C: ConnectionTrait>(tx: &C, row: &place::Model, now: DateTime<Utc>) -> Result<String> {
    let uids: Vec<String> = calendar_entry::Entity::find()
        .select_only()
        .column(calendar_entry::Column::Uid)
        .filter(calendar_entry::Column::ParticipantId.eq(row.participant_id))
        .order_by_asc(calendar_entry::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    let past = place_past::ActiveModel {
        place_id: Set(row.id),
        until_at: Set(now),
        person_id: Set(row.person_id),
        name: Set(row.name.clone()),
        job_role: Set(row.job_role.clone()),
        organisation: Set(row.organisation.clone()),
        ticket_id: Set(row.ticket_id),
        price_pence: Set(row.price_pence),
        vat: Set(row.vat),
        calendar_uids: Set(uids.join(" ")),
        ..Default::default()
    };
    Ok(past.insert(tx).await?.id.to_string())
}
