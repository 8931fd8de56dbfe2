//! An event for search engines and link previews: schema.org's Event, and the few words beside a link.
//!
//! What is given here is shown anywhere, out of our hands and beside a person's search. So a sensitive event goes by its
//! neutral name, without its subject: no summary, no speakers, no session. And no link for taking part is ever in it.

use super::{AttendanceMode, EventStatus, calendar::location, rules::Booking, service::Shown};
use crate::{
    Services,
    bookings::rules::sum,
    platform::zones::{self, rfc3339},
};
use serde_json::{Map, Value, json};

/// The longest description a preview shows.
const LONGEST: usize = 200;

/// The words beside a link to the event: its summary, or where that must not travel, when and where it is and whose.
#[must_use]
pub fn description(shown: &Shown) -> String {
    let event = &shown.event;
    let summary = event.summary.split_whitespace().collect::<Vec<_>>().join(" ");
    if event.sensitive || summary.is_empty() {
        let when = zones::span(event.starts_wall, event.ends_wall);
        return format!("{when}. {}. {}.", location(event), shown.organisation.name);
    }
    if summary.chars().count() <= LONGEST {
        return summary;
    }
    let mut short = String::new();
    for word in summary.split(' ') {
        if short.chars().count() + word.chars().count() + 2 > LONGEST {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short.push('…');
    short
}

/// The event as schema.org has it, to be put into its page as JSON-LD.
#[must_use]
pub fn json_ld(services: &Services, shown: &Shown) -> Value {
    let event = &shown.event;
    let url = services.url(&format!("/events/{}", event.slug));
    let mode = match event.attendance_mode {
        AttendanceMode::Venue => "https://schema.org/OfflineEventAttendanceMode",
        AttendanceMode::Online => "https://schema.org/OnlineEventAttendanceMode",
        AttendanceMode::Both => "https://schema.org/MixedEventAttendanceMode",
    };
    let status = match event.status {
        EventStatus::Cancelled => "https://schema.org/EventCancelled",
        _ => "https://schema.org/EventScheduled",
    };
    let mut value = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.shown_title(),
        "description": description(shown),
        "url": url,
        "startDate": rfc3339(event.starts_at, event.zone()),
        "endDate": rfc3339(event.ends_at, event.zone()),
        "eventStatus": status,
        "eventAttendanceMode": mode,
        "location": places(shown, &url),
        "organizer": {"@type": "Organization", "name": shown.organisation.name, "url": services.url("/")},
        "inLanguage": "en-GB",
    });
    if let Value::Object(fields) = &mut value {
        let offers = offers(services, shown);
        if !offers.is_empty() {
            fields.insert(
                "isAccessibleForFree".to_owned(),
                shown.tickets.iter().all(|ticket| ticket.price_pence == 0).into(),
            );
            fields.insert("offers".to_owned(), offers.into());
        }
        if !event.sensitive && !shown.agenda.speakers.is_empty() {
            let performers = shown
                .agenda
                .speakers
                .iter()
                .map(|speaker| json!({"@type": "Person", "name": speaker.name}));
            fields.insert("performer".to_owned(), performers.collect());
        }
    }
    value
}

/// Where it is. Online is at the event's own page: the way in is only for those who hold a place.
fn places(shown: &Shown, url: &str) -> Value {
    let event = &shown.event;
    let mut places = Vec::new();
    if let Some(name) = event
        .venue_name
        .as_ref()
        .filter(|_| event.attendance_mode != AttendanceMode::Online)
    {
        let mut address = Map::new();
        address.insert("@type".to_owned(), "PostalAddress".into());
        for (key, part) in [("streetAddress", &event.venue_address), ("postalCode", &event.venue_postcode)] {
            if let Some(part) = part {
                address.insert(key.to_owned(), part.clone().into());
            }
        }
        places.push(json!({"@type": "Place", "name": name, "address": address}));
    }
    if event.attendance_mode != AttendanceMode::Venue || places.is_empty() {
        places.push(json!({"@type": "VirtualLocation", "url": url}));
    }
    if places.len() == 1 { places.remove(0) } else { places.into() }
}

/// The tickets on show, each with its price as it is paid: VAT included.
fn offers(services: &Services, shown: &Shown) -> Vec<Value> {
    let is_open = matches!(shown.booking, Booking::Open { .. } | Booking::NotYet(_));
    shown
        .tickets
        .iter()
        .map(|ticket| {
            let pence = sum([(ticket.price_pence, ticket.vat, 1)]).total_pence();
            let availability = if is_open && ticket.left() != Some(0) {
                "InStock"
            } else {
                "SoldOut"
            };
            let mut offer = json!({
                "@type": "Offer",
                "name": ticket.name,
                "price": format!("{}.{:02}", pence / 100, pence % 100),
                "priceCurrency": "GBP",
                "availability": format!("https://schema.org/{availability}"),
                "url": services.url(&format!("/events/{}/book", shown.event.slug)),
            });
            if let (Value::Object(fields), Some(opens)) = (&mut offer, shown.event.bookings_open_at) {
                fields.insert("validFrom".to_owned(), rfc3339(opens, shown.event.zone()).into());
            }
            offer
        })
        .collect()
}
