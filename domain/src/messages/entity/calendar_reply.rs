//! What somebody's calendar answered about one entry: the newest answer.

use crate::ids::{ParticipantId, RowId};
use crate::networks::Reply;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_reply")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub participant_id: ParticipantId,
    pub uid: String,
    pub reply: Reply,
    /// When it was said, by the calendar's own clock, and not after it came in.
    pub said_at: DateTimeUtc,
    pub received_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
