//! Calendars: the invites, updates and cancellations that go by mail, the files people download, the feeds they follow.
//!
//! One [`calendar`] writes all of them. What Outlook, Gmail and Apple Mail need to take an invite for a real one is kept
//! here and nowhere else: METHOD at calendar level, one ATTENDEE who is the reader, a SEQUENCE that rises, wall times with
//! their zone's definition. An invite names nobody but its reader and the organiser: who else is on a
//! circulation list is never in it.
//!
//! The `icalendar` crate writes line breaks in addresses, links and parameters as they are, so a name could add a property
//! of its own; everything is cleaned before it gets there.

pub mod read;
mod timezone;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use chrono_tz::Tz;
use icalendar::{Calendar, Component, Event, Property};
use lettre::message::Mailbox;

use super::letter::plain::{lines, one_line};
use super::zones::is_utc;

/// Who wrote the file, in the form the format asks for.
const PRODID: &str = concat!("-//Plenary//Plenary ", env!("CARGO_PKG_VERSION"), "//EN");

/// What a calendar is for. Goes into the calendar and into the mail part's Content-Type, and the two must agree (RFC 6047).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A download or a feed: nobody is asked, so there is no ATTENDEE. There is no ORGANIZER either: some programs
    /// write to one to say the entry was added.
    Publish,
    /// An invite, or a newer one in its place. The reader is its one ATTENDEE.
    Request,
    /// Takes an earlier invite out of the reader's calendar.
    Cancel,
}

impl Method {
    /// "REQUEST".
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        }
    }
}

/// Whether what an entry announces is going ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Confirmed,
    Cancelled,
}

/// One thing in a calendar.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Names this entry for ever, `something@host`. An invite's is unguessable and its reader's own, so that a reply
    /// carrying it needs nothing else to be matched.
    pub uid: String,
    /// Rises with every change; programs drop an update whose number is not higher.
    pub sequence: u32,
    /// When this version was written; whole seconds are kept.
    pub stamp: DateTime<Utc>,
    /// Wall time in `zone`, and one that exists there (see [`super::zones::wall_to_utc`]). If it happens twice, calendars take the first.
    pub starts: NaiveDateTime,
    /// Wall time in `zone`, after `starts`.
    pub ends: NaiveDateTime,
    pub zone: Tz,
    /// Shows on shared office calendars: the neutral title where the event is sensitive.
    pub summary: String,
    /// Left out if empty.
    pub location: String,
    /// May have several lines. Left out if empty.
    pub description: String,
    /// Left out unless it is an `http:` or `https:` address.
    pub url: Option<String>,
    /// Must be the mail's From for the invite to be believed.
    pub organizer: Mailbox,
    /// The reader. Needed for [`Method::Request`] and [`Method::Cancel`], never written for [`Method::Publish`].
    pub attendee: Option<Mailbox>,
    /// [`Method::Cancel`] writes CANCELLED whatever this says.
    pub status: Status,
}

/// A whole calendar as text: CRLF line ends, lines folded at 75 octets between characters.
///
/// `name` is what a feed is called in the reader's program. A [`Method::Publish`] calendar asks to be fetched again hourly.
pub fn calendar(method: Method, name: Option<&str>, entries: &[Entry]) -> String {
    let mut calendar = Calendar::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", PRODID),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", method.as_str()),
    ] {
        calendar.append_property((key, value));
    }
    if let Some(name) = name.map(one_line).filter(|name| !name.is_empty()) {
        // The crate escapes X- properties as text but does not know NAME.
        calendar.append_property(("NAME", escaped(&name).as_str()));
        calendar.append_property(("X-WR-CALNAME", name.as_str()));
    }
    if method == Method::Publish {
        calendar.append_property(Property::new("REFRESH-INTERVAL", "PT1H").add_parameter("VALUE", "DURATION").done());
        calendar.append_property(("X-PUBLISHED-TTL", "PT1H"));
    }
    for entry in entries {
        calendar.push(event(method, entry));
    }

    // Text cannot hold a raw line break, so the first of these lines is a real one.
    const FIRST: &str = "\r\nBEGIN:VEVENT\r\n";
    folded(
        &calendar
            .to_string()
            .replacen(FIRST, &format!("\r\n{}BEGIN:VEVENT\r\n", zones(entries)), 1),
    )
}

/// Folds every line at 75 octets, between characters. Done again here because the crate lets the last piece of a folded
/// line run to 76.
fn folded(text: &str) -> String {
    const OCTETS: usize = 75;
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in text.replace("\r\n ", "").split_terminator("\r\n") {
        let mut used = 0;
        for c in line.chars() {
            if used + c.len_utf8() > OCTETS {
                out.push_str("\r\n ");
                used = 1;
            }
            out.push(c);
            used += c.len_utf8();
        }
        out.push_str("\r\n");
    }
    out
}

fn event(method: Method, entry: &Entry) -> Event {
    let cancelled = method == Method::Cancel || entry.status == Status::Cancelled;
    let mut event = Event::new();
    event.add_property("UID", token(&entry.uid));
    event.add_property("SEQUENCE", entry.sequence.min(i32::MAX as u32).to_string());
    event.add_property("DTSTAMP", entry.stamp.format("%Y%m%dT%H%M%SZ").to_string());
    event.append_property(wall_time("DTSTART", entry.starts, entry.zone));
    event.append_property(wall_time("DTEND", entry.ends, entry.zone));
    event.add_property("SUMMARY", one_line(&entry.summary));
    event.add_property("STATUS", if cancelled { "CANCELLED" } else { "CONFIRMED" });
    event.add_property("TRANSP", if cancelled { "TRANSPARENT" } else { "OPAQUE" });
    for (key, value) in [("LOCATION", one_line(&entry.location)), ("DESCRIPTION", lines(&entry.description))] {
        if !value.is_empty() {
            event.add_property(key, value);
        }
    }
    if let Some(url) = entry.url.as_deref().and_then(link) {
        event.add_property("URL", url);
    }
    if method != Method::Publish {
        event.append_property(address("ORGANIZER", &entry.organizer));
        if let Some(attendee) = &entry.attendee {
            let mut property = address("ATTENDEE", attendee);
            for (key, value) in [
                ("CUTYPE", "INDIVIDUAL"),
                ("ROLE", "REQ-PARTICIPANT"),
                ("PARTSTAT", "NEEDS-ACTION"),
                ("RSVP", "TRUE"),
            ] {
                property.add_parameter(key, value);
            }
            event.append_property(property);
        }
    }
    event
}

/// The definitions of all zones in use, each once.
fn zones(entries: &[Entry]) -> String {
    let mut used: BTreeMap<&str, (Tz, i32, i32)> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !is_utc(entry.zone)) {
        let (first, last) = (
            entry.starts.year().min(entry.ends.year()),
            entry.starts.year().max(entry.ends.year()),
        );
        let years = used.entry(entry.zone.name()).or_insert((entry.zone, first, last));
        *years = (entry.zone, years.1.min(first), years.2.max(last));
    }
    used.into_values()
        .map(|(zone, first, last)| timezone::vtimezone(zone, first, last))
        .collect()
}

fn wall_time(key: &str, wall: NaiveDateTime, zone: Tz) -> Property {
    let digits = wall.format("%Y%m%dT%H%M%S");
    if is_utc(zone) {
        Property::new(key, format!("{digits}Z"))
    } else {
        Property::new(key, digits.to_string()).add_parameter("TZID", zone.name()).done()
    }
}

/// A calendar address with its common name, the name as clean as a parameter must be: RFC 5545 has no way to write `"` in one.
fn address(key: &str, mailbox: &Mailbox) -> Property {
    let mut property = Property::new(key, format!("mailto:{}", encoded(mailbox.email.as_ref())));
    let name = mailbox
        .name
        .as_deref()
        .map(|name| one_line(&name.replace('"', "'")))
        .unwrap_or_default();
    if !name.is_empty() {
        property.add_parameter("CN", &name);
    }
    property
}

/// An identifier: no blanks, controls or quotes.
fn token(text: &str) -> String {
    one_line(text).chars().filter(|c| !c.is_whitespace() && *c != '"').collect()
}

/// A web address fit to be written raw, if it is one.
fn link(url: &str) -> Option<String> {
    let url = url.trim();
    let scheme = url.split_once("://")?.0.to_ascii_lowercase();
    (scheme == "https" || scheme == "http").then(|| encoded(url))
}

/// Percent-encodes what would not survive raw in an address: controls, blanks, quotes, brackets and all beyond ASCII.
fn encoded(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0..=32 | 127.. => out += &format!("%{byte:02X}"),
            byte => out.push(char::from(byte)),
        }
    }
    out
}

/// RFC 5545's TEXT, on one line.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,")
}
