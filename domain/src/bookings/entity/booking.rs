//! One order.

use crate::ids::{BookingId, EventId, PersonId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "booking")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: BookingId,
    pub event_id: EventId,
    pub booker_id: PersonId,
    pub booker_name: String,
    pub reference: String,
    pub request_key: String,
    pub request_digest: String,
    pub purchase_order: Option<String>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
