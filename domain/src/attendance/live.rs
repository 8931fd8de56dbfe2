//! The day as it runs: how full each room is, and who is in the building. Few queries, whatever the number of people.

use super::{
    Action,
    entity::attendance_record as record,
    queries::{self, Attendee},
    rules,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{
        SessionKind,
        entity::{room, session},
        queries::list_sessions,
    },
    error::Result,
    events::{self, calendar, entity::event},
    ids::{ParticipantId, SessionId},
    organisations::entity::organisation,
    platform::zones,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use std::collections::{BTreeMap, HashMap};

/// How many came to a door or a session, and how many are in it now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    pub came: usize,
    pub inside: usize,
}

/// A session of the day with its room and who is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Running {
    pub session: session::Model,
    pub room: Option<room::Model>,
    pub inside: Inside,
}

impl Running {
    /// More are in the room than it has places.
    #[must_use]
    pub fn is_over_full(&self) -> bool {
        let places = self.room.as_ref().and_then(|room| room.places);
        places.is_some_and(|places| usize::try_from(places).is_ok_and(|places| self.inside.inside > places))
    }
}

/// The rooms of an event at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub at: DateTime<Utc>,
    /// The day looked at: today where the event is on, else its first.
    pub day: NaiveDate,
    pub is_today: bool,
    pub expected: usize,
    pub door: Inside,
    /// Arrived at the door or in a session, and not left since as far as is known.
    pub in_building: usize,
    /// What runs now, and what comes next on that day; breaks too, since people are somewhere.
    pub now: Vec<Running>,
    pub next: Vec<Running>,
}

/// The rooms now, for whoever may check people in.
pub async fn rooms(services: &Services, actor: &Actor, slug: &str) -> Result<Live> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let (db, at, zone) = (&services.db.read, services.clock.now(), event.zone());
    let sessions = list_sessions(db, event.id).await?;
    let rooms: HashMap<_, _> = room::Entity::find()
        .filter(room::Column::EventId.eq(event.id))
        .all(db)
        .await?
        .into_iter()
        .map(|room| (room.id, room))
        .collect();
    let today = zones::wall(at, zone).date();
    let days: Vec<_> = calendar::days(&event, &sessions).into_iter().map(|day| day.date).collect();
    let is_today = days.contains(&today);
    let day = if is_today { today } else { days.first().copied().unwrap_or(today) };

    let attendees = queries::list_attendees(db, event.id).await?;
    let of_day = of_day(queries::list_records(db, event.id).await?, day, &event);
    let (inside, in_building) = count(&of_day);
    let running = |session: &session::Model| Running {
        room: session.room_id.and_then(|id| rooms.get(&id).cloned()),
        inside: inside.get(&Some(session.id)).copied().unwrap_or_default(),
        session: session.clone(),
    };
    let of_today = || sessions.iter().filter(|session| session.starts_wall.date() == day);
    let now: Vec<_> = of_today()
        .filter(|session| is_today && session.starts_at <= at && at < session.ends_at)
        .map(running)
        .collect();
    let coming = of_today().filter(|session| session.starts_at > at || !is_today);
    let first = coming.clone().map(|session| session.starts_at).min();
    let next = coming
        .filter(|session| Some(session.starts_at) == first || !is_today && session.kind != SessionKind::Break)
        .map(running)
        .collect();
    Ok(Live {
        expected: attendees.iter().filter(|attendee| attendee.stands()).count(),
        door: inside.get(&None).copied().unwrap_or_default(),
        in_building,
        event,
        organisation,
        at,
        day,
        is_today,
        now,
        next,
    })
}

/// Somebody who is in the building.
#[derive(Clone, Debug, PartialEq)]
pub struct Present {
    pub attendee: Attendee,
    /// When they were first seen today.
    pub since: DateTime<Utc>,
    /// Where they were seen last: the title of a session; `None` is the door.
    pub seen_in: Option<String>,
    pub seen_at: DateTime<Utc>,
}

/// Who is in the building now.
#[derive(Clone, Debug, PartialEq)]
pub struct FireList {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub at: DateTime<Utc>,
    /// By name as people compare names.
    pub present: Vec<Present>,
    /// Came today and left again.
    pub left: usize,
    /// Their place stands, and they were not seen today.
    pub away: usize,
}

/// Who is in the building, for whoever may check people in: stewards need it first.
pub async fn fire_list(services: &Services, actor: &Actor, slug: &str) -> Result<FireList> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let (db, at) = (&services.db.read, services.clock.now());
    let day = zones::wall(at, event.zone()).date();
    let titles: HashMap<_, _> = queries::list_all_sessions(db, event.id)
        .await?
        .into_iter()
        .map(|session| (session.id, session.title))
        .collect();
    let attendees = queries::list_attendees(db, event.id).await?;
    let of_day = of_day(queries::list_records(db, event.id).await?, day, &event);
    let (mut present, mut left, mut away) = (Vec::new(), 0, 0);
    for attendee in attendees {
        let Some(own) = of_day.get(&attendee.participant_id).filter(|own| !own.is_empty()) else {
            away += usize::from(attendee.stands());
            continue;
        };
        if !in_building(own) {
            left += 1;
            continue;
        }
        let last = &own[own.len() - 1];
        present.push(Present {
            since: own[0].at,
            seen_in: last.session_id.and_then(|id| titles.get(&id).cloned()),
            seen_at: last.at,
            attendee,
        });
    }
    Ok(FireList {
        event,
        organisation,
        at,
        present,
        left,
        away,
    })
}

/// What was scanned of each person on a day and stands, in order.
type OfDay = HashMap<ParticipantId, Vec<record::Model>>;

fn of_day(records: Vec<record::Model>, day: NaiveDate, event: &event::Model) -> OfDay {
    let zone = event.zone();
    let mut by_person: OfDay = HashMap::new();
    for row in rules::standing(&records) {
        if row.action.is_scan() && zones::wall(row.at, zone).date() == day {
            by_person.entry(row.participant_id).or_default().push(row.clone());
        }
    }
    by_person
}

/// Whoever arrived at the door or in any session is in the building until they leave by the door; whoever never passed
/// the door, until they left each session they were in. Where it is not sure, they are in: a list for a fire errs that way.
fn in_building(own: &[record::Model]) -> bool {
    let mut open: BTreeMap<Option<SessionId>, bool> = BTreeMap::new();
    for row in own {
        if row.action == Action::Leave && row.session_id.is_none() {
            open.clear();
        } else {
            open.insert(row.session_id, row.action == Action::Arrive);
        }
    }
    open.values().any(|is_in| *is_in)
}

/// Who came where and is in where; and how many are in the building.
fn count(of_day: &OfDay) -> (HashMap<Option<SessionId>, Inside>, usize) {
    let mut all: HashMap<Option<SessionId>, Inside> = HashMap::new();
    for own in of_day.values() {
        let mut now: HashMap<Option<SessionId>, bool> = HashMap::new();
        for row in own {
            let is_in = now.entry(row.session_id).or_default();
            *is_in = row.action == Action::Arrive;
        }
        let arrived = |place: &Option<SessionId>| own.iter().any(|row| row.session_id == *place && row.action == Action::Arrive);
        for (place, is_in) in now {
            let counted = all.entry(place).or_default();
            counted.came += usize::from(arrived(&place));
            counted.inside += usize::from(is_in);
        }
    }
    let in_building = of_day.values().filter(|own| in_building(own)).count();
    (all, in_building)
}
