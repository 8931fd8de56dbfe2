//! A tablet at the entrance, where people check themselves in with their code. It is signed in as nobody: its address
//! opens this one thing, for a day. It shows a first name and nothing else of anybody.

use super::{
    Action, How,
    badges::first_name,
    queries,
    rules::{read_code, read_reference},
    service::{Answer, Scan, Target, record_own},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, Result},
    events::{self, entity::event},
    ids::EventId,
    organisations::entity::organisation,
    platform::{
        db::begin_write,
        limits,
        links::{self, Link},
    },
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Makes a kiosk of the event at `slug`, for whoever may check people in; gives the path of its page. Earlier kiosks of
/// the event go on.
pub async fn make(services: &Services, actor: &Actor, slug: &str) -> Result<String> {
    let (event, _) = events::service::load_for(services, actor, Permission::CheckIn, slug).await?;
    let tx = begin_write(&services.db).await?;
    let link = Link::Kiosk(event.id.0);
    let token = links::mint(&tx, &services.random, services.clock.now(), link).await?;
    tx.commit().await?;
    Ok(link.path(&token))
}

/// The event a kiosk stands at.
pub async fn open(services: &Services, token: &str) -> Result<(event::Model, organisation::Model)> {
    match links::find(&services.db.read, services.clock.now(), token).await? {
        Some((_, Link::Kiosk(id))) => events::queries::load(&services.db.read, EventId(id)).await,
        _ => Err(Error::NotFound),
    }
}

/// What a kiosk says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Said {
    Welcome {
        name: String,
        at: DateTime<Utc>,
    },
    AlreadyIn {
        name: String,
        since: DateTime<Utc>,
    },
    /// The reference is of several people: each has a code of their own.
    Several,
    /// Nobody was checked in: to be asked at the desk.
    AskAtTheDesk,
}

/// Checks in whoever has this code, or is alone under this booking reference. Why somebody is not checked in is for the
/// desk to say, not for a screen others read.
pub async fn arrive(services: &Services, token: &str, typed: &str) -> Result<Said> {
    let (event, _) = open(services, token).await?;
    limits::count(&services.db, services.clock.now(), services.limits.kiosk, "kiosk", token).await?;
    let db = &services.db.read;
    let found = match (read_code(typed), read_reference(typed)) {
        (Some(code), _) => queries::find_by_code(db, &code).await?,
        (None, Some(reference)) => {
            let mut people = queries::list_by_reference(db, &reference).await?;
            people.retain(|person| person.event_id == event.id && !person.is_cancelled());
            if people.len() > 1 {
                return Ok(Said::Several);
            }
            people.pop()
        }
        (None, None) => None,
    };
    let Some(found) = found.filter(|found| found.event_id == event.id && found.stands()) else {
        return Ok(Said::AskAtTheDesk);
    };
    let scan = Scan {
        target: Target::Participant(found.participant_id),
        session: None,
        action: Action::Arrive,
        how: How::SelfService,
    };
    let name = first_name(found.name.as_deref().unwrap_or_default()).to_owned();
    Ok(match record_own(services, None, &event.slug, scan).await?.answer {
        Answer::Arrived { at, .. } => Said::Welcome { name, at },
        Answer::AlreadyIn { since, .. } => Said::AlreadyIn { name, since },
        _ => Said::AskAtTheDesk,
    })
}
