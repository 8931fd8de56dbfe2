//! Reading bookings and places.

use super::{
    PlaceState,
    entity::{booking, participant, place, ticket},
};
use crate::{
    error::Result,
    events::entity::event,
    ids::{BookingId, EventId, ParticipantId, PersonId},
    people::entity::person,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, TopologyStar, Value,
};

use crate::related::related;
related!(place.TicketId => ticket);
related!(place.ParticipantId => participant);
related!(place.PersonId => person);

/// The booking made under this key, if one was.
pub async fn find_by_key<C: ConnectionTrait>(db: &C, event: EventId, key: &str) -> Result<Option<booking::Model>> {
    Ok(booking::Entity::find()
        .filter(booking::Column::EventId.eq(event))
        .filter(booking::Column::RequestKey.eq(key))
        .one(db)
        .await?)
}

/// A place with everything printed about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seat {
    pub place: place::Model,
    pub ticket: ticket::Model,
    pub participant: participant::Model,
    /// Their own mailbox, if they have one.
    pub address: Option<String>,
}

impl Seat {
    /// The name printed, or what stands for one.
    #[must_use]
    pub fn name(&self) -> &str {
        self.place.name.as_deref().unwrap_or("To be named")
    }
}

fn seats() -> sea_orm::SelectFour<place::Entity, ticket::Entity, participant::Entity, person::Entity, TopologyStar> {
    place::Entity::find()
        .find_also_related(ticket::Entity)
        .find_also(place::Entity, participant::Entity)
        .find_also(place::Entity, person::Entity)
}

fn seat(
    row: (
        place::Model,
        Option<ticket::Model>,
        Option<participant::Model>,
        Option<person::Model>,
    ),
) -> Option<Seat> {
    let (place, ticket, participant, person) = row;
    Some(Seat {
        place,
        ticket: ticket?,
        participant: participant?,
        address: person.map(|person| person.address),
    })
}

/// The places of a booking, in order, cancelled ones too.
pub async fn list_seats<C: ConnectionTrait>(db: &C, booking: BookingId) -> Result<Vec<Seat>> {
    let rows = seats()
        .filter(place::Column::BookingId.eq(booking))
        .order_by_asc(place::Column::Position)
        .order_by_asc(place::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(seat).collect())
}

/// The places of an event, by name; without cancelled ones unless asked for.
pub async fn list_event_seats<C: ConnectionTrait>(db: &C, event: EventId, with_cancelled: bool) -> Result<Vec<Seat>> {
    let mut query = seats().filter(place::Column::EventId.eq(event));
    if !with_cancelled {
        query = query.filter(place::Column::State.ne(PlaceState::Cancelled));
    }
    let rows = query
        .order_by_asc(place::Column::Name)
        .order_by_asc(place::Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(seat).collect())
}

/// The place of a participant.
pub async fn find_seat<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Option<Seat>> {
    Ok(seats()
        .filter(place::Column::ParticipantId.eq(participant))
        .one(db)
        .await?
        .and_then(seat))
}

/// A booking a person made, or in which they have a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    pub event: event::Model,
    pub booking: booking::Model,
    pub seat: Seat,
    /// They made the booking.
    pub booked: bool,
    /// The place is their own.
    pub own: bool,
}

/// Every place of theirs, booked by or for them; events to come first, then newest first.
pub async fn list_of_person<C: ConnectionTrait>(db: &C, id: PersonId) -> Result<Vec<Mine>> {
    let own_bookings: Vec<BookingId> = booking::Entity::find()
        .select_only()
        .column(booking::Column::Id)
        .filter(booking::Column::BookerId.eq(id))
        .into_tuple()
        .all(db)
        .await?;
    let rows = seats()
        .filter(
            sea_orm::Condition::any()
                .add(place::Column::PersonId.eq(id))
                .add(place::Column::BookingId.is_in(own_bookings.iter().copied())),
        )
        .order_by_asc(place::Column::BookingId)
        .order_by_asc(place::Column::Position)
        .all(db)
        .await?;
    let found: Vec<Seat> = rows.into_iter().filter_map(seat).collect();
    let bookings = booking::Entity::find()
        .filter(booking::Column::Id.is_in(found.iter().map(|seat| seat.place.booking_id)))
        .all(db)
        .await?;
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(found.iter().map(|seat| seat.place.event_id)))
        .all(db)
        .await?;
    let mut mine: Vec<Mine> = found
        .into_iter()
        .filter_map(|seat| {
            let booking = bookings.iter().find(|booking| booking.id == seat.place.booking_id)?.clone();
            let event = events.iter().find(|event| event.id == seat.place.event_id)?.clone();
            Some(Mine {
                booked: booking.booker_id == id,
                own: seat.place.person_id == Some(id),
                event,
                booking,
                seat,
            })
        })
        .collect();
    mine.sort_by_key(|mine| std::cmp::Reverse(mine.event.starts_at));
    Ok(mine)
}

/// Who ordered somebody's place.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Booker {
    pub participant_id: ParticipantId,
    pub name: String,
    pub address: String,
}

/// Who ordered the places of these participants.
pub async fn list_bookers<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<Booker>> {
    let marks: Vec<String> = (1..=participants.len()).map(|i| format!("${i}")).collect();
    let sql = format!(
        "SELECT p.participant_id, b.booker_name AS name, r.address FROM place p JOIN booking b ON b.id = p.booking_id \
         JOIN person r ON r.id = b.booker_id WHERE p.participant_id IN ({})",
        marks.join(", ")
    );
    let values: Vec<Value> = participants.iter().map(|id| (*id).into()).collect();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(Booker::find_by_statement(statement).all(db).await?)
}
