//! What the lists of an event find one participant by. Worked out, never the truth.

use crate::{
    bookings::PlaceState,
    certificates::issue::{Has, Verdict},
    ids::{EventId, ParticipantId},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roll")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub participant_id: ParticipantId,
    pub event_id: EventId,
    /// Puts people in order: those with a name first, by their folded name.
    pub sort: String,
    /// Name, organisation, reference and place code, folded.
    pub words: String,
    /// Their address, and the booker's name and address, folded.
    pub contact: String,
    /// They come by a place; otherwise by an invite.
    pub booked: bool,
    pub state: PlaceState,
    /// Something was recorded of them.
    pub recorded: bool,
    /// Once the event has ended.
    pub verdict: Verdict,
    pub certificate: Has,
    /// Where and when they came and are in, as [`crate::attendance::roll::Spot`] writes it.
    pub stands: String,
}

impl ActiveModelBehavior for ActiveModel {}
