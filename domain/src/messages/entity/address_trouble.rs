//! One time that mail did not reach an address.

use crate::ids::{MessageId, RowId};
use crate::messages::inbox::Trouble;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "address_trouble")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub address: String,
    pub kind: Trouble,
    /// As the mail system gave it (RFC 3463): "5.1.1".
    pub status: String,
    pub at: DateTimeUtc,
    pub message_id: MessageId,
}

impl ActiveModelBehavior for ActiveModel {}
