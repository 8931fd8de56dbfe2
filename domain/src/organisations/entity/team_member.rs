//! A person's one role in an organisation.

use crate::ids::{EventId, OrganisationId, PersonId, TeamMemberId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "team_member")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TeamMemberId,
    pub organisation_id: OrganisationId,
    pub person_id: PersonId,
    pub role: crate::organisations::Role,
    /// The one event a steward is limited to.
    pub event_id: Option<EventId>,
    /// When they first signed in; nobody has yet, while empty.
    pub joined_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
