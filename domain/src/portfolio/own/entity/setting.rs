//! A scheme somebody follows.

use crate::ids::{PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "portfolio_setting")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub person_id: PersonId,
    pub scheme: String,
    /// The first day of one of their periods.
    pub period_starts: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
