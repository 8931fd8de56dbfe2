//! Hash chains: each record carries the hash of the one before it, so that a row changed, removed or put in between
//! shows. Chained rows hold ids, times and kinds only; names live where they can be erased.

use crate::{error::Result, platform::entity::chain};
use chrono::{DateTime, SecondsFormat, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QuerySelect, sea_query::OnConflict};
use sha2::{Digest, Sha256};

/// The place of a new record in its chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub seq: i64,
    pub prev_hash: String,
    pub hash: String,
}

/// What the first record of every chain points back to.
pub const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Locks the chain `name` and gives a record with these `fields` its place at the end of it. The lock holds until the
/// transaction ends, so chains never fork.
pub async fn extend<C: ConnectionTrait>(tx: &C, name: &str, fields: &[&str]) -> Result<Link> {
    let locked = || chain::Entity::find_by_id(name).lock_exclusive();
    let head = match locked().one(tx).await? {
        Some(head) => head,
        None => {
            let first = chain::ActiveModel {
                name: Set(name.to_owned()),
                seq: Set(0),
                hash: Set(START.to_owned()),
            };
            // Somebody else may begin it in the same moment.
            chain::Entity::insert(first)
                .on_conflict(OnConflict::column(chain::Column::Name).do_nothing().to_owned())
                .exec_without_returning(tx)
                .await?;
            let begun = locked().one(tx).await?;
            begun.ok_or_else(|| anyhow::anyhow!("the chain {name} has no head"))?
        }
    };

    let seq = head.seq + 1;
    let hash = hash(name, seq, &head.hash, fields);
    let moved = chain::ActiveModel {
        name: Set(name.to_owned()),
        seq: Set(seq),
        hash: Set(hash.clone()),
    };
    chain::Entity::update(moved).exec(tx).await?;
    Ok(Link {
        seq,
        prev_hash: head.hash,
        hash,
    })
}

/// The hash of a record: SHA-256 over its chain, its place, the hash before it and its fields, each after its length.
#[must_use]
pub fn hash(name: &str, seq: i64, prev_hash: &str, fields: &[&str]) -> String {
    let mut digest = Sha256::new();
    let seq = seq.to_string();
    for part in [name, &seq, prev_hash].into_iter().chain(fields.iter().copied()) {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    hex::encode(digest.finalize())
}

/// A time as chained records write it.
#[must_use]
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The first record of the chain `name` that does not follow from the one before it, or is not there any more, as its
/// `seq`; `None` when the chain is whole. `records` are all there are, in order: seq, hash before, own hash, fields.
pub async fn first_break<'a, C: ConnectionTrait>(
    db: &C,
    name: &str,
    records: impl IntoIterator<Item = (i64, &'a str, &'a str, Vec<String>)>,
) -> Result<Option<i64>> {
    let (mut last, mut before) = (0, START.to_owned());
    for (seq, prev_hash, own, fields) in records {
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        if seq != last + 1 || prev_hash != before || own != hash(name, seq, prev_hash, &fields) {
            return Ok(Some(last + 1));
        }
        (last, before) = (seq, own.to_owned());
    }
    // The head knows how long the chain is, so that a missing end shows too.
    let head = chain::Entity::find_by_id(name).one(db).await?.map_or(0, |head| head.seq);
    Ok((last != head).then_some(last + 1))
}
