//! How often is too often. Counted in the database, so that two nodes agree.

use super::{
    clock::SKEW,
    db::{Db, begin_write},
    entity::rate_limit,
};
use crate::{
    Services,
    error::{Error, Result},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

/// So many tries in a window of so many seconds. The window begins with the first try; one that has not begun yet, since
/// the clock was set back, is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    pub tries: i64,
    pub seconds: i64,
}

/// The limits of ARCHITECTURE, each of which the configuration may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub sign_in_mailbox: Limit,
    pub sign_in_address: Limit,
    pub booking_mailbox: Limit,
    pub booking_address: Limit,
    pub certificate_address: Limit,
    pub join_mailbox: Limit,
    pub join_address: Limit,
    /// Tries of one kiosk: a queue is quick, a program is quicker.
    pub kiosk: Limit,
    pub room_code: Limit,
    pub claim: Limit,
    pub upload_person: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        let every = |tries, seconds| Limit { tries, seconds };
        Self {
            sign_in_mailbox: every(5, 15 * 60),
            sign_in_address: every(30, 15 * 60),
            booking_mailbox: every(10, 60 * 60),
            booking_address: every(600, 60),
            certificate_address: every(120, 60),
            join_mailbox: every(5, 60 * 60),
            join_address: every(60, 60 * 60),
            kiosk: every(60, 60),
            room_code: every(10, 5 * 60),
            claim: every(10, 60 * 60),
            upload_person: every(60, 60 * 60),
        }
    }
}

/// Counts one try of `what` by `whom`, or refuses with the seconds until the window ends.
pub async fn count(db: &Db, now: DateTime<Utc>, limit: Limit, what: &str, whom: &str) -> Result<()> {
    // In a transaction of its own, whose end is looked at: a statement that gives a row back succeeds before it is kept.
    let tx = begin_write(db).await?;
    let counted = count_on(&tx, now, limit, what, whom).await;
    if matches!(counted, Ok(()) | Err(Error::TooMany(_))) {
        tx.commit().await?;
    }
    counted
}

/// Counts one file handed in by `whom`, of whatever kind it is.
pub async fn count_upload(services: &Services, whom: &str) -> Result<()> {
    count(
        &services.db,
        services.clock.now(),
        services.limits.upload_person,
        "upload-person",
        whom,
    )
    .await
}

/// The same within a transaction.
pub async fn count_on<C: ConnectionTrait>(tx: &C, now: DateTime<Utc>, limit: Limit, what: &str, whom: &str) -> Result<()> {
    let bucket = format!("{what}:{}", super::random::hash_of(whom));
    let (expired, ahead) = (now - TimeDelta::seconds(limit.seconds), now + SKEW);
    // One statement, so that two tries at once count as two.
    let sql = "INSERT INTO rate_limit (bucket, window_start, count) VALUES ($1, $2, 1) ON CONFLICT (bucket) DO UPDATE SET \
               count = CASE WHEN rate_limit.window_start > $3 AND rate_limit.window_start <= $4 THEN rate_limit.count + 1 ELSE 1 END, \
               window_start = CASE WHEN rate_limit.window_start > $3 AND rate_limit.window_start <= $4 THEN rate_limit.window_start ELSE $2 END \
               RETURNING window_start, count";
    let values = [bucket.into(), now.into(), expired.into(), ahead.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    let row = tx
        .query_one_raw(statement)
        .await?
        .ok_or_else(|| anyhow::anyhow!("the limit was not counted"))?;
    let (start, tried): (DateTime<Utc>, i64) = (row.try_get("", "window_start")?, row.try_get("", "count")?);
    if tried > limit.tries {
        let wait = (start + TimeDelta::seconds(limit.seconds) - now).num_seconds().max(1);
        return Err(Error::TooMany(u64::try_from(wait).unwrap_or(1)));
    }
    Ok(())
}

/// Forgets windows that ended a day ago or more.
pub async fn sweep<C: ConnectionTrait>(db: &C, now: DateTime<Utc>) -> Result<()> {
    rate_limit::Entity::delete_many()
        .filter(rate_limit::Column::WindowStart.lt(now - TimeDelta::days(1)))
        .exec(db)
        .await?;
    Ok(())
}
