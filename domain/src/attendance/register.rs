//! The register: who was where, and what hours it makes, as organisers see it.

use super::{
    entity::attendance_record as record,
    queries::{self, Attendee, Programme},
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
    ids::SessionId,
    organisations::entity::organisation,
    platform::zones,
};
use chrono::NaiveDate;

/// How many people a page shows.
pub const PER_PAGE: usize = 50;

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
    pub page: usize,
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
    pub came: usize,
    pub inside: usize,
    pub expected: usize,
    /// For each session of the day looked at: how many came to it, and how many are in it now.
    pub by_session: Vec<(session::Model, usize, usize)>,
    /// How many came through the door on that day, and how many are in now.
    pub at_door: (usize, usize),
    /// How many the filter lets through.
    pub matching: usize,
    pub rows: Vec<Row>,
    /// The first is 0.
    pub page: usize,
}

/// A page of the register of the event at `slug`. Four queries; hours are worked out for the rows shown alone.
pub async fn load(services: &Services, actor: &Actor, slug: &str, filter: &Filter) -> Result<Register> {
    find(services, actor, slug, filter, Some(PER_PAGE)).await
}

/// Everybody the filter lets through, on one page.
pub(super) async fn load_all(services: &Services, actor: &Actor, slug: &str, filter: &Filter) -> Result<Register> {
    find(services, actor, slug, filter, None).await
}

async fn find(services: &Services, actor: &Actor, slug: &str, filter: &Filter, per_page: Option<usize>) -> Result<Register> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::See, slug).await?;
    let (db, zone) = (&services.db.read, event.zone());
    let all = queries::list_all_sessions(db, event.id).await?;
    let attendees = queries::list_attendees(db, event.id).await?;
    let mut records = by_participant(queries::list_records(db, event.id).await?);

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
    let words = rules::fold(&filter.words);

    let mut register = Register {
        offered: hours::offered(&programme.sessions, &programme.rule),
        sessions,
        days,
        day,
        came: 0,
        inside: 0,
        expected: attendees.iter().filter(|attendee| !attendee.is_cancelled()).count(),
        by_session: Vec::new(),
        at_door: (0, 0),
        matching: 0,
        rows: Vec::new(),
        page: filter.page,
        to,
        event,
        organisation,
    };
    register.by_session = register
        .sessions
        .iter()
        .filter(|session| session.starts_wall.date() == day)
        .map(|session| (session.clone(), 0, 0))
        .collect();
    let to = register.to.as_ref().map(|session| session.id);
    let mut shown: Vec<(Attendee, Vec<record::Model>)> = Vec::new();
    for attendee in attendees {
        let own = records.remove(&attendee.participant_id).unwrap_or_default();
        // A cancelled place is on the register only if something was recorded of it.
        if attendee.is_cancelled() && own.is_empty() {
            continue;
        }
        for (session, came, inside) in &mut register.by_session {
            let (presence, _) = at(&own, Some(session.id), day, zone);
            *came += usize::from(presence != Presence::Away);
            *inside += usize::from(presence.is_in());
        }
        let (at_door, _) = at(&own, None, day, zone);
        register.at_door.0 += usize::from(at_door != Presence::Away);
        register.at_door.1 += usize::from(at_door.is_in());
        let (presence, _) = at(&own, to, day, zone);
        register.came += usize::from(presence != Presence::Away);
        register.inside += usize::from(presence.is_in());
        let wanted = match filter.show {
            Show::Everybody => true,
            Show::Came => presence != Presence::Away,
            Show::In => presence.is_in(),
            Show::Away => presence == Presence::Away,
        };
        if wanted && (words.is_empty() || has_words(&attendee, &words)) {
            shown.push((attendee, own));
        }
    }
    register.matching = shown.len();
    let per_page = per_page.unwrap_or(usize::MAX);
    register.page = filter.page.min(shown.len().saturating_sub(1) / per_page);
    register.rows = shown
        .into_iter()
        .skip(register.page * per_page)
        .take(per_page)
        .map(|(attendee, own)| {
            let (presence, arrived) = at(&own, to, day, zone);
            Row {
                attendee,
                presence,
                arrived,
                working: programme.work_out(&own),
            }
        })
        .collect();
    Ok(register)
}

fn at(
    records: &[record::Model],
    to: Option<SessionId>,
    day: NaiveDate,
    zone: chrono_tz::Tz,
) -> (Presence, Option<chrono::DateTime<chrono::Utc>>) {
    let standing = rules::standing(records);
    let first = standing
        .iter()
        .find(|record| record.action == super::Action::Arrive && record.session_id == to && zones::wall(record.at, zone).date() == day);
    let arrived = first.map(|record| record.at);
    (rules::presence(standing, to, day, zone).0, arrived)
}

fn has_words(attendee: &Attendee, words: &str) -> bool {
    let text = [
        attendee.name(),
        attendee.organisation.as_deref().unwrap_or_default(),
        &attendee.reference,
        &attendee.code,
    ]
    .join(" ");
    rules::has_name(&rules::fold(&text), words)
}
