//! Whoever comes, by a place or an invite.

use crate::ids::{EventId, ParticipantId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "participant")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ParticipantId,
    pub event_id: EventId,
    /// Eight characters, the last a check digit; useless to anyone but a steward.
    pub code: String,
    /// The code this person had in an import, for `--update`.
    pub import_code: Option<String>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
