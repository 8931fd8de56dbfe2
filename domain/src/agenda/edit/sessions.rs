//! Sessions: added, changed, moved, cancelled and held after all, deleted where nothing rests on them.

use super::{Board, Change, Held, SessionForm, ShiftForm, about_all, free_code, hold};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{SessionStatus, board::Span, entity::session},
    attendance::entity::attendance_record,
    bookings::sign_up,
    certificates::queries::is_any_issued,
    error::{Error, FieldErrors, Result},
    events::{entity::event, exchange::check::CheckedSession, service::load_for},
    feedback::entity::feedback_answer,
    ids::{RoomId, SessionId, SpeakerId},
    platform::{db::begin_write, zones},
};
use chrono::{NaiveDateTime, TimeDelta};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter};

/// Adds a session, or with `code` changes the one that has it. Gives its code.
///
/// It must lie within the event. What clashes with it is told by [`super::notes`] and refused by nobody.
pub async fn save_session(services: &Services, actor: &Actor, slug: &str, code: Option<&str>, typed: &SessionForm) -> Result<String> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let before = match code {
        Some(code) => Some(held.board.session(code).ok_or(Error::NotFound)?.clone()),
        None => None,
    };
    if let Some(before) = &before
        && !typed.seen.is_empty()
        && typed.seen != SessionForm::of(before, &held.board).version()
    {
        let words = "Somebody changed this session while you had it open. What you typed is still here: check it, and save again to put it in place of theirs";
        return Err(about_all("changed_meanwhile", words));
    }
    let code = match &before {
        Some(before) => before.code.clone(),
        None => free_code(&typed.title, held.board.sessions.iter().map(|row| row.code.as_str())),
    };
    let checked = typed.parse(&held.event, &held.board, &code)?;
    let (row, speakers) = row_of(&held, &checked, before.as_ref())?;
    let spoke = before.as_ref().and_then(|row| held.board.speaking.get(&row.id)).cloned();
    let spoke = spoke.unwrap_or_default();
    let (id, title) = (row.id, row.title.clone());
    let change = match before {
        Some(before) => {
            let mut changed = differences(&before, &row);
            if spoke != speakers {
                changed.push("speakers");
            }
            if changed.is_empty() {
                return Ok(code);
            }
            Change {
                action: "session.changed",
                object: "session",
                id: id.0,
                words: if changed.iter().all(|column| MOVES.contains(column)) {
                    format!("Moved “{title}”")
                } else {
                    format!("Changed “{title}”")
                },
                detail: Some(changed.join(",")),
            }
        }
        None => Change {
            action: "session.added",
            object: "session",
            id: id.0,
            detail: Some(code.clone()),
            words: format!("Added “{title}”"),
        },
    };
    held.put_session(row);
    held.board.speaking.insert(id, speakers);
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(code)
}

impl Held {
    /// Puts a session in the place of the one that has its id, or beside the others.
    fn put_session(&mut self, row: session::Model) {
        match self.board.sessions.iter_mut().find(|known| known.id == row.id) {
            Some(known) => *known = row,
            None => self.board.sessions.push(row),
        }
    }
}

/// The row a checked session becomes, and who speaks in it.
fn row_of(held: &Held, checked: &CheckedSession, before: Option<&session::Model>) -> Result<(session::Model, Vec<SpeakerId>)> {
    let gone = || Error::from(anyhow::anyhow!("a code passed the check but is not there"));
    let board = &held.board;
    let room = |code: &String| board.rooms.iter().find(|row| row.code == *code).map(|row| row.id);
    let track = |code: &String| board.tracks.iter().find(|row| row.code == *code).map(|row| row.id);
    let speaker = |code: &String| board.speakers.iter().find(|row| row.code == *code).map(|row| row.id);
    let row = session::Model {
        id: before.map_or_else(|| SessionId(board.free_id()), |row| row.id),
        event_id: held.event.id,
        code: checked.code.clone(),
        title: checked.title.clone(),
        kind: checked.kind,
        status: before.map_or(SessionStatus::Planned, |row| row.status),
        starts_wall: checked.starts.wall,
        ends_wall: checked.ends.wall,
        starts_at: checked.starts.utc,
        ends_at: checked.ends.utc,
        room_id: checked.room.as_ref().map(|code| room(code).ok_or_else(gone)).transpose()?,
        track_id: checked.track.as_ref().map(|code| track(code).ok_or_else(gone)).transpose()?,
        cpd: checked.cpd,
        participatory: checked.participatory,
        discussion: checked.discussion,
        domain: checked.domain,
        content_note: checked.content_note.clone(),
        sign_up_places: checked.sign_up_places,
    };
    let speakers = checked
        .speakers
        .iter()
        .map(|code| speaker(code).ok_or_else(gone))
        .collect::<Result<_>>()?;
    Ok((row, speakers))
}

/// The columns that say where and when a session is.
const MOVES: [&str; 5] = ["starts_wall", "ends_wall", "starts_at", "ends_at", "room_id"];

macro_rules! differences {
    ($old:ident, $new:ident: $($field:ident),+ $(,)?) => {{
        let mut names = Vec::new();
        $(if $old.$field != $new.$field { names.push(stringify!($field)); })+
        names
    }};
}

fn differences(old: &session::Model, new: &session::Model) -> Vec<&'static str> {
    differences!(old, new: title, kind, starts_wall, ends_wall, starts_at, ends_at, room_id, track_id, cpd, participatory, discussion, domain, content_note, sign_up_places)
}

/// Which sessions go along when one is moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// This one alone.
    One,
    /// It and all after it in the same room that day.
    Room(Option<RoomId>),
    /// It and everything after it that day, wherever.
    Day,
}

/// What moving did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shifted {
    pub sessions: usize,
    /// The event begins earlier or ends later.
    pub is_stretched: bool,
}

/// Moves a session, and perhaps what comes after it, by some minutes on the clock.
///
/// All of them must still lie within the event, unless the event may stretch for it. A time the clocks jump over is
/// refused, naming the session.
pub async fn shift(services: &Services, actor: &Actor, slug: &str, code: &str, typed: &ShiftForm) -> Result<Shifted> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let mut errors = FieldErrors::default();
    let minutes = errors.take("form[minutes]", minutes(&typed.minutes)).unwrap_or_default();
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let first = held.board.session(code).ok_or(Error::NotFound)?.clone();
    let which = match typed.which.as_str() {
        "one" => Which::One,
        "room" => Which::Room(first.room_id),
        "day" => Which::Day,
        _ => {
            errors.add("form[which]", "not_a_choice", "Choose what is to move");
            Which::One
        }
    };
    errors.finish(())?;

    let by = TimeDelta::minutes(minutes);
    let mut event = held.event.clone();
    let (mut moved, mut errors) = (Vec::new(), FieldErrors::default());
    for session in going_along(&held.board, &first, which) {
        let (starts_wall, ends_wall) = (session.starts_wall + by, session.ends_wall + by);
        match (instant(&event, starts_wall), instant(&event, ends_wall)) {
            (Ok(starts_at), Ok(ends_at)) if ends_at > starts_at => moved.push(session::Model {
                starts_wall,
                ends_wall,
                starts_at,
                ends_at,
                ..session.clone()
            }),
            (Ok(_), Ok(_)) => {
                let words = format!("“{}” would have no length left, because the clocks change meanwhile", session.title);
                errors.add("form[minutes]", "no_length", words);
            }
            (Err(never), _) | (_, Err(never)) => {
                let words = format!("“{}” would move to a time that never comes. {never}", session.title);
                errors.add("form[minutes]", "no_such_time", words);
            }
        }
    }
    errors.finish(())?;
    if typed.stretch == "true" {
        stretch(&mut event, &moved);
    }
    let outside: Vec<String> = moved.iter().filter_map(|session| outside(&event, session)).collect();
    if !outside.is_empty() {
        let words = format!("{}. Move by less, or let the event begin earlier or end later", outside.join(". "));
        return Err(FieldErrors::one("form[minutes]", "outside_event", words).into());
    }
    let sessions = moved.len();
    for session in moved {
        held.put_session(session);
    }
    let is_stretched = Span::of(&event) != Span::of(&held.event);
    if is_stretched {
        held.board.span = Some(Span::of(&event));
    }
    let also = match sessions {
        1 => String::new(),
        2 => " and one more".to_owned(),
        more => format!(" and {} more", more - 1),
    };
    let change = Change {
        action: "session.moved",
        object: "session",
        id: first.id.0,
        detail: Some(format!("minutes={minutes},sessions={sessions}")),
        words: format!("Moved “{}”{also}", first.title),
    };
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(Shifted { sessions, is_stretched })
}

/// Up to a day either way.
fn minutes(typed: &str) -> std::result::Result<i64, String> {
    let ask = || "Enter the minutes in figures, like 15, or -15 for earlier".to_owned();
    let figures = typed.trim().replace(['−', '–'], "-");
    match figures.trim_start_matches('+').parse::<i64>() {
        Ok(0) | Err(_) => Err(ask()),
        Ok(minutes) if minutes.abs() > 1_440 => Err("Move by a day at most, 1440 minutes. For another day, change the session".to_owned()),
        Ok(minutes) => Ok(minutes),
    }
}

pub(super) fn instant(event: &event::Model, wall: NaiveDateTime) -> std::result::Result<chrono::DateTime<chrono::Utc>, zones::NoSuchTime> {
    zones::wall_to_utc(wall, event.zone()).map(|(at, _)| at)
}

/// The sessions that move when `first` does; those cancelled stay, unless it is one.
fn going_along<'b>(board: &'b Board, first: &'b session::Model, which: Which) -> impl Iterator<Item = &'b session::Model> {
    board.sessions.iter().filter(move |session| {
        let comes_after = session.status == SessionStatus::Planned
            && session.starts_at >= first.starts_at
            && session.starts_wall.date() == first.starts_wall.date();
        session.id == first.id
            || match which {
                Which::One => false,
                Which::Room(room) => comes_after && session.room_id == room,
                Which::Day => comes_after,
            }
    })
}

/// Lets the event begin and end so that the sessions lie within it.
pub(super) fn stretch(event: &mut event::Model, sessions: &[session::Model]) {
    for session in sessions {
        if session.starts_at < event.starts_at {
            (event.starts_wall, event.starts_at) = (session.starts_wall, session.starts_at);
        }
        if session.ends_at > event.ends_at {
            (event.ends_wall, event.ends_at) = (session.ends_wall, session.ends_at);
        }
    }
}

/// How a session lies outside its event, if it does.
fn outside(event: &event::Model, session: &session::Model) -> Option<String> {
    if session.starts_at < event.starts_at {
        let starts = zones::moment(event.starts_wall);
        Some(format!("“{}” would start before the event, which starts {starts}", session.title))
    } else if session.ends_at > event.ends_at {
        let ends = zones::moment(event.ends_wall);
        Some(format!("“{}” would end after the event, which ends {ends}", session.title))
    } else {
        None
    }
}

/// Cancels a session, or holds it after all. A cancelled one counts no hours and shows nowhere, and what was scanned at
/// it is kept.
pub async fn set_status(services: &Services, actor: &Actor, slug: &str, code: &str, to: SessionStatus) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let session = held.board.session(code).ok_or(Error::NotFound)?.clone();
    if session.status == to {
        return Ok(());
    }
    if to == SessionStatus::Planned
        && let Some(words) = outside(&held.event, &session)
    {
        return Err(about_all("outside_event", format!("{words}. Change its times first")));
    }
    let (action, done) = match to {
        SessionStatus::Cancelled => ("session.cancelled", "Cancelled"),
        SessionStatus::Planned => ("session.restored", "Held after all:"),
    };
    let change = Change {
        action,
        object: "session",
        id: session.id.0,
        detail: None,
        words: format!("{done} “{}”", session.title),
    };
    held.put_session(session::Model { status: to, ..session });
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Deletes a session on which no attendance and no certificate rests. One on which something does can be cancelled.
pub async fn delete_session(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let mut held = hold(&tx, services, found.id).await?;
    let session = held.board.session(code).ok_or(Error::NotFound)?.clone();
    if let Some(words) = rests_on(&tx, &session).await? {
        return Err(about_all("rests_on_it", words));
    }
    held.board.sessions.retain(|row| row.id != session.id);
    held.board.speaking.remove(&session.id);
    let change = Change {
        action: "session.deleted",
        object: "session",
        id: session.id.0,
        detail: Some(code.to_owned()),
        words: format!("Deleted “{}”", session.title),
    };
    held.keep(&tx, actor, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Why a session cannot be deleted, if it cannot: somebody was scanned in it or chose it, hours at the door count it, or
/// certificates were made from it.
pub(super) async fn rests_on(tx: &DatabaseTransaction, session: &session::Model) -> Result<Option<&'static str>> {
    if session.id < SessionId(0) {
        return Ok(None);
    }
    let records = attendance_record::Entity::find().filter(attendance_record::Column::EventId.eq(session.event_id));
    let of_it = records.clone().filter(attendance_record::Column::SessionId.eq(session.id));
    if of_it.count(tx).await? > 0 {
        return Ok(Some(
            "People were checked in to this session, so it cannot be deleted. Cancel it instead: it counts no hours then, and the records are kept",
        ));
    }
    if sign_up::count_of(tx, session.id).await? > 0 {
        return Ok(Some(
            "People have chosen this session, so it cannot be deleted. Cancel it instead: they are told when that is published",
        ));
    }
    let said = feedback_answer::Entity::find().filter(feedback_answer::Column::SessionId.eq(session.id));
    if said.count(tx).await? > 0 {
        return Ok(Some("People gave feedback on this session, so it cannot be deleted"));
    }
    if !session.cpd {
        return Ok(None);
    }
    if is_any_issued(tx, session.event_id).await? {
        return Ok(Some(
            "Certificates were issued from this agenda, so a session that counts as CPD cannot be deleted. Cancel it instead: certificates stay as they are until they are issued again",
        ));
    }
    let at_the_door = records.filter(attendance_record::Column::SessionId.is_null());
    if at_the_door.count(tx).await? > 0 {
        return Ok(Some(
            "People were checked in at the door, and their hours count this session, so it cannot be deleted. Cancel it instead: it counts no hours then",
        ));
    }
    Ok(None)
}
