//! Somebody who speaks at an event.

use crate::ids::{EventId, SpeakerId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "speaker")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: SpeakerId,
    pub event_id: EventId,
    pub code: String,
    pub position: i32,
    pub name: String,
    pub role: Option<String>,
    pub organisation: Option<String>,
    /// Markdown.
    pub bio: Option<String>,
    /// The name of a file; see `photos`.
    pub photo: Option<String>,
    /// The public sees them. Somebody added to an agenda that is out is listed when it is published next.
    pub listed: bool,
}

impl ActiveModelBehavior for ActiveModel {}
