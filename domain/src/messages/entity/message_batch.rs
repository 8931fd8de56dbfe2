//! Messages that somebody had sent together, so that their progress can be shown.

use crate::ids::BatchId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_batch")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: BatchId,
    /// "retry".
    pub kind: String,
    pub total: i64,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
