//! An event as calendar entries: one a day, so that a course of three days fills three mornings, not the nights between.

use super::{AttendanceMode, EventStatus, entity::event};
use crate::{
    Services,
    agenda::entity::session,
    organisations::entity::organisation,
    platform::{
        ics::{Entry, Method, Status, calendar},
        mail::{Address, Mailbox},
    },
};
use anyhow::Context;
use chrono::{NaiveDate, NaiveDateTime};

/// One day of an event, in wall time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    pub starts: NaiveDateTime,
    pub ends: NaiveDateTime,
}

/// The days of an event. A day of several lasts as long as its sessions; without any, as long as the event's first
/// and last times say.
#[must_use]
pub fn days(event: &event::Model, sessions: &[session::Model]) -> Vec<Day> {
    let (first, last) = (event.starts_wall.date(), event.ends_wall.date());
    if first == last {
        return vec![Day {
            date: first,
            starts: event.starts_wall,
            ends: event.ends_wall,
        }];
    }
    first
        .iter_days()
        .take_while(|date| *date <= last)
        .take(60)
        .filter_map(|date| {
            let of_day = || sessions.iter().filter(|session| session.starts_wall.date() == date);
            let starts = of_day().map(|session| session.starts_wall).min();
            let ends = of_day().map(|session| session.ends_wall).max();
            let (starts, ends) = match (starts, ends) {
                (Some(starts), Some(ends)) => (starts, ends),
                _ if sessions.is_empty() => (date.and_time(event.starts_wall.time()), date.and_time(event.ends_wall.time())),
                _ => return None,
            };
            let starts = if date == first { starts.min(event.starts_wall) } else { starts };
            let ends = if date == last { ends.max(event.ends_wall) } else { ends };
            (starts < ends).then_some(Day { date, starts, ends })
        })
        .collect()
}

/// Who invites: the organisation's name at the address mail comes from, so that the invite is believed.
pub fn organizer(services: &Services, organisation: &organisation::Model) -> anyhow::Result<Mailbox> {
    let address: Address = services
        .mail_from
        .parse()
        .with_context(|| format!("{} is not an address mail can come from", services.mail_from))?;
    Ok(Mailbox::new(Some(organisation.name.clone()), address))
}

/// Where the event is, as a calendar may show it.
#[must_use]
pub fn location(event: &event::Model) -> String {
    let venue = event.venue_line();
    match (venue.is_empty(), event.attendance_mode) {
        (false, _) => venue,
        (true, AttendanceMode::Online) => "Online".to_owned(),
        (true, _) => "Place to be announced".to_owned(),
    }
}

/// The download for anybody: METHOD:PUBLISH, nobody named, neutral where the event is sensitive.
pub fn published(
    services: &Services,
    event: &event::Model,
    organisation: &organisation::Model,
    sessions: &[session::Model],
) -> anyhow::Result<String> {
    let entries = entries(services, event, organisation, sessions)?;
    Ok(calendar(Method::Publish, Some(event.shown_title()), &entries))
}

/// The entries of that download.
pub fn entries(
    services: &Services,
    event: &event::Model,
    organisation: &organisation::Model,
    sessions: &[session::Model],
) -> anyhow::Result<Vec<Entry>> {
    let organizer = organizer(services, organisation)?;
    let host = services.host();
    let entries = days(event, sessions)
        .into_iter()
        .map(|day| Entry {
            uid: format!("{}.{}@{host}", event.slug, day.date.format("%Y%m%d")),
            sequence: 0,
            stamp: event.updated_at,
            starts: day.starts,
            ends: day.ends,
            zone: event.zone(),
            summary: event.shown_title().to_owned(),
            location: location(event),
            description: format!("Details: {}", services.url(&format!("/events/{}", event.slug))),
            url: Some(services.url(&format!("/events/{}", event.slug))),
            organizer: organizer.clone(),
            attendee: None,
            status: if event.status == EventStatus::Cancelled {
                Status::Cancelled
            } else {
                Status::Confirmed
            },
        })
        .collect();
    Ok(entries)
}
