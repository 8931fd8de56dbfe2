//! What a place said until it was changed. The audit trail names the row by its id; names live here, where they can be
//! erased.

use crate::bookings::Vat;
use crate::ids::{PersonId, PlaceId, RowId, TicketId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "place_past")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub place_id: PlaceId,
    pub until_at: DateTimeUtc,
    pub person_id: Option<PersonId>,
    pub name: Option<String>,
    pub job_role: Option<String>,
    pub organisation: Option<String>,
    pub ticket_id: TicketId,
    pub price_pence: i64,
    pub vat: Vat,
    /// The entries its holder's calendar had then, each by its UID, with spaces between.
    pub calendar_uids: String,
}

impl ActiveModelBehavior for ActiveModel {}
