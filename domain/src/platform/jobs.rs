//! Work to be done after the change that asked for it. A job is a row written in the same transaction; it carries ids,
//! may run twice without harm, and ends done, to be tried again, or dead. A worker holds it by a lease of 15 seconds,
//! renewed every 5, so a killed process's work is taken up within 20.

use super::{
    clock::SKEW,
    db::{Db, begin_write},
    entity::job,
};
use crate::{Services, error::Result, ids::JobId, words::words};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement,
    sea_query::{Expr, OnConflict},
};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, time::Duration};

words! {
    State { Ready = "ready", Leased = "leased", Done = "done", Dead = "dead" }
}

/// How long a worker may hold a job without a sign of life.
pub const LEASE: TimeDelta = TimeDelta::seconds(15);
/// How often it gives one.
pub const RENEWAL: Duration = Duration::from_secs(5);
/// How often a failing job is tried before it is called dead.
const TRIES: i32 = 8;

/// How one run of a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// Not yet; come back after this long. Does not count as a failure.
    Again(TimeDelta),
}

/// A command to be carried out later.
pub trait Job: Serialize + DeserializeOwned + Send + Sync {
    const KIND: &'static str;

    /// Two jobs with one key are one job. A job that tells what has changed has none: two changes within one millisecond are
    /// two, and telling twice what was told is no news.
    fn dedupe_key(&self) -> Option<String> {
        None
    }

    fn run(&self, services: &Services, lease: &Lease) -> impl Future<Output = anyhow::Result<Outcome>> + Send;
}

/// Asks for `job` to be done once this transaction has committed. Nothing, if it was asked before under its key.
pub async fn enqueue<C: ConnectionTrait, J: Job>(tx: &C, now: DateTime<Utc>, job: &J) -> Result<()> {
    enqueue_for(tx, now, now, job).await
}

/// The same, but not before `at`.
pub async fn enqueue_for<C: ConnectionTrait, J: Job>(tx: &C, now: DateTime<Utc>, at: DateTime<Utc>, job: &J) -> Result<()> {
    let row = job::ActiveModel {
        kind: Set(J::KIND.to_owned()),
        payload: Set(serde_json::to_string(job).map_err(anyhow::Error::from)?),
        dedupe_key: Set(job.dedupe_key().map(|key| format!("{}:{key}", J::KIND))),
        state: Set(State::Ready),
        run_at: Set(at),
        attempts: Set(0),
        done_count: Set(0),
        created_at: Set(now),
        ..Default::default()
    };
    let once = OnConflict::column(job::Column::DedupeKey).do_nothing().to_owned();
    job::Entity::insert(row).on_conflict(once).exec_without_returning(tx).await?;
    Ok(())
}

/// Calls off a job nobody has begun; gives whether there was one to call off.
pub async fn call_off<C: ConnectionTrait>(tx: &C, now: DateTime<Utc>, id: JobId) -> Result<bool> {
    let ended = job::Entity::update_many()
        .col_expr(job::Column::State, Expr::value(State::Done.word()))
        .col_expr(job::Column::EndedAt, Expr::value(now))
        .filter(job::Column::Id.eq(id))
        .filter(job::Column::State.eq(State::Ready))
        .exec(tx)
        .await?;
    Ok(ended.rows_affected > 0)
}

/// A job held by this worker.
#[derive(Clone, Debug)]
pub struct Lease {
    pub job: job::Model,
    owner: String,
    db: Db,
}

impl Lease {
    /// Says how far it has come; organisers see it as a bar.
    pub async fn progress(&self, done: u64, total: u64) -> Result<()> {
        let (done, total) = (i64::try_from(done).unwrap_or(i64::MAX), i64::try_from(total).unwrap_or(i64::MAX));
        job::Entity::update_many()
            .col_expr(job::Column::DoneCount, Expr::value(done))
            .col_expr(job::Column::TotalCount, Expr::value(total))
            .filter(job::Column::Id.eq(self.job.id))
            .filter(job::Column::LeaseOwner.eq(&self.owner))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }

    async fn renew(&self, until: DateTime<Utc>) -> Result<()> {
        job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::value(until))
            .filter(job::Column::Id.eq(self.job.id))
            .filter(job::Column::LeaseOwner.eq(&self.owner))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }

    async fn end(&self, now: DateTime<Utc>, state: State, run_at: DateTime<Utc>, problem: Option<String>) -> Result<()> {
        let ended = matches!(state, State::Done | State::Dead).then_some(now);
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::value(state.word()))
            .col_expr(job::Column::RunAt, Expr::value(run_at))
            .col_expr(job::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
            .col_expr(job::Column::LeaseOwner, Expr::value(None::<String>))
            .col_expr(job::Column::Problem, Expr::value(problem))
            .col_expr(job::Column::EndedAt, Expr::value(ended))
            .filter(job::Column::Id.eq(self.job.id))
            .filter(job::Column::LeaseOwner.eq(&self.owner))
            .exec(self.db.writer())
            .await?;
        Ok(())
    }
}

/// Due by now, $1, or since it was asked for; or held by somebody silent, or until later than anybody holds a job, $2: a
/// clock that was set back holds nothing up.
const FREE: &str =
    "((state = 'ready' AND (run_at <= $1 OR run_at <= created_at)) OR (state = 'leased' AND (lease_until <= $1 OR lease_until > $2)))";

/// Takes one job that is due, or whose holder went silent. The statement that takes it asks again whether it is free.
pub async fn take(services: &Services, owner: &str) -> Result<Option<Lease>> {
    let (db, now) = (&services.db, services.clock.now());
    let ahead = now + LEASE + SKEW;
    // Ask the readers first: an idle worker must not queue up with those who write.
    let due = Statement::from_sql_and_values(
        db.read.get_database_backend(),
        format!("SELECT id FROM job WHERE {FREE} LIMIT 1"),
        [now.into(), ahead.into()],
    );
    if db.read.query_one_raw(due).await?.is_none() {
        return Ok(None);
    }
    let skip = if db.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" };
    let sql = format!(
        "UPDATE job SET state = 'leased', lease_until = $3, lease_owner = $4, attempts = attempts + 1 \
         WHERE id = (SELECT id FROM job WHERE {FREE} ORDER BY run_at, id LIMIT 1 {skip}) AND {FREE} RETURNING *"
    );
    let statement = Statement::from_sql_and_values(
        db.read.get_database_backend(),
        sql,
        [now.into(), ahead.into(), (now + LEASE).into(), owner.into()],
    );
    // Its end is looked at: a statement that gives a row back succeeds before it is kept.
    let tx = begin_write(db).await?;
    let Some(row) = tx.query_one_raw(statement).await? else {
        return Ok(None);
    };
    tx.commit().await?;
    Ok(Some(Lease {
        job: job::Model::from_query_result(&row, "")?,
        owner: owner.to_owned(),
        db: db.clone(),
    }))
}

/// Runs the job of `lease` to its end, giving signs of life meanwhile.
pub async fn carry_out(services: &Services, lease: &Lease) -> Result<State> {
    let outcome = renewing(RENEWAL, Box::pin(crate::work::run(services, lease)), || {
        lease.renew(services.clock.now() + LEASE)
    })
    .await;
    let now = services.clock.now();
    let (state, run_at, problem) = match outcome {
        Ok(Outcome::Done) => (State::Done, now, None),
        Ok(Outcome::Again(after)) => (State::Ready, now + after, None),
        Err(cause) if lease.job.attempts < TRIES => {
            tracing::warn!(job = %lease.job.id, kind = lease.job.kind, attempts = lease.job.attempts, cause = %format!("{cause:#}"), "a job failed and will be tried again");
            (
                State::Ready,
                now + TimeDelta::seconds(2_i64.pow(lease.job.attempts.clamp(1, 10).unsigned_abs()) * 5),
                Some(format!("{cause:#}")),
            )
        }
        Err(cause) => {
            tracing::error!(job = %lease.job.id, kind = lease.job.kind, cause = %format!("{cause:#}"), "a job failed too often");
            (State::Dead, now, Some(format!("{cause:#}")))
        }
    };
    lease.end(now, state, run_at, problem).await?;
    Ok(state)
}

/// Does `work`, and every so often `renew`s what holds it. The two go on side by side: SQLite has one connection to write
/// with, so work that is in the middle of a transaction when the time comes would otherwise be waited for by itself.
pub async fn renewing<T, R: Future<Output = Result<()>>>(every: Duration, work: impl Future<Output = T>, renew: impl Fn() -> R) -> T {
    let renewals = async {
        loop {
            tokio::time::sleep(every).await;
            if let Err(cause) = renew().await {
                tracing::warn!(cause = %cause, "work in hand could not be held on to");
            }
        }
    };
    tokio::select! {
        done = work => done,
        never = renewals => never,
    }
}

/// What an organiser sees of a job: kind, done, total, state, problem.
pub async fn find(services: &Services, id: JobId) -> Result<Option<job::Model>> {
    Ok(job::Entity::find_by_id(id).one(&services.db.read).await?)
}

/// The newest job asked for under `key`, whatever became of it.
pub async fn find_by_key(services: &Services, kind: &str, key: &str) -> Result<Option<job::Model>> {
    Ok(job::Entity::find()
        .filter(job::Column::DedupeKey.eq(format!("{kind}:{key}")))
        .one(&services.db.read)
        .await?)
}

/// How many jobs are due or running.
pub async fn count_open(db: &Db) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(job::Entity::find()
        .filter(job::Column::State.is_in([State::Ready, State::Leased]))
        .count(&db.read)
        .await?)
}
