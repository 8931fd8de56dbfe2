//! The record of consent: who agreed to what, when and how, and who took it back. Append-only, one hash chain a network.

use super::{
    ConsentAction, Way,
    entity::{consent_record as record, membership},
};
use crate::{
    error::Result,
    ids::{MembershipId, NetworkId, PersonId},
    platform::chain,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// One thing that was agreed to, taken back or decided.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub action: ConsentAction,
    pub how: Way,
    /// Of the wording it is about.
    pub version: Option<&'a str>,
    /// The day it happened, which may be before the day it is written down.
    pub on: NaiveDate,
    /// The organiser who wrote it down; nobody, where the person did it themselves.
    pub by: Option<PersonId>,
}

/// Adds `entry` within the transaction that made it true.
pub async fn record<C: ConnectionTrait>(tx: &C, membership: &membership::Model, now: DateTime<Utc>, entry: Entry<'_>) -> Result<()> {
    let name = chain_of(membership.network_id);
    let version = entry.version.map(str::to_owned);
    let fields = fields(membership.id, entry.action, entry.how, version.as_deref(), entry.on, now, entry.by);
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let link = chain::extend(tx, &name, &fields).await?;
    let row = record::ActiveModel {
        membership_id: Set(membership.id),
        chain: Set(name),
        seq: Set(link.seq),
        action: Set(entry.action),
        how: Set(entry.how),
        version: Set(version),
        given_on: Set(entry.on),
        at: Set(now),
        recorded_by: Set(entry.by),
        prev_hash: Set(link.prev_hash),
        hash: Set(link.hash),
        ..Default::default()
    };
    record::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

fn chain_of(network: NetworkId) -> String {
    format!("consent/network:{network}")
}

fn fields(
    membership: MembershipId,
    action: ConsentAction,
    how: Way,
    version: Option<&str>,
    on: NaiveDate,
    at: DateTime<Utc>,
    by: Option<PersonId>,
) -> Vec<String> {
    vec![
        membership.to_string(),
        action.word().to_owned(),
        how.word().to_owned(),
        version.unwrap_or_default().to_owned(),
        on.to_string(),
        chain::time(at),
        by.map(|id| id.to_string()).unwrap_or_default(),
    ]
}

/// Everything recorded about one membership, in the order it was written.
pub async fn list_of<C: ConnectionTrait>(db: &C, membership: MembershipId) -> Result<Vec<record::Model>> {
    Ok(record::Entity::find()
        .filter(record::Column::MembershipId.eq(membership))
        .order_by_asc(record::Column::Seq)
        .all(db)
        .await?)
}

/// The first record of a network's consents that does not follow, or is not there any more; `None` when all is whole.
pub async fn first_break<C: ConnectionTrait>(db: &C, network: NetworkId) -> Result<Option<i64>> {
    let name = chain_of(network);
    let rows = record::Entity::find()
        .filter(record::Column::Chain.eq(&name))
        .order_by_asc(record::Column::Seq)
        .all(db)
        .await?;
    chain::first_break(
        db,
        &name,
        rows.iter().map(|row| {
            let version = row.version.as_deref();
            let fields = fields(
                row.membership_id,
                row.action,
                row.how,
                version,
                row.given_on,
                row.at,
                row.recorded_by,
            );
            (row.seq, row.prev_hash.as_str(), row.hash.as_str(), fields)
        }),
    )
    .await
}
