//! One mailbox and one network: a request, a member, or somebody who was one.

use crate::ids::{MembershipId, NetworkId, PersonId};
use crate::networks::MembershipState;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MembershipId,
    pub network_id: NetworkId,
    pub person_id: PersonId,
    pub name: String,
    pub job_role: Option<String>,
    pub agency: Option<String>,
    pub agency_type: Option<String>,
    pub state: MembershipState,
    /// How the request came, where an organiser or a file says so: "by phone".
    pub source: Option<String>,
    pub source_on: Option<Date>,
    /// The newest consent: its version, and the day it was given.
    pub consent_version: Option<String>,
    pub consent_on: Option<Date>,
    pub added_by: Option<PersonId>,
    pub requested_at: DateTimeUtc,
    pub confirmed_at: Option<DateTimeUtc>,
    pub decided_at: Option<DateTimeUtc>,
    pub left_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Job role and workplace, as one line; empty when neither is known.
    #[must_use]
    pub fn role_line(&self) -> String {
        [&self.job_role, &self.agency]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    }
}
