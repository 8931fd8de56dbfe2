//! A reflective account of an entry, by the questions of one scheme.

use crate::ids::{EntryId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reflection")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub person_id: PersonId,
    pub entry_id: EntryId,
    pub scheme: String,
    /// Of the scheme's questions.
    pub version: String,
    /// JSON, question to answer.
    pub answers: String,
    pub changed_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
