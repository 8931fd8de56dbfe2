//! An agenda as it was before a change, so that the change can be undone.

use crate::ids::{EventId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agenda_step")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    /// The agenda before, as JSON.
    pub content: String,
    /// What tells the agenda the change made; another one cannot be undone from here.
    pub after: String,
    /// What was done, in words: "Moved “The talk”".
    pub words: String,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
