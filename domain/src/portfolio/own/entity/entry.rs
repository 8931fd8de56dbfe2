//! Something somebody did; or, with a participant, what they add to the certificate issued to it.

use crate::{
    agenda::Domain,
    ids::{EntryId, ParticipantId, PersonId},
    portfolio::{Approval, Method},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portfolio_entry")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: EntryId,
    pub person_id: PersonId,
    /// Whose certificate it is about. Its facts are the certificate's; those here are as they were when this was written.
    pub participant_id: Option<ParticipantId>,
    /// Of the form it was made by, so that two presses make one.
    pub request_key: Option<String>,
    pub title: String,
    pub happened_on: Date,
    pub method: Method,
    pub provider: String,
    pub minutes: i32,
    pub participatory_minutes: i32,
    pub domain: Option<Domain>,
    /// The topic, and how it relates to their practice.
    pub what: String,
    /// What schemes ask for more: JSON, `scheme-field` to text.
    pub fields: String,
    pub approval: Approval,
    pub created_at: DateTimeUtc,
    pub changed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
