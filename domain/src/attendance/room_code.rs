//! Checking oneself in to a session by the code on the room's screen. The code changes every half minute, and the one
//! before it still counts, so that whoever is not in the room cannot be told it in time to matter much. One sign-in has
//! one open check-in: nobody lets a friend in from their own phone.

use super::{
    Action, How, Refusal,
    entity::{attendance_record as record, room_code as row},
    queries::{self, Attendee},
    rules::{self, Presence},
    service::{Answer, Scan, Target, record_own},
    working::by_participant,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{entity::session, queries::list_sessions},
    error::{Error, FieldErrors, Result},
    events::{self, EventStatus, entity::event},
    ids::{EventId, SessionId},
    organisations::entity::organisation,
    platform::{
        db::begin_write,
        limits,
        links::{self, Link},
        zones,
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::OnConflict};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Seconds a code is shown.
pub const LASTS: i64 = 30;
/// How long before a session its code is taken.
pub const OPENS_BEFORE: TimeDelta = TimeDelta::minutes(30);

/// Makes a screen for a session's room, for whoever may check people in; gives the path of its page.
pub async fn make(services: &Services, actor: &Actor, slug: &str, session: &str) -> Result<String> {
    let (event, _) = events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let tx = begin_write(&services.db).await?;
    let sessions = list_sessions(&tx, event.id).await?;
    let session = sessions
        .iter()
        .find(|found| found.code == session)
        .ok_or_else(|| FieldErrors::one("form[session]", "session", "Choose a session"))?;
    let new = row::ActiveModel {
        event_id: Set(event.id),
        session_id: Set(session.id),
        secret: Set(services.random.token()),
        ..Default::default()
    };
    let once = OnConflict::column(row::Column::SessionId).do_nothing().to_owned();
    row::Entity::insert(new).on_conflict(once).exec_without_returning(&tx).await?;
    let link = Link::Screen(session.id.0);
    let token = links::mint(&tx, &services.random, services.clock.now(), link).await?;
    tx.commit().await?;
    Ok(link.path(&token))
}

/// What a room's screen shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub session: session::Model,
    /// Six figures, while people may check in to the session.
    pub code: Option<String>,
    /// Seconds until the next code.
    pub left: i64,
}

/// The screen with this secret in its address.
pub async fn screen(services: &Services, token: &str) -> Result<Screen> {
    let (db, now) = (&services.db.read, services.clock.now());
    let Some((_, Link::Screen(id))) = links::find(db, now, token).await? else {
        return Err(Error::NotFound);
    };
    let session = session::Entity::find_by_id(SessionId(id)).one(db).await?.ok_or(Error::NotFound)?;
    let (event, organisation) = events::queries::load(db, session.event_id).await?;
    let secret = row::Entity::find().filter(row::Column::SessionId.eq(session.id)).one(db).await?;
    let code = secret.filter(|_| is_open(&session, now)).map(|row| code(&row.secret, step(now)));
    Ok(Screen {
        event,
        organisation,
        session,
        code,
        left: LASTS - now.timestamp().rem_euclid(LASTS),
    })
}

fn step(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(LASTS)
}

fn is_open(session: &session::Model, now: DateTime<Utc>) -> bool {
    now >= session.starts_at - OPENS_BEFORE && now < session.ends_at
}

/// Six figures for one half minute.
fn code(secret: &str, step: i64) -> String {
    let digest = Sha256::digest(format!("{secret}:{step}").as_bytes());
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{:06}", number % 1_000_000)
}

/// Whether `typed` is the code now, or the one before it.
fn is_right(secret: &str, typed: &str, now: DateTime<Utc>) -> bool {
    [step(now), step(now) - 1].into_iter().any(|step| code(secret, step) == typed)
}

/// One of the places a signed-in person has at an event, and where it is checked in.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    pub attendee: Attendee,
    /// The session it is in now, and since when.
    pub open: Option<(session::Model, DateTime<Utc>)>,
}

/// An event as somebody who has a place there checks themself in.
#[derive(Clone, Debug, PartialEq)]
pub struct Here {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub own: Vec<Own>,
    /// Whether any session of the day may be checked in to now.
    pub is_on: bool,
}

/// The actor's own places at the event at `slug`. Whoever has none learns nothing.
pub async fn here(services: &Services, actor: &Actor, slug: &str) -> Result<Here> {
    let person = actor.person_id().ok_or(Error::SignInNeeded)?;
    let (db, now) = (&services.db.read, services.clock.now());
    let (event, organisation) = events::queries::find_by_slug(db, slug).await?.ok_or(Error::NotFound)?;
    let mut places = queries::list_of_person(db, person).await?;
    places.retain(|place| place.event_id == event.id && place.stands());
    if places.is_empty() {
        return Err(Error::NotFound);
    }
    let sessions = list_sessions(db, event.id).await?;
    let ids: Vec<_> = places.iter().map(|place| place.participant_id).collect();
    let mut records = by_participant(queries::list_records_of_all(db, &ids).await?);
    let own = places
        .into_iter()
        .map(|attendee| Own {
            open: open_in(
                &event,
                &sessions,
                &records.remove(&attendee.participant_id).unwrap_or_default(),
                now,
            ),
            attendee,
        })
        .collect();
    Ok(Here {
        is_on: event.status != EventStatus::Cancelled && sessions.iter().any(|session| is_open(session, now)),
        event,
        organisation,
        own,
    })
}

/// The session somebody is in now, the last they arrived at.
fn open_in(
    event: &event::Model,
    sessions: &[session::Model],
    records: &[record::Model],
    now: DateTime<Utc>,
) -> Option<(session::Model, DateTime<Utc>)> {
    let (standing, zone) = (rules::standing(records), event.zone());
    let today = zones::wall(now, zone).date();
    let still_on = sessions.iter().filter(|session| session.ends_at > now);
    still_on
        .filter_map(
            |session| match rules::presence(standing.iter().copied(), Some(session.id), today, zone).0 {
                Presence::In(since) => Some((session.clone(), since)),
                _ => None,
            },
        )
        .max_by_key(|(_, since)| *since)
}

/// What became of a code typed in a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Checked {
    In {
        session: String,
        at: DateTime<Utc>,
        /// The session they were in before, left now.
        left: Option<String>,
    },
    AlreadyIn {
        session: String,
        since: DateTime<Utc>,
    },
    Out {
        session: String,
        at: DateTime<Utc>,
    },
}

/// Checks the actor in to the session whose room shows `typed`; `place` is a place code, or empty where they have one
/// place alone. The session they were in is left at the same time. Wrong codes are counted.
pub async fn check_in(services: &Services, actor: &Actor, slug: &str, place: &str, typed: &str) -> Result<Checked> {
    let here = here(services, actor, slug).await?;
    let now = services.clock.now();
    let person = actor.person_id().ok_or(Error::SignInNeeded)?;
    limits::count(&services.db, now, services.limits.room_code, "room_code", &person.to_string()).await?;
    let own = choose(&here, place)?;
    let other = here
        .own
        .iter()
        .find(|other| other.attendee.participant_id != own.attendee.participant_id && other.open.is_some());
    if other.is_some() {
        return Err(Refusal::AnotherIsIn.into());
    }
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let session = find(services, here.event.id, &digits, now).await?.ok_or_else(|| {
        FieldErrors::one(
            "form[code]",
            "code",
            "That is not the code on the screen now. Look again: it changes every half minute",
        )
    })?;
    let mut left = None;
    if let Some((before, _)) = own.open.as_ref().filter(|(before, _)| before.id != session.id) {
        let scan = scan(own, before, Action::Leave);
        record_own(services, actor.person_id(), slug, scan).await?;
        left = Some(before.title.clone());
    }
    let answered = record_own(services, actor.person_id(), slug, scan(own, &session, Action::Arrive)).await?;
    match answered.answer {
        Answer::Arrived { at, .. } => Ok(Checked::In {
            session: session.title,
            at,
            left,
        }),
        Answer::AlreadyIn { since, .. } => Ok(Checked::AlreadyIn {
            session: session.title,
            since,
        }),
        Answer::Refused { why } => Err(why.into()),
        Answer::Left { .. } | Answer::NotIn { .. } => Err(Error::NotFound),
    }
}

/// Checks the actor out of the session they are in.
pub async fn check_out(services: &Services, actor: &Actor, slug: &str, place: &str) -> Result<Checked> {
    let here = here(services, actor, slug).await?;
    let own = choose(&here, place)?;
    let (session, _) = own.open.as_ref().ok_or(Refusal::NotArrived)?;
    let answered = record_own(services, actor.person_id(), slug, scan(own, session, Action::Leave)).await?;
    match answered.answer {
        Answer::Left { at, .. } => Ok(Checked::Out {
            session: session.title.clone(),
            at,
        }),
        Answer::Refused { why } => Err(why.into()),
        _ => Err(Refusal::NotArrived.into()),
    }
}

fn scan(own: &Own, session: &session::Model, action: Action) -> Scan {
    Scan {
        target: Target::Participant(own.attendee.participant_id),
        session: Some(session.code.clone()),
        action,
        how: How::SelfService,
    }
}

fn choose<'a>(here: &'a Here, place: &str) -> Result<&'a Own> {
    match (&here.own[..], place) {
        ([only], "") => Ok(only),
        (several, code) => several.iter().find(|own| own.attendee.code == code).ok_or_else(|| {
            // Whoever has one place alone is asked nothing.
            let field = if several.len() > 1 { "form[place]" } else { "" };
            FieldErrors::one(field, "place", "Choose who you are").into()
        }),
    }
}

async fn find(services: &Services, event: EventId, digits: &str, now: DateTime<Utc>) -> Result<Option<session::Model>> {
    let db = &services.db.read;
    let secrets = row::Entity::find().filter(row::Column::EventId.eq(event)).all(db).await?;
    let sessions = list_sessions(db, event).await?;
    Ok(secrets
        .iter()
        .filter(|row| is_right(&row.secret, digits, now))
        .filter_map(|row| sessions.iter().find(|session| session.id == row.session_id))
        .find(|session| is_open(session, now))
        .cloned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_code_lasts_half_a_minute_and_the_last_one_still_counts() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let shown = code("secret", step(at("2026-03-12T10:00:29Z")));
        assert_eq!(shown.len(), 6);
        assert_eq!(shown, code("secret", step(at("2026-03-12T10:00:00Z"))));
        assert_ne!(shown, code("secret", step(at("2026-03-12T10:00:30Z"))));
        assert_ne!(shown, code("other", step(at("2026-03-12T10:00:00Z"))));
        assert!(is_right("secret", &shown, at("2026-03-12T10:00:59Z")));
        assert!(!is_right("secret", &shown, at("2026-03-12T10:01:00Z")));
        // Not yet, either.
        assert!(!is_right("secret", &shown, at("2026-03-12T09:59:59Z")));
        assert!(!is_right("secret", "", at("2026-03-12T10:00:00Z")));
    }
}
