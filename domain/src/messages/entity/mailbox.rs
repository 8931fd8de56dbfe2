//! How far a mailbox was read, and who reads it just now.

use crate::ids::RowId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mailbox")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RowId,
    /// `user@host:port/folder`.
    pub name: String,
    /// The numbering of its mails that `last_uid` is of; none until it was read to its end once.
    pub uid_validity: Option<i64>,
    pub last_uid: i64,
    /// When it is read next.
    pub next_at: DateTimeUtc,
    pub lease_until: Option<DateTimeUtc>,
    pub lease_owner: Option<String>,
    /// How often in a row it could not be read.
    pub failures: i32,
    /// Why it could not be read the last time, in words.
    pub problem: Option<String>,
    /// When it was last read.
    pub read_at: Option<DateTimeUtc>,
    /// The mail that could not be taken in, and how often that was tried.
    pub stuck_uid: Option<i64>,
    pub stuck_times: i32,
}

impl ActiveModelBehavior for ActiveModel {}
