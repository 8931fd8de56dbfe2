//! Somebody who comes without a booking: given a place at the door, and checked in with it. Whoever leaves no mailbox gets
//! a claim code, with which they make the place, and so its certificate, their own later.

use super::{
    PlaceState, Vat,
    entity::{booking, place, ticket},
    invites::ConfirmBooking,
    order::{read_email, read_name, read_short},
    queries,
    service::{add_participant, free_reference},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda,
    attendance::{
        self, Refusal as AtDoor,
        queries::Attendee,
        roll::{self, Wanted},
    },
    error::{Error, FieldErrors, Result},
    events::{
        self, EventStatus,
        entity::event,
        queries::{TicketTaken, list_tickets, taken_of},
    },
    ids::{EventId, TicketId},
    organisations::entity::organisation,
    people,
    platform::{audit, db::begin_write, jobs, random::read_place_code, search::fold},
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};

/// Among how many people whose names or addresses hold what was typed somebody is looked for.
const MOST_ALIKE: u64 = 50;

/// What is typed at the door of whoever has no booking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WalkInForm {
    /// A ticket's code. Blank where there is one kind alone, or none.
    pub ticket: String,
    pub name: String,
    pub job_role: String,
    pub organisation: String,
    /// May be blank.
    pub email: String,
    /// Why somebody is let in though the event, or the ticket, is full.
    pub reason: String,
}

/// The door as a walk-in meets it.
#[derive(Clone, Debug, PartialEq)]
pub struct AtTheDoor {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub tickets: Vec<TicketTaken>,
    /// Places booked or held.
    pub taken: u64,
}

impl AtTheDoor {
    /// Nobody more may come without a reason.
    #[must_use]
    pub fn is_full(&self) -> bool {
        let capacity = self.event.capacity.and_then(|capacity| u64::try_from(capacity).ok());
        capacity.is_some_and(|capacity| self.taken >= capacity)
    }
}

/// What the form of a walk-in needs, for whoever may check people in.
pub async fn open(services: &Services, actor: &Actor, slug: &str) -> Result<AtTheDoor> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let tickets = list_tickets(&services.db.read, event.id, services.clock.now()).await?;
    Ok(AtTheDoor {
        taken: taken_of(&tickets),
        tickets,
        event,
        organisation,
    })
}

/// Gives whoever stands at the door a place and checks them in, as one thing, for whoever may check people in; gives the
/// code of their place. The same `key` twice gives the place it gave before.
///
/// The event's row is locked before places are counted, as in [`super::service::book`]. A full event, or ticket, takes
/// nobody without a reason, which stays in the event's log.
pub async fn walk_in(services: &Services, actor: &Actor, slug: &str, key: &str, typed: &WalkInForm) -> Result<String> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find()
        .filter(event::Column::Slug.eq(slug))
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    actor.require_at(Permission::CheckIn, event.organisation_id, event.id)?;
    event.require_whole()?;
    let key = format!("walk-in/{key}");
    if let Some(made) = queries::find_by_key(&tx, event.id, &key).await? {
        let seats = queries::list_seats(&tx, made.id).await?;
        return Ok(seats.into_iter().next().ok_or(Error::NotFound)?.participant.code);
    }
    if event.status == EventStatus::Cancelled {
        return Err(AtDoor::CancelledEvent.into());
    }
    let sessions = agenda::queries::list_sessions(&tx, event.id).await?;
    if attendance::rules::day_on(&event, &sessions, now).is_none() {
        return Err(AtDoor::NotToday.into());
    }
    let tickets = list_tickets(&tx, event.id, now).await?;
    let (form, ticket) = read(&event, &tickets, typed)?;
    if form.reason.is_none()
        && let Some(known) = known(&tx, event.id, &form).await?
    {
        let words = format!(
            "{} has a place already, with the code {}. Check them in with it; or, if this is somebody else, say so as the reason",
            known.name(),
            known.code
        );
        return Err(FieldErrors::one("form[reason]", "known", words).into());
    }
    let ticket = match ticket {
        Some(ticket) => ticket,
        None => only_ticket(&tx, event.id).await?,
    };

    let organisation = organisation::Entity::find_by_id(event.organisation_id)
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    // Without a mailbox of their own, what would be sent goes to the organiser, who passes it on.
    let address = form.email.clone().unwrap_or_else(|| organisation.email.to_lowercase());
    let people = people::service::find_or_add(&tx, now, &[address.as_str()]).await?;
    let person = *people.get(&address).ok_or(Error::NotFound)?;
    let made = booking::ActiveModel {
        event_id: Set(event.id),
        booker_id: Set(person),
        booker_name: Set(form.name.clone()),
        reference: Set(free_reference(&tx, services).await?),
        request_digest: Set(crate::platform::random::hash_of(&key)),
        request_key: Set(key),
        purchase_order: Set(None),
        created_at: Set(now),
        ..Default::default()
    };
    let made = made.insert(&tx).await?;
    let participant = add_participant(&tx, services, event.id, None, now).await?;
    let claim_code = form.email.is_none().then(|| services.random.place_code());
    let row = place::ActiveModel {
        booking_id: Set(made.id),
        event_id: Set(event.id),
        ticket_id: Set(ticket.id),
        participant_id: Set(participant),
        person_id: Set(form.email.is_some().then_some(person)),
        position: Set(1),
        name: Set(Some(form.name)),
        job_role: Set(form.job_role),
        organisation: Set(form.organisation),
        state: Set(PlaceState::Confirmed),
        price_pence: Set(ticket.price_pence),
        vat: Set(ticket.vat),
        claim_code: Set(claim_code),
        ..Default::default()
    };
    let place = row.insert(&tx).await?;
    log(&tx, actor, &place, "place.walk_in", form.reason.as_deref(), now).await?;
    attendance::service::arrive(&tx, actor, event.id, participant, now).await?;
    if form.email.is_some() {
        jobs::enqueue(&tx, now, &ConfirmBooking { booking: made.id }).await?;
    }
    let code = attendance::queries::find_attendee(&tx, participant)
        .await?
        .ok_or(Error::NotFound)?
        .code;
    tx.commit().await?;
    services.wake();
    Ok(code)
}

/// Whoever has a place that stands with this mailbox, or with this name and no other mailbox.
async fn known(tx: &DatabaseTransaction, event: EventId, form: &Read) -> Result<Option<Attendee>> {
    roll::catch_up_within(tx, event).await?;
    let name = fold(&form.name);
    let all = || Wanted::at(tx, event).state(PlaceState::Confirmed, true);
    let mut wanted = vec![all().named(&name)];
    wanted.extend(form.email.as_deref().map(|email| all().booked_as(email)));
    for wanted in wanted {
        let (ids, _) = roll::find_page(tx, &wanted, 0, MOST_ALIKE, None).await?;
        let alike = attendance::queries::list_attendees_of(tx, &ids).await?.into_iter().find(|person| {
            let same_name = fold(person.name()) == name;
            let same_box = person.address.is_some() && person.address == form.email;
            let other_box = person.address.is_some() && form.email.is_some() && person.address != form.email;
            person.is_named() && (same_box || same_name && !other_box)
        });
        if alike.is_some() {
            return Ok(alike);
        }
    }
    Ok(None)
}

/// A form that can be kept.
struct Read {
    name: String,
    job_role: Option<String>,
    organisation: Option<String>,
    email: Option<String>,
    reason: Option<String>,
}

/// The ticket a place is of.
struct Ticket {
    id: TicketId,
    price_pence: i64,
    vat: Vat,
}

impl From<&TicketTaken> for Ticket {
    fn from(ticket: &TicketTaken) -> Self {
        Self {
            id: ticket.id,
            price_pence: ticket.price_pence,
            vat: ticket.vat,
        }
    }
}

fn read(event: &event::Model, tickets: &[TicketTaken], typed: &WalkInForm) -> Result<(Read, Option<Ticket>)> {
    let mut errors = FieldErrors::default();
    let name = read_name(&mut errors, "form[name]", &typed.name, "Enter their full name");
    let email = match typed.email.trim() {
        "" => None,
        _ => read_email(&mut errors, "form[email]", &typed.email, "", "the email address"),
    };
    let job_role = read_short(&mut errors, "form[job_role]", &typed.job_role, "The job role");
    let organisation = read_short(&mut errors, "form[organisation]", &typed.organisation, "Where they work");
    let reason = read_short(&mut errors, "form[reason]", &typed.reason, "The reason");
    let ticket = match (tickets, typed.ticket.as_str()) {
        ([], _) => None,
        ([only], "") => Some(only),
        (several, code) => {
            let found = several.iter().find(|ticket| ticket.code == code);
            if found.is_none() {
                errors.add("form[ticket]", "ticket", "Choose a ticket");
            }
            found
        }
    };
    if reason.is_none() {
        let capacity = event.capacity.and_then(|capacity| u64::try_from(capacity).ok());
        let taken = taken_of(tickets);
        if let Some(capacity) = capacity.filter(|capacity| taken >= *capacity) {
            let words = format!("The event is full: {taken} of {capacity} places are taken. To let them in all the same, say why");
            errors.add("form[reason]", "full", words);
        } else if let Some(ticket) = ticket.filter(|ticket| ticket.left() == Some(0)) {
            let words = format!(
                "There are no more places for \u{201c}{}\u{201d}. To let them in all the same, say why",
                ticket.name
            );
            errors.add("form[reason]", "ticket_full", words);
        }
    }
    let ticket = ticket.map(Ticket::from);
    errors.finish(())?;
    let read = Read {
        name: name.unwrap_or_default(),
        job_role,
        organisation,
        email,
        reason,
    };
    Ok((read, ticket))
}

/// Of an event without tickets, such as a network's meeting: one nobody can book, made when it is first needed.
async fn only_ticket(tx: &DatabaseTransaction, event: EventId) -> Result<Ticket> {
    let row = ticket::ActiveModel {
        event_id: Set(event),
        code: Set("walk-in".to_owned()),
        name: Set("At the door".to_owned()),
        position: Set(1),
        price_pence: Set(0),
        vat: Set(Vat::Outside),
        places: Set(None),
        hidden: Set(true),
        ..Default::default()
    };
    let row = row.insert(tx).await?;
    Ok(Ticket {
        id: row.id,
        price_pence: 0,
        vat: Vat::Outside,
    })
}

pub(super) async fn log(
    tx: &DatabaseTransaction,
    actor: &Actor,
    place: &place::Model,
    action: &'static str,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{}", place.event_id),
        action,
        object: "place",
        object_id: place.id.0,
        detail,
    };
    audit::record(tx, actor, now, entry).await
}

/// The slip handed to a walk-in.
#[derive(Clone, Debug, PartialEq)]
pub struct Slip {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub attendee: Attendee,
    /// Until it is used; none where they left a mailbox.
    pub claim_code: Option<String>,
}

/// The slip of the place with this code, for whoever may check people in.
pub async fn slip(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<Slip> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let code = read_place_code(code).ok_or(Error::NotFound)?;
    let db = &services.db.read;
    let attendee = attendance::queries::find_by_code(db, &code)
        .await?
        .filter(|attendee| attendee.event_id == event.id)
        .ok_or(Error::NotFound)?;
    let row = place::Entity::find()
        .filter(place::Column::ParticipantId.eq(attendee.participant_id))
        .one(db)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(Slip {
        event,
        organisation,
        attendee,
        claim_code: row.claim_code,
    })
}
