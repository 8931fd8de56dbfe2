//! The audit trail: who did what to which thing, and when. Append-only, one hash chain a subject; ids and kinds only.

use super::{chain, entity::audit_record};
use crate::{access::Actor, error::Result};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};

/// One thing that was done. `chain` is what it belongs to, as `event:12` or `organisation:3`; within it the order is kept.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    pub chain: String,
    pub action: &'static str,
    pub object: &'static str,
    pub object_id: i64,
    /// Names of fields, numbers, codes; never what somebody typed about a person.
    pub detail: Option<&'a str>,
}

/// Adds `entry` within the transaction that made it true.
pub async fn record<C: ConnectionTrait>(tx: &C, actor: &Actor, now: DateTime<Utc>, entry: Entry<'_>) -> Result<()> {
    let person_id = actor.person_id();
    let (at, object_id) = (chain::time(now), entry.object_id.to_string());
    let person = person_id.map(|id| id.to_string()).unwrap_or_default();
    let fields = [
        at.as_str(),
        &person,
        actor.kind(),
        entry.action,
        entry.object,
        &object_id,
        entry.detail.unwrap_or_default(),
    ];
    let link = chain::extend(tx, &format!("audit/{}", entry.chain), &fields).await?;
    let row = audit_record::ActiveModel {
        chain: Set(entry.chain),
        seq: Set(link.seq),
        at: Set(now),
        person_id: Set(person_id),
        actor: Set(actor.kind().to_owned()),
        action: Set(entry.action.to_owned()),
        object: Set(entry.object.to_owned()),
        object_id: Set(object_id),
        detail: Set(entry.detail.map(str::to_owned)),
        prev_hash: Set(link.prev_hash),
        hash: Set(link.hash),
        ..Default::default()
    };
    audit_record::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The first record of the chain `name` that does not follow, or is not there any more, as its place; `None` when the chain
/// is whole.
pub async fn first_break<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<i64>> {
    use sea_orm::{ColumnTrait, QueryFilter};
    let records = audit_record::Entity::find()
        .filter(audit_record::Column::Chain.eq(name))
        .order_by_asc(audit_record::Column::Seq)
        .all(db)
        .await?;
    let chain_name = format!("audit/{name}");
    chain::first_break(
        db,
        &chain_name,
        records.iter().map(|row| {
            let person = row.person_id.map(|id| id.to_string()).unwrap_or_default();
            let fields = vec![
                chain::time(row.at),
                person,
                row.actor.clone(),
                row.action.clone(),
                row.object.clone(),
                row.object_id.clone(),
                row.detail.clone().unwrap_or_default(),
            ];
            (row.seq, row.prev_hash.as_str(), row.hash.as_str(), fields)
        }),
    )
    .await
}
