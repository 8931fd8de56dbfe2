//! An event as it is typed into a form, and read by the very rules an import is read by: the form is written as a file
//! of schema 1, checked as one, and what is wrong is told beside the field it came from.

mod document;
mod typed;

pub(crate) use document::{file, words};
pub use typed::slug_of;
pub(crate) use typed::{choice, given, number};

use crate::{
    error::{FieldErrors, Result},
    events::{
        AttendanceMode, CpdParticipatory, CpdRule, EventKind,
        entity::event,
        exchange::{
            check::{self, CheckedEvent, Known},
            schema::wall_text,
        },
        wording,
    },
    words::words as closed_list,
};
use chrono::{DateTime, Utc};
use document::in_order;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// The lines of help with something in them, in their order, each with its key.
#[must_use]
pub fn support_rows(typed: &BTreeMap<String, SupportForm>) -> Vec<(&String, &SupportForm)> {
    rows(typed)
}

/// The rows that hold something, by number, not by the letters of it.
fn rows<T: Default + PartialEq>(typed: &BTreeMap<String, T>) -> Vec<(&String, &T)> {
    let mut rows: Vec<_> = typed.iter().filter(|(_, row)| **row != T::default()).collect();
    rows.sort_by_key(|(key, _)| key.parse::<u32>().unwrap_or(u32::MAX));
    rows
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
