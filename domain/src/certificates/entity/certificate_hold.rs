//! A certificate held back, and released again. The newest row of somebody without an end is the hold that stands.

use crate::ids::{EventId, ParticipantId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_hold")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    pub participant_id: ParticipantId,
    pub reason: String,
    pub held_at: DateTimeUtc,
    pub held_by: Option<PersonId>,
    pub released_at: Option<DateTimeUtc>,
    pub released_by: Option<PersonId>,
}

impl ActiveModelBehavior for ActiveModel {}
