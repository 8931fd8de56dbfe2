//! A file kept with an entry as evidence.

use crate::ids::{EntryId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portfolio_file")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub person_id: PersonId,
    pub entry_id: EntryId,
    /// As it was called, made safe to write into a header and a folder.
    pub name: String,
    /// By what is in it, not by what its name says.
    pub media_type: String,
    pub size: i64,
    /// The folder and the name among the kept files.
    pub kept_as: String,
    pub added_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
