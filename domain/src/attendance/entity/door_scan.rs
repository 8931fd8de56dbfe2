//! A scan a phone kept while it had no signal, and what it was answered. Holds neither code nor name.

use crate::ids::{EventId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "door_scan")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    /// Made by the phone; once at an event.
    pub sync_id: String,
    /// An [`Answer`](crate::attendance::service::Answer) as JSON: the same scan sent again is answered the same.
    pub answer: String,
    pub received_from: Option<PersonId>,
    pub received_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
