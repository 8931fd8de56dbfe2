//! That somebody handed feedback in. Not what, and not when.

use crate::ids::{EventId, ParticipantId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_done")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub participant_id: ParticipantId,
    pub event_id: EventId,
}

impl ActiveModelBehavior for ActiveModel {}
