//! Publishing a changed agenda: what will be different for those who read it, whose calendars change, and then all of it
//! at once. Or none of it, when the changes are thrown away.

use super::{
    Held, about_all, hold,
    sessions::rests_on,
    working::{self, Working, forget_draft, forget_steps},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{
        SessionStatus,
        board::{Board, Span},
        entity::session,
        photos::forget_unused,
    },
    bookings::{
        invites::UpdateCalendars,
        sign_up::{self, SettleSignUps, TellChosen},
    },
    error::{FieldErrors, Result},
    events::{
        EventStatus,
        calendar::{Day, days},
        entity::event,
        service::load_for,
    },
    ids::{EventId, RowId, SessionId},
    messages::mass::{self, CountForm},
    platform::{audit, db::begin_write, jobs, zones},
};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};
use serde::{Deserialize, Serialize};

/// From this many people on, their number is typed before they are told.
pub const MANY: u64 = 10;

/// What becomes of one thing of the agenda.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Added,
    Changed,
    Cancelled,
    Restored,
    Deleted,
}

/// One thing that will be different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub fate: Fate,
    /// "Session", "Room", "Track", "Speaker" or "Event".
    pub kind: &'static str,
    /// What it is called, or was.
    pub name: String,
    /// What is changed about it: which thing, what it was, what it will be. Empty texts stand for nothing.
    pub lines: Vec<(&'static str, String, String)>,
}

/// What publishing would do.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    pub differences: Vec<Difference>,
    /// The days of the event that begin or end at another time: as they are, as they will be.
    pub days: Vec<(Option<Day>, Option<Day>)>,
    /// How many people will be sent a new entry for their calendar.
    pub told: u64,
    /// How many people are written to because a session they chose moves, is off or is held after all.
    pub chosen: u64,
    /// What tells this state of things from the next.
    pub version: String,
}

impl Preview {
    /// How many mails go out at most: somebody may get one for their calendar and one about a session they chose.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.told.max(self.chosen)
    }
}

/// What somebody saw and typed before they publish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublishForm {
    /// [`Preview::version`] of what was on the screen.
    pub seen: String,
    pub count: String,
}

/// What publishing the agenda of the event at `slug` would do.
pub async fn preview(services: &Services, actor: &Actor, slug: &str) -> Result<Preview> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let working = Working::load(&services.db.read, event.id).await?;
    look(&services.db.read, &event, &working, services.clock.now()).await
}

async fn look<C: ConnectionTrait>(db: &C, event: &event::Model, working: &Working, now: DateTime<Utc>) -> Result<Preview> {
    let days = changed_days(event, working);
    let after = working.board.event(event);
    let is_shown = matches!(event.status, EventStatus::Published | EventStatus::Closed) && event.ends_at.max(after.ends_at) > now;
    let moved_ids: Vec<SessionId> = moved(working).filter(|_| is_shown).map(|(id, _)| id).collect();
    let told = if days.is_empty() || !is_shown {
        0
    } else {
        count_calendars(db, event.id).await?
    };
    Ok(Preview {
        differences: differences(event, working),
        days,
        told,
        chosen: sign_up::count_told(db, &moved_ids).await?,
        version: format!("{}{}", working.out.version(), working.board.version()),
    })
}

/// How many people have an event in their calendar by an invite of ours.
pub(crate) async fn count_calendars<C: ConnectionTrait>(db: &C, event: EventId) -> Result<u64> {
    #[derive(FromQueryResult)]
    struct Number {
        number: i64,
    }
    let sql = "SELECT COUNT(*) AS number FROM attendee WHERE event_id = $1 AND state = 'confirmed' AND person_id IS NOT NULL";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into()]);
    let row = Number::find_by_statement(statement).one(db).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.number).unwrap_or(0)))
}

fn changed_days(event: &event::Model, working: &Working) -> Vec<(Option<Day>, Option<Day>)> {
    let of = |event: &event::Model, board: &Board| {
        let planned: Vec<session::Model> = board.planned().cloned().collect();
        days(event, &planned)
    };
    let before = of(event, &working.out);
    let after = of(&working.board.event(event), &working.board);
    let mut dates: Vec<_> = before.iter().chain(&after).map(|day| day.date).collect();
    dates.sort_unstable();
    dates.dedup();
    let on = |days: &[Day], date| days.iter().find(|day| day.date == date).copied();
    dates
        .into_iter()
        .map(|date| (on(&before, date), on(&after, date)))
        .filter(|(was, is)| was != is)
        .collect()
}

/// Makes the changed agenda the one that is out, and tells the calendars concerned, once.
///
/// Refused when something changed since it was looked at, when the number of people told is not the one typed, and when
/// something has come to rest on a session that was to be deleted.
pub async fn publish(services: &Services, actor: &Actor, slug: &str, typed: &PublishForm) -> Result<u64> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let Held { row, working, now, .. } = hold(&tx, services, found.id).await?;
    let seen = look(&tx, &row, &working, now).await?;
    if seen.differences.is_empty() {
        return Ok(0);
    }
    if typed.seen != seen.version {
        let words = "The agenda was changed since this page was drawn. Look through the changes again, and publish them if they are right";
        return Err(about_all("changed_meanwhile", words));
    }
    if seen.people() > MANY {
        mass::confirm(
            &CountForm {
                count: typed.count.clone(),
            },
            seen.people(),
        )?;
    }
    let mut errors = FieldErrors::default();
    for session in gone(&working) {
        if let Some(words) = rests_on(&tx, session).await? {
            errors.add("", "rests_on_it", format!("“{}”: {words}", session.title));
        }
    }
    errors.finish(())?;
    working::write(&tx, &row, &working, &working.board, now).await?;
    forget_draft(&tx, row.id).await?;
    forget_steps(&tx, row.id).await?;
    let detail = format!("changes={},told={},chosen={}", seen.differences.len(), seen.told, seen.chosen);
    let entry = audit::Entry {
        chain: format!("event:{}", row.id),
        action: "agenda.published",
        object: "event",
        object_id: row.id.0,
        detail: Some(&detail),
    };
    audit::record(&tx, actor, now, entry).await?;
    if seen.told > 0 {
        jobs::enqueue(&tx, now, &UpdateCalendars { event: row.id, at: now }).await?;
    }
    if seen.chosen > 0 {
        let changes = moved(&working).collect();
        let (event, at) = (row.id, now);
        jobs::enqueue(&tx, now, &TellChosen { event, at, changes }).await?;
    }
    // There may be more places than there were, or a first number of them.
    if working.board.sessions.iter().any(|session| session.sign_up_places.is_some()) {
        jobs::enqueue(&tx, now, &SettleSignUps { event: row.id }).await?;
    }
    tx.commit().await?;
    services.wake();
    let kept = |id| working.board.speakers.iter().any(|row| row.id == id);
    for speaker in working.out.speakers.iter().filter(|row| !kept(row.id)) {
        forget_unused(services, speaker.photo.clone()).await;
    }
    Ok(seen.people())
}

/// The sessions that are out and will be at another time, in another room, off, or on again, each with what is written to
/// those who chose it.
fn moved(working: &Working) -> impl Iterator<Item = (SessionId, String)> {
    working.board.sessions.iter().filter_map(|row| {
        let known = working.out.sessions.iter().find(|known| known.id == row.id)?;
        let title = &row.title;
        let at = |row: &session::Model, board: &Board| {
            let room = row.room_id.and_then(|id| board.room(id)).map(|room| format!(", {}", room.name));
            format!("{}{}", zones::span(row.starts_wall, row.ends_wall), room.unwrap_or_default())
        };
        let (was, is) = (at(known, &working.out), at(row, &working.board));
        let words = match (known.status, row.status) {
            (SessionStatus::Planned, SessionStatus::Cancelled) => format!("\u{201c}{title}\u{201d} is cancelled. It was to be {was}."),
            (SessionStatus::Cancelled, SessionStatus::Planned) => format!("\u{201c}{title}\u{201d} is held after all: {is}."),
            (_, SessionStatus::Planned) if was != is => format!("\u{201c}{title}\u{201d} is now {is}. It was {was}."),
            _ => return None,
        };
        Some((row.id, words))
    })
}

/// The sessions that are out and will not be any more.
fn gone(working: &Working) -> impl Iterator<Item = &session::Model> {
    let kept = |id: SessionId| working.board.sessions.iter().any(|row| row.id == id);
    working.out.sessions.iter().filter(move |row| !kept(row.id))
}

/// Throws away everything that waits to be published.
pub async fn discard(services: &Services, actor: &Actor, slug: &str) -> Result<()> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let Held { row, working, now, .. } = hold(&tx, services, found.id).await?;
    if working.waits_since.is_none() {
        return Ok(());
    }
    working::write(&tx, &row, &working, &working.out, now).await?;
    forget_draft(&tx, row.id).await?;
    forget_steps(&tx, row.id).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", row.id),
        action: "agenda.discarded",
        object: "event",
        object_id: row.id.0,
        detail: None,
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes back the last change, if it is `step`; see [`Working::last`]. Gives whether it was.
pub async fn undo(services: &Services, actor: &Actor, slug: &str, step: i64) -> Result<bool> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let Held { row, working, now, .. } = hold(&tx, services, found.id).await?;
    let done = working::undo(&tx, actor, &row, &working, RowId(step), now).await?;
    tx.commit().await?;
    Ok(done)
}

/// Everything that will be different, sessions first, in order of time.
fn differences(event: &event::Model, working: &Working) -> Vec<Difference> {
    let (out, board) = (&working.out, &working.board);
    let mut all = Vec::new();
    if let Some(span) = board.span.filter(|span| *span != Span::of(event)) {
        let line = (
            "When",
            zones::span(event.starts_wall, event.ends_wall),
            zones::span(span.starts_wall, span.ends_wall),
        );
        all.push(Difference {
            fate: Fate::Changed,
            kind: "Event",
            name: event.title.clone(),
            lines: vec![line],
        });
    }
    for row in &board.sessions {
        let after = facts(row, board);
        match out.sessions.iter().find(|known| known.id == row.id) {
            None => all.push(named(Fate::Added, "Session", &row.title, added(after))),
            Some(known) => {
                let lines = changed(facts(known, out), after);
                let fate = match (known.status, row.status) {
                    (SessionStatus::Planned, SessionStatus::Cancelled) => Fate::Cancelled,
                    (SessionStatus::Cancelled, SessionStatus::Planned) => Fate::Restored,
                    _ if lines.is_empty() => continue,
                    _ => Fate::Changed,
                };
                all.push(named(fate, "Session", &known.title, lines));
            }
        }
    }
    for row in gone(working) {
        all.push(named(Fate::Deleted, "Session", &row.title, Vec::new()));
    }
    macro_rules! rest {
        ($kind:literal, $rows:ident, $facts:expr) => {
            for row in &board.$rows {
                let after = $facts(row);
                match out.$rows.iter().find(|known| known.id == row.id) {
                    None => all.push(named(Fate::Added, $kind, &row.name, added(after))),
                    Some(known) => {
                        let lines = changed($facts(known), after);
                        if !lines.is_empty() {
                            all.push(named(Fate::Changed, $kind, &known.name, lines));
                        }
                    }
                }
            }
            for row in out
                .$rows
                .iter()
                .filter(|row| board.$rows.iter().all(|kept| kept.id != row.id))
            {
                all.push(named(Fate::Deleted, $kind, &row.name, Vec::new()));
            }
        };
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    rest!("Room", rooms, |row: &crate::agenda::entity::room::Model| vec![
        ("Name", row.name.clone()),
        ("Places", row.places.map(|places| places.to_string()).unwrap_or_default()),
    ]);
    rest!("Track", tracks, |row: &crate::agenda::entity::track::Model| vec![(
        "Name",
        row.name.clone()
    )]);
    rest!("Speaker", speakers, |row: &crate::agenda::entity::speaker::Model| vec![
        ("Name", row.name.clone()),
        ("Role", text(&row.role)),
        ("Organisation", text(&row.organisation)),
        ("About them", text(&row.bio)),
        ("Place in the list", row.position.to_string()),
    ]);
    all
}

fn named(fate: Fate, kind: &'static str, name: &str, lines: Vec<(&'static str, String, String)>) -> Difference {
    Difference {
        fate,
        kind,
        name: name.to_owned(),
        lines,
    }
}

fn added(after: Vec<(&'static str, String)>) -> Vec<(&'static str, String, String)> {
    let said = after.into_iter().filter(|(_, is)| !is.is_empty() && is != "No");
    said.filter(|(what, _)| !matches!(*what, "Title" | "Name" | "Place in the list"))
        .map(|(what, is)| (what, String::new(), is))
        .collect()
}

fn changed(before: Vec<(&'static str, String)>, after: Vec<(&'static str, String)>) -> Vec<(&'static str, String, String)> {
    before
        .into_iter()
        .zip(after)
        .filter(|((_, was), (_, is))| was != is)
        .map(|((what, was), (_, is))| (what, was, is))
        .collect()
}

/// What the public reads of a session.
fn facts(row: &session::Model, board: &Board) -> Vec<(&'static str, String)> {
    let yes = |is: bool| if is { "Yes" } else { "No" }.to_owned();
    let speakers: Vec<&str> = board.speakers_of(row.id).map(|speaker| speaker.name.as_str()).collect();
    let room = row.room_id.and_then(|id| board.room(id)).map(|room| room.name.clone());
    let track = row.track_id.and_then(|id| board.track(id)).map(|track| track.name.clone());
    vec![
        ("Title", row.title.clone()),
        ("When", zones::span(row.starts_wall, row.ends_wall)),
        ("Room", room.unwrap_or_default()),
        ("Track", track.unwrap_or_default()),
        ("Speakers", speakers.join(", ")),
        ("Kind", row.kind.label().to_owned()),
        ("Counts as CPD", yes(row.cpd && row.kind.may_count())),
        ("Participatory", yes(row.participatory)),
        ("Discussion", yes(row.discussion)),
        (
            "Domain",
            row.domain.map(|domain| domain.word().replace('_', "-")).unwrap_or_default(),
        ),
        ("Content note", row.content_note.clone().unwrap_or_default()),
        (
            "Places to sign up for",
            row.sign_up_places.map(|places| places.to_string()).unwrap_or_default(),
        ),
    ]
}
