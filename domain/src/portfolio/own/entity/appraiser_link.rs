//! A link somebody gave out, and what it shows.

use crate::ids::{PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "appraiser_link")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub person_id: PersonId,
    /// For whom it is, in their own words.
    pub label: String,
    pub first_day: Date,
    pub last_day: Date,
    pub with_reflections: bool,
    pub with_files: bool,
    pub made_at: DateTimeUtc,
    pub expires_at: DateTimeUtc,
    pub withdrawn_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
