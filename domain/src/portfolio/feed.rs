//! A person's calendar as a feed: the sessions of their own agendas and the meetings of their networks, under an address
//! only they have (domain.md 3.4). It is made, replaced and ended by them alone, and signs nobody in.

use crate::{
    Services,
    access::Actor,
    agenda::{
        SessionKind, SessionStatus,
        entity::{room, session},
    },
    attendance::queries::{Attendee, list_all_sessions, list_of_person},
    bookings::{
        PlaceState,
        entity::sign_up,
        sign_up::{is_kept, own},
    },
    error::{Error, Result},
    events::{
        self, EventKind, EventStatus,
        calendar::{entries, location, organizer},
        entity::event,
    },
    ids::{EventId, PersonId},
    networks::{Reply, entity::invite, queries::find_meeting_of},
    organisations::entity::organisation,
    platform::{
        audit,
        db::begin_write,
        ics::{Entry, Method, Status, calendar},
        links::{self, Link},
    },
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use sha2::{Digest, Sha256};

/// How long what is over or cancelled stays in a feed.
pub const KEPT: TimeDelta = TimeDelta::days(60);

/// When the address of the feed of whoever is signed in was made, if they have one.
pub async fn since(services: &Services, actor: &Actor) -> Result<Option<DateTime<Utc>>> {
    let person = actor.signed_in()?;
    links::since(&services.db.read, Link::Feed(person.id.0)).await
}

/// Makes a feed for whoever is signed in, and ends the one they had; gives its path. It is shown once: only its hash is kept.
pub async fn make(services: &Services, actor: &Actor) -> Result<String> {
    change(services, actor, true).await.map(Option::unwrap_or_default)
}

/// Ends the feed of whoever is signed in. Having none is fine.
pub async fn stop(services: &Services, actor: &Actor) -> Result<()> {
    change(services, actor, false).await.map(|_| ())
}

async fn change(services: &Services, actor: &Actor, anew: bool) -> Result<Option<String>> {
    let person = actor.signed_in()?.id;
    let now = services.clock.now();
    let link = Link::Feed(person.0);
    let tx = begin_write(&services.db).await?;
    links::revoke(&tx, now, link).await?;
    let path = if anew {
        Some(link.path(&links::mint(&tx, &services.random, now, link).await?))
    } else {
        None
    };
    let entry = audit::Entry {
        chain: format!("person:{person}"),
        action: if anew { "feed.made" } else { "feed.stopped" },
        object: "person",
        object_id: person.0,
        detail: None,
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(path)
}

/// A calendar as it is given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub text: String,
    /// When any of it last changed.
    pub changed: DateTime<Utc>,
}

impl Feed {
    fn of(name: &str, entries: &[Entry]) -> Self {
        Self {
            text: calendar(Method::Publish, Some(name), entries),
            changed: entries.iter().map(|entry| entry.stamp).max().unwrap_or_default(),
        }
    }

    /// What tells this text from any other, for a strong `ETag`.
    #[must_use]
    pub fn tag(&self) -> String {
        hex::encode(&Sha256::digest(self.text.as_bytes())[..16])
    }
}

/// The feed under this secret: what is to come, and what was over or cancelled within [`KEPT`].
///
/// Each session is an entry of its own whose UID stays; its titles are neutral where the event is sensitive, as others may
/// look over a shoulder at a calendar. A few queries for each event that is still in it.
pub async fn feed(services: &Services, token: &str) -> Result<Feed> {
    let db = &services.db.read;
    let now = services.clock.now();
    let Some((_, Link::Feed(person))) = links::find(db, now, token).await? else {
        return Err(Error::NotFound);
    };
    let own = list_of_person(db, PersonId(person)).await?;
    let ids: Vec<EventId> = own.iter().map(|who| who.event_id).collect();
    let mut found: Vec<Entry> = Vec::new();
    for (event, organisation) in events::queries::list_shown_after(db, &ids, now - KEPT).await? {
        for who in own.iter().filter(|who| who.event_id == event.id) {
            found.extend(of_event(services, who, &event, &organisation).await?);
        }
    }
    found.sort_by(|one, other| (one.starts, &one.uid).cmp(&(other.starts, &other.uid)));
    Ok(Feed::of("My sessions and meetings", &found))
}

async fn of_event(services: &Services, who: &Attendee, event: &event::Model, organisation: &organisation::Model) -> Result<Vec<Entry>> {
    let db = &services.db.read;
    if event.kind == EventKind::Meeting {
        return meeting(services, who, event, organisation).await;
    }
    let sessions = list_all_sessions(db, event.id).await?;
    if sessions.iter().all(|session| session.status == SessionStatus::Cancelled) {
        let mut days = entries(services, event, organisation, &[])?;
        own_entries(&mut days, who);
        return Ok(days);
    }
    let rooms = room::Entity::find().filter(room::Column::EventId.eq(event.id)).all(db).await?;
    let chosen = own(db, who.participant_id).await?;
    let planned: Vec<session::Model> = sessions
        .iter()
        .filter(|session| session.status == SessionStatus::Planned)
        .cloned()
        .collect();
    let row = |session: &session::Model| chosen.iter().find(|row| row.session_id == session.id);
    let mut found = Vec::new();
    for session in sessions.iter().filter(|session| session.kind != SessionKind::Break) {
        if !is_kept(session, &planned, row(session)) {
            continue;
        }
        let room = rooms.iter().find(|room| Some(room.id) == session.room_id);
        found.push(entry(services, event, organisation, session, room, row(session))?);
    }
    own_entries(&mut found, who);
    Ok(found)
}

/// Of whoever has no place any more, all of it is off.
fn own_entries(entries: &mut [Entry], who: &Attendee) {
    for entry in entries {
        entry.uid = format!("my.{}.{}", who.participant_id, entry.uid);
        if who.state == PlaceState::Cancelled {
            entry.status = Status::Cancelled;
        }
    }
}

fn entry(
    services: &Services,
    event: &event::Model,
    organisation: &organisation::Model,
    session: &session::Model,
    room: Option<&room::Model>,
    row: Option<&sign_up::Model>,
) -> Result<Entry> {
    let url = services.url(&format!("/events/{}/agenda", event.slug));
    let summary = if event.sensitive {
        format!("{}, {}", event.shown_title(), session.kind.label().to_lowercase())
    } else {
        session.title.clone()
    };
    let is_off = event.status == EventStatus::Cancelled || session.status == SessionStatus::Cancelled;
    let room = room.map(|room| room.name.clone());
    Ok(Entry {
        uid: format!("session-{}@{}", session.id, services.host()),
        sequence: 0,
        stamp: row
            .and_then(|row| row.placed_at)
            .map_or(event.updated_at, |at| at.max(event.updated_at)),
        starts: session.starts_wall,
        ends: session.ends_wall,
        zone: event.zone(),
        summary,
        location: room.into_iter().chain([location(event)]).collect::<Vec<_>>().join(", "),
        description: format!("{}\nDetails: {url}", event.shown_title()),
        url: Some(url),
        organizer: organizer(services, organisation)?,
        attendee: None,
        status: if is_off { Status::Cancelled } else { Status::Confirmed },
    })
}

/// A network's meeting, unless they declined it.
async fn meeting(services: &Services, who: &Attendee, event: &event::Model, organisation: &organisation::Model) -> Result<Vec<Entry>> {
    let db = &services.db.read;
    let reply = invite::Entity::find()
        .filter(invite::Column::ParticipantId.eq(who.participant_id))
        .one(db)
        .await?
        .and_then(|invite| invite.reply);
    let Some((meeting, network)) = find_meeting_of(db, event).await? else {
        return Ok(Vec::new());
    };
    if reply == Some(Reply::Declined) {
        return Ok(Vec::new());
    }
    let url = services.url(&format!("/networks/{}/meetings/{}", network.slug, meeting.code));
    let mut found = entries(services, event, organisation, &[])?;
    for entry in &mut found {
        if !event.sensitive {
            entry.summary = format!("{}: {}", network.name, event.title);
        }
        entry.description = format!("Details: {url}");
        entry.url = Some(url.clone());
    }
    own_entries(&mut found, who);
    Ok(found)
}

/// Every event the public may see, for anybody to follow: what is to come, and what was over or cancelled within [`KEPT`].
/// Neutral titles where an event is sensitive. Two queries.
pub async fn public(services: &Services) -> Result<Feed> {
    let db = &services.db.read;
    let after = services.clock.now() - KEPT;
    let events = events::queries::list_public_after(db, after).await?;
    // Only the days of an event that has several go by its sessions.
    let long = events.iter().map(|(event, _)| event);
    let long = long.filter(|event| event.starts_wall.date() != event.ends_wall.date());
    let sessions = session::Entity::find()
        .filter(session::Column::EventId.is_in(long.map(|event| event.id)))
        .filter(session::Column::Status.eq(SessionStatus::Planned))
        .all(db)
        .await?;
    let mut found = Vec::new();
    for (event, organisation) in &events {
        let own: Vec<session::Model> = sessions.iter().filter(|session| session.event_id == event.id).cloned().collect();
        found.extend(entries(services, event, organisation, &own)?);
    }
    Ok(Feed::of("Events", &found))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_tells_one_text_from_another() {
        let feed = |text: &str| Feed {
            text: text.to_owned(),
            changed: DateTime::default(),
        };
        assert_eq!(feed("one").tag(), feed("one").tag());
        assert_ne!(feed("one").tag(), feed("two").tag());
    }
}
