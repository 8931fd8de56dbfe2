//! The rules for rooms, tracks, speakers and sessions.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::agenda::SessionStatus;
use crate::events::exchange::problem::{At, Problems, quoted};
use crate::events::exchange::schema::{EventDocument, Room, Session, Speaker, Track};
use crate::platform::zones;

use super::checked::{CheckedRoom, CheckedSession, CheckedSpeaker, CheckedTrack, Known, Moment};
use super::event::Frame;
use super::fields::{LINE, MARKDOWN, NAME, PARAGRAPH, Referred, TITLE, each, optional};

/// An agenda without problems.
pub(super) struct Agenda {
    pub rooms: Vec<CheckedRoom>,
    pub tracks: Vec<CheckedTrack>,
    pub speakers: Vec<CheckedSpeaker>,
    pub sessions: Vec<CheckedSession>,
}

/// The codes a session may refer to.
struct Codes<'d> {
    rooms: HashMap<&'d str, usize>,
    tracks: HashMap<&'d str, usize>,
    speakers: HashMap<&'d str, usize>,
    known: &'d Known,
}

pub(super) fn check(problems: &mut Problems, document: &EventDocument, known: &Known, frame: Frame) -> Option<Agenda> {
    let top = At::default();
    let codes = Codes {
        rooms: problems.unique(&top.key("rooms"), document.rooms.iter().map(|room| room.code.as_str())),
        tracks: problems.unique(&top.key("tracks"), document.tracks.iter().map(|track| track.code.as_str())),
        speakers: problems.unique(&top.key("speakers"), document.speakers.iter().map(|speaker| speaker.code.as_str())),
        known,
    };
    let rooms = each(&top.key("rooms"), &document.rooms, |at, item| room(problems, at, item));
    let tracks = each(&top.key("tracks"), &document.tracks, |at, item| track(problems, at, item));
    let speakers = each(&top.key("speakers"), &document.speakers, |at, item| speaker(problems, at, item));

    problems.unique(&top.key("sessions"), document.sessions.iter().map(|session| session.code.as_str()));
    let sessions = each(&top.key("sessions"), &document.sessions, |at, item| {
        session(problems, at, item, &codes, frame)
    });
    if let Some(sessions) = &sessions {
        warn_of_clashes(problems, sessions);
    }
    Some(Agenda {
        rooms: rooms?,
        tracks: tracks?,
        speakers: speakers?,
        sessions: sessions?,
    })
}

fn room(problems: &mut Problems, at: &At, room: &Room) -> Option<CheckedRoom> {
    let code = problems.code(&at.key("code"), &room.code);
    let name = problems.line(&at.key("name"), &room.name, NAME);
    let places = optional(room.places.as_ref(), |people| problems.people(&at.key("places"), *people));
    Some(CheckedRoom {
        code: code?,
        name: name?,
        places: places?,
    })
}

fn track(problems: &mut Problems, at: &At, track: &Track) -> Option<CheckedTrack> {
    let code = problems.code(&at.key("code"), &track.code);
    let name = problems.line(&at.key("name"), &track.name, NAME);
    Some(CheckedTrack { code: code?, name: name? })
}

fn speaker(problems: &mut Problems, at: &At, speaker: &Speaker) -> Option<CheckedSpeaker> {
    let code = problems.code(&at.key("code"), &speaker.code);
    let name = problems.person(&at.key("name"), &speaker.name);
    let role = problems.optional_line(&at.key("role"), speaker.role.as_ref(), LINE);
    let organisation = problems.optional_line(&at.key("organisation"), speaker.organisation.as_ref(), LINE);
    let bio = problems.optional_text(&at.key("bio"), speaker.bio.as_ref(), MARKDOWN);
    Some(CheckedSpeaker {
        code: code?,
        name: name?,
        role: role?,
        organisation: organisation?,
        bio: bio?,
    })
}

fn session(problems: &mut Problems, at: &At, session: &Session, codes: &Codes<'_>, frame: Frame) -> Option<CheckedSession> {
    let code = problems.code(&at.key("code"), &session.code);
    let title = problems.line(&at.key("title"), &session.title, TITLE);
    let starts = problems.moment(&at.key("starts"), &session.starts, frame.zone);
    let ends = problems.moment(&at.key("ends"), &session.ends, frame.zone);
    if problems.in_order(&at.key("ends"), starts, ends) {
        within_the_event(problems, at, starts, ends, frame);
    }
    let room = optional(session.room.as_ref(), |code| {
        problems.reference(&at.key("room"), code, Referred::Room, &codes.rooms, &codes.known.rooms)
    });
    let track = optional(session.track.as_ref(), |code| {
        problems.reference(&at.key("track"), code, Referred::Track, &codes.tracks, &codes.known.tracks)
    });
    let speakers = each(&at.key("speakers"), &session.speakers, |at, code| {
        problems.reference(at, code, Referred::Speaker, &codes.speakers, &codes.known.speakers)
    });
    let mut named = HashSet::new();
    for (index, code) in session.speakers.iter().enumerate() {
        if !named.insert(code) {
            let message = format!("The speaker {} is named twice in this session.", quoted(code));
            problems.error(at.key("speakers").item(index), "duplicate_speaker", message);
        }
    }
    let content_note = problems.optional_text(&at.key("content_note"), session.content_note.as_ref(), PARAGRAPH);
    let sign_up_places = optional(session.sign_up_places.as_ref(), |places| {
        problems.number(&at.key("sign_up_places"), *places, 1, 100_000)
    });
    if session.cpd && !session.kind.may_count() {
        let message = format!(
            "This is marked as CPD, but a session of the kind “{}” never counts.",
            session.kind.word()
        );
        problems.warn(at.key("cpd"), "cpd_never_counts", message);
    }
    Some(CheckedSession {
        code: code?,
        title: title?,
        kind: session.kind,
        status: session.status,
        starts: starts?,
        ends: ends?,
        room: room?,
        track: track?,
        cpd: session.cpd,
        participatory: session.participatory,
        discussion: session.discussion,
        domain: session.domain,
        speakers: speakers?,
        content_note: content_note?,
        sign_up_places: sign_up_places?,
    })
}

fn within_the_event(problems: &mut Problems, at: &At, starts: Option<Moment>, ends: Option<Moment>, frame: Frame) {
    if let (Some(starts), Some(event)) = (starts, frame.starts)
        && starts.utc < event.utc
    {
        let message = format!("This session starts before the event, which starts {}.", zones::moment(event.wall));
        problems.error(at.key("starts"), "outside_event", message);
    }
    if let (Some(ends), Some(event)) = (ends, frame.ends)
        && ends.utc > event.utc
    {
        let message = format!("This session ends after the event, which ends {}.", zones::moment(event.wall));
        problems.error(at.key("ends"), "outside_event", message);
    }
}

/// Two sessions in one room at once are usually a slip, but a hall may be divided: a warning.
fn warn_of_clashes(problems: &mut Problems, sessions: &[CheckedSession]) {
    let mut rooms: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, session) in sessions.iter().enumerate() {
        if let Some(room) = session.room.as_deref().filter(|_| session.status != Some(SessionStatus::Cancelled)) {
            rooms.entry(room).or_default().push(index);
        }
    }
    for (room, mut indexes) in rooms {
        indexes.sort_by_key(|index| sessions[*index].starts.utc);
        let mut latest: Option<usize> = None;
        for index in indexes {
            let session = &sessions[index];
            if let Some(other) = latest
                .map(|latest| &sessions[latest])
                .filter(|other| session.starts.utc < other.ends.utc)
            {
                let message = format!(
                    "The room {} is still taken by the session {} when this one starts.",
                    quoted(room),
                    quoted(&other.code)
                );
                problems.warn(At::default().key("sessions").item(index).key("room"), "room_clash", message);
            }
            if latest.is_none_or(|latest| sessions[latest].ends.utc < session.ends.utc) {
                latest = Some(index);
            }
        }
    }
}
