//! Somebody asked, in some browser, to sign in as some mailbox.

use crate::ids::{PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_request")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub person_id: Option<PersonId>,
    pub browser: String,
    pub next: String,
    pub code_hash: Option<String>,
    pub code_tries: i32,
    pub asked_at: DateTimeUtc,
    pub used_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
