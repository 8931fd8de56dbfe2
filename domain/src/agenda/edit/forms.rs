//! Rooms, tracks, speakers and sessions as they are typed, read by the very rules an import is read by.

use super::Board;
use crate::{
    agenda::{Domain, SessionKind, entity::session},
    error::{Error, FieldErrors, Result},
    events::{
        edit::form::{choice, file, given, number, words},
        entity::event,
        exchange::{
            check::{self, CheckedEvent, CheckedRoom, CheckedSession, CheckedSpeaker, CheckedTrack, Known},
            problem::Problem,
            schema::{self, EventDocument, wall_text},
        },
    },
};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A session as typed. Its code is made when it is new, and stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionForm {
    pub title: String,
    pub kind: String,
    /// Wall time as a browser gives it, `2027-03-11T09:00`.
    pub starts: String,
    pub ends: String,
    /// The code of a room; blank for none. So is `track`.
    pub room: String,
    pub track: String,
    /// Codes of speakers in the order they speak, keyed "1", "2" and so on; a blank one is left out.
    pub speakers: BTreeMap<String, String>,
    /// "true", or anything else for no; so are the next two.
    pub cpd: String,
    pub participatory: String,
    pub discussion: String,
    pub domain: String,
    pub content_note: String,
    /// How many may sign up; blank where nobody needs to.
    pub sign_up_places: String,
    /// What tells the state of the session that was on the screen; blank to save whatever has happened since.
    pub seen: String,
}

fn tick(is: bool) -> String {
    if is { "true".to_owned() } else { String::new() }
}

impl SessionForm {
    /// A form for the next session: after the last one, for an hour at most, counting as CPD.
    #[must_use]
    pub fn fresh(event: &event::Model, board: &Board) -> Self {
        let last = board.planned().map(|session| session.ends_wall).max();
        let starts = last.filter(|last| *last < event.ends_wall).unwrap_or(event.starts_wall);
        let ends = (starts + chrono::TimeDelta::hours(1)).min(event.ends_wall);
        Self {
            kind: SessionKind::Talk.word().to_owned(),
            starts: wall_text(starts),
            ends: wall_text(ends),
            cpd: tick(true),
            ..Self::default()
        }
    }

    /// The form of a session as it stands.
    #[must_use]
    pub fn of(session: &session::Model, board: &Board) -> Self {
        let room = session.room_id.and_then(|id| board.room(id));
        let track = session.track_id.and_then(|id| board.track(id));
        let speakers = board.speakers_of(session.id).map(|speaker| speaker.code.clone());
        let mut form = Self {
            title: session.title.clone(),
            kind: session.kind.word().to_owned(),
            starts: wall_text(session.starts_wall),
            ends: wall_text(session.ends_wall),
            room: room.map(|row| row.code.clone()).unwrap_or_default(),
            track: track.map(|row| row.code.clone()).unwrap_or_default(),
            speakers: (1..).map(|n: usize| n.to_string()).zip(speakers).collect(),
            cpd: tick(session.cpd),
            participatory: tick(session.participatory),
            discussion: tick(session.discussion),
            domain: session.domain.map(|domain| domain.word().to_owned()).unwrap_or_default(),
            content_note: session.content_note.clone().unwrap_or_default(),
            sign_up_places: session.sign_up_places.map(|places| places.to_string()).unwrap_or_default(),
            seen: String::new(),
        };
        form.seen = form.version();
        form
    }

    /// A form for another session like this one: right after it where there is time, otherwise when it is.
    #[must_use]
    pub fn copy_of(session: &session::Model, board: &Board, event: &event::Model) -> Self {
        let length = session.ends_wall - session.starts_wall;
        let (mut starts, mut ends) = (session.ends_wall, session.ends_wall + length);
        if ends > event.ends_wall {
            (starts, ends) = (session.starts_wall, session.ends_wall);
        }
        Self {
            starts: wall_text(starts),
            ends: wall_text(ends),
            seen: String::new(),
            ..Self::of(session, board)
        }
    }

    /// What tells one state of a session from the next.
    #[must_use]
    pub fn version(&self) -> String {
        let shown = Self {
            seen: String::new(),
            ..self.clone()
        };
        let text = serde_json::to_string(&shown).unwrap_or_default();
        hex::encode(&Sha256::digest(text.as_bytes())[..8])
    }

    /// The rows with a speaker in them, in order, each with its key.
    #[must_use]
    pub fn speaker_rows(&self) -> Vec<(&String, &String)> {
        let mut rows: Vec<_> = self.speakers.iter().filter(|(_, code)| !code.trim().is_empty()).collect();
        rows.sort_by_key(|(key, _)| key.parse::<u32>().unwrap_or(u32::MAX));
        rows
    }

    /// The session at `event`, or all that is wrong, each beside its field.
    pub(super) fn parse(&self, event: &event::Model, board: &Board, code: &str) -> Result<CheckedSession> {
        let mut errors = FieldErrors::default();
        for (field, typed, ask) in [
            ("title", &self.title, "Enter a title"),
            ("starts", &self.starts, "Enter the day and time it starts"),
            ("ends", &self.ends, "Enter the day and time it ends"),
        ] {
            if typed.trim().is_empty() {
                errors.add(format!("form[{field}]"), "missing", ask);
            }
        }
        let kind = choice(&mut errors, "form[kind]", "Kind", &self.kind, SessionKind::Talk);
        let domain = given(&self.domain).map(|word| choice(&mut errors, "form[domain]", "Domain", &word, Domain::Clinical));
        let sign_up_places = number(
            &mut errors,
            "form[sign_up_places]",
            &self.sign_up_places,
            "Enter how many may sign up in figures, like 24, or leave it blank",
        );
        let rows = self.speaker_rows();
        let session = schema::Session {
            code: code.to_owned(),
            title: self.title.clone(),
            kind,
            starts: self.starts.trim().to_owned(),
            ends: self.ends.trim().to_owned(),
            status: None,
            room: given(&self.room),
            track: given(&self.track),
            // Whatever is ticked: a form for a new session has it ticked, and a break is chosen after.
            cpd: self.cpd == "true" && kind.may_count(),
            participatory: self.participatory == "true",
            discussion: self.discussion == "true",
            domain,
            speakers: rows.iter().map(|(_, code)| code.trim().to_owned()).collect(),
            content_note: given(&self.content_note),
            sign_up_places,
        };
        let mut document = file();
        document.event.timezone = event.timezone.clone();
        document.event.starts = wall_text(event.starts_wall);
        document.event.ends = wall_text(event.ends_wall);
        document.sessions = vec![session];
        let known = Known {
            rooms: board.rooms.iter().map(|row| row.code.clone()).collect(),
            tracks: board.tracks.iter().map(|row| row.code.clone()).collect(),
            speakers: board.speakers.iter().map(|row| row.code.clone()).collect(),
            ..Known::default()
        };
        let place = |steps: &[&str]| match steps {
            ["speakers", n] => {
                let row = n.parse::<usize>().ok().and_then(|n| rows.get(n));
                let key = row.map_or("1", |(key, _)| key.as_str());
                (format!("form[speakers][{key}]"), format!("Speaker {key}"))
            }
            [field, ..] => (format!("form[{field}]"), label_of(field)),
            [] => (String::new(), "The session".to_owned()),
        };
        checked(&document, &known, errors, place, |event| event.sessions)
    }
}

/// How far sessions move, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShiftForm {
    /// Minutes; with a minus, earlier.
    pub minutes: String,
    /// "one", "room" or "day".
    pub which: String,
    /// "true" to let the event begin earlier or end later where it must.
    pub stretch: String,
}

impl ShiftForm {
    /// A form that moves a session with all after it, as a late start does.
    #[must_use]
    pub fn fresh() -> Self {
        Self {
            which: "day".to_owned(),
            ..Self::default()
        }
    }
}

/// A room as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomForm {
    pub name: String,
    /// Blank for no limit.
    pub places: String,
}

impl RoomForm {
    pub(super) fn parse(&self, code: &str) -> Result<CheckedRoom> {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() {
            errors.add("form[name]", "missing", "Enter a name for the room, like Main hall");
        }
        let places = number(
            &mut errors,
            "form[places]",
            &self.places,
            "Enter how many it holds in figures, like 60, or leave it blank",
        );
        let room = schema::Room {
            code: code.to_owned(),
            name: self.name.clone(),
            places,
        };
        let document = EventDocument {
            rooms: vec![room],
            ..file()
        };
        checked(&document, &Known::default(), errors, in_form, |event| event.rooms)
    }
}

/// A track as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrackForm {
    pub name: String,
}

impl TrackForm {
    pub(super) fn parse(&self, code: &str) -> Result<CheckedTrack> {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() {
            errors.add("form[name]", "missing", "Enter a name for the track, like Schools");
        }
        let track = schema::Track {
            code: code.to_owned(),
            name: self.name.clone(),
        };
        let document = EventDocument {
            tracks: vec![track],
            ..file()
        };
        checked(&document, &Known::default(), errors, in_form, |event| event.tracks)
    }
}

/// A speaker as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpeakerForm {
    pub name: String,
    pub role: String,
    pub organisation: String,
    /// Markdown.
    pub bio: String,
}

impl SpeakerForm {
    /// The form of a speaker as they stand.
    #[must_use]
    pub fn of(speaker: &crate::agenda::entity::speaker::Model) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            name: speaker.name.clone(),
            role: text(&speaker.role),
            organisation: text(&speaker.organisation),
            bio: text(&speaker.bio),
        }
    }

    pub(super) fn parse(&self, code: &str) -> Result<CheckedSpeaker> {
        let mut errors = FieldErrors::default();
        if self.name.trim().is_empty() {
            errors.add("form[name]", "missing", "Enter their name, as it is to be shown");
        }
        let speaker = schema::Speaker {
            code: code.to_owned(),
            name: self.name.clone(),
            role: given(&self.role),
            organisation: given(&self.organisation),
            bio: given(&self.bio),
        };
        let document = EventDocument {
            speakers: vec![speaker],
            ..file()
        };
        checked(&document, &Known::default(), errors, in_form, |event| event.speakers)
    }
}

/// The words over each field, for messages about it. The page says the same.
fn label_of(field: &str) -> String {
    match field {
        "title" => "Title",
        "starts" => "Start",
        "ends" => "End",
        "room" => "Room",
        "track" => "Track",
        "content_note" => "Content note",
        "sign_up_places" => "Places to sign up for",
        "name" => "Name",
        "places" => "Places",
        "role" => "Role",
        "organisation" => "Organisation",
        "bio" => "About them",
        _ => "This field",
    }
    .to_owned()
}

fn in_form(steps: &[&str]) -> (String, String) {
    match steps {
        [field, ..] => (format!("form[{field}]"), label_of(field)),
        [] => (String::new(), "This".to_owned()),
    }
}

/// The one thing a document is about, checked; or what is wrong with it, each problem where `place` puts it.
fn checked<T>(
    document: &EventDocument,
    known: &Known,
    mut errors: FieldErrors,
    place: impl Fn(&[&str]) -> (String, String),
    the_one: impl Fn(CheckedEvent) -> Vec<T>,
) -> Result<T> {
    match check::event(document, known, DateTime::UNIX_EPOCH) {
        Ok(event) => {
            let one = the_one(event)
                .pop()
                .ok_or_else(|| anyhow::anyhow!("what was checked is gone afterwards"))?;
            errors.finish(one)
        }
        Err(problems) => {
            for problem in problems.iter().filter(|problem| !problem.warning) {
                // A pointer here is /list/0/field, perhaps with a number after it.
                let steps: Vec<&str> = problem.pointer.split('/').skip(3).collect();
                let (field, label) = place(&steps);
                if errors.of(&field).is_none() {
                    errors.add(field, problem.code, message(&label, problem));
                }
            }
            Err(Error::Invalid(errors))
        }
    }
}

fn message(label: &str, problem: &Problem) -> String {
    match problem.message.strip_prefix("This session ") {
        Some(rest) => format!("{label}: the session {}", rest.trim_end_matches('.')),
        None => words(label, problem),
    }
}
