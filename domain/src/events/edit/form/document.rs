//! An event's form as a file of schema 1, and back from what is wrong with that file to the field it came from.

use super::{
    EventForm,
    typed::{choice, given, number, slug_of, tidy},
};
use crate::{
    error::FieldErrors,
    events::{
        AttendanceMode, CpdParticipatory, CpdRule, EventKind,
        exchange::{
            problem::Problem,
            schema::{self, Kind, SCHEMA},
        },
    },
};

impl EventForm {
    /// The form as a file of schema 1. What is no number or no choice is reported here and left out.
    pub(super) fn document(&self, errors: &mut FieldErrors) -> schema::EventDocument {
        let has_venue = [&self.venue_name, &self.venue_address, &self.venue_postcode]
            .into_iter()
            .any(|text| !text.trim().is_empty());
        let event = schema::Event {
            slug: if self.slug.trim().is_empty() {
                slug_of(self.name_for_others())
            } else {
                self.slug.trim().to_owned()
            },
            event_kind: choice(errors, "form[kind]", "Kind", &self.kind, EventKind::Conference),
            status: None,
            title: self.title.clone(),
            neutral_title: given(&self.neutral_title),
            summary: given(&self.summary),
            overview: given(&self.overview),
            outcomes: self
                .outcomes
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect(),
            audience: given(&self.audience),
            hashtag: given(&self.hashtag),
            timezone: self.timezone.trim().to_owned(),
            starts: self.starts.trim().to_owned(),
            ends: self.ends.trim().to_owned(),
            attendance_mode: choice(
                errors,
                "form[attendance_mode]",
                "How people take part",
                &self.attendance_mode,
                AttendanceMode::Venue,
            ),
            venue: has_venue.then(|| schema::Venue {
                name: self.venue_name.clone(),
                address: given(&self.venue_address),
                postcode: given(&self.venue_postcode),
            }),
            online_url: given(&self.online_url),
            capacity: number(
                errors,
                "form[capacity]",
                &self.capacity,
                "Enter the capacity in figures, like 60, or leave it blank for no limit",
            ),
            bookings_open: given(&self.bookings_open),
            bookings_close: given(&self.bookings_close),
            sensitive: self.sensitive == "true",
            support: self
                .support_rows()
                .into_iter()
                .map(|(_, row)| schema::Support {
                    name: row.name.clone(),
                    contact: row.contact.clone(),
                    note: given(&row.note),
                    checked_on: given(&row.checked_on),
                })
                .collect(),
            evidence: self
                .evidence_rows()
                .into_iter()
                .map(|(_, row)| schema::Evidence {
                    quote: tidy(&row.quote),
                    source: row.source.clone(),
                    published: given(&row.published),
                    url: given(&row.url),
                })
                .collect(),
            cpd: Some(schema::Cpd {
                statement: given(&self.cpd_statement),
                rule: choice(
                    errors,
                    "form[cpd_rule]",
                    "How hours are counted",
                    &self.cpd_rule,
                    CpdRule::Proportional,
                ),
                threshold_percent: number(
                    errors,
                    "form[cpd_threshold_percent]",
                    &self.cpd_threshold_percent,
                    "Enter the share of a session in figures, like 80",
                ),
                grace_minutes: number(
                    errors,
                    "form[cpd_grace_minutes]",
                    &self.cpd_grace_minutes,
                    "Enter the minutes that may be missed in figures, like 15",
                ),
                day_cap_minutes: number(
                    errors,
                    "form[cpd_day_cap_minutes]",
                    &self.cpd_day_cap_minutes,
                    "Enter the most minutes a day gives in figures, like 480",
                ),
                round_down_to: number(
                    errors,
                    "form[cpd_round_down_to]",
                    &self.cpd_round_down_to,
                    "Enter the step in minutes in figures, like 15",
                ),
                min_minutes: number(
                    errors,
                    "form[cpd_min_minutes]",
                    &self.cpd_min_minutes,
                    "Enter the fewest minutes for a certificate in figures, like 15",
                ),
                participatory: choice(
                    errors,
                    "form[cpd_participatory]",
                    "Participatory time",
                    &self.cpd_participatory,
                    CpdParticipatory::BySession,
                ),
                schemes: self
                    .cpd_schemes
                    .iter()
                    .filter(|(_, chosen)| *chosen == "true")
                    .map(|(code, _)| code.clone())
                    .collect(),
                certificate_days: number(
                    errors,
                    "form[cpd_certificate_days]",
                    &self.cpd_certificate_days,
                    "Enter the days in figures, like 5, or leave it blank to promise nothing",
                ),
            }),
        };
        schema::EventDocument { event, ..file() }
    }

    /// The title where others may read it, and so in the address.
    fn name_for_others(&self) -> &str {
        if self.sensitive == "true" && !self.neutral_title.trim().is_empty() {
            &self.neutral_title
        } else {
            &self.title
        }
    }

    /// The field a pointer into [`Self::document`] came from, and what people call it.
    pub(super) fn place_of(&self, pointer: &str) -> (String, String) {
        let steps: Vec<&str> = pointer.trim_start_matches("/event/").split('/').collect();
        let nth = |text: &str| text.parse::<usize>().unwrap_or(0);
        match steps[..] {
            ["support", n, field] => {
                let key = self.support_rows().get(nth(n)).map_or(n, |(key, _)| key.as_str());
                (format!("form[support][{key}][{field}]"), format!("Line of help {key}"))
            }
            ["evidence", n, field] => {
                let key = self.evidence_rows().get(nth(n)).map_or(n, |(key, _)| key.as_str());
                (format!("form[evidence][{key}][{field}]"), format!("Evidence {key}"))
            }
            ["outcomes", n] => ("form[outcomes]".to_owned(), format!("Outcome {}", nth(n) + 1)),
            ["venue", field] => (format!("form[venue_{field}]"), label_of(&format!("venue_{field}"))),
            ["cpd", "schemes", n] => {
                let code = self.cpd_schemes.keys().nth(nth(n)).map_or("", String::as_str);
                (format!("form[cpd_schemes][{code}]"), "Schemes".to_owned())
            }
            ["cpd", field] => (format!("form[cpd_{field}]"), label_of(&format!("cpd_{field}"))),
            [field] => (format!("form[{field}]"), label_of(field)),
            _ => (String::new(), "The event".to_owned()),
        }
    }
}

/// The words over each field, for messages about it. The page says the same.
fn label_of(field: &str) -> String {
    match field {
        "slug" => "Address of its page",
        "title" => "Title",
        "neutral_title" => "Neutral name",
        "summary" => "Summary",
        "overview" => "About the day",
        "audience" => "Who it is for",
        "hashtag" => "Hashtag",
        "timezone" => "Time zone",
        "starts" => "Start",
        "ends" => "End",
        "capacity" => "Capacity",
        "venue_name" => "Venue",
        "venue_address" => "Street and town",
        "venue_postcode" => "Postcode",
        "online_url" => "Link for taking part online",
        "bookings_open" => "Booking opens",
        "bookings_close" => "Booking closes",
        "cpd_statement" => "Statement about CPD",
        "cpd_rule" => "How hours are counted",
        "cpd_threshold_percent" => "Share of a session, in percent",
        "cpd_grace_minutes" => "Minutes that may be missed",
        "cpd_day_cap_minutes" => "Most minutes a day",
        "cpd_certificate_days" => "Certificates within, in days",
        "cpd_round_down_to" => "Round down to, in minutes",
        "cpd_min_minutes" => "Fewest minutes for a certificate",
        "cpd_participatory" => "Participatory time",
        _ => "This field",
    }
    .to_owned()
}

/// A problem of a file in words for a form, which has no pointers.
pub(crate) fn words(label: &str, problem: &Problem) -> String {
    match problem.code {
        "empty" => format!("{label}: this must not be empty"),
        "not_a_time" => format!("{label}: enter a day and a time, like 2027-03-11T09:30"),
        "offset" => format!("{label}: leave out the offset. The time zone has a field of its own"),
        _ => match problem.message.strip_prefix("This ") {
            Some(rest) => format!("{label}: this {rest}"),
            None if problem.code == "out_of_range" => format!("{label}: {}", problem.message),
            None => problem.message.clone(),
        },
    }
}

/// Brings the problems into the order in which the page shows the fields.
pub(super) fn in_order(errors: &mut FieldErrors) {
    const ORDER: [&str; 12] = [
        "form[organisation]",
        "form[title]",
        "form[slug]",
        "form[neutral_title]",
        "form[starts]",
        "form[ends]",
        "form[timezone]",
        "form[attendance_mode]",
        "form[venue",
        "form[online_url]",
        "form[capacity]",
        "form[bookings",
    ];
    errors
        .0
        .sort_by_key(|error| ORDER.iter().position(|field| error.field.starts_with(field)).unwrap_or(ORDER.len()));
}

/// A file around what a form is about. The organisation in it is never read: it exists already.
pub(crate) fn file() -> schema::EventDocument {
    schema::EventDocument {
        plenary: SCHEMA,
        kind: Kind::Event,
        organisation: schema::Organisation {
            slug: "organisation".to_owned(),
            name: "Organisation".to_owned(),
            email: "office@example.org".to_owned(),
        },
        event: schema::Event {
            slug: "event".to_owned(),
            event_kind: EventKind::Conference,
            status: None,
            title: "Event".to_owned(),
            neutral_title: None,
            summary: None,
            overview: None,
            outcomes: Vec::new(),
            audience: None,
            hashtag: None,
            timezone: "Europe/London".to_owned(),
            starts: "2027-03-11T09:00".to_owned(),
            ends: "2027-03-11T16:00".to_owned(),
            attendance_mode: AttendanceMode::Venue,
            venue: None,
            online_url: None,
            capacity: None,
            bookings_open: None,
            bookings_close: None,
            sensitive: false,
            support: Vec::new(),
            evidence: Vec::new(),
            cpd: None,
        },
        rooms: Vec::new(),
        tracks: Vec::new(),
        speakers: Vec::new(),
        sessions: Vec::new(),
        tickets: Vec::new(),
        places: Vec::new(),
        attendance: Vec::new(),
    }
}
