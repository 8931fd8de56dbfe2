//! Whose place somebody in a report has, as an organiser said: one answer for each address or name.

use crate::ids::{OrganisationId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "online_match")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub organisation_id: OrganisationId,
    /// `email` and an address, or a vendor and a folded name.
    pub key: String,
    /// The mailbox of the place.
    pub person_id: Option<PersonId>,
    /// The name of the place, folded.
    pub name: String,
    pub said_by: Option<PersonId>,
    pub said_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
