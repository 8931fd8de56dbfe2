//! One mail to one person.

use crate::ids::{BatchId, EventId, MessageId, NetworkId, OrganisationId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MessageId,
    pub organisation_id: Option<OrganisationId>,
    pub event_id: Option<EventId>,
    pub network_id: Option<NetworkId>,
    pub dedupe_key: String,
    pub kind: String,
    pub content: String,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub state: crate::messages::State,
    pub attempts: i32,
    pub due_at: DateTimeUtc,
    pub lease_until: Option<DateTimeUtc>,
    pub lease_owner: Option<String>,
    pub message_id: String,
    pub reply: Option<String>,
    pub created_at: DateTimeUtc,
    pub sent_at: Option<DateTimeUtc>,
    /// What it was sent together with.
    pub batch_id: Option<BatchId>,
    /// The message this is a copy of, sent to somebody who had lost it.
    pub copy_of: Option<MessageId>,
    /// Somebody asked for it to be sent again: it is drawn from today's data when it leaves.
    pub anew: bool,
    /// Of the secret in the address that word comes to if it could not be delivered.
    pub bounce_hash: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
