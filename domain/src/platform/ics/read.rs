//! Reading a calendar that came from outside, within limits: whatever is in it, reading ends soon and never panics.

use chrono::{DateTime, NaiveDateTime, Utc};
use icalendar::parser::{Component, Property, read_calendar, unfold};

/// The most bytes of a calendar that are read.
pub const MOST_BYTES: usize = 64 << 10;
/// The most lines, unfolded.
const MOST_LINES: usize = 2_000;
/// The most components: the parser calls itself for each within another.
const MOST_COMPONENTS: usize = 40;

/// What a calendar from outside says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// In capitals; empty when there is none.
    pub method: String,
    pub events: Vec<Event>,
}

/// One entry of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub uid: String,
    /// When this was written, by the clock of whoever wrote it.
    pub stamp: Option<DateTime<Utc>>,
    pub attendees: Vec<Attendee>,
    /// What they typed beside it.
    pub comment: Option<String>,
}

/// Somebody an entry is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    pub address: String,
    /// In capitals, as `ACCEPTED`.
    pub status: Option<String>,
}

/// Reads a calendar; nothing if it is none, or is larger or deeper than any honest one.
#[must_use]
pub fn read(text: &str) -> Option<Calendar> {
    let text = text.trim_start_matches('\u{feff}');
    if text.len() > MOST_BYTES || text.contains('\0') {
        return None;
    }
    let unfolded = unfold(text);
    let begins = |line: &&str| line.get(..6).is_some_and(|head| head.eq_ignore_ascii_case("BEGIN:"));
    if unfolded.lines().count() > MOST_LINES || unfolded.lines().filter(begins).count() > MOST_COMPONENTS {
        return None;
    }
    let calendar = read_calendar(&unfolded).ok()?;
    // A calendar that stands alone is opened by the parser; one among others is left as it is.
    let is = |component: &&Component<'_>, name: &str| component.name.as_str().eq_ignore_ascii_case(name);
    let events = calendar.components.iter().filter(|component| is(component, "VEVENT"));
    Some(Calendar {
        method: value(&calendar.properties, "METHOD")
            .unwrap_or_default()
            .trim()
            .to_ascii_uppercase(),
        events: events.filter_map(event).collect(),
    })
}

fn event(component: &Component<'_>) -> Option<Event> {
    let properties = &component.properties;
    Some(Event {
        uid: value(properties, "UID")?.trim().to_owned(),
        stamp: value(properties, "DTSTAMP").and_then(instant),
        attendees: all(properties, "ATTENDEE").map(attendee).collect(),
        comment: value(properties, "COMMENT").map(str::to_owned),
    })
}

fn all<'a>(properties: &'a [Property<'a>], name: &'a str) -> impl Iterator<Item = &'a Property<'a>> {
    properties
        .iter()
        .filter(move |property| property.name.as_str().eq_ignore_ascii_case(name))
}

fn value<'a>(properties: &'a [Property<'a>], name: &'a str) -> Option<&'a str> {
    all(properties, name).next().map(|property| property.val.as_str())
}

fn parameter<'a>(property: &'a Property<'a>, name: &str) -> Option<&'a str> {
    let found = property.params.iter().find(|one| one.key.as_str().eq_ignore_ascii_case(name))?;
    found.val.as_ref().map(|value| value.as_str().trim_matches('"'))
}

/// The address is the value, `mailto:` in any case; or the parameter EMAIL where the value is something else.
fn attendee(property: &Property<'_>) -> Attendee {
    let value = property.val.as_str().trim();
    let address = match value.split_once(':') {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("mailto") => Some(address),
        _ => None,
    };
    Attendee {
        address: decoded(address.or_else(|| parameter(property, "EMAIL")).unwrap_or(value)),
        status: parameter(property, "PARTSTAT").map(str::to_ascii_uppercase),
    }
}

/// Without percent-encoding; as it is where that is broken.
fn decoded(address: &str) -> String {
    let mut bytes = Vec::with_capacity(address.len());
    let mut rest = address.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
        let code = digit(rest.next()).zip(digit(rest.next())).map(|(high, low)| high * 16 + low);
        let Some(code) = code.and_then(|code| u8::try_from(code).ok()) else {
            return address.trim().to_owned();
        };
        bytes.push(code);
    }
    String::from_utf8(bytes).map_or_else(|_| address.trim().to_owned(), |text| text.trim().to_owned())
}

/// `20261120T100000Z`; a time without its zone is nobody's.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let wall = NaiveDateTime::parse_from_str(text.trim().strip_suffix(['Z', 'z'])?, "%Y%m%dT%H%M%S").ok()?;
    Some(wall.and_utc())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn calendar(inner: &str) -> String {
        format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:reply\r\n{inner}END:VCALENDAR\r\n")
    }

    #[test]
    fn an_answer_is_read_however_its_names_are_written() {
        let text = calendar(
            "BEGIN:VEVENT\r\nATTENDEE;PARTSTAT=accepted;CN=\"Owusu, Ama\":MAILTO:ama.o\r\n wusu%2Bcpd@example.org\r\nuid:abc@host\r\n\
             DTSTAMP:20261120T100000Z\r\nCOMMENT:Late\\, but there\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\n",
        );
        let event = Event {
            uid: "abc@host".to_owned(),
            stamp: Some("2026-11-20T10:00:00Z".parse().unwrap()),
            attendees: vec![Attendee {
                address: "ama.owusu+cpd@example.org".to_owned(),
                status: Some("ACCEPTED".to_owned()),
            }],
            comment: Some("Late, but there".to_owned()),
        };
        let read = read(&text).unwrap();
        assert_eq!(read.method, "REPLY");
        assert_eq!(read.events, [event]);
    }

    #[test]
    fn an_address_may_stand_beside_the_value() {
        let text = calendar("BEGIN:VEVENT\r\nUID:x\r\nATTENDEE;PARTSTAT=DECLINED;EMAIL=ama@example.org:urn:uuid:1\r\nEND:VEVENT\r\n");
        assert_eq!(read(&text).unwrap().events[0].attendees[0].address, "ama@example.org");
    }

    #[test]
    fn what_no_honest_calendar_is_is_not_read() {
        let deep = format!("{}{}", "BEGIN:VEVENT\r\n".repeat(500), "END:VEVENT\r\n".repeat(500));
        let long = "X-A:b\r\n".repeat(MOST_LINES);
        let large = format!("BEGIN:VEVENT\r\nUID:x\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\n", "x".repeat(MOST_BYTES));
        for inner in [deep, long, large, "UID:\0\r\n".to_owned()] {
            assert_eq!(read(&calendar(&inner)), None);
        }
        for text in [
            "",
            "BEGIN:VCALENDAR",
            "nothing of the kind",
            "BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n",
        ] {
            assert!(read(text).is_none_or(|calendar| calendar.method.is_empty()), "{text}");
        }
    }
}
