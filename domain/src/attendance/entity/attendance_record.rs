//! Somebody arrived or left, was given minutes or lost some, or an earlier record is withdrawn. Never changed, never deleted.

use crate::attendance::{Action, How};
use crate::ids::{AttendanceId, EventId, ParticipantId, PersonId, SessionId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_record")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: AttendanceId,
    pub event_id: EventId,
    pub participant_id: ParticipantId,
    /// None: the door of the event.
    pub session_id: Option<SessionId>,
    pub chain: String,
    pub seq: i64,
    pub action: Action,
    pub at: DateTimeUtc,
    pub how: How,
    /// What an adjustment gives; below nought, what it takes.
    pub minutes: Option<i32>,
    /// The record this one takes back.
    pub withdraws_id: Option<AttendanceId>,
    pub reason: Option<String>,
    pub recorded_by: Option<PersonId>,
    pub recorded_at: DateTimeUtc,
    pub prev_hash: String,
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
