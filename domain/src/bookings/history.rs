//! One booking with everything that became of it: who did what and when, arrivals and leavings, the mails about it, the
//! certificates. For the organisers of its event. A fixed number of queries whatever the number of its places.

mod words;

use super::{
    entity::{booking, calendar_entry, place_past, ticket},
    service::{Held, load_by_reference},
};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::queries::{list_all_sessions, list_records_of_all},
    certificates::entity::{certificate, certificate_record},
    error::{Error, Result},
    events::service::load_for,
    ids::{EventId, ParticipantId, PersonId, PlaceId, SessionId, TicketId},
    messages::{entity::message, inbox::list_replies},
    networks::Reply,
    people::entity::person,
    platform::entity::audit_record,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: DateTime<Utc>,
    /// Who did it, as the organiser knows them.
    pub who: String,
    /// What was done, as one sentence without its full stop.
    pub what: String,
}

/// A booking and its past.
#[derive(Clone, Debug, PartialEq)]
pub struct Whole {
    pub held: Held,
    /// The first thing first.
    pub history: Vec<Entry>,
    /// Every mail about it, to whomever, oldest first.
    pub mails: Vec<message::Model>,
    /// Of its places, oldest first.
    pub certificates: Vec<certificate::Model>,
    /// What calendars answered, by whoever comes.
    pub replies: HashMap<ParticipantId, Reply>,
}

impl Whole {
    /// The certificate of a participant that counts.
    #[must_use]
    pub fn live_certificate(&self, participant: ParticipantId) -> Option<&certificate::Model> {
        use crate::certificates::CertificateState;
        self.certificates
            .iter()
            .find(|row| row.participant_id == participant && row.state == CertificateState::Valid)
    }
}

/// The booking with this reference, of the event at `slug`.
pub async fn load(services: &Services, actor: &Actor, slug: &str, reference: &str) -> Result<Whole> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let held = load_by_reference(services, actor, reference).await?;
    if held.event.id != event.id {
        return Err(Error::NotFound);
    }
    let db = &services.db.read;
    let participants: Vec<ParticipantId> = held.seats.iter().map(|seat| seat.participant.id).collect();
    let places: Vec<PlaceId> = held.seats.iter().map(|seat| seat.place.id).collect();

    let past = place_past::Entity::find()
        .filter(place_past::Column::PlaceId.is_in(places.iter().copied()))
        .order_by_asc(place_past::Column::Id)
        .all(db)
        .await?;
    let certificates = certificate::Entity::find()
        .filter(certificate::Column::ParticipantId.is_in(participants.iter().copied()))
        .order_by_asc(certificate::Column::Id)
        .all(db)
        .await?;
    let certified = certificate_record::Entity::find()
        .filter(certificate_record::Column::CertificateId.is_in(certificates.iter().map(|row| row.id)))
        .order_by_asc(certificate_record::Column::Id)
        .all(db)
        .await?;
    let mails = mails(db, event.id, &held.booking, &places, &participants, &past, &certificates).await?;
    let audits = audits(db, &held.booking, &places, &participants, &mails).await?;

    let records = list_records_of_all(db, &participants).await?;
    let sessions: BTreeMap<SessionId, String> = list_all_sessions(db, event.id)
        .await?
        .into_iter()
        .map(|row| (row.id, row.title))
        .collect();

    let people: BTreeSet<PersonId> = audits
        .iter()
        .filter_map(|row| row.person_id)
        .chain(certified.iter().filter_map(|row| row.person_id))
        .chain(records.iter().filter_map(|row| row.recorded_by))
        .chain(past.iter().filter_map(|row| row.person_id))
        .chain(held.seats.iter().filter_map(|seat| seat.place.person_id))
        .collect();
    let people: BTreeMap<PersonId, person::Model> = person::Entity::find()
        .filter(person::Column::Id.is_in(people))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    let tickets: BTreeMap<TicketId, String> = ticket::Entity::find()
        .filter(ticket::Column::EventId.eq(event.id))
        .all(db)
        .await?
        .into_iter()
        .map(|row| (row.id, row.name))
        .collect();

    let known = words::Known {
        held: &held,
        past: &past,
        people: &people,
        tickets: &tickets,
        mails: &mails,
        certificates: &certificates,
        records: &records,
        sessions: &sessions,
        zone: event.zone(),
    };
    let mut history: Vec<Entry> = audits
        .iter()
        .map(|row| known.audited(row))
        .chain(certified.iter().map(|row| known.certified(row)))
        .chain(records.iter().map(|row| known.attended(row)))
        .collect();
    if !audits
        .iter()
        .any(|row| row.object == "booking" && row.action != "booking.sent_again")
    {
        history.push(known.without_a_beginning());
    }
    history.sort_by_key(|entry| entry.at);
    Ok(Whole {
        held,
        history,
        mails,
        certificates,
        replies: list_replies(db, &participants).await?,
    })
}

async fn audits<C: ConnectionTrait>(
    db: &C,
    booking: &booking::Model,
    places: &[PlaceId],
    participants: &[ParticipantId],
    mails: &[message::Model],
) -> Result<Vec<audit_record::Model>> {
    let about = |object: &str, ids: Vec<i64>| {
        Condition::all()
            .add(audit_record::Column::Object.eq(object))
            .add(audit_record::Column::ObjectId.is_in(ids.into_iter().map(|id| id.to_string())))
    };
    let any = Condition::any()
        .add(about("booking", vec![booking.id.0]))
        .add(about("place", places.iter().map(|id| id.0).collect()))
        .add(about("participant", participants.iter().map(|id| id.0).collect()))
        .add(about("message", mails.iter().map(|row| row.id.0).collect()));
    Ok(audit_record::Entity::find()
        .filter(any)
        .order_by_asc(audit_record::Column::Id)
        .all(db)
        .await?)
}

/// Every message about a booking. Messages know the event they are about; which booking, their keys tell, and for
/// invites the UIDs in the calendars of those who have the places, or had them.
async fn mails<C: ConnectionTrait>(
    db: &C,
    event: EventId,
    booking: &booking::Model,
    places: &[PlaceId],
    participants: &[ParticipantId],
    past: &[place_past::Model],
    certificates: &[certificate::Model],
) -> Result<Vec<message::Model>> {
    let entries = calendar_entry::Entity::find()
        .filter(calendar_entry::Column::ParticipantId.is_in(participants.iter().copied()))
        .all(db)
        .await?;
    let uids: BTreeSet<&str> = entries
        .iter()
        .map(|row| row.uid.as_str())
        .chain(past.iter().flat_map(|row| row.calendar_uids.split_whitespace()))
        .collect();
    let mut any = Condition::any().add(message::Column::DedupeKey.starts_with(format!("booking:{}:", booking.id)));
    for place in places {
        any = any.add(message::Column::DedupeKey.starts_with(format!("place:{place}:")));
    }
    for uid in uids {
        any = any.add(message::Column::DedupeKey.starts_with(format!("invite:{uid}:")));
    }
    any = any.add(message::Column::DedupeKey.is_in(certificates.iter().map(|row| format!("certificate:{}", row.id))));
    Ok(message::Entity::find()
        .filter(message::Column::EventId.eq(event))
        .filter(any)
        .order_by_asc(message::Column::Id)
        .all(db)
        .await?)
}
