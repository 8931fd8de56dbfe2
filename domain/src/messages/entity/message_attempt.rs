//! One attempt to send a message, and what came of it.

use crate::ids::{MessageId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message_attempt")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub message_id: MessageId,
    pub at: DateTimeUtc,
    pub outcome: crate::messages::Outcome,
    /// What the mail server said.
    pub reply: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
