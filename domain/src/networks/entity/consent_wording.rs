//! One version of what somebody asking to join agrees to. Never changed: a new wording is a new version.

use crate::ids::{NetworkId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consent_wording")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub network_id: NetworkId,
    pub version: String,
    pub wording: String,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
