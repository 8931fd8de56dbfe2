//! Issuing certificates, revoking them and issuing them anew.
//!
//! One press is one job, which may be killed and run again: each certificate is made in a transaction of its own, which
//! looks first whether the person has one, and the database keeps a second from ever being live. A certificate is a
//! snapshot of that moment; nothing changes one afterwards but its state.

mod archive;
mod candidate;
mod change;
mod hold;
mod one;
mod plan;
mod promise;
mod snapshot;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

pub use archive::{Archive, archive};
pub use candidate::{Candidate, Given, Has, Reason, Verdict};
pub use change::{correct_name, reissue, revoke};
pub use hold::{hold, release};
pub use one::first_break;
pub use plan::{Figures, Filter, PER_PAGE, Plan, Show, holder, person, plan};
pub use promise::{promise_words, promised_by};

pub(crate) use candidate::candidates;
pub(crate) use one::{Ground, SIGNED_ANEW, record};

use super::Refusal;
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    events::{self, entity::event},
    ids::{EventId, PersonId},
    platform::{
        audit,
        db::begin_write,
        entity::job,
        jobs::{self, Job, Lease, Outcome, State},
        zones,
    },
};
use anyhow::Context;
use chrono::{DateTime, Utc};
use one::Tell;
use plan::{list_ready, people};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};

/// Whose hours are worked out at a time, while certificates are issued.
const AT_ONCE: usize = 100;

/// Gives everybody who qualifies their certificate, and writes to them.
#[derive(Debug, Serialize, Deserialize)]
pub struct IssueCertificates {
    pub event: EventId,
    /// When it was asked for: each press is a job of its own.
    pub at: DateTime<Utc>,
    /// Who asked for it.
    #[serde(default)]
    pub by: Option<PersonId>,
}

impl Job for IssueCertificates {
    const KIND: &'static str = "issue_certificates";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}{}", key_of(self.event), self.at.timestamp_millis()))
    }

    async fn run(&self, services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
        let (event, _) = events::queries::load(&services.db.read, self.event).await?;
        everybody(services, &event, self.by, Tell::Them, Some(lease)).await?;
        Ok(Outcome::Done)
    }
}

/// How the keys of an event's jobs begin.
fn key_of(event: EventId) -> String {
    format!("{event}:")
}

/// A certificate that was just issued; as JSON it is what `plenary certificates issue --json` prints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issued {
    /// The code of the place: the one it was imported under, otherwise its own.
    pub place: String,
    /// Id of the certificate, as in its address.
    pub certificate: String,
    /// CPD minutes attended.
    pub minutes: u32,
    /// The same rounded down by the event's rule: what the certificate states.
    pub shown_minutes: u32,
}

/// Asks for the certificates of an event that has ended. While that is being done, asking again changes nothing.
pub async fn issue(services: &Services, actor: &Actor, slug: &str) -> Result<()> {
    let (event, _) = events::service::load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if now < event.ends_at {
        return Err(Refusal::NotEnded.into());
    }
    match newest_job(&tx, event.id).await? {
        // What was put off is done now instead.
        Some(job) if is_put_off(&job, now) => {
            jobs::call_off(&tx, now, job.id).await?;
        }
        Some(job) if is_open(&job) => return Ok(()),
        _ => {}
    }
    let (event, by) = (event.id, actor.person_id());
    jobs::enqueue(&tx, now, &IssueCertificates { event, at: now, by }).await?;
    asked(&tx, actor, now, event).await?;
    tx.commit().await?;
    services.wake();
    Ok(())
}

/// When certificates are to be issued by themselves, as typed: wall time of the event, `2027-03-15T09:00`; blank to call it
/// off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReleaseForm {
    pub at: String,
}

/// Has the certificates issued at a time to come, to whoever qualifies then; or not by themselves after all. One time for an
/// event: a new one takes the place of the last.
pub async fn release_at(services: &Services, actor: &Actor, slug: &str, typed: &ReleaseForm) -> Result<()> {
    const FIELD: &str = "form[at]";
    let (event, _) = events::service::load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let at = match typed.at.trim() {
        "" => None,
        text => {
            let wall = zones::read_wall(text)
                .ok_or_else(|| FieldErrors::one(FIELD, "not_a_time", "Enter a day and a time, like 15/03/2027, 09:00"))?;
            let (at, _) =
                zones::wall_to_utc(wall, event.zone()).map_err(|never| FieldErrors::one(FIELD, "no_such_time", never.to_string()))?;
            Some(at)
        }
    };
    if let Some(at) = at {
        if at <= now {
            return Err(FieldErrors::one(FIELD, "past", "Enter a time to come").into());
        }
        if at < event.ends_at {
            let words = format!("The event ends {}. Enter a time after that", zones::moment(event.ends_wall));
            return Err(FieldErrors::one(FIELD, "before_end", words).into());
        }
        if let Some(day) = promised_by(&event).filter(|day| zones::wall(at, event.zone()).date() > *day) {
            let words = format!(
                "You promised certificates by {}. Enter a time up to then, or change the promise on the event’s CPD page",
                zones::date(day)
            );
            return Err(FieldErrors::one(FIELD, "after_promise", words).into());
        }
    }
    let tx = begin_write(&services.db).await?;
    event::Entity::find_by_id(event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let newest = newest_job(&tx, event.id).await?;
    match newest {
        Some(job) if is_put_off(&job, now) => {
            jobs::call_off(&tx, now, job.id).await?;
        }
        Some(job) if is_open(&job) => return Err(Refusal::BeingIssued.into()),
        _ => {}
    }
    if let Some(at) = at {
        let job = IssueCertificates {
            event: event.id,
            at: now,
            by: actor.person_id(),
        };
        jobs::enqueue_for(&tx, now, at, &job).await?;
    }
    let when = at.map_or_else(|| "off".to_owned(), |at| at.to_rfc3339());
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "certificates.put_off",
        object: "event",
        object_id: event.id.0,
        detail: Some(&when),
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a job waits for a time to come that was asked for, and not only to be tried again.
#[must_use]
pub fn is_put_off(job: &job::Model, now: DateTime<Utc>) -> bool {
    job.state == State::Ready && job.attempts == 0 && job.run_at > now && job.run_at > job.created_at
}

/// The same for the command line: done to the end before it returns, and gives what was issued this time. Whoever has
/// a certificate already is not in it.
pub async fn issue_now(services: &Services, actor: &Actor, slug: &str) -> Result<Vec<Issued>> {
    issue_here(services, actor, slug, Tell::Them).await
}

/// The same without a word to anybody, for the demo and for events brought in from elsewhere.
pub async fn issue_quietly(services: &Services, actor: &Actor, slug: &str) -> Result<Vec<Issued>> {
    issue_here(services, actor, slug, Tell::Nobody).await
}

async fn issue_here(services: &Services, actor: &Actor, slug: &str, tell: Tell) -> Result<Vec<Issued>> {
    let (event, _) = events::service::load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    if now < event.ends_at {
        return Err(Refusal::NotEnded.into());
    }
    let tx = begin_write(&services.db).await?;
    asked(&tx, actor, now, event.id).await?;
    tx.commit().await?;
    let issued = everybody(services, &event, actor.person_id(), tell, None).await?;
    services.wake();
    Ok(issued)
}

async fn asked<C: ConnectionTrait>(tx: &C, actor: &Actor, now: DateTime<Utc>, event: EventId) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{event}"),
        action: "certificates.issue",
        object: "event",
        object_id: event.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

/// One certificate after another, for all who qualify as it begins. One that cannot be made holds up nobody else.
async fn everybody(
    services: &Services,
    event: &event::Model,
    by: Option<PersonId>,
    tell: Tell,
    lease: Option<&Lease>,
) -> anyhow::Result<Vec<Issued>> {
    let ready = list_ready(services, event).await?;
    let ground = Ground::load(&services.db.read, event.id).await?;
    let left = ready.len() as u64;
    // Taken up again after a kill, the bar goes on from where it was.
    let total = lease
        .and_then(|lease| lease.job.total_count)
        .and_then(|total| u64::try_from(total).ok())
        .unwrap_or(0)
        .max(left);
    let (mut issued, mut failed) = (Vec::new(), 0_u64);
    if let Some(lease) = lease {
        lease.progress(total - left, total).await?;
    }
    let mut done = total - left;
    for some in ready.chunks(AT_ONCE) {
        // Whoever has stopped qualifying since is not among them any more.
        let candidates = people(services, &ground, some).await?;
        for candidate in candidates.into_iter().filter(|person| person.why_not.is_none()) {
            done += 1;
            let participant = candidate.who.participant_id;
            match one::issue(services, &ground, participant, &candidate.working, by, tell).await {
                Ok(made) => issued.extend(made),
                Err(cause @ Error::Database(_)) => return Err(cause).context("the database did not take a certificate"),
                Err(cause) => {
                    failed += 1;
                    tracing::error!(participant = %participant, cause = %cause, "a certificate could not be made");
                }
            }
            if let Some(lease) = lease
                && (done.is_multiple_of(10) || done == total)
            {
                lease.progress(done - failed, total).await?;
            }
        }
    }
    anyhow::ensure!(failed == 0, "{failed} of {total} certificates could not be made");
    Ok(issued)
}

/// The newest job that issues certificates of `event`, whatever became of it.
pub(crate) async fn newest_job<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Option<job::Model>> {
    let begins = format!("{}:{}", IssueCertificates::KIND, key_of(event));
    Ok(job::Entity::find()
        .filter(job::Column::Kind.eq(IssueCertificates::KIND))
        .filter(job::Column::DedupeKey.starts_with(begins))
        .order_by_desc(job::Column::Id)
        .limit(1)
        .one(db)
        .await?)
}

/// Whether a job is still to be done or being done.
#[must_use]
pub fn is_open(job: &job::Model) -> bool {
    matches!(job.state, State::Ready | State::Leased)
}
