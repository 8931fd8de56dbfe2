//! Places, each a booking of its own, and attendance.

use super::{Work, agenda::find, rows::keep, stored::place_code};
use crate::{
    attendance::service::{Imported, import_records},
    bookings::{
        PlaceState,
        entity::{booking, place, ticket},
        naming::keep as keep_past,
        queries::Seat,
        service::{add_participant, free_reference},
    },
    error::Result,
    events::exchange::{check::CheckedPlace, problem::quoted},
    ids::{BookingId, EventId, ParticipantId, PersonId, SessionId},
    organisations::entity::organisation,
    people::{self as mailboxes, address::EmailAddress},
    platform::{audit, random::hash_of},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How many mailboxes one statement looks up. SQLite takes 32,766 values in one.
const AT_ONCE: usize = 1_000;
/// How the key of an imported booking begins.
const KEY: &str = "import:";

/// Whoever books a place that is imported.
struct Booker<'a> {
    /// Everybody's mailbox, by address.
    mailboxes: BTreeMap<String, PersonId>,
    organisation: &'a organisation::Model,
    /// The address under which the organisation books.
    office: String,
    /// Keys of bookings that are taken.
    keys: HashSet<String>,
}

impl Booker<'_> {
    fn mailbox(&self, address: &str) -> Result<PersonId> {
        Ok(self
            .mailboxes
            .get(address)
            .copied()
            .ok_or_else(|| anyhow::anyhow!("a mailbox was not added"))?)
    }

    /// The place's own mailbox, or the organisation's, with the best name there is for it.
    fn of(&self, place: &CheckedPlace) -> Result<(PersonId, String)> {
        let Some(email) = &place.email else {
            return Ok((self.mailbox(&self.office)?, self.organisation.name.clone()));
        };
        let name = place.name.as_ref().or(place.organisation.as_ref()).cloned();
        Ok((self.mailbox(email.key())?, name.unwrap_or_else(|| email.as_str().to_owned())))
    }

    /// A key nobody has used: a booking from elsewhere may have one like it.
    fn free_key(&mut self, code: &str) -> String {
        let mut key = format!("{KEY}{code}");
        for n in 2.. {
            if self.keys.insert(key.clone()) {
                break;
            }
            key = format!("{KEY}{code}:{n}");
        }
        key
    }
}

impl Work<'_> {
    /// Gives who comes by code, and the bookings that are new.
    pub(super) async fn places(
        &mut self,
        tx: &DatabaseTransaction,
        event: EventId,
        organisation: &organisation::Model,
        tickets: &HashMap<String, ticket::Model>,
    ) -> Result<(HashMap<String, ParticipantId>, Vec<BookingId>)> {
        let (checked, stored) = (self.checked, self.stored);
        let seats: HashMap<&str, &Seat> = stored.seats.iter().map(|seat| (place_code(seat), seat)).collect();
        let mut ids: HashMap<String, ParticipantId> = seats.iter().map(|(code, seat)| ((*code).to_owned(), seat.participant.id)).collect();
        let mut booker = self.booker(tx, event, organisation).await?;
        let mut bookings = Vec::new();
        for (index, item) in checked.places.iter().enumerate() {
            let ticket = tickets
                .get(&item.ticket)
                .ok_or_else(|| anyhow::anyhow!("a ticket passed the check but is not there"))?;
            match seats.get(item.code.as_str()) {
                Some(seat) if seat.place.state == PlaceState::Cancelled => {
                    let message = format!(
                        "The place {} was cancelled. It stays so, and nothing of it is changed.",
                        quoted(&item.code)
                    );
                    self.warn(format!("/places/{index}"), "place_cancelled", message);
                }
                Some(seat) => self.change_place(tx, seat, item, ticket, &booker).await?,
                None => {
                    let (participant, booking) = self.add_place(tx, event, item, ticket, &mut booker).await?;
                    ids.insert(item.code.clone(), participant);
                    bookings.push(booking);
                }
            }
        }
        Ok((ids, bookings))
    }

    /// Finds or adds every mailbox of the file, in the order of their addresses: imports and orders that cross would
    /// lock each other out.
    async fn booker<'o>(&self, tx: &DatabaseTransaction, event: EventId, organisation: &'o organisation::Model) -> Result<Booker<'o>> {
        let places = &self.checked.places;
        let office =
            EmailAddress::parse(&organisation.email).map_or_else(|_| organisation.email.to_lowercase(), |email| email.key().to_owned());
        let mut addresses: BTreeSet<&str> = places
            .iter()
            .filter_map(|place| place.email.as_ref())
            .map(EmailAddress::key)
            .collect();
        if places.iter().any(|place| place.email.is_none()) {
            addresses.insert(&office);
        }
        let addresses: Vec<&str> = addresses.into_iter().collect();
        let mut mailboxes = BTreeMap::new();
        for some in addresses.chunks(AT_ONCE) {
            mailboxes.extend(mailboxes::service::find_or_add(tx, self.now, some).await?);
        }
        let keys: Vec<String> = booking::Entity::find()
            .select_only()
            .column(booking::Column::RequestKey)
            .filter(booking::Column::EventId.eq(event))
            .filter(booking::Column::RequestKey.starts_with(KEY))
            .into_tuple()
            .all(tx)
            .await?;
        Ok(Booker {
            mailboxes,
            organisation,
            office,
            keys: keys.into_iter().collect(),
        })
    }

    async fn add_place(
        &mut self,
        tx: &DatabaseTransaction,
        event: EventId,
        item: &CheckedPlace,
        ticket: &ticket::Model,
        booker: &mut Booker<'_>,
    ) -> Result<(ParticipantId, BookingId)> {
        let person_id = item.email.as_ref().map(|email| booker.mailbox(email.key())).transpose()?;
        let (booker_id, booker_name) = booker.of(item)?;
        let key = booker.free_key(&item.code);
        let participant = add_participant(tx, self.services, event, Some(item.code.clone()), self.now).await?;
        let booking = booking::ActiveModel {
            event_id: Set(event),
            booker_id: Set(booker_id),
            booker_name: Set(booker_name),
            reference: Set(free_reference(tx, self.services).await?),
            request_digest: Set(hash_of(&key)),
            request_key: Set(key),
            purchase_order: Set(None),
            created_at: Set(self.now),
            ..Default::default()
        };
        let booking = booking.insert(tx).await?.id;
        let place = place::ActiveModel {
            booking_id: Set(booking),
            event_id: Set(event),
            ticket_id: Set(ticket.id),
            participant_id: Set(participant),
            person_id: Set(person_id),
            position: Set(1),
            name: Set(item.name.clone()),
            job_role: Set(item.job_role.clone()),
            organisation: Set(item.organisation.clone()),
            state: Set(PlaceState::Confirmed),
            price_pence: Set(ticket.price_pence),
            vat: Set(ticket.vat),
            ..Default::default()
        };
        place.insert(tx).await?;
        self.counts.places.added += 1;
        Ok((participant, booking))
    }

    /// Takes over what the file says of a place and leaves the rest. Another ticket brings its price; the same ticket
    /// leaves the price as it was booked.
    async fn change_place(
        &mut self,
        tx: &DatabaseTransaction,
        seat: &Seat,
        item: &CheckedPlace,
        ticket: &ticket::Model,
        booker: &Booker<'_>,
    ) -> Result<()> {
        let old = &seat.place;
        let mailbox = item.email.as_ref().map(|email| booker.mailbox(email.key())).transpose()?;
        let given = |new: &Option<String>, old: &Option<String>| new.clone().or_else(|| old.clone());
        let mut new = place::Model {
            person_id: mailbox.or(old.person_id),
            name: given(&item.name, &old.name),
            job_role: given(&item.job_role, &old.job_role),
            organisation: given(&item.organisation, &old.organisation),
            ..old.clone()
        };
        if old.ticket_id != ticket.id {
            (new.ticket_id, new.price_pence, new.vat) = (ticket.id, ticket.price_pence, ticket.vat);
        }
        if (&old.person_id, &old.name) != (&new.person_id, &new.name) {
            change_booker(tx, old, &new).await?;
        }
        if new != *old {
            let past = keep_past(tx, old, self.now).await?;
            let entry = audit::Entry {
                chain: format!("event:{}", old.event_id),
                action: "place.imported",
                object: "place",
                object_id: old.id.0,
                detail: Some(&past),
            };
            audit::record(tx, self.actor, self.now, entry).await?;
        }
        keep!(tx, self.counts.places, Some(old), new);
        Ok(())
    }

    pub(super) async fn attendance(
        &mut self,
        tx: &DatabaseTransaction,
        event: EventId,
        places: &HashMap<String, ParticipantId>,
        sessions: &HashMap<String, SessionId>,
    ) -> Result<()> {
        let rows = self.checked.attendance.iter().map(|item| {
            Ok(Imported {
                participant: find(places, &item.place)?,
                session: item.session.as_deref().map(|code| find(sessions, code)).transpose()?,
                action: item.action,
                at: item.at.utc,
                how: item.how,
            })
        });
        let rows = rows.collect::<Result<Vec<_>>>()?;
        self.counts.attendance.added = import_records(tx, event, &rows, self.now).await?;
        Ok(())
    }
}

/// A booking that an import made for its one place goes with that place's mailbox and name: after a wrong address is
/// put right, nobody manages the booking from it.
async fn change_booker(tx: &DatabaseTransaction, old: &place::Model, new: &place::Model) -> Result<()> {
    let Some(person) = new.person_id else {
        return Ok(());
    };
    let Some(made) = booking::Entity::find_by_id(old.booking_id).one(tx).await? else {
        return Ok(());
    };
    let is_its_own = made.request_key.starts_with(KEY) && old.person_id.is_none_or(|person| person == made.booker_id);
    if is_its_own {
        let name = new.name.as_ref().or(new.organisation.as_ref()).cloned();
        let mut row = made.into_active_model();
        row.booker_id = Set(person);
        if let Some(name) = name {
            row.booker_name = Set(name);
        }
        row.update(tx).await?;
    }
    Ok(())
}
