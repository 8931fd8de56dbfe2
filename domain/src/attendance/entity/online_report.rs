//! A report of a meeting held online, handed in for an event; its lines are kept until `purge_at`.

use crate::attendance::online::Vendor;
use crate::ids::{EventId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "online_report")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    pub vendor: Vendor,
    /// What the meeting is called in it.
    pub title: String,
    /// Of its lines, so that the same report is kept once.
    pub digest: String,
    pub line_count: i64,
    pub handed_in_by: Option<PersonId>,
    pub handed_in_at: DateTimeUtc,
    pub purge_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// The vendor, and what the meeting is called.
    #[must_use]
    pub fn called(&self) -> String {
        match self.title.as_str() {
            "" => self.vendor.name().to_owned(),
            title => format!("{}: {title}", self.vendor.name()),
        }
    }
}
