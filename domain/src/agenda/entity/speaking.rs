//! What a speaker says themself, by a private link.

use crate::agenda::{Shown, SpeakingState};
use crate::ids::{EventId, RowId, SpeakerId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "speaking")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    pub speaker_id: SpeakerId,
    /// Where their link is sent.
    pub address: String,
    pub state: SpeakingState,
    pub shown: Shown,
    /// The name shown in place of theirs.
    pub shown_name: Option<String>,
    /// Interests they declare; blank lines are kept.
    pub declaration: Option<String>,
    pub invited_at: DateTimeUtc,
    pub answered_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
