//! What a delegate asks to be corrected, and what the organiser answered.

use crate::attendance::CorrectionState;
use crate::ids::{CorrectionId, EventId, ParticipantId, PersonId, SessionId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "correction")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CorrectionId,
    pub event_id: EventId,
    pub participant_id: ParticipantId,
    /// None: the whole event.
    pub session_id: Option<SessionId>,
    pub words: String,
    pub state: CorrectionState,
    pub asked_by: PersonId,
    pub asked_at: DateTimeUtc,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<DateTimeUtc>,
    pub answer: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
