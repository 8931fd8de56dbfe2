//! A mail that was taken in, so that it is not taken in twice: a digest of its Message-ID, and what came of it.

use crate::ids::RowId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox_mail")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub digest: String,
    pub outcome: crate::messages::inbox::Outcome,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
