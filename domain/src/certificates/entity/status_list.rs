//! A list of what was revoked, and whose it is: one issuer's certificates only are on it, and that issuer signs it.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The slug of a further organisation, or nothing for the host.
    pub issuer: String,
}

impl ActiveModelBehavior for ActiveModel {}
