//! A thread of sessions for one audience.

use crate::ids::{EventId, TrackId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "track")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TrackId,
    pub event_id: EventId,
    pub code: String,
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
