//! What was agreed to, taken back or decided; append-only and chained. Ids, times and kinds only.

use crate::ids::{MembershipId, PersonId, RowId};
use crate::networks::{ConsentAction, Way};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_record")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub membership_id: MembershipId,
    pub chain: String,
    pub seq: i64,
    pub action: ConsentAction,
    pub how: Way,
    /// Of the wording it was about.
    pub version: Option<String>,
    /// The day it happened, in the network's zone; of a request by phone the day of the call.
    pub given_on: Date,
    /// When it was written down.
    pub at: DateTimeUtc,
    /// Nobody, where the person did it themselves.
    pub recorded_by: Option<PersonId>,
    pub prev_hash: String,
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
