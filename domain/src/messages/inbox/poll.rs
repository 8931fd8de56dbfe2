//! Reading the mailbox: once a minute, by one worker at a time, mail by mail. Each is taken in together with how far reading
//! has come, so a process that is killed has read a mail or has not. A server that is away is asked more and more seldom.

use super::{
    Inbox, Outcome, Why, queue,
    read::{Kind, read},
    take,
};
use crate::{
    Services,
    error::Result,
    ids::RowId,
    messages::entity::mailbox,
    platform::{
        clock::SKEW,
        db::begin_write,
        mail::imap::{Fault, Fetched, Mailbox, Reading},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use std::time::Duration;

/// How long one question to the server may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a mailbox is read.
const EVERY: TimeDelta = TimeDelta::seconds(60);
/// How seldom, at the most, where it cannot be.
const SELDOM: TimeDelta = TimeDelta::minutes(30);
/// How long a worker may read without taking a mail in.
const LEASE: TimeDelta = TimeDelta::seconds(120);
/// How many mails are read over one connection.
const AT_ONCE: usize = 100;
/// How old mails may be that were there before the mailbox was first read.
const NO_OLDER: TimeDelta = TimeDelta::days(30);
/// How often a mail is tried that cannot be taken in, before it is passed over.
const TRIES: i32 = 5;

/// What one look into the mailbox came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Polled {
    /// No mailbox is set, it is not time yet, or another worker reads it.
    NotNow,
    /// So many mails were taken in.
    Taken(usize),
    /// Why it could not be read, in words.
    Failed(String),
}

/// Reads what is new in the mailbox, if it is time.
pub async fn poll(services: &Services) -> Result<Polled> {
    let Inbox {
        mailbox: Some(mailbox), ..
    } = &services.inbox
    else {
        return Ok(Polled::NotNow);
    };
    let owner = services.random.public_id();
    let Some(row) = lease(services, mailbox, &owner).await? else {
        return Ok(Polled::NotNow);
    };
    let mut turn = Turn {
        services,
        owner,
        row,
        taken: 0,
    };
    // Boxed: a conversation is a large future to carry about.
    let ended = Box::pin(turn.read(mailbox)).await;
    let polled = match &ended {
        Ok(_) => Polled::Taken(turn.taken),
        Err(Stopped::Server(fault)) => Polled::Failed(fault.words.clone()),
        Err(Stopped::Database(cause)) => Polled::Failed(cause.to_string()),
        Err(Stopped::Overtaken) => Polled::NotNow,
    };
    turn.end(ended).await?;
    Ok(polled)
}

/// Takes the mailbox for this worker, if it is due and nobody else reads it. A clock that was set back holds nothing up.
async fn lease(services: &Services, mailbox: &Mailbox, owner: &str) -> Result<Option<mailbox::Model>> {
    let (now, name) = (services.clock.now(), mailbox.name());
    let tx = begin_write(&services.db).await?;
    let new = mailbox::ActiveModel {
        name: Set(name.clone()),
        last_uid: Set(0),
        next_at: Set(now),
        failures: Set(0),
        stuck_times: Set(0),
        ..Default::default()
    };
    let once = OnConflict::column(mailbox::Column::Name).do_nothing().to_owned();
    mailbox::Entity::insert(new).on_conflict(once).exec_without_returning(&tx).await?;
    let due = Condition::any()
        .add(mailbox::Column::NextAt.lte(now))
        .add(mailbox::Column::NextAt.gt(now + SELDOM + SKEW));
    let free = Condition::any()
        .add(mailbox::Column::LeaseUntil.is_null())
        .add(mailbox::Column::LeaseUntil.lte(now))
        .add(mailbox::Column::LeaseUntil.gt(now + LEASE + SKEW));
    let taken = mailbox::Entity::update_many()
        .col_expr(mailbox::Column::LeaseUntil, Expr::value(now + LEASE))
        .col_expr(mailbox::Column::LeaseOwner, Expr::value(owner))
        .filter(mailbox::Column::Name.eq(&name))
        .filter(due)
        .filter(free)
        .exec(&tx)
        .await?;
    let row = mailbox::Entity::find().filter(mailbox::Column::Name.eq(&name)).one(&tx).await?;
    tx.commit().await?;
    Ok(row.filter(|_| taken.rows_affected == 1))
}

/// Why reading ended early.
enum Stopped {
    Server(Fault),
    Database(crate::Error),
    /// Another worker has taken over, since this one was silent for too long.
    Overtaken,
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Self {
        Self::Server(fault)
    }
}

impl From<crate::Error> for Stopped {
    fn from(cause: crate::Error) -> Self {
        Self::Database(cause)
    }
}

impl From<sea_orm::DbErr> for Stopped {
    fn from(cause: sea_orm::DbErr) -> Self {
        Self::Database(cause.into())
    }
}

/// One worker's turn at the mailbox.
struct Turn<'a> {
    services: &'a Services,
    owner: String,
    row: mailbox::Model,
    taken: usize,
}

impl Turn<'_> {
    /// Reads to the end, or as much as fits in one turn; gives whether something is left.
    async fn read(&mut self, mailbox: &Mailbox) -> std::result::Result<bool, Stopped> {
        let mut reading = mailbox.open(PATIENCE).await?;
        let last = u32::try_from(self.row.last_uid).unwrap_or(0);
        let is_known = self.row.uid_validity == Some(i64::from(reading.uid_validity));
        // A mailbox that is new to us, or was numbered anew: what nobody has looked at. What we had read is marked, and
        // what is known by its Message-ID is not taken in twice.
        let mut uids = if is_known {
            reading.list_after(last).await?
        } else {
            let day = (self.services.clock.now() - NO_OLDER).date_naive();
            reading.list_unread(day).await?
        };
        let is_left = uids.len() > AT_ONCE;
        uids.truncate(AT_ONCE);
        for uid in &uids {
            self.one(&mut reading, *uid, is_known).await?;
        }
        if !is_known && !is_left {
            let highest = uids
                .last()
                .copied()
                .unwrap_or(0)
                .max(reading.uid_next.unwrap_or(1).saturating_sub(1));
            self.begin_at(reading.uid_validity, highest).await?;
        }
        reading.close().await;
        Ok(is_left)
    }

    async fn one(&mut self, reading: &mut Reading, uid: u32, is_known: bool) -> std::result::Result<(), Stopped> {
        let Some(fetched) = reading.fetch(uid).await? else {
            return Ok(());
        };
        match self.take(&fetched, uid, is_known).await {
            Ok(true) => self.taken += 1,
            Ok(false) => {}
            Err(Stopped::Database(cause)) => {
                tracing::error!(uid, cause = %cause, "a mail could not be taken in");
                self.stuck(uid).await?;
                return Err(Stopped::Database(cause));
            }
            Err(other) => return Err(other),
        }
        reading.mark_read(uid).await?;
        Ok(())
    }

    /// Takes a mail in and moves on behind it, in one transaction. False if it was taken in before.
    async fn take(&self, fetched: &Fetched, uid: u32, is_known: bool) -> std::result::Result<bool, Stopped> {
        let services = self.services;
        let mail = read(&fetched.bytes, fetched.is_whole);
        let tx = begin_write(&services.db).await?;
        let is_hopeless = self.row.stuck_uid == Some(i64::from(uid)) && self.row.stuck_times >= TRIES;
        let outcome = if is_hopeless {
            self.pass_over(&tx, mail, uid).await?
        } else {
            take(&tx, services, &mail, &fetched.bytes).await?
        };
        let mut moved = mailbox::Entity::update_many()
            .col_expr(mailbox::Column::LeaseUntil, Expr::value(services.clock.now() + LEASE))
            .filter(mailbox::Column::Id.eq(self.row.id))
            .filter(mailbox::Column::LeaseOwner.eq(&self.owner));
        if is_known {
            moved = moved.col_expr(mailbox::Column::LastUid, Expr::value(i64::from(uid)));
        }
        if moved.exec(&tx).await?.rows_affected != 1 {
            return Err(Stopped::Overtaken);
        }
        tx.commit().await?;
        services.wake();
        Ok(outcome.is_some())
    }

    /// A mail that could not be taken in again and again is left to a person, without what it asks for.
    async fn pass_over(&self, tx: &DatabaseTransaction, mut mail: super::read::Mail, uid: u32) -> Result<Option<Outcome>> {
        let now = self.services.clock.now();
        mail.kind = Kind::Other(Why::Broken);
        mail.text.clear();
        queue::put(tx, &mail, Why::Broken, None, now).await?;
        let digest = format!("{}:{uid}:{}", self.row.id, now.timestamp_millis());
        take::note(tx, &digest, Outcome::Unreadable, now).await?;
        Ok(Some(Outcome::Unreadable))
    }

    /// Writes down that this mail could not be taken in.
    async fn stuck(&self, uid: u32) -> Result<()> {
        let uid = i64::from(uid);
        let times = if self.row.stuck_uid == Some(uid) {
            self.row.stuck_times + 1
        } else {
            1
        };
        self.change(|row| {
            row.col_expr(mailbox::Column::StuckUid, Expr::value(uid))
                .col_expr(mailbox::Column::StuckTimes, Expr::value(times))
        })
        .await
    }

    async fn begin_at(&self, uid_validity: u32, last: u32) -> Result<()> {
        self.change(|row| {
            row.col_expr(mailbox::Column::UidValidity, Expr::value(i64::from(uid_validity)))
                .col_expr(mailbox::Column::LastUid, Expr::value(i64::from(last)))
        })
        .await
    }

    /// Gives the mailbox back and says when it is read next.
    async fn end(&self, ended: std::result::Result<bool, Stopped>) -> Result<()> {
        let now = self.services.clock.now();
        let (failures, next_at, problem, read_at) = match ended {
            Ok(is_left) => (0, if is_left { now } else { now + EVERY }, None, Some(now)),
            Err(Stopped::Overtaken) => return Ok(()),
            Err(stopped) => {
                let failures = self.row.failures.saturating_add(1);
                let words = match stopped {
                    Stopped::Server(fault) => {
                        tracing::warn!(step = ?fault.step, code = fault.code, "the mailbox could not be read");
                        fault.words
                    }
                    _ => "A mail could not be taken in. Whoever runs this installation finds the reason in its log.".to_owned(),
                };
                (failures, now + wait_after(failures), Some(words), self.row.read_at)
            }
        };
        self.change(|row| {
            row.col_expr(mailbox::Column::LeaseUntil, Expr::value(None::<DateTime<Utc>>))
                .col_expr(mailbox::Column::LeaseOwner, Expr::value(None::<String>))
                .col_expr(mailbox::Column::Failures, Expr::value(failures))
                .col_expr(mailbox::Column::NextAt, Expr::value(next_at))
                .col_expr(mailbox::Column::Problem, Expr::value(problem))
                .col_expr(mailbox::Column::ReadAt, Expr::value(read_at))
        })
        .await
    }

    async fn change(
        &self,
        change: impl FnOnce(sea_orm::UpdateMany<mailbox::Entity>) -> sea_orm::UpdateMany<mailbox::Entity>,
    ) -> Result<()> {
        let id: RowId = self.row.id;
        let tx = begin_write(&self.services.db).await?;
        change(mailbox::Entity::update_many())
            .filter(mailbox::Column::Id.eq(id))
            .filter(mailbox::Column::LeaseOwner.eq(&self.owner))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

/// How long to wait after so many failures in a row: a minute, then twice as long each time, half an hour at most.
fn wait_after(failures: i32) -> TimeDelta {
    let times = 1_i32 << failures.clamp(1, 10).saturating_sub(1);
    (EVERY * times).min(SELDOM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_asked_ever_more_seldom() {
        let minutes = [1, 2, 3, 5, 6, i32::MAX].map(|failures| wait_after(failures).num_minutes());
        assert_eq!(minutes, [1, 2, 4, 16, 30, 30]);
    }
}
