//! Somebody came to the door or a session on one day. Worked out, never the truth.

use crate::ids::{EventId, ParticipantId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roll_presence")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub participant_id: ParticipantId,
    pub event_id: EventId,
    /// 0 is the door.
    pub session_id: i64,
    /// By the event's own clock, as `2027-03-11`.
    pub day: String,
    /// They have not left since.
    pub inside: bool,
}

impl ActiveModelBehavior for ActiveModel {}
