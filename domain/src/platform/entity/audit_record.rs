//! Who did what to which thing, and when; never values, never names.

use crate::ids::{PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_record")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub chain: String,
    pub seq: i64,
    pub at: DateTimeUtc,
    pub person_id: Option<PersonId>,
    pub actor: String,
    pub action: String,
    pub object: String,
    pub object_id: String,
    pub detail: Option<String>,
    pub prev_hash: String,
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
