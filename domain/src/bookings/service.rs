//! Booking and cancelling places.

use super::{
    PlaceState, Refusal, entity,
    entity::{booking, participant, place},
    invites::{ConfirmBooking, UpdatePlace},
    order::{Line, Order},
    queries::{self, Seat},
    rules, sign_up,
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, Result},
    events::{
        self,
        entity::event,
        queries::{TicketTaken, list_tickets, taken_of},
    },
    ids::{BookingId, EventId, ParticipantId, PersonId, PlaceId},
    people,
    platform::{
        audit,
        db::begin_write,
        jobs, limits,
        links::{self, Link},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};
use std::collections::BTreeMap;

/// What booking gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booked {
    pub id: BookingId,
    pub reference: String,
    /// The secret of a link that manages the booking without signing in.
    pub manage: String,
    /// The booking had been made before, under the same key.
    pub replayed: bool,
}

/// Books the places of one order. Needs no sign-in: `Actor::Nobody` may book what the public may see.
///
/// The event row is locked before places are counted: two orders never share the last one. All places are booked or
/// none. The same order under the same key gives the booking it already made; another order under it is refused.
pub async fn book(services: &Services, actor: &Actor, order: Order) -> Result<Booked> {
    let now = services.clock.now();
    let digest = order.digest()?;
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find()
        .filter(event::Column::Slug.eq(&order.event))
        .lock_exclusive()
        .one(&tx)
        .await?
        .filter(|event| actor.may_see(event))
        .ok_or(Error::NotFound)?;

    let made = queries::find_by_key(&tx, event.id, &order.key).await?;
    let replayed = made.is_some();
    let booking = match made {
        Some(made) if made.request_digest == digest => made,
        Some(_) => return Err(Refusal::KeyReused.into()),
        None => {
            limits::count_on(&tx, now, services.limits.booking_mailbox, "booking", &order.booker_email).await?;
            let tickets = list_tickets(&tx, event.id, now).await?;
            admit(&event, &tickets, taken_of(&tickets), &order, now)?;
            let made = insert(&tx, services, &event, &tickets, &order, digest, now).await?;
            let entry = audit::Entry {
                chain: format!("event:{}", event.id),
                action: "booking.made",
                object: "booking",
                object_id: made.id.0,
                detail: None,
            };
            audit::record(&tx, actor, now, entry).await?;
            jobs::enqueue(&tx, now, &ConfirmBooking { booking: made.id }).await?;
            made
        }
    };
    let manage = links::mint(&tx, &services.random, now, Link::Manage(booking.id.0)).await?;
    tx.commit().await?;
    services.wake();
    Ok(Booked {
        id: booking.id,
        reference: booking.reference,
        manage,
        replayed,
    })
}

/// Whether the event and each ticket of the order have room.
fn admit(event: &event::Model, tickets: &[TicketTaken], taken: u64, order: &Order, now: DateTime<Utc>) -> Result<()> {
    rules::admit(&event.terms(), taken, order.wanted(), now)?;
    let mut wanted: BTreeMap<&str, u64> = BTreeMap::new();
    for line in &order.lines {
        *wanted.entry(&line.ticket).or_default() += 1;
    }
    for (code, wanted) in wanted {
        let ticket = tickets
            .iter()
            .find(|ticket| ticket.code == code && !ticket.hidden)
            .ok_or(Refusal::NotOnSale)?;
        if ticket.left().is_some_and(|left| wanted > left) {
            return Err(Refusal::TicketFull(ticket.name.clone()).into());
        }
    }
    Ok(())
}

async fn insert(
    tx: &DatabaseTransaction,
    services: &Services,
    event: &event::Model,
    tickets: &[TicketTaken],
    order: &Order,
    digest: String,
    now: DateTime<Utc>,
) -> Result<booking::Model> {
    // Mailboxes in the order of their addresses: orders that cross would lock each other out.
    let mut addresses: Vec<&str> = order
        .lines
        .iter()
        .filter_map(|line| line.who.email.as_deref())
        .chain([order.booker_email.as_str()])
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    let people = people::service::find_or_add(tx, now, &addresses).await?;
    let person = |address: &str| {
        people
            .get(address)
            .copied()
            .ok_or_else(|| anyhow::anyhow!("a mailbox was not added"))
    };

    let made = booking::ActiveModel {
        event_id: Set(event.id),
        booker_id: Set(person(&order.booker_email)?),
        booker_name: Set(order.booker_name.clone()),
        reference: Set(free_reference(tx, services).await?),
        request_key: Set(order.key.clone()),
        request_digest: Set(digest),
        purchase_order: Set(order.purchase_order.clone()),
        created_at: Set(now),
        ..Default::default()
    }
    .insert(tx)
    .await?;

    for (position, line) in (1..).zip(&order.lines) {
        let ticket = tickets.iter().find(|ticket| ticket.code == line.ticket).ok_or(Refusal::NotOnSale)?;
        let person_id = line.who.email.as_deref().map(person).transpose()?;
        seat(tx, services, event.id, &made, ticket, position, line, person_id, now).await?;
    }
    Ok(made)
}

#[expect(clippy::too_many_arguments, reason = "one row from everything it is made of")]
async fn seat(
    tx: &DatabaseTransaction,
    services: &Services,
    event_id: EventId,
    booking: &booking::Model,
    ticket: &TicketTaken,
    position: i32,
    line: &Line,
    person_id: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<PlaceId> {
    let participant = add_participant(tx, services, event_id, None, now).await?;
    let place = place::ActiveModel {
        booking_id: Set(booking.id),
        event_id: Set(event_id),
        ticket_id: Set(ticket.id),
        participant_id: Set(participant),
        person_id: Set(person_id),
        position: Set(position),
        name: Set(line.who.name.clone()),
        job_role: Set(line.who.job_role.clone()),
        organisation: Set(line.who.organisation.clone()),
        state: Set(PlaceState::Confirmed),
        price_pence: Set(ticket.price_pence),
        vat: Set(ticket.vat),
        ..Default::default()
    };
    Ok(place.insert(tx).await?.id)
}

/// One row for whoever comes, with a code of its own: one that is taken is drawn again.
pub async fn add_participant(
    tx: &DatabaseTransaction,
    services: &Services,
    event_id: EventId,
    import_code: Option<String>,
    now: DateTime<Utc>,
) -> Result<ParticipantId> {
    loop {
        let code = services.random.place_code();
        let row = participant::ActiveModel {
            event_id: Set(event_id),
            code: Set(code.clone()),
            import_code: Set(import_code.clone()),
            created_at: Set(now),
            ..Default::default()
        };
        // Asked by inserting: between a look and an insert somebody else could take it.
        let unless_taken = OnConflict::column(participant::Column::Code).do_nothing().to_owned();
        let added = participant::Entity::insert(row)
            .on_conflict(unless_taken)
            .exec_without_returning(tx)
            .await?;
        if added == 0 {
            continue;
        }
        let id = participant::Entity::find()
            .select_only()
            .column(participant::Column::Id)
            .filter(participant::Column::Code.eq(code))
            .into_tuple::<ParticipantId>()
            .one(tx)
            .await?;
        return id.ok_or_else(|| anyhow::anyhow!("a participant just added is not there").into());
    }
}

/// A reference nobody else has.
pub async fn free_reference(tx: &DatabaseTransaction, services: &Services) -> Result<String> {
    use sea_orm::PaginatorTrait;
    loop {
        let reference = services.random.reference();
        if booking::Entity::find()
            .filter(booking::Column::Reference.eq(&reference))
            .count(tx)
            .await?
            == 0
        {
            return Ok(reference);
        }
    }
}

/// A booking as its holder sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub booking: booking::Model,
    pub booker_email: String,
    pub event: event::Model,
    pub organisation: crate::organisations::entity::organisation::Model,
    pub seats: Vec<Seat>,
    /// May change all of it; otherwise only see their own place.
    pub whole: bool,
}

impl Held {
    /// The link for taking part online, for whoever holds a place themselves: not for somebody who only booked for others.
    #[must_use]
    pub fn join_url(&self) -> Option<&str> {
        let is_on = self.event.status != events::EventStatus::Cancelled && self.own_seats().next().is_some();
        self.event.online_url.as_deref().filter(|_| is_on)
    }

    /// The places the holder sits in themselves, not those they only booked for others.
    pub fn own_seats(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().filter(|seat| {
            seat.place.state == PlaceState::Confirmed && (!self.whole || seat.address.as_deref() == Some(self.booker_email.as_str()))
        })
    }

    /// What the places that stand cost.
    #[must_use]
    pub fn sum(&self) -> rules::Sum {
        rules::sum(
            self.seats
                .iter()
                .filter(|seat| seat.place.state != PlaceState::Cancelled)
                .map(|seat| (seat.place.price_pence, seat.place.vat, 1)),
        )
    }
}

/// The booking a manage link opens.
pub async fn open(services: &Services, token: &str) -> Result<Held> {
    let db = &services.db.read;
    match links::find(db, services.clock.now(), token).await? {
        Some((_, Link::Manage(id))) => held(services, BookingId(id), None).await,
        Some((_, Link::Place(id))) => {
            let place = place::Entity::find_by_id(PlaceId(id)).one(db).await?.ok_or(Error::NotFound)?;
            held(services, place.booking_id, Some(place.id)).await
        }
        _ => Err(Error::NotFound),
    }
}

/// The booking with this reference, for the person who made it, whoever has a place in it, or its organisers.
pub async fn load_by_reference(services: &Services, actor: &Actor, reference: &str) -> Result<Held> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let booking = booking::Entity::find()
        .filter(booking::Column::Reference.eq(reference))
        .one(&services.db.read)
        .await?
        .ok_or(Error::NotFound)?;
    let mut held = held(services, booking.id, None).await?;
    if actor.may(Permission::See, held.event.organisation_id) || Some(booking.booker_id) == actor.person_id() {
        return Ok(held);
    }
    held.seats
        .retain(|seat| seat.place.person_id.is_some() && seat.place.person_id == actor.person_id());
    held.whole = false;
    if held.seats.is_empty() { Err(Error::NotFound) } else { Ok(held) }
}

async fn held(services: &Services, id: BookingId, only: Option<PlaceId>) -> Result<Held> {
    let db = &services.db.read;
    let booking = booking::Entity::find_by_id(id).one(db).await?.ok_or(Error::NotFound)?;
    let (event, organisation) = events::queries::load(db, booking.event_id).await?;
    let booker_email = people::service::address(db, booking.booker_id).await?;
    let mut seats = queries::list_seats(db, id).await?;
    if let Some(only) = only {
        seats.retain(|seat| seat.place.id == only);
    }
    Ok(Held {
        booking,
        booker_email,
        event,
        organisation,
        seats,
        whole: only.is_none(),
    })
}

/// Who asks for a place to be cancelled.
#[derive(Clone, Debug)]
pub enum Holder<'a> {
    /// Whoever holds the link from a mail.
    Link(&'a str),
    /// Whoever has signed in.
    Actor(&'a Actor),
}

/// The booking of `place`, for a signed-in person who may change that place: the booker, whoever sits in it, or somebody
/// who may edit the event. Whoever may only look gets 403.
async fn load_to_change(services: &Services, actor: &Actor, place: &place::Model) -> Result<Held> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let booking = booking::Entity::find_by_id(place.booking_id)
        .one(&services.db.read)
        .await?
        .ok_or(Error::NotFound)?;
    let held = load_by_reference(services, actor, &booking.reference).await?;
    let is_theirs = actor
        .person_id()
        .is_some_and(|person| booking.booker_id == person || place.person_id == Some(person));
    if is_theirs || actor.may(Permission::Edit, held.event.organisation_id) {
        Ok(held)
    } else {
        Err(Error::Forbidden)
    }
}

/// The booking of `place` for whoever may change that place now, and who they are. Organisers may after the event has
/// begun too; others learn nothing of places that are not theirs.
pub(super) async fn held_by(services: &Services, holder: Holder<'_>, place: PlaceId) -> Result<(Held, Actor)> {
    let (held, actor) = held_at_any_time(services, holder, place).await?;
    if services.clock.now() >= held.event.starts_at && !actor.may(Permission::Edit, held.event.organisation_id) {
        return Err(Refusal::Begun.into());
    }
    Ok((held, actor))
}

/// The same, whenever it is.
pub(super) async fn held_at_any_time(services: &Services, holder: Holder<'_>, place: PlaceId) -> Result<(Held, Actor)> {
    let found = entity::place::Entity::find_by_id(place)
        .one(&services.db.read)
        .await?
        .ok_or(Error::NotFound)?;
    let (held, actor) = match holder {
        Holder::Link(token) => (open(services, token).await?, Actor::Nobody),
        Holder::Actor(actor) => (load_to_change(services, actor, &found).await?, actor.clone()),
    };
    if !held.seats.iter().any(|seat| seat.place.id == place) {
        return Err(Error::NotFound);
    }
    Ok((held, actor))
}

/// Cancels one place: it is free for others at once, and its entry leaves its holder's calendar.
///
/// The booker, the person in the place and the organisers may; others learn nothing.
pub async fn cancel_place(services: &Services, holder: Holder<'_>, place: PlaceId) -> Result<()> {
    let now = services.clock.now();
    let (held, actor) = held_by(services, holder, place).await?;
    let tx = begin_write(&services.db).await?;
    event::Entity::find_by_id(held.event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = entity::place::Entity::find_by_id(place).one(&tx).await?.ok_or(Error::NotFound)?;
    if row.state == PlaceState::Cancelled {
        return Err(Refusal::AlreadyCancelled.into());
    }
    cancel(&tx, &actor, row, now, "place.cancelled", None).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// Cancels a place that stands, under the event's lock, and has everybody told.
pub(super) async fn cancel(
    tx: &DatabaseTransaction,
    actor: &Actor,
    row: place::Model,
    now: DateTime<Utc>,
    action: &'static str,
    detail: Option<&str>,
) -> Result<()> {
    let (place, event) = (row.id, row.event_id);
    sign_up::let_go(tx, event, row.participant_id, now).await?;
    let mut row = row.into_active_model();
    row.state = Set(PlaceState::Cancelled);
    row.cancelled_at = Set(Some(now));
    row.update(tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{event}"),
        action,
        object: "place",
        object_id: place.0,
        detail,
    };
    audit::record(tx, actor, now, entry).await?;
    jobs::enqueue(tx, now, &UpdatePlace { place, at: now }).await
}
