//! The door as a steward sees it: who is found, how many are in, and the last scans. Nothing is recorded here.

use super::{
    Refusal,
    entity::attendance_record as record,
    queries::{self, Attendee},
    roll::{self, Counts, Spot, Wanted},
    rules::{self, Presence},
    service::{Answer, Answered},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{self, SessionKind, entity::session},
    error::Result,
    events::entity::event,
    organisations::entity::organisation,
    platform::{search::fold, zones},
};
use chrono::NaiveDate;

/// How many people a search shows.
const MOST_FOUND: u64 = 20;
/// How many of their last scans a steward sees.
const LAST: u64 = 10;

/// The door as a steward sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Door {
    pub event: event::Model,
    pub organisation: organisation::Model,
    /// The day that is on now; `None`: nobody can be checked in.
    pub day: Option<NaiveDate>,
    /// What people may be checked in to besides the event: today's sessions, or all when it is not on.
    pub sessions: Vec<session::Model>,
    /// The session chosen; `None` is the door of the event.
    pub to: Option<session::Model>,
    pub counts: Counts,
    pub found: Found,
    /// The last ten scans of whoever is looking, newest first.
    pub last: Vec<Last>,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Nothing was asked.
    Nothing,
    People {
        people: Vec<Seen>,
        more: u64,
    },
    /// Nobody; `by_code` when a code or reference was asked for.
    Nobody {
        answered: Box<Answered>,
        by_code: bool,
    },
}

/// Somebody found, and where they stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub attendee: Attendee,
    pub presence: Presence,
}

/// An earlier scan.
#[derive(Clone, Debug, PartialEq)]
pub struct Last {
    pub record: record::Model,
    pub name: String,
    pub session: Option<String>,
    /// It was taken back.
    pub withdrawn: bool,
}

/// The door of the event at `slug`, with whoever `asked` names: by place code (or a scanned address with one), booking
/// reference, or part of a name. `to` is a session's code; one that is not on today is taken for the door.
pub async fn open(services: &Services, actor: &Actor, slug: &str, to: &str, asked: &str) -> Result<Door> {
    let (event, organisation) = crate::events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let (db, now, zone) = (&services.db.read, services.clock.now(), event.zone());
    let planned = agenda::queries::list_sessions(db, event.id).await?;
    let day = rules::day_on(&event, &planned, now);
    let sessions: Vec<_> = planned
        .iter()
        .filter(|session| session.kind != SessionKind::Break && day.is_none_or(|day| session.starts_wall.date() == day))
        .cloned()
        .collect();
    let to = sessions.iter().find(|session| session.code == to).cloned();
    let to_id = to.as_ref().map(|session| session.id);

    roll::catch_up(&services.db, event.id).await?;
    let (found, by_code) = find(services, &event, asked).await?;
    let last = match actor.person_id() {
        Some(person) => queries::list_last_by(db, event.id, person, LAST).await?,
        None => Vec::new(),
    };
    let recent: Vec<_> = last.iter().map(|record| record.participant_id).collect();
    let names = queries::list_attendees_of(db, &recent).await?;
    let shown: Vec<_> = found
        .iter()
        .flat_map(|(people, _)| people)
        .map(|attendee| attendee.participant_id)
        .chain(recent)
        .collect();
    let records = queries::list_records_of_all(db, &shown).await?;

    let today = zones::wall(now, zone).date();
    let counted = day.unwrap_or(today);
    let counts = roll::count_at(
        db,
        event.id,
        Spot {
            session: to_id,
            day: counted,
        },
    )
    .await?;
    let standing = rules::standing(&records);
    let found = match found {
        Err(why) => {
            let answered = Answered {
                answer: Answer::Refused { why },
                who: None,
                asked: asked.trim().to_owned(),
                session: None,
            };
            Found::Nobody {
                answered: Box::new(answered),
                by_code,
            }
        }
        Ok((people, _)) if people.is_empty() => Found::Nothing,
        Ok((people, more)) => {
            let seen = people.into_iter().map(|attendee| {
                let own = standing
                    .iter()
                    .copied()
                    .filter(|record| record.participant_id == attendee.participant_id);
                Seen {
                    presence: rules::presence(own, to_id, today, zone).0,
                    attendee,
                }
            });
            Found::People {
                people: seen.collect(),
                more,
            }
        }
    };
    let last = last
        .into_iter()
        .map(|record| Last {
            name: names
                .iter()
                .find(|attendee| attendee.participant_id == record.participant_id)
                .map_or_else(String::new, |found| found.name().to_owned()),
            session: record
                .session_id
                .and_then(|id| planned.iter().find(|session| session.id == id))
                .map(|session| session.title.clone()),
            withdrawn: records.iter().any(|other| other.withdraws_id == Some(record.id)),
            record,
        })
        .collect();
    Ok(Door {
        event,
        organisation,
        day,
        sessions,
        to,
        counts,
        found,
        last,
    })
}

/// The first of whoever `asked` names, by name, with how many more there are; or why nobody. And whether it was a code or
/// reference. Nothing asked is nobody, too.
async fn find(services: &Services, event: &event::Model, asked: &str) -> Result<(Result<(Vec<Attendee>, u64), Refusal>, bool)> {
    let (db, asked) = (&services.db.read, asked.trim());
    if asked.is_empty() {
        return Ok((Ok((Vec::new(), 0)), false));
    }
    let mut elsewhere = false;
    let code = rules::read_code(asked);
    if let Some(found) = match &code {
        Some(code) => queries::find_by_code(db, code).await?,
        None => None,
    } {
        if found.event_id == event.id {
            return Ok((Ok((vec![found], 0)), true));
        }
        elsewhere = true;
    }
    let reference = rules::read_reference(asked);
    if let Some(reference) = &reference {
        let found = queries::list_by_reference(db, reference).await?;
        if found.first().is_some_and(|first| first.event_id == event.id) {
            let more = (found.len() as u64).saturating_sub(MOST_FOUND);
            return Ok((
                Ok((found.into_iter().zip(0..MOST_FOUND).map(|(found, _)| found).collect(), more)),
                true,
            ));
        }
        elsewhere |= !found.is_empty();
    }
    // Eight letters of a name may happen to be a right code, so names are looked at in any case.
    let typed = fold(asked);
    let (ids, total) = if typed.is_empty() {
        (Vec::new(), 0)
    } else {
        roll::find_page(db, &Wanted::at(db, event.id).named(&typed), 0, MOST_FOUND, None).await?
    };
    let found = queries::list_attendees_in_order(db, &ids).await?;
    let more = total.saturating_sub(MOST_FOUND);
    let by_code = code.is_some() || reference.is_some() || asked.contains("code=");
    Ok(match (found.is_empty(), elsewhere) {
        (false, _) => (Ok((found, more)), false),
        (true, true) => (Err(Refusal::OtherEvent), true),
        (true, false) => (Err(Refusal::NotFound), by_code),
    })
}
