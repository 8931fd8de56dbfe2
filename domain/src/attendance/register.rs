//! The register: who was where, and what hours it makes, as organisers see it.

use super::{
    entity::attendance_record as record,
    queries::{self, Attendee, Programme},
    roll::{self, Expected, Presences, Spot, Wanted},
    rules::{self, Presence},
    working::by_participant,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{SessionStatus, entity::session},
    certificates::hours::{self, Offered},
    error::Result,
    events::{self, calendar, entity::event},
    ids::ParticipantId,
    organisations::entity::organisation,
    platform::{search::fold, zones},
};
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;

/// How many people a page shows.
pub const PER_PAGE: u64 = 50;
/// Whose records are read at a time where all are wanted.
const AT_ONCE: usize = 500;

/// What an organiser wants to see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A session's code; empty is the door of the event.
    pub to: String,
    /// Which day at the door, of an event of several.
    pub day: Option<NaiveDate>,
    /// Part of a name, organisation or reference.
    pub words: String,
    pub show: Show,
    /// The first is 0.
    pub page: u64,
}

/// Whom the register shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    #[default]
    Everybody,
    /// Who came, whether or not they left again.
    Came,
    /// Who is in and has not left.
    In,
    Away,
}

/// One person on the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub attendee: Attendee,
    /// Where they stand on the day and at the place looked at.
    pub presence: Presence,
    /// When they first arrived there.
    pub arrived: Option<chrono::DateTime<chrono::Utc>>,
    /// Their hours of the whole event.
    pub working: hours::Working,
}

/// A page of the register.
#[derive(Clone, Debug, PartialEq)]
pub struct Register {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub sessions: Vec<session::Model>,
    /// The session looked at; `None` is the door.
    pub to: Option<session::Model>,
    pub days: Vec<NaiveDate>,
    /// The day looked at.
    pub day: NaiveDate,
    pub offered: Offered,
    /// How many came to the place looked at, and are in.
    pub here: Presences,
    pub expected: u64,
    /// For each session of the day looked at.
    pub by_session: Vec<(session::Model, Presences)>,
    pub at_door: Presences,
    /// How many the filter lets through.
    pub matching: u64,
    pub rows: Vec<Row>,
    /// The first is 0.
    pub page: u64,
}

/// A page of the register of the event at `slug`. A fixed number of queries; hours are worked out for the rows shown alone.
pub async fn load(services: &Services, actor: &Actor, slug: &str, filter: &Filter) -> Result<Register> {
    find(services, actor, slug, filter, Some(PER_PAGE)).await
}

/// Everybody the filter lets through, on one page.
pub(super) async fn load_all(services: &Services, actor: &Actor, slug: &str, filter: &Filter) -> Result<Register> {
    find(services, actor, slug, filter, None).await
}

async fn find(services: &Services, actor: &Actor, slug: &str, filter: &Filter, per_page: Option<u64>) -> Result<Register> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::See, slug).await?;
    let (db, zone) = (&services.db.read, event.zone());
    let all = queries::list_all_sessions(db, event.id).await?;
    let programme = Programme::new(&event, &all);
    let sessions: Vec<_> = all.into_iter().filter(|session| session.status == SessionStatus::Planned).collect();
    let days: Vec<_> = calendar::days(&event, &sessions).into_iter().map(|day| day.date).collect();
    let to = sessions.iter().find(|session| session.code == filter.to).cloned();
    let today = zones::wall(services.clock.now(), zone).date();
    let day = match &to {
        Some(session) => session.starts_wall.date(),
        None => [filter.day, Some(today)]
            .into_iter()
            .flatten()
            .find(|day| days.contains(day))
            .or(days.first().copied())
            .unwrap_or(today),
    };

    roll::catch_up(&services.db, event.id).await?;
    let Expected { expected, listed } = roll::count_expected(db, event.id).await?;
    let presences = roll::count_day(db, event.id, day).await?;
    let spot = Spot {
        session: to.as_ref().map(|session| session.id),
        day,
    };
    let here = presences(spot.session);
    let everybody = Wanted::at(db, event.id).on_register();
    let (wanted, known) = match filter.show {
        Show::Everybody => (everybody, listed),
        Show::Came => (everybody.came(spot, true), here.came),
        Show::In => (everybody.inside(spot), here.inside),
        Show::Away => (everybody.came(spot, false), listed.saturating_sub(here.came)),
    };
    let words = fold(&filter.words);
    let wanted = wanted.words(&words);
    let known = words.is_empty().then_some(known);
    let (ids, matching, page) = match per_page {
        Some(per_page) => page_of(db, &wanted, filter.page, per_page, known).await?,
        None => {
            let ids = roll::list_all(db, &wanted).await?;
            let matching = ids.len() as u64;
            (ids, matching, 0)
        }
    };
    let mut rows = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let mut records = by_participant(queries::list_records_of_all(db, some).await?);
        for attendee in queries::list_attendees_in_order(db, some).await? {
            let own = records.remove(&attendee.participant_id).unwrap_or_default();
            let (presence, arrived) = at(&own, spot, zone);
            rows.push(Row {
                working: programme.work_out(&own),
                attendee,
                presence,
                arrived,
            });
        }
    }
    Ok(Register {
        offered: hours::offered(&programme.sessions, &programme.rule),
        by_session: sessions
            .iter()
            .filter(|session| session.starts_wall.date() == day)
            .map(|session| (session.clone(), presences(Some(session.id))))
            .collect(),
        at_door: presences(None),
        here,
        expected,
        matching,
        rows,
        page,
        sessions,
        days,
        day,
        to,
        event,
        organisation,
    })
}

/// The page asked for, or the last one where there are fewer; with how many there are and which page it is.
async fn page_of<C: ConnectionTrait>(
    db: &C,
    wanted: &Wanted,
    page: u64,
    per_page: u64,
    known: Option<u64>,
) -> Result<(Vec<ParticipantId>, u64, u64)> {
    let (ids, total) = roll::find_page(db, wanted, page, per_page, known).await?;
    let last = total.saturating_sub(1) / per_page;
    if page <= last {
        return Ok((ids, total, page));
    }
    let (ids, _) = roll::find_page(db, wanted, last, per_page, Some(total)).await?;
    Ok((ids, total, last))
}

fn at(records: &[record::Model], spot: Spot, zone: chrono_tz::Tz) -> (Presence, Option<chrono::DateTime<chrono::Utc>>) {
    let standing = rules::standing(records);
    let is_here = |record: &record::Model| record.session_id == spot.session && zones::wall(record.at, zone).date() == spot.day;
    let first = standing
        .iter()
        .find(|record| record.action == super::Action::Arrive && is_here(record));
    let arrived = first.map(|record| record.at);
    (rules::presence(standing, spot.session, spot.day, zone).0, arrived)
}
