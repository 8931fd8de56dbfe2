//! What was done, in words. What a place said before and after a change is read from what was kept of it.

use super::Entry;
use crate::{
    attendance::{Action, entity::attendance_record},
    bookings::{entity::place_past, queries::Seat, rules::pounds, service::Held},
    certificates::entity::{certificate, certificate_record},
    ids::{ParticipantId, PersonId, SessionId, TicketId},
    messages::entity::message,
    people::entity::person,
    platform::{entity::audit_record, zones},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// What the words are made from.
pub(super) struct Known<'a> {
    pub held: &'a Held,
    pub past: &'a [place_past::Model],
    pub people: &'a BTreeMap<PersonId, person::Model>,
    pub tickets: &'a BTreeMap<TicketId, String>,
    pub mails: &'a [message::Model],
    pub certificates: &'a [certificate::Model],
    /// Of its places.
    pub records: &'a [attendance_record::Model],
    /// What the sessions of the event are called.
    pub sessions: &'a BTreeMap<SessionId, String>,
    /// The event's, for times.
    pub zone: Tz,
}

/// What a place said at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Said {
    name: String,
    address: String,
    job_role: String,
    organisation: String,
    ticket: String,
    price_pence: i64,
}

impl Known<'_> {
    fn who(&self, person: Option<PersonId>, kind: &str) -> String {
        match person.and_then(|id| self.people.get(&id)) {
            Some(person) => person.name.clone().unwrap_or_else(|| person.address.clone()),
            None if kind == "system" => "The program itself".to_owned(),
            None if kind == "nobody" => "Whoever holds a link from a mail".to_owned(),
            None => "Somebody".to_owned(),
        }
    }

    fn address(&self, person: Option<PersonId>) -> String {
        person
            .and_then(|id| self.people.get(&id))
            .map(|person| person.address.clone())
            .unwrap_or_default()
    }

    fn said_of(&self, past: &place_past::Model) -> Said {
        Said {
            name: past.name.clone().unwrap_or_default(),
            address: self.address(past.person_id),
            job_role: past.job_role.clone().unwrap_or_default(),
            organisation: past.organisation.clone().unwrap_or_default(),
            ticket: self.tickets.get(&past.ticket_id).cloned().unwrap_or_default(),
            price_pence: past.price_pence,
        }
    }

    fn says(&self, seat: &Seat) -> Said {
        Said {
            name: seat.place.name.clone().unwrap_or_default(),
            address: self.address(seat.place.person_id),
            job_role: seat.place.job_role.clone().unwrap_or_default(),
            organisation: seat.place.organisation.clone().unwrap_or_default(),
            ticket: seat.ticket.name.clone(),
            price_pence: seat.place.price_pence,
        }
    }

    /// The number of a place in its booking, and the place.
    fn seat(&self, place: i64) -> Option<(usize, &Seat)> {
        (1..).zip(&self.held.seats).find(|(_, seat)| seat.place.id.0 == place)
    }

    fn name_of(&self, participant: ParticipantId) -> String {
        let seat = self.held.seats.iter().find(|seat| seat.participant.id == participant);
        seat.map(|seat| seat.name().to_owned()).unwrap_or_default()
    }

    /// Before and after the change this record names.
    fn change(&self, row: &audit_record::Model, seat: &Seat) -> Option<(Said, Said)> {
        let id = row.detail.as_deref()?.parse::<i64>().ok()?;
        let own: Vec<&place_past::Model> = self.past.iter().filter(|past| past.place_id == seat.place.id).collect();
        let at = own.iter().position(|past| past.id.0 == id)?;
        let after = own.get(at + 1).map_or_else(|| self.says(seat), |next| self.said_of(next));
        Some((self.said_of(own[at]), after))
    }

    pub(super) fn audited(&self, row: &audit_record::Model) -> Entry {
        let who = if row.action == "booking.made" && row.person_id.is_none() {
            self.held.booking.booker_name.clone()
        } else {
            self.who(row.person_id, &row.actor)
        };
        Entry {
            at: row.at,
            who,
            what: self.what(row),
        }
    }

    fn what(&self, row: &audit_record::Model) -> String {
        let detail = row.detail.clone().unwrap_or_default();
        let id = row.object_id.parse().unwrap_or(0);
        match (row.object.as_str(), row.action.as_str()) {
            ("booking", "booking.made") => match self.held.seats.len() {
                1 => "Booked 1 place".to_owned(),
                count => format!("Booked {count} places"),
            },
            ("booking", "booking.moved_here") => format!("Moved here from booking {detail} of another event"),
            ("booking", "booking.sent_again") => "Had the confirmation sent again".to_owned(),
            ("message", "message.resent") => {
                let subject = self
                    .mails
                    .iter()
                    .find(|mail| mail.id.0 == id)
                    .map(|mail| mail.subject.clone())
                    .unwrap_or_default();
                format!("Had a mail sent that had not left: \u{201c}{subject}\u{201d}")
            }
            ("participant", "certificate.held") => format!("Held back the certificate of {}", self.name_of(ParticipantId(id))),
            ("participant", "certificate.released") => {
                format!("Released the certificate of {} to be issued", self.name_of(ParticipantId(id)))
            }
            ("place", action) => match self.seat(id) {
                Some((number, seat)) => self.of_place(action, number, seat, row, &detail),
                None => action.to_owned(),
            },
            (_, action) => action.to_owned(),
        }
    }

    fn of_place(&self, action: &str, number: usize, seat: &Seat, row: &audit_record::Model, detail: &str) -> String {
        let change = self.change(row, seat);
        match (action, change) {
            ("place.named", Some((_, after))) => format!("Named place {number}: {}", whole(&after)),
            ("place.corrected", Some((before, after))) => format!("Corrected place {number}: {}", differing(&before, &after)),
            ("place.given", Some((before, after))) => {
                format!("Gave place {number} from {} to {}", shown(&before.name), whole(&after))
            }
            ("place.moved", Some((before, after))) => format!(
                "Moved place {number} from \u{201c}{}\u{201d} ({}) to \u{201c}{}\u{201d} ({})",
                before.ticket,
                pounds(before.price_pence),
                after.ticket,
                pounds(after.price_pence)
            ),
            ("place.imported", Some((before, after))) => format!("Changed place {number} by a file: {}", differing(&before, &after)),
            ("place.named", None) => format!("Named place {number}, or changed its name"),
            ("place.moved_away", _) => format!("Moved place {number}, {}, to another event: booking {detail}", seat.name()),
            ("place.cancelled", _) => format!("Cancelled place {number}, {}", seat.name()),
            ("place.sent_again", _) => format!("Had the invite of place {number} sent again"),
            (other, _) => format!("{other}, place {number}"),
        }
    }

    pub(super) fn certified(&self, row: &certificate_record::Model) -> Entry {
        let certificate = self.certificates.iter().find(|certificate| certificate.id == row.certificate_id);
        let name = certificate
            .and_then(|certificate| serde_json::from_str::<crate::certificates::credential::Snapshot>(&certificate.snapshot).ok())
            .map(|snapshot| snapshot.name)
            .unwrap_or_default();
        let reason = certificate
            .and_then(|certificate| certificate.revoked_reason.clone())
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        let what = match row.action.as_str() {
            "issued" => format!("Issued the certificate of {name}"),
            "revoked" => format!("Revoked the certificate of {name}{reason}"),
            "superseded" => format!("Put a new certificate in place of the one of {name}{reason}"),
            other => format!("{other}: the certificate of {name}"),
        };
        Entry {
            at: row.at,
            who: self.who(row.person_id, "system"),
            what,
        }
    }

    /// An arrival, a leave, or that one was taken back; in the event's own time.
    pub(super) fn attended(&self, row: &attendance_record::Model) -> Entry {
        let clock = |at: DateTime<Utc>| zones::moment(zones::wall(at, self.zone));
        let place = |row: &attendance_record::Model| match row.session_id {
            None => "the event".to_owned(),
            Some(id) => format!("\u{201c}{}\u{201d}", self.sessions.get(&id).map_or("a session", String::as_str)),
        };
        let name = self.name_of(row.participant_id);
        let reason = row.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let taken_back = row.withdraws_id.and_then(|id| self.records.iter().find(|other| other.id == id));
        // Written down later than it happened: the time it happened is the news.
        let when = if row.at == row.recorded_at {
            String::new()
        } else {
            format!(" at {}", clock(row.at))
        };
        let what = match (row.action, taken_back) {
            (Action::Withdraw, Some(other)) => {
                let kind = match other.action {
                    Action::Leave => "leave",
                    Action::Adjust => "minutes",
                    Action::Arrive | Action::Withdraw => "arrival",
                };
                let (place, at) = (place(other), clock(other.at));
                format!("Took back the {kind} of {name}, {place}, {at}{reason}")
            }
            (Action::Withdraw, None) => format!("Took back a record of {name}{reason}"),
            (Action::Arrive, _) => format!("{name} arrived at {}{when}{reason}", place(row)),
            (Action::Adjust, _) => {
                let minutes = row.minutes.unwrap_or_default();
                let (count, done) = (minutes.unsigned_abs(), if minutes < 0 { "lost" } else { "was given" });
                let unit = if count == 1 { "minute" } else { "minutes" };
                format!("{name} {done} {count} {unit} of {}{reason}", place(row))
            }
            (Action::Leave, _) => format!("{name} left {}{when}{reason}", place(row)),
        };
        let who = match row.recorded_by {
            Some(person) => self.who(Some(person), "person"),
            None => "An import".to_owned(),
        };
        Entry {
            at: row.recorded_at,
            who,
            what,
        }
    }

    /// A booking that came in a file has no record of its making.
    pub(super) fn without_a_beginning(&self) -> Entry {
        Entry {
            at: self.held.booking.created_at,
            who: "An import".to_owned(),
            what: "Brought the booking in from a file".to_owned(),
        }
    }
}

fn shown(text: &str) -> String {
    if text.is_empty() { "nobody".to_owned() } else { text.to_owned() }
}

fn whole(said: &Said) -> String {
    if said.address.is_empty() {
        shown(&said.name)
    } else {
        format!("{} ({})", shown(&said.name), said.address)
    }
}

fn differing(before: &Said, after: &Said) -> String {
    let fields = [
        ("name", &before.name, &after.name),
        ("email address", &before.address, &after.address),
        ("job role", &before.job_role, &after.job_role),
        ("organisation", &before.organisation, &after.organisation),
    ];
    let quoted = |text: &str| {
        if text.is_empty() {
            "nothing".to_owned()
        } else {
            format!("\u{201c}{text}\u{201d}")
        }
    };
    let ticket = |said: &Said| format!("\u{201c}{}\u{201d} ({})", said.ticket, pounds(said.price_pence));
    let moved = (before.ticket != after.ticket).then(|| format!("ticket from {} to {}", ticket(before), ticket(after)));
    let changed: Vec<String> = fields
        .into_iter()
        .filter(|(_, old, new)| old != new)
        .map(|(field, old, new)| format!("{field} from {} to {}", quoted(old), quoted(new)))
        .chain(moved)
        .collect();
    changed.join(", ")
}
