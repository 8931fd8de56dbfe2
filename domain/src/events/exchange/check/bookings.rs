//! The rules for tickets, places and attendance.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::attendance::Action;
use crate::events::exchange::problem::{At, Problems, quoted};
use crate::events::exchange::schema::{Attendance, EventDocument, Place, Ticket};

use super::checked::{CheckedAttendance, CheckedPlace, CheckedTicket, Known};
use super::event::Frame;
use super::fields::{LINE, NAME, Referred, each, optional};

/// £100,000, above any ticket, so that a sum over many still fits.
const MOST_PENCE: i64 = 10_000_000;

/// Tickets, places and attendance without problems.
pub(super) struct People {
    pub tickets: Vec<CheckedTicket>,
    pub places: Vec<CheckedPlace>,
    pub attendance: Vec<CheckedAttendance>,
}

pub(super) fn check(problems: &mut Problems, document: &EventDocument, known: &Known, frame: Frame, now: DateTime<Utc>) -> Option<People> {
    let top = At::default();
    let (tickets_at, places_at) = (top.key("tickets"), top.key("places"));
    let ticket_codes = problems.unique(&tickets_at, document.tickets.iter().map(|ticket| ticket.code.as_str()));
    let tickets = each(&tickets_at, &document.tickets, |at, item| ticket(problems, at, item, frame));
    warn_of_unsold(problems, document, known, frame);

    let place_codes = problems.unique(&places_at, document.places.iter().map(|place| place.code.as_str()));
    let places = each(&places_at, &document.places, |at, item| {
        let ticket = problems.reference(&at.key("ticket"), &item.ticket, Referred::Ticket, &ticket_codes, &known.tickets);
        place(problems, at, item, ticket)
    });
    fits(problems, document, frame);
    if let Some(places) = &places {
        warn_of_twins(problems, places);
    }

    let session_codes: HashMap<&str, usize> = document
        .sessions
        .iter()
        .enumerate()
        .map(|(index, session)| (session.code.as_str(), index))
        .collect();
    let attendance = each(&top.key("attendance"), &document.attendance, |at, item| {
        let place = problems.reference(&at.key("place"), &item.place, Referred::Place, &place_codes, &known.places);
        let session = optional(item.session.as_ref(), |code| {
            problems.reference(&at.key("session"), code, Referred::Session, &session_codes, &known.sessions)
        });
        record(problems, at, item, place, session, frame, now)
    });
    if let Some(attendance) = &attendance {
        warn_of_leaving_first(problems, attendance, &known.places);
    }
    Some(People {
        tickets: tickets?,
        places: places?,
        attendance: attendance?,
    })
}

fn ticket(problems: &mut Problems, at: &At, ticket: &Ticket, frame: Frame) -> Option<CheckedTicket> {
    let code = problems.code(&at.key("code"), &ticket.code);
    let name = problems.line(&at.key("name"), &ticket.name, NAME);
    let price_pence = if ticket.price_pence < 0 {
        problems.error(
            at.key("price_pence"),
            "negative_price",
            format!("A price cannot be negative, as {} is.", ticket.price_pence),
        );
        None
    } else {
        problems.number(&at.key("price_pence"), ticket.price_pence, 0, MOST_PENCE)
    };
    let places = optional(ticket.places.as_ref(), |people| problems.people(&at.key("places"), *people));
    if let (Some(Some(places)), Some(capacity)) = (places, frame.capacity)
        && places > capacity
    {
        let message = format!("There are {places} places with this ticket, but the event is for {capacity}.");
        problems.warn(at.key("places"), "ticket_above_capacity", message);
    }
    Some(CheckedTicket {
        code: code?,
        name: name?,
        price_pence: price_pence?,
        vat: ticket.vat,
        places: places?,
    })
}

/// Warns if all tickets together leave places of the event that nobody can book.
fn warn_of_unsold(problems: &mut Problems, document: &EventDocument, known: &Known, frame: Frame) {
    let total = document
        .tickets
        .iter()
        .try_fold(0_i64, |sum, ticket| sum.checked_add(ticket.places?.max(0)));
    if let (Some(total), Some(capacity)) = (total, frame.capacity)
        && !document.tickets.is_empty()
        && known.tickets.is_empty()
        && total < i64::from(capacity)
    {
        let message = format!("The event is for {capacity}, but its tickets have only {total} places between them.");
        problems.warn("/event/capacity", "tickets_below_capacity", message);
    }
}

fn place(problems: &mut Problems, at: &At, place: &Place, ticket: Option<String>) -> Option<CheckedPlace> {
    let given = |value: &Option<String>| value.clone().filter(|value| !value.trim().is_empty());
    let code = problems.code(&at.key("code"), &place.code);
    let name = optional(given(&place.name).as_ref(), |name| problems.person(&at.key("name"), name));
    let email = optional(given(&place.email).as_ref(), |email| problems.email(&at.key("email"), email));
    let job_role = problems.optional_line(&at.key("job_role"), place.job_role.as_ref(), LINE);
    let organisation = problems.optional_line(&at.key("organisation"), place.organisation.as_ref(), LINE);
    Some(CheckedPlace {
        code: code?,
        ticket: ticket?,
        name: name?,
        email: email?,
        job_role: job_role?,
        organisation: organisation?,
    })
}

/// More places may not be listed than the event, or a ticket, has.
fn fits(problems: &mut Problems, document: &EventDocument, frame: Frame) {
    let listed = document.places.len();
    if let Some(capacity) = frame.capacity
        && listed > capacity as usize
    {
        let message = format!("The event is for {capacity}, but {listed} places are listed.");
        problems.error("/event/capacity", "over_capacity", message);
    }
    let mut taken: HashMap<&str, i64> = HashMap::new();
    for place in &document.places {
        *taken.entry(place.ticket.as_str()).or_default() += 1;
    }
    for (index, ticket) in document.tickets.iter().enumerate() {
        let taken = taken.get(ticket.code.as_str()).copied().unwrap_or(0);
        if let Some(places) = ticket.places.filter(|places| (0..taken).contains(places)) {
            let message = format!("There are {places} places with this ticket, but {taken} are listed.");
            problems.error(
                At::default().key("tickets").item(index).key("places"),
                "over_ticket_places",
                message,
            );
        }
    }
}

/// The same name and mailbox twice is usually a slip; as separate bookings it is allowed.
fn warn_of_twins(problems: &mut Problems, places: &[CheckedPlace]) {
    let mut seen: HashMap<(String, &str), &str> = HashMap::new();
    for (index, place) in places.iter().enumerate() {
        let (Some(name), Some(email)) = (&place.name, &place.email) else {
            continue;
        };
        if let Some(first) = seen.get(&(name.to_lowercase(), email.key())) {
            let message = format!("{} with this e-mail address already has the place {}.", quoted(name), quoted(first));
            problems.warn(At::default().key("places").item(index), "same_person", message);
        } else {
            seen.insert((name.to_lowercase(), email.key()), &place.code);
        }
    }
}

fn record(
    problems: &mut Problems,
    at: &At,
    record: &Attendance,
    place: Option<String>,
    session: Option<Option<String>>,
    frame: Frame,
    now: DateTime<Utc>,
) -> Option<CheckedAttendance> {
    let moment = problems.moment(&at.key("at"), &record.at, frame.zone);
    if moment.is_some_and(|moment| moment.utc > now) {
        problems.error(at.key("at"), "in_the_future", "Attendance cannot be in the future.");
    }
    if !record.action.is_scan() {
        problems.error(
            at.key("action"),
            "not_a_choice",
            "Attendance is only imported as “arrive” or “leave”.",
        );
    }
    Some(CheckedAttendance {
        place: place?,
        session: session?,
        action: record.action,
        at: moment?,
        how: record.how,
    })
}

/// A leave with no arrive before it counts nothing, so it is probably a slip. Of places stored before,
/// the arrive may be stored too.
fn warn_of_leaving_first(problems: &mut Problems, attendance: &[CheckedAttendance], known: &BTreeSet<String>) {
    let mut arrived: HashMap<(&str, Option<&str>), DateTime<Utc>> = HashMap::new();
    for record in attendance.iter().filter(|record| record.action == Action::Arrive) {
        let first = arrived.entry((&record.place, record.session.as_deref())).or_insert(record.at.utc);
        *first = record.at.utc.min(*first);
    }
    for (index, record) in attendance.iter().enumerate() {
        let first = arrived.get(&(record.place.as_str(), record.session.as_deref()));
        let has_arrived = first.is_some_and(|first| *first <= record.at.utc) || known.contains(&record.place);
        if record.action == Action::Leave && !has_arrived {
            let message = format!(
                "The place {} leaves here without having arrived before. This counts nothing.",
                quoted(&record.place)
            );
            problems.warn(At::default().key("attendance").item(index), "leave_before_arrive", message);
        }
    }
}
