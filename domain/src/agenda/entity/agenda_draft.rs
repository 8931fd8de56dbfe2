//! The agenda of an event as it is being changed, while another one is out.

use crate::ids::{EventId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_draft")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    /// The agenda that was out when this one was changed last, as JSON.
    pub base: String,
    /// As JSON.
    pub content: String,
    pub changed_by: Option<PersonId>,
    pub changed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
