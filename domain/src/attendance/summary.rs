//! How an event was attended: by session, and by where people work. For the report afterwards.

use super::{queries::Programme, rules, working::by_participant};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{SessionStatus, entity::session},
    bookings::table::{Csv, line},
    certificates::hours::{Offered, Why, hours_in_words, offered},
    error::Result,
    events::{self, entity::event},
    organisations::entity::organisation,
    platform::search::fold,
};
use std::collections::BTreeMap;

/// A session and who was in it.
#[derive(Clone, Debug, PartialEq)]
pub struct OfSession {
    pub session: session::Model,
    /// How many were in it, as far as it is known: scanned in it, or at the event while nothing ran beside it.
    pub came: usize,
    /// All their CPD minutes in it.
    pub minutes: u64,
    /// It ran beside another, and nobody was scanned in it: who was in which is not known.
    pub unknown: bool,
}

impl OfSession {
    /// CPD minutes of each who came, rounded down.
    #[must_use]
    pub fn mean(&self) -> u64 {
        self.minutes.checked_div(self.came as u64).unwrap_or_default()
    }
}

/// The people of one agency or employer, as they wrote its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfAgency {
    /// Empty: those who named none.
    pub name: String,
    pub places: usize,
    pub came: usize,
    /// CPD minutes of all of them, as shown.
    pub minutes: u64,
}

/// An event's attendance in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub offered: Offered,
    /// Places that stand.
    pub places: usize,
    /// Who was seen at all.
    pub came: usize,
    /// CPD minutes of all, as shown.
    pub minutes: u64,
    pub participatory_minutes: u64,
    pub sessions: Vec<OfSession>,
    /// Most people first; those who named none last.
    pub agencies: Vec<OfAgency>,
}

/// The attendance of the event at `slug` in figures, for whoever may see its people. Four queries.
pub async fn load(services: &Services, actor: &Actor, slug: &str) -> Result<Summary> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::See, slug).await?;
    let db = &services.db.read;
    let all = super::queries::list_all_sessions(db, event.id).await?;
    let programme = Programme::new(&event, &all);
    let attendees = super::queries::list_attendees(db, event.id).await?;
    let mut records = by_participant(super::queries::list_records(db, event.id).await?);
    let mut summary = Summary {
        offered: offered(&programme.sessions, &programme.rule),
        places: 0,
        came: 0,
        minutes: 0,
        participatory_minutes: 0,
        sessions: all
            .into_iter()
            .filter(|session| session.status == SessionStatus::Planned)
            .map(|session| OfSession {
                session,
                came: 0,
                minutes: 0,
                unknown: false,
            })
            .collect(),
        agencies: Vec::new(),
        event,
        organisation,
    };
    let mut agencies: BTreeMap<String, OfAgency> = BTreeMap::new();
    for attendee in attendees.iter().filter(|attendee| attendee.stands()) {
        let own = records.remove(&attendee.participant_id).unwrap_or_default();
        let standing = rules::standing(&own);
        let came = standing.iter().any(|row| row.action == super::Action::Arrive);
        let working = programme.work_out(&own);
        summary.places += 1;
        summary.came += usize::from(came);
        summary.minutes += u64::from(working.shown_minutes);
        summary.participatory_minutes += u64::from(working.shown_participatory_minutes);
        for of in &mut summary.sessions {
            let line = working.lines.iter().find(|line| line.session == of.session.code);
            let minutes = line.map_or(0, |line| line.minutes);
            of.unknown |= line.is_some_and(|line| match &line.why {
                Why::AtEvent { with, .. } => !with.is_empty(),
                Why::CountedIn { .. } => true,
                _ => false,
            });
            // Time at the event says who was in a session where nothing ran beside it; elsewhere only scans do.
            let there = line.is_some_and(|line| line.named);
            let scanned = standing
                .iter()
                .any(|row| row.session_id == Some(of.session.id) && row.action == super::Action::Arrive);
            of.came += usize::from(there || scanned);
            of.minutes += u64::from(minutes);
        }
        let name = attendee.organisation.as_deref().unwrap_or_default().trim();
        let agency = agencies.entry(fold(name)).or_default();
        if agency.name.is_empty() {
            name.clone_into(&mut agency.name);
        }
        agency.places += 1;
        agency.came += usize::from(came);
        agency.minutes += u64::from(working.shown_minutes);
    }
    for of in &mut summary.sessions {
        of.unknown &= of.came == 0;
    }
    summary.agencies = agencies.into_values().collect();
    summary
        .agencies
        .sort_by_key(|agency| (agency.name.is_empty(), std::cmp::Reverse(agency.places), fold(&agency.name)));
    Ok(summary)
}

/// The same as a table of agencies for a spreadsheet.
pub async fn csv(services: &Services, actor: &Actor, slug: &str) -> Result<Csv> {
    let summary = load(services, actor, slug).await?;
    let name = summary.event.name_in_files();
    let mut text = "\u{feff}".to_owned();
    line(
        &mut text,
        ["Where they work", "Places", "Came", "CPD minutes", "CPD in words"].map(str::to_owned),
    );
    for agency in &summary.agencies {
        let name = if agency.name.is_empty() { "Not given" } else { &agency.name };
        let minutes = u32::try_from(agency.minutes).unwrap_or(u32::MAX);
        let cells = [
            name.to_owned(),
            agency.places.to_string(),
            agency.came.to_string(),
            agency.minutes.to_string(),
            hours_in_words(minutes),
        ];
        line(&mut text, cells);
    }
    Ok(Csv {
        file_name: format!("agencies-{name}.csv"),
        text,
    })
}
