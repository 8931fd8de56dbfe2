//! Somebody's wish to be in a session.

use crate::ids::{EventId, ParticipantId, RowId, SessionId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_up")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    pub session_id: SessionId,
    pub participant_id: ParticipantId,
    /// Their turn on the waiting list goes by it.
    pub since: DateTimeUtc,
    /// Since when they have one of the session's places. None while they wait, and in a session without places.
    pub placed_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
