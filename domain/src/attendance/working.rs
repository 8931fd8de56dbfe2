//! CPD hours from attendance: everybody's for the organiser, one's own for the delegate.

use super::{
    entity::{attendance_record, correction},
    queries::{self, Attendee, Programme},
};
use crate::{
    Services,
    access::{Actor, Permission},
    certificates::hours::{self, Offered},
    error::{Error, Result},
    events::{self, entity::event},
    ids::{EventId, ParticipantId, PersonId},
    organisations::entity::organisation,
    people::entity::person,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One person's hours.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonHours {
    pub participant_id: ParticipantId,
    pub participant_code: String,
    /// The code they had in an import.
    pub import_code: Option<String>,
    /// As printed; `None` is still to be named.
    pub name: Option<String>,
    /// The place was cancelled. Such places are listed, with what was recorded of them.
    pub cancelled: bool,
    pub working: hours::Working,
}

impl PersonHours {
    /// What commands call the place: its code in the import, else its own.
    #[must_use]
    pub fn place_code(&self) -> &str {
        self.import_code.as_deref().unwrap_or(&self.participant_code)
    }
}

/// The hours of every participant of an event, by name; for its organisers, and for commands. Four queries.
pub async fn hours(services: &Services, actor: &Actor, slug: &str) -> Result<Vec<PersonHours>> {
    let (event, _) = events::service::load_for(services, actor, Permission::See, slug).await?;
    hours_of(&services.db.read, &event).await
}

/// The same for work that has asked for permission already, as issuing certificates. Three queries.
pub async fn hours_of<C: ConnectionTrait>(db: &C, event: &event::Model) -> Result<Vec<PersonHours>> {
    let programme = Programme::new(event, &queries::list_all_sessions(db, event.id).await?);
    let attendees = queries::list_attendees(db, event.id).await?;
    let mut records = by_participant(queries::list_records(db, event.id).await?);
    let worked = attendees.into_iter().map(|attendee| {
        let own = records.remove(&attendee.participant_id).unwrap_or_default();
        PersonHours {
            participant_id: attendee.participant_id,
            cancelled: attendee.is_cancelled(),
            participant_code: attendee.code,
            import_code: attendee.import_code,
            name: attendee.name,
            working: programme.work_out(&own),
        }
    });
    Ok(worked.collect())
}

/// Records by whom they are about, each in the order they were written.
#[must_use]
pub fn by_participant(records: Vec<attendance_record::Model>) -> HashMap<ParticipantId, Vec<attendance_record::Model>> {
    let mut by_participant: HashMap<_, Vec<_>> = HashMap::new();
    for record in records {
        by_participant.entry(record.participant_id).or_default().push(record);
    }
    by_participant
}

/// One person's hours with everything they were worked out from.
#[derive(Clone, Debug, PartialEq)]
pub struct Worked {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub attendee: Attendee,
    pub working: hours::Working,
    /// What the event offers to whoever attends all of it.
    pub offered: Offered,
    /// In the order they were written; also what was taken back.
    pub records: Vec<attendance_record::Model>,
    /// All of the event, cancelled ones too.
    pub sessions: Vec<crate::agenda::entity::session::Model>,
}

/// The working of one participant: for the organisers of the event, and for the delegate in their own place. Nobody
/// else learns that the place exists.
pub async fn working(services: &Services, actor: &Actor, event: EventId, participant: ParticipantId) -> Result<Worked> {
    actor_known(actor)?;
    let attendee = queries::find_attendee(&services.db.read, participant)
        .await?
        .filter(|attendee| attendee.event_id == event);
    worked(services, actor, attendee.ok_or(Error::NotFound)?).await
}

/// The same, by the place's code.
pub async fn working_of_code(services: &Services, actor: &Actor, code: &str) -> Result<Worked> {
    actor_known(actor)?;
    let code = crate::platform::random::read_place_code(code).ok_or(Error::NotFound)?;
    worked(
        services,
        actor,
        queries::find_by_code(&services.db.read, &code).await?.ok_or(Error::NotFound)?,
    )
    .await
}

fn actor_known(actor: &Actor) -> Result<()> {
    if actor == &Actor::Nobody {
        Err(Error::SignInNeeded)
    } else {
        Ok(())
    }
}

async fn worked(services: &Services, actor: &Actor, attendee: Attendee) -> Result<Worked> {
    let db = &services.db.read;
    let (event, organisation) = events::queries::load(db, attendee.event_id).await?;
    let is_own = attendee.person_id.is_some() && attendee.person_id == actor.person_id();
    if !is_own {
        actor.require(Permission::See, event.organisation_id)?;
    }
    let sessions = queries::list_all_sessions(db, event.id).await?;
    let programme = Programme::new(&event, &sessions);
    let records = queries::list_records_of(db, attendee.participant_id).await?;
    let offered = hours::offered(&programme.sessions, &programme.rule);
    Ok(Worked {
        working: programme.work_out(&records),
        offered,
        event,
        organisation,
        attendee,
        records,
        sessions,
    })
}

/// Who recorded what the working rests on, and who answered what was asked: their name, or their address. For the
/// organisers of the event.
pub async fn recorders(services: &Services, worked: &Worked, asked: &[correction::Model]) -> Result<BTreeMap<PersonId, String>> {
    let recorded = worked.records.iter().filter_map(|record| record.recorded_by);
    let ids: BTreeSet<_> = recorded.chain(asked.iter().filter_map(|row| row.decided_by)).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let people = person::Entity::find()
        .filter(person::Column::Id.is_in(ids))
        .all(&services.db.read)
        .await?;
    Ok(people
        .into_iter()
        .map(|person| (person.id, person.name.unwrap_or(person.address)))
        .collect())
}
