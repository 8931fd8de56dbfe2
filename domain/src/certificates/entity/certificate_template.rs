//! What an organisation's certificates look like. None: as they always did.

use crate::{
    certificates::template::{Accreditation, Design},
    ids::{OrganisationId, RowId},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_template")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub organisation_id: OrganisationId,
    pub design: Design,
    pub accreditation: Accreditation,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
