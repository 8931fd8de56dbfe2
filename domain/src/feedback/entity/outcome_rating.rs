//! One person's own word on one outcome.

use crate::{
    feedback::Moment,
    ids::{EventId, ParticipantId, RowId},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outcome_rating")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    pub participant_id: ParticipantId,
    pub moment: Moment,
    /// Its place in the event's list; the first is 0.
    pub outcome: i32,
    /// 1 to 5.
    pub rating: i32,
}

impl ActiveModelBehavior for ActiveModel {}
