//! Who qualifies for a certificate and who does not, with the reason in words.

use super::{
    hold, is_open, newest_job,
    snapshot::{Stamp, differences, snapshot},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::queries::list_sessions,
    attendance::{
        self,
        queries::{Attendee, list_attendees},
    },
    certificates::{
        CertificateState,
        credential::Snapshot,
        entity::{certificate, certificate_hold},
        hours::{Standing, WhyNot, Working, qualifies},
        queries,
    },
    error::Result,
    events::{
        self, EventStatus,
        entity::event,
        service::{hours_rule, offered},
    },
    ids::ParticipantId,
    organisations::entity::organisation,
    platform::entity::job,
};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// Why somebody gets no certificate, or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// By the rule of hours.
    Rule(WhyNot),
    /// There is no name to print.
    NoName,
    /// An organiser holds it back.
    Held,
}

impl Reason {
    /// The reason, for the organiser's list.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Rule(why) => why.words(),
            Self::NoName => "No name yet. Name the place first.".to_owned(),
            Self::Held => "Held back. It is not issued until somebody releases it.".to_owned(),
        }
    }
}

/// Somebody who comes, and whether they get a certificate.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub who: Attendee,
    pub working: Working,
    pub why_not: Option<Reason>,
    /// The newest certificate they had that does not count any more.
    pub earlier: Option<certificate::Model>,
    /// The hold that stands, with its reason.
    pub hold: Option<certificate_hold::Model>,
}

/// A certificate that was issued for the event.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub row: certificate::Model,
    pub snapshot: Snapshot,
    /// In what a certificate issued now would differ, as "the name"; empty where it would not.
    pub differs: Vec<&'static str>,
}

/// The certificates of one event: given, to be given, and not to be given.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub event: event::Model,
    pub organisation: organisation::Model,
    /// CPD minutes the event offers.
    pub offered_minutes: u32,
    pub has_ended: bool,
    /// Everybody who comes, by name, cancelled places too.
    pub people: Vec<Candidate>,
    /// Newest first, those that do not count any more too.
    pub given: Vec<Given>,
    /// The newest job that issues certificates, whatever became of it.
    pub job: Option<job::Model>,
}

impl Plan {
    /// Those who would get a certificate now.
    pub fn ready(&self) -> impl Iterator<Item = &Candidate> {
        self.people.iter().filter(|person| person.why_not.is_none())
    }

    /// Whether certificates are being issued at this moment.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.job.as_ref().is_some_and(is_open)
    }
}

/// Whether one person gets a certificate.
fn why_not(who: &Attendee, working: &Working, event: &event::Model, now: DateTime<Utc>, has_live_certificate: bool) -> Option<Reason> {
    let standing = Standing {
        cancelled: !who.stands() || event.status == EventStatus::Cancelled,
        event_ends: event.ends_at,
        now,
        has_live_certificate,
    };
    match qualifies(working, &hours_rule(event), &standing) {
        Err(why) => Some(Reason::Rule(why)),
        Ok(()) if !who.is_named() => Some(Reason::NoName),
        Ok(()) => None,
    }
}

/// The hours of everybody at an event, by participant.
pub(super) async fn workings(services: &Services, event: &event::Model) -> Result<HashMap<ParticipantId, Working>> {
    let people = attendance::service::hours_of(&services.db.read, event).await?;
    Ok(people.into_iter().map(|person| (person.participant_id, person.working)).collect())
}

/// Who gets a certificate of the event at `slug`, who does not and why, and which were issued.
pub async fn plan(services: &Services, actor: &Actor, slug: &str) -> Result<Plan> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::See, slug).await?;
    let (db, now) = (&services.db.read, services.clock.now());
    let mut workings = workings(services, &event).await?;
    let sessions = list_sessions(db, event.id).await?;
    let attendees = list_attendees(db, event.id).await?;
    let rows = queries::list_of_event(db, event.id).await?;
    let mut holds: HashMap<ParticipantId, certificate_hold::Model> = hold::list(db, event.id)
        .await?
        .into_iter()
        .map(|row| (row.participant_id, row))
        .collect();
    let job = newest_job(db, event.id).await?;

    let people: Vec<Candidate> = attendees
        .into_iter()
        .map(|who| {
            let working = workings.remove(&who.participant_id).unwrap_or_default();
            let own = || rows.iter().filter(|row| row.participant_id == who.participant_id);
            let live = own().any(|row| row.state == CertificateState::Valid);
            let hold = holds.remove(&who.participant_id);
            let why_not = match why_not(&who, &working, &event, now, live) {
                told @ Some(Reason::Rule(WhyNot::HasCertificate | WhyNot::Cancelled)) => told,
                _ if hold.is_some() => Some(Reason::Held),
                told => told,
            };
            let earlier = own().find(|row| row.state != CertificateState::Valid).cloned();
            Candidate {
                why_not,
                earlier,
                hold,
                working,
                who,
            }
        })
        .collect();

    let by_participant: HashMap<ParticipantId, &Candidate> = people.iter().map(|person| (person.who.participant_id, person)).collect();
    let named = crate::networks::queries::in_full(db, event.clone()).await?;
    let given = rows
        .iter()
        .map(|row| {
            let old: Snapshot = serde_json::from_str(&row.snapshot)?;
            let fresh = by_participant
                .get(&row.participant_id)
                .filter(|_| row.state == CertificateState::Valid)
                .map(|person| {
                    let stamp = Stamp {
                        id: old.id.clone(),
                        issued_at: old.issued_at,
                        status_list: old.status_list,
                        status_index: old.status_index,
                        replaces: old.replaces.clone(),
                    };
                    let name = person.who.name.as_deref().unwrap_or(&old.name);
                    snapshot(&named, &organisation, &sessions, name, &person.working, stamp)
                });
            Ok(Given {
                differs: fresh.map(|fresh| differences(&old, &fresh)).unwrap_or_default(),
                row: row.clone(),
                snapshot: old,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    let offered_minutes = offered(&event, &sessions).minutes;
    Ok(Plan {
        has_ended: now >= event.ends_at,
        offered_minutes,
        people,
        given,
        job,
        event,
        organisation,
    })
}
