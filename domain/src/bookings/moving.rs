//! Moving a place: to another ticket of its event, or to another event of the same organisation. For organisers.

use super::{
    PlaceState, Refusal,
    entity::{booking, place},
    invites::{ConfirmBooking, UpdatePlace, tell_dearer},
    naming::keep,
    rules::sum,
    service::{add_participant, cancel, free_reference},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    events::{
        EventStatus,
        entity::event,
        queries::{TicketTaken, list_tickets, taken_of},
        service::load_for,
    },
    ids::{OrganisationId, PlaceId},
    platform::{audit, db::begin_write, jobs, random::hash_of},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use serde::{Deserialize, Serialize};

/// Where a place is to go, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MoveForm {
    /// A ticket's code; before it, for another event, its slug and a slash.
    pub to: String,
    /// "true" to keep the price the place was booked at.
    pub keep_price: String,
    /// [`Dearer::version`] of what was looked at before it is done.
    pub looked: String,
}

/// A move that makes a place dearer: what it costs with VAT, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dearer {
    /// The ticket it would have.
    pub ticket: String,
    pub was_pence: i64,
    pub is_pence: i64,
}

impl Dearer {
    /// What tells this state of things from the next.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{}-{}", self.was_pence, self.is_pence)
    }

    /// By how much.
    #[must_use]
    pub fn by_pence(&self) -> i64 {
        self.is_pence - self.was_pence
    }
}

/// What a move came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moved<T> {
    /// Nothing yet: it makes the place dearer, which is to be looked at first.
    Look(Dearer),
    Done(T),
}

/// Whether a place would cost more with this ticket.
#[must_use]
pub fn dearer(place: &place::Model, ticket: &TicketTaken, typed: &MoveForm) -> Option<Dearer> {
    let total = |price, vat| sum([(price, vat, 1)]).total_pence();
    let found = Dearer {
        ticket: ticket.name.clone(),
        was_pence: total(place.price_pence, place.vat),
        is_pence: total(ticket.price_pence, ticket.vat),
    };
    (typed.keep_price != "true" && found.by_pence() > 0).then_some(found)
}

fn choose() -> Error {
    FieldErrors::one("form[to]", "missing", "Choose where the place goes").into()
}

fn place_stands(row: place::Model) -> Result<place::Model> {
    if row.state == PlaceState::Cancelled {
        Err(Refusal::AlreadyCancelled.into())
    } else {
        Ok(row)
    }
}

/// Moves a place to another ticket of its event, with that ticket's price unless the old one is to be kept. A ticket
/// without room is refused; a hidden one is not, it is the organiser's to give. Where it makes the place dearer it is done
/// once that was looked at, and whoever booked is told.
pub async fn to_ticket(services: &Services, actor: &Actor, slug: &str, place: PlaceId, typed: &MoveForm) -> Result<Moved<()>> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = load_place(&tx, &found, place).await?;
    let tickets = list_tickets(&tx, found.id, now).await?;
    let ticket = tickets.iter().find(|ticket| ticket.code == typed.to).ok_or_else(choose)?;
    if ticket.id == row.ticket_id {
        return Err(FieldErrors::one("form[to]", "same", "The place has this ticket already").into());
    }
    has_room(ticket)?;
    let dearer = dearer(&row, ticket, typed);
    if let Some(dearer) = dearer.clone().filter(|dearer| dearer.version() != typed.looked) {
        return Ok(Moved::Look(dearer));
    }
    let past = keep(&tx, &row, now).await?;
    let mut row = row.into_active_model();
    row.ticket_id = Set(ticket.id);
    if typed.keep_price != "true" {
        row.price_pence = Set(ticket.price_pence);
        row.vat = Set(ticket.vat);
    }
    let row = row.update(&tx).await?;
    if let Some(dearer) = dearer {
        tell_dearer(&tx, services, &row, &dearer, &format!("place:{place}:dearer:{past}")).await?;
    }
    log(&tx, actor, now, &found, "place.moved", ("place", place.0), &past).await?;
    jobs::enqueue(&tx, now, &UpdatePlace { place, at: now }).await?;
    tx.commit().await?;
    services.wake();
    Ok(Moved::Done(()))
}

async fn load_place(tx: &DatabaseTransaction, event: &event::Model, place: PlaceId) -> Result<place::Model> {
    let row = place::Entity::find_by_id(place)
        .filter(place::Column::EventId.eq(event.id))
        .one(tx)
        .await?;
    place_stands(row.ok_or(Error::NotFound)?)
}

fn has_room(ticket: &TicketTaken) -> Result<()> {
    if ticket.left() == Some(0) {
        let words = format!(
            "\u{201c}{}\u{201d} is sold out. Choose another, or give that ticket more places",
            ticket.name
        );
        return Err(FieldErrors::one("form[to]", "full", words).into());
    }
    Ok(())
}

async fn log(
    tx: &DatabaseTransaction,
    actor: &Actor,
    now: DateTime<Utc>,
    event: &event::Model,
    action: &'static str,
    object: (&'static str, i64),
    detail: &str,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action,
        object: object.0,
        object_id: object.1,
        detail: Some(detail),
    };
    audit::record(tx, actor, now, entry).await
}

/// Moves a place to another event of the same organisation: it is cancelled here, and a booking of the same booker and
/// purchase order is made there, with the same person in it. Everybody concerned is told. Gives the slug of the other
/// event and the new reference. Dearer, it is as with [`to_ticket`]. An event that is full, over or cancelled is refused; one whose booking is closed is not.
pub async fn to_event(services: &Services, actor: &Actor, slug: &str, place: PlaceId, typed: &MoveForm) -> Result<Moved<(String, String)>> {
    let (from, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let (to_slug, code) = typed.to.split_once('/').ok_or_else(choose)?;
    let (to, _) = load_for(services, actor, Permission::Edit, to_slug).await?;
    if to.organisation_id != from.organisation_id || to.id == from.id {
        return Err(choose());
    }
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    // In the order of their ids: moves that cross would lock each other out.
    let mut ids = [from.id, to.id];
    ids.sort_unstable();
    for id in ids {
        event::Entity::find_by_id(id)
            .lock_exclusive()
            .one(&tx)
            .await?
            .ok_or(Error::NotFound)?;
    }
    let row = load_place(&tx, &from, place).await?;
    let to = event::Entity::find_by_id(to.id).one(&tx).await?.ok_or(Error::NotFound)?;
    let tickets = list_tickets(&tx, to.id, now).await?;
    takes(&to, taken_of(&tickets), now)?;
    let ticket = tickets.iter().find(|ticket| ticket.code == code).ok_or_else(choose)?;
    has_room(ticket)?;
    let dearer = dearer(&row, ticket, typed);
    if let Some(dearer) = dearer.clone().filter(|dearer| dearer.version() != typed.looked) {
        return Ok(Moved::Look(dearer));
    }
    let old = booking::Entity::find_by_id(row.booking_id).one(&tx).await?.ok_or(Error::NotFound)?;

    let key = format!("moved:{}", row.id);
    let made = booking::ActiveModel {
        event_id: Set(to.id),
        booker_id: Set(old.booker_id),
        booker_name: Set(old.booker_name.clone()),
        reference: Set(free_reference(&tx, services).await?),
        request_digest: Set(hash_of(&key)),
        request_key: Set(key),
        purchase_order: Set(old.purchase_order.clone()),
        created_at: Set(now),
        ..Default::default()
    }
    .insert(&tx)
    .await?;
    let keeps_price = typed.keep_price == "true";
    let new = place::ActiveModel {
        booking_id: Set(made.id),
        event_id: Set(to.id),
        ticket_id: Set(ticket.id),
        participant_id: Set(add_participant(&tx, services, to.id, None, now).await?),
        person_id: Set(row.person_id),
        position: Set(1),
        name: Set(row.name.clone()),
        job_role: Set(row.job_role.clone()),
        organisation: Set(row.organisation.clone()),
        state: Set(PlaceState::Confirmed),
        price_pence: Set(if keeps_price { row.price_pence } else { ticket.price_pence }),
        vat: Set(if keeps_price { row.vat } else { ticket.vat }),
        ..Default::default()
    };
    let new = new.insert(&tx).await?;
    if let Some(dearer) = dearer {
        tell_dearer(&tx, services, &new, &dearer, &format!("place:{}:dearer:moved", new.id)).await?;
    }
    cancel(&tx, actor, row, now, "place.moved_away", Some(&made.reference)).await?;
    log(&tx, actor, now, &to, "booking.moved_here", ("booking", made.id.0), &old.reference).await?;
    jobs::enqueue(&tx, now, &ConfirmBooking { booking: made.id }).await?;
    tx.commit().await?;
    services.wake();
    Ok(Moved::Done((to.slug, made.reference)))
}

/// Whether an organiser may still put somebody into this event.
fn takes(event: &event::Model, taken: u64, now: DateTime<Utc>) -> Result<()> {
    match event.status {
        EventStatus::Cancelled => return Err(Refusal::Cancelled.into()),
        EventStatus::Draft => return Err(FieldErrors::one("form[to]", "draft", "That event is not published yet. Choose another").into()),
        EventStatus::Published | EventStatus::Closed => {}
    }
    if now >= event.ends_at {
        return Err(Refusal::Over.into());
    }
    if event.terms().capacity.is_some_and(|capacity| taken >= capacity) {
        return Err(Refusal::Full.into());
    }
    Ok(())
}

/// The events of an organisation a place may be moved to, soonest first, with their tickets. `except` is where it is.
/// One query for the events, one more for each.
pub async fn targets(
    services: &Services,
    organisation: OrganisationId,
    except: &event::Model,
) -> Result<Vec<(event::Model, Vec<TicketTaken>)>> {
    let now = services.clock.now();
    let events = event::Entity::find()
        .filter(event::Column::OrganisationId.eq(organisation))
        .filter(event::Column::Id.ne(except.id))
        .filter(event::Column::Status.is_in([EventStatus::Published, EventStatus::Closed]))
        .filter(event::Column::EndsAt.gt(now))
        .order_by_asc(event::Column::StartsAt)
        .limit(20)
        .all(&services.db.read)
        .await?;
    let mut targets = Vec::new();
    for event in events {
        let tickets = list_tickets(&services.db.read, event.id, now).await?;
        targets.push((event, tickets));
    }
    Ok(targets)
}
