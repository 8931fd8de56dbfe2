//! What a participant's own calendar was told about one day.

use crate::ids::{ParticipantId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub participant_id: ParticipantId,
    pub day: Date,
    pub uid: String,
    pub sequence: i32,
    pub digest: String,
    pub cancelled: bool,
    /// What the entry said; nothing of one that was told before this was kept.
    pub starts_wall: Option<DateTime>,
    pub ends_wall: Option<DateTime>,
    pub timezone: Option<String>,
    pub location: Option<String>,
    pub online_url: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
