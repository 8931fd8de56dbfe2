//! Writing an event as a file that imports to the same: what stands, by codes and wall times; ids never.
//!
//! Left out are places that were cancelled or are only held, with their attendance, and attendance that was taken back.
//! A file cannot say that a ticket is hidden, what was paid for a place, who booked it for whom, or (where the clocks go
//! back) that somebody came in the second of two equal hours.

use super::{
    schema::{
        Attendance, Cpd, Event, EventDocument, Evidence, Kind, Organisation, Place, Room, SCHEMA, Session, Speaker, Support, Ticket, Track,
        Venue, wall_text,
    },
    store::{Stored, place_code},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::SessionStatus,
    attendance::{self, entity::attendance_record, rules::standing},
    bookings::PlaceState,
    error::Result,
    events::{CpdRule, entity::event, service::load_for},
    ids::ParticipantId,
    organisations::entity::organisation,
    platform::zones,
};
use std::collections::HashMap;

/// The event at `slug` with all that belongs to it, everybody's mailbox too: for those who may change it.
pub async fn export(services: &Services, actor: &Actor, slug: &str) -> Result<EventDocument> {
    let (event, organisation) = load_for(services, actor, Permission::Edit, slug).await?;
    let db = &services.db.read;
    let stored = Stored::load(db, event.id).await?;
    let records = attendance::queries::list_records(db, event.id).await?;
    Ok(document(&event, &organisation, &stored, &records))
}

fn document(
    event: &event::Model,
    organisation: &organisation::Model,
    stored: &Stored,
    records: &[attendance_record::Model],
) -> EventDocument {
    EventDocument {
        plenary: SCHEMA,
        kind: Kind::Event,
        organisation: Organisation {
            slug: organisation.slug.clone(),
            name: organisation.name.clone(),
            email: organisation.email.clone(),
        },
        event: event_group(event),
        rooms: stored
            .rooms
            .iter()
            .map(|row| Room {
                code: row.code.clone(),
                name: row.name.clone(),
                places: row.places.map(i64::from),
            })
            .collect(),
        tracks: stored
            .tracks
            .iter()
            .map(|row| Track {
                code: row.code.clone(),
                name: row.name.clone(),
            })
            .collect(),
        speakers: stored
            .speakers
            .iter()
            .filter(|row| row.listed)
            .map(|row| Speaker {
                code: row.code.clone(),
                name: row.name.clone(),
                role: row.role.clone(),
                organisation: row.organisation.clone(),
                bio: row.bio.clone(),
            })
            .collect(),
        sessions: sessions(stored),
        tickets: stored
            .tickets
            .iter()
            .map(|row| Ticket {
                code: row.code.clone(),
                name: row.name.clone(),
                price_pence: row.price_pence,
                vat: row.vat,
                places: row.places.map(i64::from),
            })
            .collect(),
        places: places(stored),
        attendance: attendance(event, stored, records),
    }
}

fn event_group(event: &event::Model) -> Event {
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    Event {
        slug: event.slug.clone(),
        event_kind: event.kind,
        status: Some(event.status),
        title: event.title.clone(),
        neutral_title: event.neutral_title.clone(),
        summary: given(&event.summary),
        overview: given(&event.overview),
        outcomes: event.outcomes.0.clone(),
        audience: given(&event.audience),
        hashtag: event.hashtag.clone(),
        timezone: event.timezone.clone(),
        starts: wall_text(event.starts_wall),
        ends: wall_text(event.ends_wall),
        attendance_mode: event.attendance_mode,
        venue: event.venue_name.as_ref().map(|name| Venue {
            name: name.clone(),
            address: event.venue_address.clone(),
            postcode: event.venue_postcode.clone(),
        }),
        online_url: event.online_url.clone(),
        capacity: event.capacity.map(i64::from),
        bookings_open: event.bookings_open_wall.map(wall_text),
        bookings_close: event.bookings_close_wall.map(wall_text),
        sensitive: event.sensitive,
        support: event
            .support
            .0
            .iter()
            .map(|line| Support {
                name: line.name.clone(),
                contact: line.contact.clone(),
                note: line.note.clone(),
                checked_on: line.checked_on.map(|day| day.to_string()),
            })
            .collect(),
        evidence: event
            .evidence
            .0
            .iter()
            .map(|item| Evidence {
                quote: item.quote.clone(),
                source: item.source.clone(),
                published: item.published.clone(),
                url: item.url.clone(),
            })
            .collect(),
        cpd: Some(Cpd {
            statement: event.cpd_statement.clone(),
            rule: event.cpd_rule,
            threshold_percent: event
                .cpd_threshold_percent
                .filter(|_| event.cpd_rule == CpdRule::PerSessionThreshold)
                .map(i64::from),
            grace_minutes: event
                .cpd_grace_minutes
                .filter(|_| event.cpd_rule == CpdRule::AllOrNothing)
                .map(i64::from),
            day_cap_minutes: event.cpd_day_cap_minutes.map(Into::into),
            round_down_to: Some(event.cpd_round_down_to.into()),
            min_minutes: Some(event.cpd_min_minutes.into()),
            participatory: event.cpd_participatory,
            schemes: event.cpd_schemes.0.clone(),
            certificate_days: event.certificate_days.map(i64::from),
        }),
    }
}

fn sessions(stored: &Stored) -> Vec<Session> {
    let rooms: HashMap<_, _> = stored.rooms.iter().map(|row| (row.id, row.code.clone())).collect();
    let tracks: HashMap<_, _> = stored.tracks.iter().map(|row| (row.id, row.code.clone())).collect();
    let speakers: HashMap<_, _> = stored.speakers.iter().map(|row| (row.id, row.code.clone())).collect();
    let session = |row: &crate::agenda::entity::session::Model| Session {
        code: row.code.clone(),
        title: row.title.clone(),
        kind: row.kind,
        starts: wall_text(row.starts_wall),
        ends: wall_text(row.ends_wall),
        // Planned is what a session is if nothing is said.
        status: Some(row.status).filter(|status| *status != SessionStatus::Planned),
        room: row.room_id.and_then(|id| rooms.get(&id).cloned()),
        track: row.track_id.and_then(|id| tracks.get(&id).cloned()),
        cpd: row.cpd,
        participatory: row.participatory,
        discussion: row.discussion,
        domain: row.domain,
        speakers: stored
            .speaking
            .get(&row.id)
            .into_iter()
            .flatten()
            .filter_map(|id| speakers.get(id).cloned())
            .collect(),
        content_note: row.content_note.clone(),
        sign_up_places: row.sign_up_places.map(i64::from),
    };
    stored.sessions.iter().map(session).collect()
}

fn places(stored: &Stored) -> Vec<Place> {
    let standing = stored.seats.iter().filter(|seat| seat.place.state == PlaceState::Confirmed);
    let place = |seat: &crate::bookings::queries::Seat| Place {
        code: place_code(seat).to_owned(),
        ticket: seat.ticket.code.clone(),
        name: seat.place.name.clone(),
        email: seat.address.clone(),
        job_role: seat.place.job_role.clone(),
        organisation: seat.place.organisation.clone(),
    };
    standing.map(place).collect()
}

fn attendance(event: &event::Model, stored: &Stored, records: &[attendance_record::Model]) -> Vec<Attendance> {
    let confirmed = stored.seats.iter().filter(|seat| seat.place.state == PlaceState::Confirmed);
    let places: HashMap<ParticipantId, &str> = confirmed.map(|seat| (seat.participant.id, place_code(seat))).collect();
    let sessions: HashMap<_, &str> = stored.sessions.iter().map(|row| (row.id, row.code.as_str())).collect();
    let zone = event.zone();
    let row = |record: &attendance_record::Model| {
        Some(Attendance {
            place: (*places.get(&record.participant_id)?).to_owned(),
            session: match record.session_id {
                Some(id) => Some((*sessions.get(&id)?).to_owned()),
                None => None,
            },
            action: record.action,
            at: wall_text(zones::wall(record.at, zone)),
            how: record.how,
        })
    };
    // Minutes given or taken by hand are not attendance, and have no place in the file.
    let scans = standing(records).into_iter().filter(|record| record.action.is_scan());
    scans.filter_map(row).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
#[path = "write_tests.rs"]
mod tests;
