//! What ties an event of type meeting to its network.

use crate::ids::{EventId, MeetingId, NetworkId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MeetingId,
    pub network_id: NetworkId,
    pub event_id: EventId,
    /// Within its network, as `spring-2027`.
    pub code: String,
    /// When the list was first invited. From then on new members are invited as they join.
    pub invites_sent_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
