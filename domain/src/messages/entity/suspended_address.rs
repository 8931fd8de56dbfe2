//! An address nothing but account mail is sent to, since mail does not reach it.

use crate::ids::RowId;
use crate::messages::inbox::Trouble;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suspended_address")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub address: String,
    /// What ended it: one hard failure, or soft ones too often.
    pub kind: Trouble,
    pub status: String,
    pub since: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
