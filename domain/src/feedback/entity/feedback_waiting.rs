//! What somebody answered, until there is enough of it to be mixed.

use crate::ids::EventId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feedback_waiting")]
pub struct Model {
    /// Random.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub event_id: EventId,
    /// JSON: the answers.
    pub content: String,
}

impl ActiveModelBehavior for ActiveModel {}
