//! The secret behind the code shown in a room while its session runs.

use crate::ids::{EventId, RowId, SessionId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "room_screen")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    pub session_id: SessionId,
    pub secret: String,
}

impl ActiveModelBehavior for ActiveModel {}
