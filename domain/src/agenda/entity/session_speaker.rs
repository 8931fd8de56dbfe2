//! Who speaks in which session, in order.

use crate::ids::{RowId, SessionId, SpeakerId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session_speaker")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub session_id: SessionId,
    pub speaker_id: SpeakerId,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
