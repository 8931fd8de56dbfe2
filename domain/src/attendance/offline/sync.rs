//! Scans a phone kept while it had no signal, recorded when it sends them: each once, at the time it was made.

use super::super::{
    Action, How, Refusal,
    entity::door_scan,
    queries::{self, Attendee},
    rules::{self, Presence},
    service::{Answer, New, append, lock_event},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{self, entity::session},
    error::Result,
    events::{self, EventStatus, entity::event},
    ids::PersonId,
    platform::{db::begin_write, zones},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter,
};
use serde::{Deserialize, Serialize};

/// The most scans taken at once.
pub const MOST_AT_ONCE: usize = 500;
/// For how long after it was made a scan is taken.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(7);
/// How far a phone's clock may be ahead after it was put right: its skew is known only as well as the way to it is even.
const LEEWAY: TimeDelta = TimeDelta::seconds(30);
/// So many are recorded in one transaction, so that nobody at a door with signal waits long.
const TOGETHER: usize = 25;

/// What a phone sends.
#[derive(Clone, Debug, Deserialize)]
pub struct Batch {
    /// Whoever kept the scans; refused when somebody else is signed in by now.
    #[serde(default)]
    pub by: Option<PersonId>,
    /// How far the phone's clock is behind the server's, in milliseconds; below nought, ahead.
    #[serde(default)]
    pub skew: i64,
    pub scans: Vec<Scanned>,
}

/// One scan as a phone kept it.
#[derive(Clone, Debug, Deserialize)]
pub struct Scanned {
    /// Made by the phone, at random: 16 to 64 letters, digits and dashes.
    pub id: String,
    /// A place code, or an address with one in it.
    pub code: String,
    /// A session's code; empty is the door of the event.
    #[serde(default)]
    pub session: String,
    /// `arrive` or `leave`.
    pub action: String,
    /// By the phone's clock, in milliseconds since 1970.
    pub at: i64,
    /// Found by name instead of by the code.
    #[serde(default)]
    pub by_name: bool,
}

/// What became of one scan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    pub id: String,
    /// `recorded`, `already_in`, `not_in` or `refused`: all but the first recorded nothing.
    pub is: &'static str,
    /// It was sent before, and this is what it was answered then.
    pub known: bool,
    /// When it counts from, or since when they are in, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// Whose code it is, where that is somebody at this event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The same in words, for a steward.
    pub words: String,
}

/// Records what a phone kept, in the order it happened, and says of each scan what became of it.
///
/// An id that was answered before is answered the same and records nothing. Of two phones that scanned one code the
/// earlier arrival stands: the later one is told "already in", and one that comes late but is earlier is recorded, and
/// counts from then. A leave without an arrival is recorded, since another phone may still have the arrival; alone it
/// counts nothing. Scans are recorded some at a time: when it breaks off, what was recorded stays, and is known when
/// the batch is sent again.
pub async fn sync(services: &Services, actor: &Actor, slug: &str, batch: Batch) -> Result<Vec<Outcome>> {
    events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    if batch.by.is_some() && batch.by != actor.person_id() {
        return Err(Refusal::AnotherSteward.into());
    }
    let at = |scan: &Scanned| scan.at.checked_add(batch.skew).and_then(DateTime::from_timestamp_millis);
    let mut scans: Vec<_> = batch.scans.iter().map(|scan| (at(scan), scan)).collect();
    scans.sort_by_key(|(at, _)| *at);
    let mut outcomes = Vec::with_capacity(scans.len());
    for some in scans.chunks(TOGETHER) {
        let tx = begin_write(&services.db).await?;
        let event = lock_event(&tx, actor, Permission::CheckIn, slug).await?;
        let door = Door {
            sessions: agenda::queries::list_sessions(&tx, event.id).await?,
            now: services.clock.now(),
            event,
            actor,
        };
        for (at, scan) in some {
            outcomes.push(door.take(&tx, scan, *at).await?);
        }
        tx.commit().await?;
    }
    Ok(outcomes)
}

/// The event the scans are of, held until the transaction ends.
struct Door<'a> {
    event: event::Model,
    actor: &'a Actor,
    now: DateTime<Utc>,
    sessions: Vec<session::Model>,
}

impl Door<'_> {
    async fn take(&self, tx: &DatabaseTransaction, scan: &Scanned, at: Option<DateTime<Utc>>) -> Result<Outcome> {
        let found = match rules::read_code(&scan.code) {
            Some(code) => queries::find_by_code(tx, &code).await?,
            None => None,
        };
        let told = |answer, known| self.tell(scan, answer, known, found.as_ref());
        let refused = |why| Ok(told(Answer::Refused { why }, false));
        let is_id = (16..=64).contains(&scan.id.len()) && scan.id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_id {
            return refused(Refusal::Unreadable);
        }
        let earlier = door_scan::Entity::find()
            .filter(door_scan::Column::EventId.eq(self.event.id))
            .filter(door_scan::Column::SyncId.eq(&scan.id))
            .one(tx)
            .await?;
        if let Some(earlier) = earlier {
            return Ok(told(serde_json::from_str(&earlier.answer)?, true));
        }
        // What is wrong with the sending may be right the next time, so it is not remembered.
        let action = scan.action.parse::<Action>().ok().filter(|action| action.is_scan());
        let (Some(at), Some(action)) = (at, action) else {
            return refused(Refusal::Unreadable);
        };
        if at > self.now + LEEWAY {
            return refused(Refusal::InTheFuture);
        }
        let answer = self.answer(tx, scan, action, at.min(self.now), found.as_ref()).await?;
        let row = door_scan::ActiveModel {
            id: NotSet,
            event_id: Set(self.event.id),
            sync_id: Set(scan.id.clone()),
            answer: Set(serde_json::to_string(&answer)?),
            received_from: Set(self.actor.person_id()),
            received_at: Set(self.now),
        };
        row.insert(tx).await?;
        Ok(told(answer, false))
    }

    /// Records the scan, if it is one to record.
    async fn answer(
        &self,
        tx: &DatabaseTransaction,
        scan: &Scanned,
        action: Action,
        at: DateTime<Utc>,
        found: Option<&Attendee>,
    ) -> Result<Answer> {
        let refused = |why| Ok(Answer::Refused { why });
        let (event, zone) = (&self.event, self.event.zone());
        let Some(found) = found else {
            return refused(Refusal::NotFound);
        };
        if found.event_id != event.id {
            return refused(Refusal::OtherEvent);
        }
        if event.status == EventStatus::Cancelled {
            return refused(Refusal::CancelledEvent);
        }
        if found.is_cancelled() {
            return refused(Refusal::CancelledPlace);
        }
        if self.now - at > KEPT_FOR {
            return refused(Refusal::TooLongAgo);
        }
        let Some(day) = rules::day_on(event, &self.sessions, at) else {
            return refused(Refusal::NotToday);
        };
        let session = self.sessions.iter().find(|session| session.code == scan.session);
        match session {
            None if !scan.session.is_empty() => return refused(Refusal::NoSuchSession),
            Some(session) if session.starts_wall.date() != day => return refused(Refusal::SessionNotToday),
            _ => {}
        }
        let session = session.map(|session| session.id);
        let by = self.actor.person_id();
        let records = queries::list_records_of(tx, found.participant_id).await?;
        let before = rules::standing(&records).into_iter().filter(|record| record.at <= at);
        let (presence, latest) = rules::presence(before, session, zones::wall(at, zone).date(), zone);
        match (action, presence) {
            (Action::Arrive, Presence::In(since)) => {
                let by_other = latest.is_some_and(|latest| latest.recorded_by != by);
                return Ok(Answer::AlreadyIn { since, by_other });
            }
            (Action::Leave, Presence::Left(left)) => return Ok(Answer::NotIn { left: Some(left) }),
            _ => {}
        }
        let new = New {
            event: event.id,
            participant: found.participant_id,
            session,
            action,
            at,
            how: if scan.by_name { How::Steward } else { How::Scan },
            minutes: None,
            withdraws: None,
            reason: None,
            recorded_by: by,
            recorded_at: self.now,
        };
        let record = append(tx, new).await?.id;
        Ok(if action == Action::Arrive {
            Answer::Arrived { record, at }
        } else {
            Answer::Left { record, at }
        })
    }

    fn tell(&self, scan: &Scanned, answer: Answer, known: bool, found: Option<&Attendee>) -> Outcome {
        let clock = |at| zones::time(zones::wall(at, self.event.zone()).time());
        let (is, at, words) = match answer {
            Answer::Arrived { at, .. } => ("recorded", Some(at), format!("Arrived at {}.", clock(at))),
            Answer::Left { at, .. } => ("recorded", Some(at), format!("Left at {}.", clock(at))),
            Answer::AlreadyIn { since, by_other } => {
                let by = if by_other { ", by another steward" } else { "" };
                ("already_in", Some(since), format!("Already in since {}{by}.", clock(since)))
            }
            Answer::NotIn { left: Some(left) } => ("not_in", Some(left), format!("They had left at {} already.", clock(left))),
            Answer::NotIn { left: None } => ("not_in", None, Refusal::NotArrived.to_string()),
            Answer::Refused { why } => ("refused", None, why.to_string()),
        };
        Outcome {
            id: scan.id.clone(),
            is,
            known,
            at: at.map(|at| at.timestamp_millis()),
            name: found
                .filter(|found| found.event_id == self.event.id)
                .map(|found| found.name().to_owned()),
            words,
        }
    }
}
