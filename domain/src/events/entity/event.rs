//! A conference, a course, or a meeting.

use crate::events::{AttendanceMode, CpdParticipatory, CpdRule, EventKind, EventStatus, EvidenceList, Outcomes, Schemes, SupportLines};
use crate::ids::{EventId, OrganisationId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: EventId,
    pub organisation_id: OrganisationId,
    pub slug: String,
    pub kind: EventKind,
    pub status: EventStatus,
    pub title: String,
    pub neutral_title: Option<String>,
    pub summary: String,
    /// Markdown.
    pub overview: String,
    pub outcomes: Outcomes,
    pub audience: String,
    pub hashtag: Option<String>,
    /// IANA name.
    pub timezone: String,
    pub starts_wall: DateTime,
    pub ends_wall: DateTime,
    pub starts_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    pub attendance_mode: AttendanceMode,
    pub venue_name: Option<String>,
    pub venue_address: Option<String>,
    pub venue_postcode: Option<String>,
    pub online_url: Option<String>,
    pub capacity: Option<i32>,
    pub bookings_open_wall: Option<DateTime>,
    pub bookings_open_at: Option<DateTimeUtc>,
    pub bookings_close_wall: Option<DateTime>,
    pub bookings_close_at: Option<DateTimeUtc>,
    pub sensitive: bool,
    pub support: SupportLines,
    pub evidence: EvidenceList,
    pub cpd_statement: Option<String>,
    pub cpd_rule: CpdRule,
    pub cpd_threshold_percent: Option<i32>,
    pub cpd_grace_minutes: Option<i32>,
    pub cpd_day_cap_minutes: Option<i32>,
    pub cpd_round_down_to: i32,
    pub cpd_min_minutes: i32,
    pub cpd_participatory: CpdParticipatory,
    /// Codes of the [`schemes`](crate::schemes) whose line its certificates carry.
    pub cpd_schemes: Schemes,
    /// Within how many days of its end certificates are promised.
    pub certificate_days: Option<i32>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// When its personal data were erased.
    pub erased_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
