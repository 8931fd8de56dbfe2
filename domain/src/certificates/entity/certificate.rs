//! What was certified, as it was on the day of issue.

use crate::certificates::CertificateState;
use crate::ids::{CertificateId, EventId, ParticipantId, PersonId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CertificateId,
    pub event_id: EventId,
    pub participant_id: ParticipantId,
    /// 128 random bits: the address anyone may check.
    pub public_id: String,
    pub snapshot: String,
    pub jwt: String,
    pub minutes: i32,
    pub state: CertificateState,
    pub status_list: i32,
    pub status_index: i32,
    pub issued_at: DateTimeUtc,
    pub revoked_at: Option<DateTimeUtc>,
    pub revoked_reason: Option<String>,
    pub replaces_id: Option<CertificateId>,
    /// Whose it is, once the event's places do not say so any more.
    pub holder_id: Option<PersonId>,
    /// Since when its holder does not have it shown on this site.
    pub hidden_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
