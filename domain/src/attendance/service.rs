//! Checking people in: recording that they arrived or left, and importing what was recorded elsewhere.

use super::{
    Action, How, Refusal,
    entity::attendance_record as record,
    queries::{self, Attendee},
    roll,
    rules::{self, Presence},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda,
    error::{Error, FieldErrors, Result},
    events::{EventStatus, entity::event},
    ids::{AttendanceId, EventId, ParticipantId, PersonId, SessionId},
    platform::{chain, db::begin_write, zones},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

pub use super::working::{PersonHours, Worked, hours, hours_of, working, working_of_code};

/// Who is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    Participant(ParticipantId),
    /// A place code, or an address with one in it.
    Code(String),
}

/// One arrival or leave, now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scan {
    pub target: Target,
    /// A session's code; `None` is the door of the event.
    pub session: Option<String>,
    /// Arrive or leave.
    pub action: Action,
    pub how: How,
}

/// Whom an answer is about, as printed on the badge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub participant: ParticipantId,
    pub name: String,
    pub job_role: Option<String>,
    pub organisation: Option<String>,
}

impl From<&Attendee> for Who {
    fn from(attendee: &Attendee) -> Self {
        Self {
            participant: attendee.participant_id,
            name: attendee.name().to_owned(),
            job_role: attendee.job_role.clone(),
            organisation: attendee.organisation.clone(),
        }
    }
}

/// What a scan came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Answer {
    Arrived {
        record: AttendanceId,
        at: DateTime<Utc>,
    },
    /// They were in before; nothing was recorded.
    AlreadyIn {
        since: DateTime<Utc>,
        by_other: bool,
    },
    Left {
        record: AttendanceId,
        at: DateTime<Utc>,
    },
    /// They are not in, so they cannot leave; nothing was recorded. They may have left before.
    NotIn {
        left: Option<DateTime<Utc>>,
    },
    /// Nothing was recorded.
    Refused {
        why: Refusal,
    },
}

/// What a scan came to, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub answer: Answer,
    /// Nobody, where the code is unknown or another event's.
    pub who: Option<Who>,
    /// What was typed or scanned.
    pub asked: String,
    /// The title of the session; `None` is the door of the event.
    pub session: Option<String>,
}

/// Records that somebody arrives or leaves now; for stewards and organisers.
///
/// The event's row is locked first, so that of two stewards in one second one is told "Arrived" and the other "Already
/// in". Whatever a steward can be told is an [`Answer`]; an error is a form that was tampered with, or no permission.
pub async fn record(services: &Services, actor: &Actor, slug: &str, scan: Scan) -> Result<Answered> {
    record_by(services, actor, actor.person_id(), slug, scan).await
}

/// The same for whoever checks themself in, who needs no permission but their own code: `by` stands in the record, or
/// nobody where it is not known who they are.
pub(super) async fn record_own(services: &Services, by: Option<PersonId>, slug: &str, scan: Scan) -> Result<Answered> {
    record_by(services, &Actor::System, by, slug, scan).await
}

async fn record_by(services: &Services, actor: &Actor, by: Option<PersonId>, slug: &str, scan: Scan) -> Result<Answered> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = lock_event(&tx, actor, Permission::CheckIn, slug).await?;
    let (found, asked) = match &scan.target {
        Target::Participant(id) => (queries::find_attendee(&tx, *id).await?, String::new()),
        Target::Code(typed) => match rules::read_code(typed) {
            Some(code) => (queries::find_by_code(&tx, &code).await?, code),
            None => (None, typed.trim().to_owned()),
        },
    };
    let sessions = agenda::queries::list_sessions(&tx, event.id).await?;
    let session = match &scan.session {
        None => None,
        Some(code) => Some(sessions.iter().find(|session| &session.code == code).ok_or_else(no_such_session)?),
    };
    let told = |answer, who: Option<&Attendee>| Answered {
        answer,
        who: who.map(Who::from),
        asked: asked.clone(),
        session: session.map(|session| session.title.clone()),
    };
    let refused = |why, who| Ok(told(Answer::Refused { why }, who));

    let Some(found) = found else {
        return refused(Refusal::NotFound, None);
    };
    if found.event_id != event.id {
        return refused(Refusal::OtherEvent, None);
    }
    if event.status == EventStatus::Cancelled {
        return refused(Refusal::CancelledEvent, Some(&found));
    }
    if found.is_cancelled() {
        return refused(Refusal::CancelledPlace, Some(&found));
    }
    let Some(day) = rules::day_on(&event, &sessions, now) else {
        return refused(Refusal::NotToday, Some(&found));
    };
    if session.is_some_and(|session| session.starts_wall.date() != day) {
        return refused(Refusal::SessionNotToday, Some(&found));
    }

    let session_id = session.map(|session| session.id);
    let earlier = queries::list_records_of(&tx, found.participant_id).await?;
    let (presence, latest) = rules::presence(
        rules::standing(&earlier),
        session_id,
        zones::wall(now, event.zone()).date(),
        event.zone(),
    );
    match (scan.action, presence) {
        (Action::Withdraw | Action::Adjust, _) => Err(FieldErrors::one("", "action", "Choose arrive or leave.").into()),
        (Action::Arrive, Presence::In(since)) => {
            let by_other = latest.is_some_and(|latest| latest.recorded_by != by);
            Ok(told(Answer::AlreadyIn { since, by_other }, Some(&found)))
        }
        (Action::Leave, Presence::Away) => Ok(told(Answer::NotIn { left: None }, Some(&found))),
        (Action::Leave, Presence::Left(at)) => Ok(told(Answer::NotIn { left: Some(at) }, Some(&found))),
        (action, _) => {
            // A clock set back since must not put a leave before its arrival.
            let at = latest.map_or(now, |latest| latest.at.max(now));
            let new = New {
                event: event.id,
                participant: found.participant_id,
                session: session_id,
                action,
                at,
                how: scan.how,
                minutes: None,
                withdraws: None,
                reason: None,
                recorded_by: by,
                recorded_at: now,
            };
            let record = append(&tx, new).await?.id;
            // The answer's page is read at once, and should find nothing left to do.
            roll::refresh(&tx, event.id, found.participant_id).await?;
            tx.commit().await?;
            let answer = if action == Action::Arrive {
                Answer::Arrived { record, at }
            } else {
                Answer::Left { record, at }
            };
            Ok(told(answer, Some(&found)))
        }
    }
}

/// Records that whoever was just given a place arrives at the door, within the transaction that holds the event's row.
pub(crate) async fn arrive(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: EventId,
    participant: ParticipantId,
    now: DateTime<Utc>,
) -> Result<record::Model> {
    let new = New {
        event,
        participant,
        session: None,
        action: Action::Arrive,
        at: now,
        how: How::Steward,
        minutes: None,
        withdraws: None,
        reason: None,
        recorded_by: actor.person_id(),
        recorded_at: now,
    };
    append(tx, new).await
}

pub(super) fn no_such_session() -> Error {
    FieldErrors::one(
        "form[session]",
        "unknown_session",
        "That session is not on the agenda any more. Choose another.",
    )
    .into()
}

/// The event at `slug`, locked until the transaction ends, for somebody with `permission`.
pub(super) async fn lock_event(tx: &DatabaseTransaction, actor: &Actor, permission: Permission, slug: &str) -> Result<event::Model> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let event = event::Entity::find()
        .filter(event::Column::Slug.eq(slug))
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    actor.require_at(permission, event.organisation_id, event.id)?;
    Ok(event)
}

/// Somebody at this event, of whom something may be recorded: their place was not cancelled.
pub(super) async fn standing_at(tx: &DatabaseTransaction, event: &event::Model, participant: ParticipantId) -> Result<Attendee> {
    let attendee = queries::find_attendee(tx, participant)
        .await?
        .filter(|attendee| attendee.event_id == event.id)
        .ok_or(Error::NotFound)?;
    if attendee.is_cancelled() {
        return Err(Refusal::CancelledPlace.into());
    }
    Ok(attendee)
}

/// A record to be.
pub(super) struct New {
    pub event: EventId,
    pub participant: ParticipantId,
    pub session: Option<SessionId>,
    pub action: Action,
    pub at: DateTime<Utc>,
    pub how: How,
    /// Of an adjustment alone.
    pub minutes: Option<i32>,
    pub withdraws: Option<AttendanceId>,
    pub reason: Option<String>,
    pub recorded_by: Option<PersonId>,
    pub recorded_at: DateTime<Utc>,
}

/// Adds a record at the end of its event's chain. The chain is the audit trail of attendance: it says who recorded
/// what and when, so nothing is written to another.
pub(super) async fn append(tx: &DatabaseTransaction, new: New) -> Result<record::Model> {
    let mut row = record::Model {
        id: AttendanceId(0),
        event_id: new.event,
        participant_id: new.participant,
        session_id: new.session,
        chain: queries::chain_of(new.event),
        seq: 0,
        action: new.action,
        at: new.at,
        how: new.how,
        minutes: new.minutes,
        withdraws_id: new.withdraws,
        reason: new.reason,
        recorded_by: new.recorded_by,
        recorded_at: new.recorded_at,
        prev_hash: String::new(),
        hash: String::new(),
    };
    let fields = queries::fields(&row);
    let link = chain::extend(tx, &row.chain, &fields.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    (row.seq, row.prev_hash, row.hash) = (link.seq, link.prev_hash, link.hash);
    let mut row = row.into_active_model().reset_all();
    row.id = NotSet;
    Ok(row.insert(tx).await?)
}

/// A row of an import: already checked, and in the past.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub participant: ParticipantId,
    pub session: Option<SessionId>,
    /// Arrive or leave.
    pub action: Action,
    pub at: DateTime<Utc>,
    pub how: How,
}

/// Adds attendance from an import to the chain of `event`, in the order given, and says how many rows were new: what is
/// there already (or was, and was taken back) is left alone, so that importing a file twice changes nothing.
///
/// Within the import's transaction, which holds the event's row; whether it is the day does not matter.
pub async fn import_records(tx: &DatabaseTransaction, event: EventId, rows: &[Imported], recorded_at: DateTime<Utc>) -> Result<usize> {
    let key = |participant: ParticipantId, session: Option<SessionId>, action: Action, at: DateTime<Utc>| {
        (participant, session, action.word(), at)
    };
    let earlier = queries::list_records(tx, event).await?;
    let mut known: HashSet<_> = earlier
        .iter()
        .map(|row| key(row.participant_id, row.session_id, row.action, row.at))
        .collect();
    let mut added = 0;
    for row in rows.iter().filter(|row| row.action.is_scan()) {
        if known.insert(key(row.participant, row.session, row.action, row.at)) {
            let new = New {
                event,
                participant: row.participant,
                session: row.session,
                action: row.action,
                at: row.at,
                how: row.how,
                minutes: None,
                withdraws: None,
                reason: None,
                recorded_by: None,
                recorded_at,
            };
            append(tx, new).await?;
            added += 1;
        }
    }
    Ok(added)
}
