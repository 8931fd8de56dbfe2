//! One answer to one question, of nobody.

use crate::ids::{EventId, SessionId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_answer")]
pub struct Model {
    /// Random.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub event_id: EventId,
    pub session_id: Option<SessionId>,
    pub question: String,
    pub answer: String,
    /// The day it was mixed in, UTC: "2026-03-12".
    pub day: String,
}

impl ActiveModelBehavior for ActiveModel {}
