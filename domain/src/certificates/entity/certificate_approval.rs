//! Who approved one event, where that is not what the organisation says of all its events.

use crate::{
    certificates::template::Accreditation,
    ids::{EventId, RowId},
};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_approval")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub event_id: EventId,
    pub accreditation: Accreditation,
}

impl ActiveModelBehavior for ActiveModel {}
