//! Where sessions are held.

use crate::ids::{EventId, RoomId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "room")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RoomId,
    pub event_id: EventId,
    pub code: String,
    pub name: String,
    pub places: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
