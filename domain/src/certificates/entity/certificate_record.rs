//! A certificate was issued, revoked or superseded. Never changed, never deleted.

use crate::ids::{CertificateId, PersonId, RowId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_record")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    pub certificate_id: CertificateId,
    pub chain: String,
    pub seq: i64,
    pub action: String,
    pub at: DateTimeUtc,
    pub person_id: Option<PersonId>,
    /// SHA-256 of the JWS.
    pub digest: String,
    pub prev_hash: String,
    pub hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
