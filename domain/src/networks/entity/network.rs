//! A network and its circulation list.

use crate::events::{Outcomes, SupportLines};
use crate::ids::{NetworkId, OrganisationId};
use crate::networks::NetworkStatus;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "network")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: NetworkId,
    pub organisation_id: OrganisationId,
    pub slug: String,
    pub status: NetworkStatus,
    pub name: String,
    pub neutral_name: Option<String>,
    pub summary: String,
    /// Markdown.
    pub about: String,
    pub objectives: Outcomes,
    pub open_to: Outcomes,
    pub reports_to: Option<String>,
    /// IANA name.
    pub timezone: String,
    pub sensitive: bool,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub support: SupportLines,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Whether anybody may know of it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.status == NetworkStatus::Published
    }

    /// The name where others may read it: in tabs, subjects, calendars and file names.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        match &self.neutral_name {
            Some(neutral) if self.sensitive => neutral,
            _ if self.sensitive => "Network",
            _ => &self.name,
        }
    }

    #[must_use]
    pub fn zone(&self) -> chrono_tz::Tz {
        crate::platform::zones::find_zone(&self.timezone).unwrap_or(chrono_tz::UTC)
    }
}
