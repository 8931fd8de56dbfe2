//! A line of a report as it was handed in.

use crate::attendance::online::Tells;
use crate::ids::{ParticipantId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "online_row")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub report_id: RowId,
    pub line: i64,
    pub tells: Tells,
    pub name: String,
    pub email: String,
    /// The address they registered with.
    pub registered: String,
    pub joined: String,
    /// When they left: `left` is a word of SQL.
    pub gone: String,
    pub duration: String,
    /// Whose it was taken for.
    pub participant_id: Option<ParticipantId>,
}

impl ActiveModelBehavior for ActiveModel {}
