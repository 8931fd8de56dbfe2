//! A mail that waits for a person to decide about it.

use crate::ids::{ItemId, OrganisationId, ParticipantId, PersonId};
use crate::messages::inbox::{Decision, ItemState, Why};
use crate::networks::Reply;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox_item")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ItemId,
    /// Whose it is, where that is known.
    pub organisation_id: Option<OrganisationId>,
    pub why: Why,
    /// Of an answer from a calendar: whose entry it is about, which, and what it says.
    pub participant_id: Option<ParticipantId>,
    pub uid: Option<String>,
    pub reply: Option<Reply>,
    pub said_at: Option<DateTimeUtc>,
    pub from_name: String,
    pub from_address: String,
    pub subject: String,
    /// The beginning of what it says, as plain text.
    pub body: String,
    pub received_at: DateTimeUtc,
    pub state: ItemState,
    pub decision: Option<Decision>,
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
