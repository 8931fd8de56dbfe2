//! Checking people in: finding them at the door, recording that they arrived or left, and the door as a steward sees it.

use super::{
    Action, How, Refusal,
    entity::attendance_record as record,
    queries::{self, Attendee, Counts},
    rules::{self, Presence},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{self, SessionKind, entity::session},
    error::{Error, FieldErrors, Result},
    events::{EventStatus, entity::event},
    ids::{AttendanceId, EventId, ParticipantId, PersonId, SessionId},
    organisations::entity::organisation,
    platform::{chain, db::begin_write, zones},
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::NotSet, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

pub use super::working::{PersonHours, Worked, hours, hours_of, working, working_of_code};

/// How many people a search shows.
const MOST_FOUND: usize = 20;
/// How many of their last scans a steward sees.
const LAST: u64 = 10;

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
    Arrived { record: AttendanceId, at: DateTime<Utc> },
    /// They were in before; nothing was recorded.
    AlreadyIn { since: DateTime<Utc>, by_other: bool },
    Left { record: AttendanceId, at: DateTime<Utc> },
    /// They are not in, so they cannot leave; nothing was recorded. They may have left before.
    NotIn { left: Option<DateTime<Utc>> },
    /// Nothing was recorded.
    Refused { why: Refusal },
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

    let Some(found) = found else { return refused(Refusal::NotFound, None) };
    if found.event_id != event.id {
        return refused(Refusal::OtherEvent, None);
    }
    if event.status == EventStatus::Cancelled {
        return refused(Refusal::CancelledEvent, Some(&found));
    }
    if found.is_cancelled() {
        return refused(Refusal::CancelledPlace, Some(&found));
    }
    let Some(day) = rules::day_on(&event, &sessions, now) else { return refused(Refusal::NotToday, Some(&found)) };
    if session.is_some_and(|session| session.starts_wall.date() != day) {
        return refused(Refusal::SessionNotToday, Some(&found));
    }

    let session_id = session.map(|session| session.id);
    let earlier = queries::list_records_of(&tx, found.participant_id).await?;
    let (presence, latest) = rules::presence(rules::standing(&earlier), session_id, zones::wall(now, event.zone()).date(), event.zone());
    match (scan.action, presence) {
        (Action::Withdraw, _) => Err(FieldErrors::one("", "action", "Choose arrive or leave.").into()),
        (Action::Arrive, Presence::In(since)) => {
            let by_other = latest.is_some_and(|latest| latest.recorded_by != actor.person_id());
            Ok(told(Answer::AlreadyIn { since, by_other }, Some(&found)))
        }
        (Action::Leave, Presence::Away) => Ok(told(Answer::NotIn { left: None }, Some(&found))),
        (Action::Leave, Presence::Left(at)) => Ok(told(Answer::NotIn { left: Some(at) }, Some(&found))),
        (action, _) => {
            let new = New {
                event: event.id,
                participant: found.participant_id,
                session: session_id,
                action,
                at: now,
                how: scan.how,
                withdraws: None,
                reason: None,
                recorded_by: actor.person_id(),
                recorded_at: now,
            };
            let record = append(&tx, new).await?.id;
            tx.commit().await?;
            let answer = if action == Action::Arrive { Answer::Arrived { record, at: now } } else { Answer::Left { record, at: now } };
            Ok(told(answer, Some(&found)))
        }
    }
}

pub(super) fn no_such_session() -> Error {
    FieldErrors::one("form[session]", "unknown_session", "That session is not on the agenda any more. Choose another.").into()
}

/// The event at `slug`, locked until the transaction ends, for somebody with `permission`.
pub(super) async fn lock_event(tx: &DatabaseTransaction, actor: &Actor, permission: Permission, slug: &str) -> Result<event::Model> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let event = event::Entity::find().filter(event::Column::Slug.eq(slug)).lock_exclusive().one(tx).await?.ok_or(Error::NotFound)?;
    actor.require(permission, event.organisation_id)?;
    Ok(event)
}

/// A record to be.
pub(super) struct New {
    pub event: EventId,
    pub participant: ParticipantId,
    pub session: Option<SessionId>,
    pub action: Action,
    pub at: DateTime<Utc>,
    pub how: How,
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
    let key = |participant: ParticipantId, session: Option<SessionId>, action: Action, at: DateTime<Utc>| (participant, session, action.word(), at);
    let earlier = queries::list_records(tx, event).await?;
    let mut known: HashSet<_> = earlier.iter().map(|row| key(row.participant_id, row.session_id, row.action, row.at)).collect();
    let mut added = 0;
    for row in rows.iter().filter(|row| row.action != Action::Withdraw) {
        if known.insert(key(row.participant, row.session, row.action, row.at)) {
            let new = New {
                event,
                participant: row.participant,
                session: row.session,
                action: row.action,
                at: row.at,
                how: row.how,
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

/// The door as a steward sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Door {
    pub event: event::Model,
    pub organisation: organisation::Model,
    /// The day that is on now; `None`: nobody can be checked in.
    pub day: Option<NaiveDate>,
    /// What people may be checked in to besides the event: today's sessions, or all when it is not on.
    pub sessions: Vec<session::Model>,
    /// The session chosen; `None` is the door of the event.
    pub to: Option<session::Model>,
    pub counts: Counts,
    pub found: Found,
    /// The last ten scans of whoever is looking, newest first.
    pub last: Vec<Last>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Nothing was asked.
    Nothing,
    People { people: Vec<Seen>, more: usize },
    /// Nobody; `by_code` when a code or reference was asked for.
    Nobody { answered: Box<Answered>, by_code: bool },
}

/// Somebody found, and where they stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub attendee: Attendee,
    pub presence: Presence,
}

/// An earlier scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    pub record: record::Model,
    pub name: String,
    pub session: Option<String>,
    /// It was taken back.
    pub withdrawn: bool,
}

/// The door of the event at `slug`, with whoever `asked` names: by place code (or a scanned address with one), booking
/// reference, or part of a name. `to` is a session's code; one that is not on today is taken for the door.
pub async fn door(services: &Services, actor: &Actor, slug: &str, to: &str, asked: &str) -> Result<Door> {
    let (event, organisation) = crate::events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let (db, now, zone) = (&services.db.read, services.clock.now(), event.zone());
    let planned = agenda::queries::list_sessions(db, event.id).await?;
    let day = rules::day_on(&event, &planned, now);
    let sessions: Vec<_> = planned
        .iter()
        .filter(|session| session.kind != SessionKind::Break && day.is_none_or(|day| session.starts_wall.date() == day))
        .cloned()
        .collect();
    let to = sessions.iter().find(|session| session.code == to).cloned();
    let to_id = to.as_ref().map(|session| session.id);

    let (found, by_code) = find(services, &event, asked).await?;
    let last = match actor.person_id() {
        Some(person) => queries::list_last_by(db, event.id, person, LAST).await?,
        None => Vec::new(),
    };
    let recent: Vec<_> = last.iter().map(|record| record.participant_id).collect();
    let names = queries::list_attendees_of(db, &recent).await?;
    let shown: Vec<_> = found.iter().flatten().take(MOST_FOUND).map(|attendee| attendee.participant_id).chain(recent).collect();
    let records = queries::list_records_of_all(db, &shown).await?;

    let today = zones::wall(now, zone).date();
    let counted = day.unwrap_or(today);
    let counts = queries::count(db, event.id, to_id, start_of(counted, &event), start_of(counted + TimeDelta::days(1), &event)).await?;
    let standing = rules::standing(&records);
    let found = match found {
        Err(why) => {
            let answered = Answered { answer: Answer::Refused { why }, who: None, asked: asked.trim().to_owned(), session: None };
            Found::Nobody { answered: Box::new(answered), by_code }
        }
        Ok(people) if people.is_empty() => Found::Nothing,
        Ok(people) => {
            let more = people.len().saturating_sub(MOST_FOUND);
            let seen = people.into_iter().take(MOST_FOUND).map(|attendee| {
                let own = standing.iter().copied().filter(|record| record.participant_id == attendee.participant_id);
                Seen { presence: rules::presence(own, to_id, today, zone).0, attendee }
            });
            Found::People { people: seen.collect(), more }
        }
    };
    let last = last
        .into_iter()
        .map(|record| Last {
            name: names.iter().find(|attendee| attendee.participant_id == record.participant_id).map_or_else(String::new, |found| found.name().to_owned()),
            session: record.session_id.and_then(|id| planned.iter().find(|session| session.id == id)).map(|session| session.title.clone()),
            withdrawn: records.iter().any(|other| other.withdraws_id == Some(record.id)),
            record,
        })
        .collect();
    Ok(Door { event, organisation, day, sessions, to, counts, found, last })
}

/// Midnight at the start of a day; where the clocks jump over it, the first moment after.
fn start_of(day: NaiveDate, event: &event::Model) -> DateTime<Utc> {
    let midnight = day.and_time(chrono::NaiveTime::MIN);
    match zones::wall_to_utc(midnight, event.zone()) {
        Ok((at, _)) => at,
        Err(none) => none.jump.and_then(|(_, to)| zones::wall_to_utc(to, event.zone()).ok()).map_or_else(|| midnight.and_utc(), |(at, _)| at),
    }
}

/// Whoever `asked` names, by name, or why nobody; and whether it was a code or reference. Nothing asked is nobody, too.
async fn find(services: &Services, event: &event::Model, asked: &str) -> Result<(Result<Vec<Attendee>, Refusal>, bool)> {
    let (db, asked) = (&services.db.read, asked.trim());
    if asked.is_empty() {
        return Ok((Ok(Vec::new()), false));
    }
    let mut elsewhere = false;
    let code = rules::read_code(asked);
    if let Some(found) = match &code {
        Some(code) => queries::find_by_code(db, code).await?,
        None => None,
    } {
        if found.event_id == event.id {
            return Ok((Ok(vec![found]), true));
        }
        elsewhere = true;
    }
    let reference = rules::read_reference(asked);
    if let Some(reference) = &reference {
        let found = queries::list_by_reference(db, reference).await?;
        if found.first().is_some_and(|first| first.event_id == event.id) {
            return Ok((Ok(found), true));
        }
        elsewhere |= !found.is_empty();
    }
    // Eight letters of a name may happen to be a right code, so names are looked at in any case.
    let typed = rules::fold(asked);
    let mut found = queries::list_attendees(db, event.id).await?;
    found.retain(|attendee| attendee.name.as_deref().is_some_and(|name| rules::has_name(&rules::fold(name), &typed)));
    let by_code = code.is_some() || reference.is_some() || asked.contains("code=");
    Ok(match (found.is_empty(), elsewhere) {
        (false, _) => (Ok(found), false),
        (true, true) => (Err(Refusal::OtherEvent), true),
        (true, false) => (Err(Refusal::NotFound), by_code),
    })
}
