//! One item of the agenda.

use crate::agenda::{Domain, SessionKind, SessionStatus};
use crate::ids::{EventId, RoomId, SessionId, TrackId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, serde::Serialize, serde::Deserialize)]
#[sea_orm(table_name = "session")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: SessionId,
    pub event_id: EventId,
    pub code: String,
    pub title: String,
    pub kind: SessionKind,
    pub status: SessionStatus,
    pub starts_wall: DateTime,
    pub ends_wall: DateTime,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub room_id: Option<RoomId>,
    pub track_id: Option<TrackId>,
    pub cpd: bool,
    pub participatory: bool,
    pub discussion: bool,
    pub domain: Option<Domain>,
    pub content_note: Option<String>,
    /// How many may sign up to it; none where nobody needs to.
    pub sign_up_places: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
