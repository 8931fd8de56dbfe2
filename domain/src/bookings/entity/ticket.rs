//! A kind of place and its price.

use crate::bookings::Vat;
use crate::ids::{EventId, TicketId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TicketId,
    pub event_id: EventId,
    pub code: String,
    pub name: String,
    pub position: i32,
    /// Without VAT.
    pub price_pence: i64,
    pub vat: Vat,
    pub places: Option<i32>,
    pub hidden: bool,
}

impl ActiveModelBehavior for ActiveModel {}
