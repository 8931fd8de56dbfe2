//! Events for tests, made by the import everybody uses.

use crate::TestApp;
use domain::{
    events::entity::event,
    ids::{EventId, OrganisationId},
};
use serde_json::{Value, json};

/// An event that is there.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub organisation: OrganisationId,
    pub slug: String,
    pub row: event::Model,
}

impl Event {
    /// A path under the event's, as `path("/book")`.
    #[must_use]
    pub fn path(&self, rest: &str) -> String {
        format!("/events/{}{rest}", self.slug)
    }

    /// A path under its organiser's page.
    #[must_use]
    pub fn desk(&self, rest: &str) -> String {
        format!("/organise/events/{}{rest}", self.slug)
    }
}

/// An event to be. Times are wall times in its zone.
#[must_use = "create() makes it"]
#[derive(Debug)]
pub struct EventBuilder<'a> {
    app: &'a TestApp,
    file: Value,
}

impl<'a> EventBuilder<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        let file = json!({
            "plenary": 1,
            "kind": "event",
            "organisation": {"slug": crate::app::ORGANISATION, "name": "Example Training Ltd", "email": "events@example.org"},
            "event": {
                "slug": "study-day", "status": "published", "title": "Study day", "summary": "One day for everybody.",
                "timezone": "Europe/London", "starts": "2027-03-12T09:00", "ends": "2027-03-12T16:00",
                "venue": {"name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA"}
            },
            "rooms": [{"code": "hall", "name": "Main hall", "places": 300}],
            "sessions": [{"code": "talk", "title": "The talk", "kind": "talk", "starts": "2027-03-12T09:30", "ends": "2027-03-12T11:00", "room": "hall", "cpd": true}],
            "tickets": [{"code": "standard", "name": "Standard", "price_pence": 0}],
            "places": [],
            "attendance": []
        });
        Self { app, file }
    }

    fn event(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.file["event"][field] = value.into();
        self
    }

    pub fn slug(self, slug: &str) -> Self {
        self.event("slug", slug)
    }

    pub fn title(self, title: &str) -> Self {
        self.event("title", title)
    }

    /// How many may come in all.
    pub fn capacity(self, places: u32) -> Self {
        self.event("capacity", places)
    }

    /// Published, which it is unless something else is said.
    pub fn open(self) -> Self {
        self.event("status", "published")
    }

    pub fn draft(self) -> Self {
        self.event("status", "draft")
    }

    pub fn closed(self) -> Self {
        self.event("status", "closed")
    }

    /// Sensitive, under this name where others read.
    pub fn sensitive(self, neutral_title: &str) -> Self {
        self.event("sensitive", true).event("neutral_title", neutral_title)
    }

    /// When it is, as `2027-03-12T09:00`. The one session moves to its first half hour.
    pub fn when(mut self, zone: &str, starts: &str, ends: &str) -> Self {
        self.file["event"]["timezone"] = zone.into();
        self.file["sessions"][0]["starts"] = starts.into();
        self.file["sessions"][0]["ends"] = half_an_hour_after(starts).into();
        self.event("starts", starts).event("ends", ends)
    }

    /// When booking is open.
    pub fn bookings(self, open: &str, close: &str) -> Self {
        self.event("bookings_open", open).event("bookings_close", close)
    }

    /// Another organisation's, which is made if it is new.
    pub fn of(mut self, slug: &str) -> Self {
        self.file["organisation"] = json!({"slug": slug, "name": slug.replace('-', " "), "email": format!("office@{slug}.example.org")});
        self
    }

    /// A ticket; the first one takes the place of the usual `standard`.
    pub fn ticket(mut self, code: &str, name: &str, price_pence: u32, vat: &str, places: Option<u32>) -> Self {
        let tickets = self.file["tickets"].as_array_mut().unwrap();
        if tickets.iter().any(|ticket| ticket["code"] == "standard") {
            tickets.clear();
        }
        tickets.push(json!({"code": code, "name": name, "price_pence": price_pence, "vat": vat, "places": places}));
        self
    }

    /// The sessions instead of the usual one.
    pub fn sessions(mut self, sessions: Value) -> Self {
        self.file["sessions"] = sessions;
        self
    }

    /// Somebody who has a place, with the first ticket.
    pub fn place(mut self, code: &str, name: &str, email: &str) -> Self {
        let ticket = self.file["tickets"][0]["code"].clone();
        self.file["places"]
            .as_array_mut()
            .unwrap()
            .push(json!({"code": code, "ticket": ticket, "name": name, "email": email}));
        self
    }

    /// Somebody was seen: `session` is a code, or none for the door.
    pub fn seen(mut self, place: &str, session: Option<&str>, action: &str, at: &str) -> Self {
        let record = json!({"place": place, "session": session, "action": action, "at": at, "how": "steward"});
        self.file["attendance"].as_array_mut().unwrap().push(record);
        self
    }

    /// Any other change of the file.
    pub fn with(mut self, change: impl FnOnce(&mut Value)) -> Self {
        change(&mut self.file);
        self
    }

    /// The file as it would be imported.
    #[must_use]
    pub fn file(&self) -> &Value {
        &self.file
    }

    /// Imports it.
    pub async fn create(self) -> Event {
        let report = self.app.import(&self.file).await;
        self.app.find_event(&report.slug).await
    }
}

fn half_an_hour_after(wall: &str) -> String {
    let starts = chrono::NaiveDateTime::parse_from_str(wall, "%Y-%m-%dT%H:%M").unwrap();
    (starts + chrono::TimeDelta::minutes(30)).format("%Y-%m-%dT%H:%M").to_string()
}
