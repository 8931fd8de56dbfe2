//! Reading what is somebody's own. Few queries whatever the number of bookings.

use crate::{
    Services,
    access::Actor,
    attendance::{self, queries::Attendee},
    bookings::{
        PlaceState,
        entity::booking,
        queries::{Mine, Seat, list_of_person},
        service::Held,
    },
    certificates::{
        credential::Snapshot,
        queries::{list_held, list_live},
    },
    error::Result,
    events::{EventKind, EventStatus, entity::event},
    feedback,
    ids::{BookingId, EventId, ParticipantId, PersonId},
    networks,
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::HashMap;

/// One place of a booking, as the person looking sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct MyPlace {
    pub seat: Seat,
    /// It is their own, not only booked by them.
    pub own: bool,
    /// It stands, and may still be cancelled.
    pub can_cancel: bool,
    /// Their certificate, if it is theirs to download.
    pub certificate: Option<Snapshot>,
    /// Feedback is asked of them, and they have not given it.
    pub owes_feedback: bool,
}

/// A booking with the places of it that concern them.
#[derive(Clone, Debug, PartialEq)]
pub struct Booked {
    pub event: event::Model,
    pub booking: booking::Model,
    /// They made it.
    pub made: bool,
    pub places: Vec<MyPlace>,
}

/// Everything somebody booked, or that was booked for them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bookings {
    /// Not over yet, the next first.
    pub coming: Vec<Booked>,
    /// Over, the newest first.
    pub past: Vec<Booked>,
    /// CPD minutes of their own certificates, of meetings too.
    pub cpd_minutes: u32,
    /// The lists they are on, with their invites to what is to come.
    pub networks: Vec<networks::replies::Mine>,
}

/// A certificate of somebody's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Certified {
    /// Whom it was issued to.
    pub participant: ParticipantId,
    pub event: event::Model,
    /// Their code there, by which the working is found; empty where that is not kept any more.
    pub code: String,
    pub snapshot: Snapshot,
}

/// A place or an invite to what is over, with no certificate or none yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub event: event::Model,
    pub code: String,
}

/// Whether the certificate of a place is theirs: the place is, or they booked it and it has no mailbox of its own.
fn is_theirs(mine: &Mine) -> bool {
    mine.own || (mine.booked && mine.seat.place.person_id.is_none())
}

async fn live_certificates(services: &Services, mine: &[Mine]) -> Result<HashMap<ParticipantId, Snapshot>> {
    let own = mine.iter().filter(|mine| is_theirs(mine));
    theirs(services, own.map(|mine| (mine.seat.participant.id, mine.seat.place.given_at))).await
}

/// The live certificates of these participants, each with when the place was given to whoever has it now. One from before
/// that is somebody else's.
async fn theirs(
    services: &Services,
    own: impl Iterator<Item = (ParticipantId, Option<DateTime<Utc>>)>,
) -> Result<HashMap<ParticipantId, Snapshot>> {
    let given: HashMap<ParticipantId, Option<DateTime<Utc>>> = own.collect();
    let participants: Vec<ParticipantId> = given.keys().copied().collect();
    let live = list_live(&services.db.read, &participants).await?.into_iter();
    Ok(live
        .filter(|(id, snapshot)| given[id].is_none_or(|given| snapshot.issued_at >= given))
        .collect())
}

/// The certificates of whoever holds a booking: of the places they sit in, not of those they only booked.
pub async fn own_of(services: &Services, held: &Held) -> Result<HashMap<ParticipantId, Snapshot>> {
    theirs(services, held.own_seats().map(|seat| (seat.participant.id, seat.place.given_at))).await
}

/// The bookings of whoever is signed in.
pub async fn bookings(services: &Services, actor: &Actor) -> Result<Bookings> {
    let person = actor.signed_in()?;
    let now = services.clock.now();
    let mine = list_of_person(&services.db.read, person.id).await?;
    let mut certificates = live_certificates(services, &mine).await?;
    let mut bookings = sorted(mine, &mut certificates, now);
    note_feedback(services, &mut bookings, now).await?;
    let own = attendance::queries::list_of_person(&services.db.read, person.id).await?;
    bookings.cpd_minutes = own_certificates(services, &own)
        .await?
        .values()
        .map(|snapshot| snapshot.shown_minutes)
        .sum();
    bookings.networks = networks::replies::list_of_person(services, person.id).await?;
    Ok(bookings)
}

/// Notes which of their own places feedback is asked of. Two queries, and only where somebody has been somewhere.
async fn note_feedback(services: &Services, bookings: &mut Bookings, now: DateTime<Utc>) -> Result<()> {
    let db = &services.db.read;
    let all = bookings.coming.iter_mut().chain(&mut bookings.past);
    let mut places: Vec<(EventId, &mut MyPlace)> = all
        .filter(|booked| booked.event.starts_at <= now)
        .flat_map(|booked| {
            let event = booked.event.id;
            booked.places.iter_mut().map(move |place| (event, place))
        })
        .filter(|(_, place)| place.own && place.seat.place.state == PlaceState::Confirmed)
        .collect();
    if places.is_empty() {
        return Ok(());
    }
    let events: Vec<EventId> = places.iter().map(|(event, _)| *event).collect();
    let open = feedback::edit::list_open(db, &events).await?;
    let ids: Vec<ParticipantId> = places.iter().map(|(_, place)| place.seat.participant.id).collect();
    let given = feedback::give::list_given(db, &ids).await?;
    for (event, place) in &mut places {
        place.owes_feedback = open.contains(event) && !given.contains(&place.seat.participant.id);
    }
    Ok(())
}

/// Puts places under their bookings, and those under what is to come and what is over.
fn sorted(mine: Vec<Mine>, certificates: &mut HashMap<ParticipantId, Snapshot>, now: DateTime<Utc>) -> Bookings {
    let mut booked: Vec<Booked> = Vec::new();
    let mut places: HashMap<BookingId, usize> = HashMap::new();
    for mine in mine {
        let certificate = certificates.remove(&mine.seat.participant.id);
        let stands = mine.seat.place.state != PlaceState::Cancelled && mine.event.status != EventStatus::Cancelled;
        let place = MyPlace {
            own: mine.own,
            can_cancel: stands && now < mine.event.starts_at,
            certificate,
            owes_feedback: false,
            seat: mine.seat,
        };
        let at = *places.entry(mine.booking.id).or_insert_with(|| {
            booked.push(Booked {
                event: mine.event,
                booking: mine.booking,
                made: mine.booked,
                places: Vec::new(),
            });
            booked.len() - 1
        });
        booked[at].places.push(place);
    }
    let (mut coming, mut past): (Vec<_>, Vec<_>) = booked.into_iter().partition(|booked| now < booked.event.ends_at);
    coming.sort_by_key(|booked| (booked.event.starts_at, booked.booking.id));
    past.sort_by_key(|booked| std::cmp::Reverse((booked.event.starts_at, booked.booking.id)));
    Bookings {
        coming,
        past,
        ..Bookings::default()
    }
}

/// The live certificates of whoever comes as these.
async fn own_certificates(services: &Services, own: &[Attendee]) -> Result<HashMap<ParticipantId, Snapshot>> {
    theirs(services, own.iter().map(|who| (who.participant_id, who.given_at))).await
}

/// The certificates of one person, of their own places and of the meetings of their networks, and what is over without one;
/// each the newest first. Whoever may ask is for the caller to know: see [`super::own`].
pub(super) async fn certified(services: &Services, person: PersonId) -> Result<(Vec<Certified>, Vec<Waiting>)> {
    let db = &services.db.read;
    let own = attendance::queries::list_of_person(db, person).await?;
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(own.iter().map(|who| who.event_id)))
        .all(db)
        .await?;
    let participants: Vec<ParticipantId> = own.iter().map(|who| who.participant_id).collect();
    let came = attendance::queries::list_records_of_all(db, &participants).await?;
    let mut certificates = own_certificates(services, &own).await?;
    let mut mine: Vec<(Attendee, event::Model)> = own
        .into_iter()
        .filter_map(|who| {
            let event = events.iter().find(|event| event.id == who.event_id)?.clone();
            Some((who, event))
        })
        .collect();
    // Whoever was only invited to a meeting, and did not come, waits for nothing.
    mine.retain(|(who, event)| event.kind != EventKind::Meeting || came.iter().any(|record| record.participant_id == who.participant_id));
    mine.sort_by_key(|(who, event)| std::cmp::Reverse((event.starts_at, who.participant_id)));
    let now = services.clock.now();
    let (mut certified, mut waiting) = (held(services, person).await?, Vec::new());
    for (who, event) in mine {
        let code = who.code.clone();
        match certificates.remove(&who.participant_id) {
            Some(snapshot) => certified.push(Certified {
                participant: who.participant_id,
                event,
                code,
                snapshot,
            }),
            None => {
                let held = who.stands() && event.status != EventStatus::Cancelled;
                if held && now >= event.ends_at {
                    waiting.push(Waiting { event, code });
                }
            }
        }
    }
    certified.sort_by_key(|one| std::cmp::Reverse((one.event.starts_at, one.participant)));
    Ok((certified, waiting))
}

/// The certificates of one person that outlived the personal data of their events. How they were counted is not known any
/// more.
async fn held(services: &Services, person: PersonId) -> Result<Vec<Certified>> {
    let db = &services.db.read;
    let rows = list_held(db, person).await?;
    let events = event::Entity::find()
        .filter(event::Column::Id.is_in(rows.iter().map(|row| row.event_id)))
        .all(db)
        .await?;
    let mut held = Vec::new();
    for row in rows {
        let Some(event) = events.iter().find(|event| event.id == row.event_id) else {
            continue;
        };
        held.push(Certified {
            participant: row.participant_id,
            event: event.clone(),
            code: String::new(),
            snapshot: serde_json::from_str(&row.snapshot)?,
        });
    }
    Ok(held)
}
