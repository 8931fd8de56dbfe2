//! The list a phone takes along: of each person what a steward needs to let them in, and nothing else.

use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{self, SessionKind},
    attendance::{
        entity::attendance_record as record,
        queries,
        rules::{self, OPENS_BEFORE, Presence},
        working::by_participant,
    },
    error::Result,
    events::{self, EventStatus, calendar},
    platform::zones,
};
use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The whole list. Instants are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DoorList {
    pub event: ListedEvent,
    pub sessions: Vec<ListedSession>,
    pub people: Vec<Listed>,
    /// The server's clock.
    pub now: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedEvent {
    pub slug: String,
    /// As others may read it on the phone.
    pub title: String,
    /// By its IANA name.
    pub zone: String,
    /// When it is, in words.
    pub when: String,
    pub days: Vec<ListedDay>,
    pub cancelled: bool,
}

/// From when until when people may be checked in on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ListedDay {
    pub opens: i64,
    pub closes: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedSession {
    pub code: String,
    pub title: String,
    /// By the event's own clock, as `2027-03-11`.
    pub day: String,
    /// In words.
    pub starts: String,
}

/// One person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed {
    pub code: String,
    pub name: String,
    /// Job role and organisation.
    pub role: String,
    pub cancelled: bool,
    /// Where they stand today, by the code of the session; the door is the empty one. They came then.
    #[serde(rename = "in", skip_serializing_if = "BTreeMap::is_empty")]
    pub inside: BTreeMap<String, i64>,
    /// They left then.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub left: BTreeMap<String, i64>,
}

/// The list of the event at `slug`, for whoever may check people in. A fixed number of queries.
pub async fn list(services: &Services, actor: &Actor, slug: &str) -> Result<DoorList> {
    let (event, _) = events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let (db, now, zone) = (&services.db.read, services.clock.now(), event.zone());
    let planned = agenda::queries::list_sessions(db, event.id).await?;
    let today = zones::wall(now, zone).date();
    // Whatever takes one of today's records back was recorded after it.
    let records = record::Entity::find()
        .filter(record::Column::EventId.eq(event.id))
        .filter(record::Column::At.gte(instant(today.and_time(NaiveTime::MIN), zone)))
        .order_by_asc(record::Column::Seq)
        .all(db)
        .await?;
    let records = by_participant(records);
    let code_of = |id| {
        planned
            .iter()
            .find(|session| Some(session.id) == id)
            .map(|session| session.code.clone())
    };
    let people = queries::list_attendees(db, event.id).await?.into_iter().map(|attendee| {
        let standing = records
            .get(&attendee.participant_id)
            .map(|own| rules::standing(own))
            .unwrap_or_default();
        let (mut inside, mut left) = (BTreeMap::new(), BTreeMap::new());
        let places: BTreeSet<_> = standing.iter().map(|record| record.session_id).collect();
        for place in places {
            let Some(code) = place.map_or(Some(String::new()), |_| code_of(place)) else {
                continue;
            };
            match rules::presence(standing.iter().copied(), place, today, zone).0 {
                Presence::Away => None,
                Presence::In(since) => inside.insert(code, since.timestamp_millis()),
                Presence::Left(at) => left.insert(code, at.timestamp_millis()),
            };
        }
        Listed {
            name: attendee.name().to_owned(),
            role: attendee.role_line(),
            cancelled: attendee.is_cancelled(),
            code: attendee.code,
            inside,
            left,
        }
    });
    Ok(DoorList {
        people: people.collect(),
        sessions: planned
            .iter()
            .filter(|session| session.kind != SessionKind::Break)
            .map(|session| ListedSession {
                code: session.code.clone(),
                title: session.title.clone(),
                day: session.starts_wall.date().to_string(),
                starts: zones::time(session.starts_wall.time()),
            })
            .collect(),
        event: ListedEvent {
            slug: event.slug.clone(),
            title: event.shown_title().to_owned(),
            zone: event.timezone.clone(),
            when: zones::span(event.starts_wall, event.ends_wall),
            days: calendar::days(&event, &planned)
                .into_iter()
                .map(|day| ListedDay {
                    opens: instant(day.starts - OPENS_BEFORE, zone).timestamp_millis(),
                    closes: instant((day.date + TimeDelta::days(1)).and_time(NaiveTime::MIN), zone).timestamp_millis(),
                })
                .collect(),
            cancelled: event.status == EventStatus::Cancelled,
        },
        now: now.timestamp_millis(),
    })
}

/// The instant of a wall time; an hour later where clocks jump over it.
fn instant(wall: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let at = |wall| zones::wall_to_utc(wall, zone).map(|(at, _)| at);
    at(wall)
        .or_else(|_| at(wall + TimeDelta::hours(1)))
        .unwrap_or_else(|_| wall.and_utc())
}
