//! Reading attendance: who is expected, and what was recorded. A fixed number of queries whatever the number of rows.

use super::{
    entity::attendance_record::{self as record, Entity as Record},
    rules,
};
use crate::{
    agenda::{SessionStatus, entity::session},
    bookings::PlaceState,
    certificates::hours,
    error::Result,
    events::{entity::event, service},
    ids::{BookingId, EventId, ParticipantId, PersonId, SessionId},
    platform::{chain, search::fold, zones},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value};
use std::collections::HashMap;

/// Somebody who comes, by a place or by an invite, as the door, hours and certificates know them.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Attendee {
    pub participant_id: ParticipantId,
    pub event_id: EventId,
    pub code: String,
    pub import_code: Option<String>,
    pub name: Option<String>,
    pub job_role: Option<String>,
    pub organisation: Option<String>,
    pub state: PlaceState,
    pub person_id: Option<PersonId>,
    /// Their own mailbox, if they have one.
    pub address: Option<String>,
    /// The order their place is in; none for whoever comes by an invite.
    pub booking_id: Option<BookingId>,
    /// Of that order; empty without one.
    pub reference: String,
    /// When the place went to whoever has it now, if somebody had it before.
    pub given_at: Option<DateTime<Utc>>,
}

impl Attendee {
    /// The name printed, or what stands for one.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("To be named")
    }

    /// There is a name to print.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.name.as_deref().is_some_and(|name| !name.trim().is_empty())
    }

    /// They are expected: a place that is confirmed, or an invite that was not taken back.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.state == PlaceState::Confirmed
    }

    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.state == PlaceState::Cancelled
    }

    /// Job role and organisation, as one line; empty when neither is known.
    #[must_use]
    pub fn role_line(&self) -> String {
        [&self.job_role, &self.organisation]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

async fn attendees<C: ConnectionTrait>(db: &C, which: &str, values: Vec<Value>) -> Result<Vec<Attendee>> {
    let sql = format!(
        "SELECT a.participant_id, a.event_id, a.code, a.import_code, a.name, a.job_role, a.organisation, a.state, a.person_id, \
         p.address, a.booking_id, COALESCE(b.reference, '') AS reference, a.given_at \
         FROM attendee a LEFT JOIN booking b ON b.id = a.booking_id LEFT JOIN person p ON p.id = a.person_id \
         WHERE {which} ORDER BY a.participant_id"
    );
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(Attendee::find_by_statement(statement).all(db).await?)
}

/// Everybody who comes to an event, by name as people compare names; cancelled ones too.
pub async fn list_attendees<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<Attendee>> {
    let mut all = attendees(db, "a.event_id = $1", vec![event.into()]).await?;
    all.sort_by_cached_key(|attendee| (attendee.name.is_none(), fold(attendee.name()), attendee.participant_id));
    Ok(all)
}

/// Somebody by their id.
pub async fn find_attendee<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Option<Attendee>> {
    Ok(attendees(db, "a.participant_id = $1", vec![participant.into()]).await?.pop())
}

/// These people, in no order that means anything.
pub async fn list_attendees_of<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<Attendee>> {
    if participants.is_empty() {
        return Ok(Vec::new());
    }
    let marks: Vec<String> = (1..=participants.len()).map(|i| format!("${i}")).collect();
    attendees(
        db,
        &format!("a.participant_id IN ({})", marks.join(", ")),
        participants.iter().map(|id| (*id).into()).collect(),
    )
    .await
}

/// These people, in this order.
pub async fn list_attendees_in_order<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<Attendee>> {
    let place: HashMap<_, _> = participants.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut found = list_attendees_of(db, participants).await?;
    found.sort_by_key(|attendee| place.get(&attendee.participant_id).copied());
    Ok(found)
}

/// Somebody by their place code, at whichever event.
pub async fn find_by_code<C: ConnectionTrait>(db: &C, code: &str) -> Result<Option<Attendee>> {
    Ok(attendees(db, "a.code = $1", vec![code.into()]).await?.pop())
}

/// Everything this person comes to, or came to, in their own name.
pub async fn list_of_person<C: ConnectionTrait>(db: &C, person: PersonId) -> Result<Vec<Attendee>> {
    attendees(db, "a.person_id = $1", vec![person.into()]).await
}

/// Somebody's own part in the public event at `slug`, if it stands.
pub async fn find_own<C: ConnectionTrait>(db: &C, person: PersonId, slug: &str) -> Result<Option<Attendee>> {
    let Some((event, _)) = crate::events::queries::find_by_slug(db, slug).await? else {
        return Ok(None);
    };
    if !event.is_public() {
        return Ok(None);
    }
    let values = vec![person.into(), event.id.into()];
    let own = attendees(db, "a.person_id = $1 AND a.event_id = $2", values).await?;
    Ok(own.into_iter().find(Attendee::stands))
}

/// The people of one booking, at whichever event.
pub async fn list_by_reference<C: ConnectionTrait>(db: &C, reference: &str) -> Result<Vec<Attendee>> {
    attendees(
        db,
        "a.booking_id IN (SELECT id FROM booking WHERE reference = $1)",
        vec![reference.into()],
    )
    .await
}

/// All the sessions of an event in order of time, cancelled ones too.
pub async fn list_all_sessions<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<session::Model>> {
    let query = session::Entity::find().filter(session::Column::EventId.eq(event));
    Ok(query
        .order_by_asc(session::Column::StartsAt)
        .order_by_asc(session::Column::Id)
        .all(db)
        .await?)
}

/// Everything recorded at an event, in the order it was written; also what was taken back, and the taking back.
pub async fn list_records<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<record::Model>> {
    Ok(Record::find()
        .filter(record::Column::EventId.eq(event))
        .order_by_asc(record::Column::Seq)
        .all(db)
        .await?)
}

/// Everything recorded of one person, in the order it was written.
pub async fn list_records_of<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Vec<record::Model>> {
    Ok(Record::find()
        .filter(record::Column::ParticipantId.eq(participant))
        .order_by_asc(record::Column::Seq)
        .all(db)
        .await?)
}

/// Everything recorded of these people, in the order it was written.
pub async fn list_records_of_all<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<record::Model>> {
    if participants.is_empty() {
        return Ok(Vec::new());
    }
    let query = Record::find().filter(record::Column::ParticipantId.is_in(participants.iter().copied()));
    Ok(query.order_by_asc(record::Column::Seq).all(db).await?)
}

/// The last arrivals and leaves this person recorded at an event, newest first.
pub async fn list_last_by<C: ConnectionTrait>(db: &C, event: EventId, by: PersonId, count: u64) -> Result<Vec<record::Model>> {
    let query = Record::find()
        .filter(record::Column::EventId.eq(event))
        .filter(record::Column::RecordedBy.eq(by))
        .filter(record::Column::Action.is_in([super::Action::Arrive, super::Action::Leave]));
    Ok(query.order_by_desc(record::Column::Seq).limit(count).all(db).await?)
}

/// The first record of an event's attendance that does not follow from the one before it, as its place in the chain;
/// `None` when the chain is whole.
pub async fn first_break<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Option<i64>> {
    let name = chain_of(event);
    let records = Record::find()
        .filter(record::Column::Chain.eq(&name))
        .order_by_asc(record::Column::Seq)
        .all(db)
        .await?;
    chain::first_break(
        db,
        &name,
        records
            .iter()
            .map(|row| (row.seq, row.prev_hash.as_str(), row.hash.as_str(), fields(row))),
    )
    .await
}

/// The name of an event's chain.
#[must_use]
pub fn chain_of(event: EventId) -> String {
    format!("attendance/event:{event}")
}

/// What the hash of a record is taken over: ids, times and kinds. Not the reason, which may have to be erased.
pub(super) fn fields(row: &record::Model) -> Vec<String> {
    let id = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let mut fields = vec![
        row.participant_id.to_string(),
        id(row.session_id.map(|id| id.0)),
        row.action.word().to_owned(),
        chain::time(row.at),
        row.how.word().to_owned(),
        id(row.withdraws_id.map(|id| id.0)),
        id(row.recorded_by.map(|id| id.0)),
        chain::time(row.recorded_at),
    ];
    // Only an adjustment has minutes, so that the hashes of all other records are what they were.
    fields.extend(row.minutes.map(|minutes| minutes.to_string()));
    fields
}

/// The programme of an event as hours are counted, with what its scans need.
#[derive(Clone, Debug)]
pub struct Programme {
    pub sessions: Vec<hours::Session>,
    pub rule: hours::Rule,
    codes: HashMap<SessionId, String>,
    zone: chrono_tz::Tz,
}

impl Programme {
    /// From an event and all its sessions, cancelled ones too.
    #[must_use]
    pub fn new(event: &event::Model, all: &[session::Model]) -> Self {
        Self {
            sessions: all
                .iter()
                .filter(|row| row.status == SessionStatus::Planned)
                .map(|row| service::hours_session(event, row))
                .collect(),
            rule: service::hours_rule(event),
            codes: all.iter().map(|row| (row.id, row.code.clone())).collect(),
            zone: event.zone(),
        }
    }

    /// The working of one person, from everything recorded of them.
    #[must_use]
    pub fn work_out(&self, records: &[record::Model]) -> hours::Working {
        let standing = rules::standing(records);
        let scans: Vec<_> = standing.iter().filter_map(|row| self.scan(row)).collect();
        let adjustments: Vec<_> = standing.iter().filter_map(|row| self.adjustment(row)).collect();
        hours::work_out(&self.sessions, &scans, &self.rule).adjusted(&self.sessions, &self.rule, &adjustments)
    }

    fn adjustment(&self, row: &record::Model) -> Option<hours::Adjustment> {
        Some(hours::Adjustment {
            session: self.codes.get(&row.session_id?)?.clone(),
            minutes: row.minutes?,
            reason: row.reason.clone().unwrap_or_default(),
        })
    }

    fn scan(&self, row: &record::Model) -> Option<hours::Scan> {
        let action = match row.action {
            super::Action::Arrive => hours::Action::Arrive,
            super::Action::Leave => hours::Action::Leave,
            super::Action::Withdraw | super::Action::Adjust => return None,
        };
        let session = match row.session_id {
            Some(id) => Some(self.codes.get(&id)?.clone()),
            None => None,
        };
        Some(hours::Scan {
            id: row.id.0,
            session,
            action,
            day: zones::wall(row.at, self.zone).date(),
            at: row.at,
        })
    }
}
