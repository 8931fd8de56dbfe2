//! One person at one event, as printed on badge and certificate.

use crate::bookings::{PlaceState, Vat};
use crate::ids::{BookingId, EventId, ParticipantId, PersonId, PlaceId, TicketId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "place")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PlaceId,
    pub booking_id: BookingId,
    pub event_id: EventId,
    pub ticket_id: TicketId,
    pub participant_id: ParticipantId,
    pub person_id: Option<PersonId>,
    pub position: i32,
    pub name: Option<String>,
    pub job_role: Option<String>,
    pub organisation: Option<String>,
    pub state: PlaceState,
    /// As it was when booked.
    pub price_pence: i64,
    pub vat: Vat,
    pub held_until: Option<DateTimeUtc>,
    pub cancelled_at: Option<DateTimeUtc>,
    /// With which a walk-in without a mailbox makes the place their own, until it is used.
    pub claim_code: Option<String>,
    /// Since when whoever sits in it has had it, where it was somebody else's before.
    pub given_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
