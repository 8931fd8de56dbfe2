//! An event as it is typed into a form, and read by the very rules an import is read by: the form is written as a file
//! of schema 1, checked as one, and what is wrong is told beside the field it came from.

use crate::{
    error::{FieldErrors, Result},
    events::{
        AttendanceMode, CpdParticipatory, CpdRule, EventKind,
        entity::event,
        exchange::{
            check::{self, CheckedEvent, Known},
            problem::Problem,
            schema::{self, Kind, SCHEMA, wall_text},
        },
        wording,
    },
    words::words as closed_list,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, str::FromStr};
use unicode_normalization::UnicodeNormalization;

/// Everything typed about an event. All text: what cannot be read is told beside its field, never lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventForm {
    /// The slug of the organisation a new event is for.
    pub organisation: String,
    /// Of a new event; blank to make one from its title.
    pub slug: String,
    pub kind: String,
    pub title: String,
    pub neutral_title: String,
    pub summary: String,
    pub overview: String,
    /// One a line.
    pub outcomes: String,
    pub audience: String,
    pub hashtag: String,
    pub timezone: String,
    /// Wall time as a browser gives it, `2027-03-11T09:00`; so are the other times.
    pub starts: String,
    pub ends: String,
    pub attendance_mode: String,
    pub venue_name: String,
    pub venue_address: String,
    pub venue_postcode: String,
    pub online_url: String,
    pub capacity: String,
    pub bookings_open: String,
    pub bookings_close: String,
    /// "true", or anything else for no.
    pub sensitive: String,
    /// Keyed "1", "2" and so on; a row with nothing in it is left out.
    pub support: BTreeMap<String, SupportForm>,
    pub evidence: BTreeMap<String, EvidenceForm>,
    pub cpd_statement: String,
    pub cpd_rule: String,
    pub cpd_threshold_percent: String,
    pub cpd_grace_minutes: String,
    pub cpd_day_cap_minutes: String,
    pub cpd_round_down_to: String,
    pub cpd_min_minutes: String,
    pub cpd_participatory: String,
    /// Keyed by a scheme's code: "true", or anything else for no.
    pub cpd_schemes: BTreeMap<String, String>,
    pub cpd_certificate_days: String,
    /// The word of the [`Part`] the form is about; what else it holds is not read.
    pub part: String,
    /// The version of the event that was on the screen; blank to save whatever has happened since.
    pub seen: String,
    /// The version of what was looked at before saving; see [`super::Look`].
    pub looked: String,
    /// "true" to let the sessions go along as far as the event's start.
    pub move_sessions: String,
}

closed_list! {
    /// The parts in which an event is changed, each saved by itself.
    Part { Basics = "basics", Page = "page", Help = "help", Evidence = "evidence", Cpd = "cpd" }
}

impl Part {
    /// What it is called.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Basics => "Name, time and place",
            Self::Page => "Words for its page",
            Self::Help => "Lines of help",
            Self::Evidence => "Evidence",
            Self::Cpd => "CPD",
        }
    }

    fn holds(self, field: &str) -> bool {
        let name = field.trim_start_matches("form[");
        let is_one = |names: &[&str]| names.iter().any(|one| name.starts_with(one));
        match self {
            Self::Page => is_one(&["summary", "overview", "outcomes", "audience", "hashtag"]),
            Self::Help => is_one(&["support"]),
            Self::Evidence => is_one(&["evidence"]),
            Self::Cpd => is_one(&["cpd_"]),
            Self::Basics => [Self::Page, Self::Help, Self::Evidence, Self::Cpd]
                .iter()
                .all(|other| !other.holds(field)),
        }
    }

    /// The problems as this part shows them: what is wrong with a field of another leads to no field.
    pub(super) fn own(self, mut errors: FieldErrors) -> FieldErrors {
        for error in errors.0.iter_mut().filter(|error| !self.holds(&error.field)) {
            error.field.clear();
        }
        errors
    }
}

/// A line of help, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SupportForm {
    pub name: String,
    pub contact: String,
    pub note: String,
    pub checked_on: String,
}

/// A figure or finding with its source, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EvidenceForm {
    pub quote: String,
    pub source: String,
    pub published: String,
    pub url: String,
}

impl EventForm {
    /// An empty form with what most events here have.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            kind: EventKind::Conference.word().to_owned(),
            timezone: "Europe/London".to_owned(),
            attendance_mode: AttendanceMode::Venue.word().to_owned(),
            cpd_rule: CpdRule::Proportional.word().to_owned(),
            cpd_round_down_to: "15".to_owned(),
            cpd_min_minutes: "15".to_owned(),
            cpd_participatory: CpdParticipatory::BySession.word().to_owned(),
            ..Self::default()
        }
    }

    /// The part this form is about.
    #[must_use]
    pub fn part(&self) -> Part {
        self.part.parse().unwrap_or(Part::Basics)
    }

    /// The event as it stands, with what was typed in this part laid over it.
    #[must_use]
    pub fn on(&self, event: &event::Model) -> Self {
        let (typed, stands) = (self.clone(), form_of(event));
        let kept = Self {
            part: typed.part.clone(),
            seen: typed.seen.clone(),
            looked: typed.looked.clone(),
            move_sessions: typed.move_sessions.clone(),
            ..stands
        };
        match self.part() {
            Part::Basics => Self {
                organisation: typed.organisation,
                slug: event.slug.clone(),
                kind: typed.kind,
                title: typed.title,
                neutral_title: typed.neutral_title,
                timezone: typed.timezone,
                starts: typed.starts,
                ends: typed.ends,
                attendance_mode: typed.attendance_mode,
                venue_name: typed.venue_name,
                venue_address: typed.venue_address,
                venue_postcode: typed.venue_postcode,
                online_url: typed.online_url,
                capacity: typed.capacity,
                bookings_open: typed.bookings_open,
                bookings_close: typed.bookings_close,
                sensitive: typed.sensitive,
                ..kept
            },
            Part::Page => Self {
                summary: typed.summary,
                overview: typed.overview,
                outcomes: typed.outcomes,
                audience: typed.audience,
                hashtag: typed.hashtag,
                ..kept
            },
            Part::Help => Self {
                support: typed.support,
                ..kept
            },
            Part::Evidence => Self {
                evidence: typed.evidence,
                ..kept
            },
            Part::Cpd => Self {
                cpd_statement: typed.cpd_statement,
                cpd_rule: typed.cpd_rule,
                cpd_threshold_percent: typed.cpd_threshold_percent,
                cpd_grace_minutes: typed.cpd_grace_minutes,
                cpd_day_cap_minutes: typed.cpd_day_cap_minutes,
                cpd_round_down_to: typed.cpd_round_down_to,
                cpd_min_minutes: typed.cpd_min_minutes,
                cpd_participatory: typed.cpd_participatory,
                cpd_schemes: typed.cpd_schemes,
                cpd_certificate_days: typed.cpd_certificate_days,
                ..kept
            },
        }
    }

    /// The event if every field can be read, or all that is wrong, each beside its field.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<CheckedEvent> {
        let mut errors = FieldErrors::default();
        for (field, typed, ask) in [
            ("title", &self.title, "Enter a title"),
            ("starts", &self.starts, "Enter the day and time it starts"),
            ("ends", &self.ends, "Enter the day and time it ends"),
            ("timezone", &self.timezone, "Enter a time zone, like Europe/London"),
        ] {
            if typed.trim().is_empty() {
                errors.add(format!("form[{field}]"), "missing", ask);
            }
        }
        let document = self.document(&mut errors);
        match check::event(&document, &Known::default(), now) {
            Ok(checked) => errors.finish(checked),
            Err(problems) => {
                for problem in problems.iter().filter(|problem| !problem.warning) {
                    let (field, label) = self.place_of(&problem.pointer);
                    if errors.of(&field).is_none() {
                        errors.add(field, problem.code, words(&label, problem));
                    }
                }
                in_order(&mut errors);
                Err(errors.into())
            }
        }
    }

    /// What is worth knowing and refuses nothing: doubtful times, settings without effect, wording to reconsider.
    #[must_use]
    pub fn notes(&self, now: DateTime<Utc>) -> Vec<String> {
        let Ok(checked) = self.parse(now) else { return Vec::new() };
        let mut notes: Vec<String> = checked
            .warnings
            .iter()
            .filter(|warning| warning.pointer.starts_with("/event/"))
            .map(|warning| words(&self.place_of(&warning.pointer).1, warning))
            .collect();
        if checked.attendance_mode != AttendanceMode::Online && checked.venue.is_none() {
            notes.push("No venue is named yet, so its page says that the place is to be announced.".to_owned());
        }
        if checked.ends.utc <= now {
            notes.push("These dates are past: nobody can book it.".to_owned());
        }
        if (checked.ends.wall.date() - checked.starts.wall.date()).num_days() > 14 {
            notes.push("It lasts more than two weeks. Is the year right?".to_owned());
        }
        if checked.attendance_mode != AttendanceMode::Venue && checked.online_url.is_none() {
            notes.push("People can take part online, but there is no link yet. Whoever holds a place is told when you add it.".to_owned());
        }
        if checked.sensitive && checked.support.is_empty() {
            notes.push("The event is marked sensitive, but has no line of help to show.".to_owned());
        }
        for (label, text) in [
            ("Title", &self.title),
            ("Neutral name", &self.neutral_title),
            ("Summary", &self.summary),
            ("About the day", &self.overview),
            ("Outcomes", &self.outcomes),
            ("Who it is for", &self.audience),
        ] {
            for advice in wording::advise(text) {
                notes.push(format!(
                    "{label}: instead of “{}”, consider “{}”. {}",
                    advice.found, advice.instead, advice.why
                ));
            }
        }
        notes
    }

    /// The form as a file of schema 1. What is no number or no choice is reported here and left out.
    fn document(&self, errors: &mut FieldErrors) -> schema::EventDocument {
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

    /// The lines of help with something in them, in their order, each with its key.
    #[must_use]
    pub fn support_rows(&self) -> Vec<(&String, &SupportForm)> {
        support_rows(&self.support)
    }

    /// The evidence with something in it, in its order, each with its key.
    #[must_use]
    pub fn evidence_rows(&self) -> Vec<(&String, &EvidenceForm)> {
        rows(&self.evidence)
    }

    /// The field a pointer into [`Self::document`] came from, and what people call it.
    fn place_of(&self, pointer: &str) -> (String, String) {
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
fn in_order(errors: &mut FieldErrors) {
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

/// The form of an event as it stands.
#[must_use]
pub fn form_of(event: &event::Model) -> EventForm {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let figure = |value: Option<i32>| value.map(|value| value.to_string()).unwrap_or_default();
    EventForm {
        organisation: String::new(),
        slug: event.slug.clone(),
        kind: event.kind.word().to_owned(),
        title: event.title.clone(),
        neutral_title: text(&event.neutral_title),
        summary: event.summary.clone(),
        overview: event.overview.clone(),
        outcomes: event
            .outcomes
            .0
            .iter()
            .map(|outcome| outcome.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
            .join("\n"),
        audience: event.audience.clone(),
        hashtag: text(&event.hashtag),
        timezone: event.timezone.clone(),
        starts: wall_text(event.starts_wall),
        ends: wall_text(event.ends_wall),
        attendance_mode: event.attendance_mode.word().to_owned(),
        venue_name: text(&event.venue_name),
        venue_address: text(&event.venue_address),
        venue_postcode: text(&event.venue_postcode),
        online_url: text(&event.online_url),
        capacity: figure(event.capacity),
        bookings_open: event.bookings_open_wall.map(wall_text).unwrap_or_default(),
        bookings_close: event.bookings_close_wall.map(wall_text).unwrap_or_default(),
        sensitive: if event.sensitive { "true".to_owned() } else { String::new() },
        support: keyed(event.support.0.iter().map(|line| SupportForm {
            name: line.name.clone(),
            contact: line.contact.clone(),
            note: text(&line.note),
            checked_on: line.checked_on.map(|day| day.to_string()).unwrap_or_default(),
        })),
        evidence: keyed(event.evidence.0.iter().map(|item| EvidenceForm {
            quote: item.quote.clone(),
            source: item.source.clone(),
            published: text(&item.published),
            url: text(&item.url),
        })),
        cpd_statement: text(&event.cpd_statement),
        cpd_rule: event.cpd_rule.word().to_owned(),
        cpd_threshold_percent: figure(event.cpd_threshold_percent),
        cpd_grace_minutes: figure(event.cpd_grace_minutes),
        cpd_day_cap_minutes: figure(event.cpd_day_cap_minutes),
        cpd_round_down_to: event.cpd_round_down_to.to_string(),
        cpd_min_minutes: event.cpd_min_minutes.to_string(),
        cpd_participatory: event.cpd_participatory.word().to_owned(),
        cpd_schemes: event.cpd_schemes.0.iter().map(|code| (code.clone(), "true".to_owned())).collect(),
        cpd_certificate_days: figure(event.certificate_days),
        part: String::new(),
        seen: version(event),
        looked: String::new(),
        move_sessions: String::new(),
    }
}

/// What tells one state of an event from the next.
#[must_use]
pub fn version(event: &event::Model) -> String {
    event.updated_at.timestamp_millis().to_string()
}

fn keyed<T>(rows: impl Iterator<Item = T>) -> BTreeMap<String, T> {
    (1..).map(|n: usize| n.to_string()).zip(rows).collect()
}

/// The rows that hold something, by number, not by the letters of it.
/// The lines of help with something in them, in their order, each with its key.
#[must_use]
pub fn support_rows(typed: &BTreeMap<String, SupportForm>) -> Vec<(&String, &SupportForm)> {
    rows(typed)
}

fn rows<T: Default + PartialEq>(typed: &BTreeMap<String, T>) -> Vec<(&String, &T)> {
    let mut rows: Vec<_> = typed.iter().filter(|(_, row)| **row != T::default()).collect();
    rows.sort_by_key(|(key, _)| key.parse::<u32>().unwrap_or(u32::MAX));
    rows
}

/// The text with the line breaks of a file, or nothing where nothing was typed.
pub(crate) fn given(typed: &str) -> Option<String> {
    let text = tidy(typed);
    (!text.is_empty()).then_some(text)
}

fn tidy(typed: &str) -> String {
    typed.replace("\r\n", "\n").trim().to_owned()
}

/// One of a list's words; `otherwise` where nothing was typed, and where what was is reported.
pub(crate) fn choice<T: FromStr>(errors: &mut FieldErrors, field: &str, label: &str, typed: &str, otherwise: T) -> T {
    match typed.trim() {
        "" => otherwise,
        word => word.parse().unwrap_or_else(|_| {
            errors.add(field, "not_a_choice", format!("{label}: choose one from the list"));
            otherwise
        }),
    }
}

/// A whole number, with or without commas between its thousands; nothing where nothing was typed.
pub(crate) fn number(errors: &mut FieldErrors, field: &str, typed: &str, ask: &str) -> Option<i64> {
    let figures = typed.trim().replace(',', "");
    if figures.is_empty() {
        return None;
    }
    errors.take(field, figures.parse::<i64>().map_err(|_| ask.to_owned()))
}

/// An address made from a title: `[a-z0-9-]{3,}`, accents dropped.
#[must_use]
pub fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for c in title
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
        if slug.len() >= 70 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    match slug.len() {
        0 => "event".to_owned(),
        1 | 2 => format!("event-{slug}"),
        _ => slug.to_owned(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
#[path = "form_tests.rs"]
mod tests;
