//! What is written to those who signed up: that a place came free, and that a session they chose moves or is off.

use super::settle::Turn;
use crate::{
    Services,
    agenda::entity::session,
    bookings::{
        PlaceState,
        entity::{booking, place, sign_up},
    },
    error::{Error, Result},
    events::entity::event,
    ids::{EventId, ParticipantId, SessionId},
    messages::{about::About, link_placeholder, outbox},
    people,
    platform::{
        db::begin_write,
        jobs::{Job, Lease, Outcome},
        letter::{Block, Letter},
        links::Link,
        zones,
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// So many people are written to in one transaction.
const AT_ONCE: usize = 50;

/// Tells everybody who was given a place.
pub(super) async fn placed(
    tx: &DatabaseTransaction,
    services: &Services,
    event: &event::Model,
    sessions: &[session::Model],
    rows: &[sign_up::Model],
    given: &[Turn],
) -> Result<()> {
    if given.is_empty() {
        return Ok(());
    }
    let about = About::load(tx, event.id).await?;
    for turn in given {
        let (Some(row), Some(session)) = (
            rows.iter().find(|row| row.id == turn.row),
            sessions.iter().find(|session| session.id == turn.session),
        ) else {
            continue;
        };
        let gave_up: Vec<&str> = turn
            .instead_of
            .iter()
            .filter_map(|id| rows.iter().find(|row| row.id == *id))
            .filter(|row| row.placed_at.is_some())
            .filter_map(|row| sessions.iter().find(|session| session.id == row.session_id))
            .map(|session| session.title.as_str())
            .collect();
        let more = if gave_up.is_empty() {
            String::new()
        } else {
            let titles = gave_up.join("\u{201d} and in \u{201c}");
            format!(" Your place in \u{201c}{titles}\u{201d}, at the same time, has gone to somebody else.")
        };
        let mut letter = about.letter("A place came free").with(Block::Para(format!(
            "You waited for a place in a session, and now have one. It is yours: you need do nothing.{more}"
        )));
        letter = letter.with(Block::Facts(vec![
            ("Session".to_owned(), session.title.clone()),
            ("When".to_owned(), zones::span(session.starts_wall, session.ends_wall)),
            ("Event".to_owned(), about.event.title.clone()),
        ]));
        let letter = letter.with(Block::Para(
            "If you no longer want it, give it up on the page below, and the next on the list has it.".to_owned(),
        ));
        let key = format!("sign-up:{}:placed", row.id);
        let subject = format!("A place came free: {}", about.shown_title());
        send(tx, services, &about, row.participant_id, (&key, "session_place"), &subject, letter).await?;
    }
    Ok(())
}

/// Tells those who chose sessions what publishing changed about them, one mail a person.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TellChosen {
    pub event: EventId,
    pub at: DateTime<Utc>,
    /// Each session with what became of it.
    pub changes: Vec<(SessionId, String)>,
}

impl Job for TellChosen {
    const KIND: &'static str = "tell_chosen";

    async fn run(&self, services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
        let rows = chosen(&services.db.read, self.changes.iter().map(|(id, _)| *id)).await?;
        let mut by_person: BTreeMap<ParticipantId, Vec<SessionId>> = BTreeMap::new();
        for row in rows {
            by_person.entry(row.participant_id).or_default().push(row.session_id);
        }
        let people: Vec<_> = by_person.into_iter().collect();
        let (mut done, total) = (0, people.len() as u64);
        for some in people.chunks(AT_ONCE) {
            let tx = begin_write(&services.db).await?;
            let about = About::load(&tx, self.event).await?;
            for (participant, sessions) in some {
                let mut letter = about.letter("Sessions you chose have changed");
                for (_, words) in self.changes.iter().filter(|(id, _)| sessions.contains(id)) {
                    letter = letter.with(Block::Para(words.clone()));
                }
                let letter = letter.with(Block::Facts(vec![
                    ("Event".to_owned(), about.event.title.clone()),
                    ("When".to_owned(), about.when()),
                ]));
                let key = format!("sign-up:{participant}:changed:{}", self.at.timestamp_millis());
                let subject = format!("Sessions changed: {}", about.shown_title());
                send(&tx, services, &about, *participant, (&key, "sessions_changed"), &subject, letter).await?;
            }
            tx.commit().await?;
            done += some.len() as u64;
            lease.progress(done, total).await?;
        }
        Ok(Outcome::Done)
    }
}

async fn chosen<C: ConnectionTrait>(db: &C, sessions: impl Iterator<Item = SessionId>) -> Result<Vec<sign_up::Model>> {
    Ok(sign_up::Entity::find()
        .filter(sign_up::Column::SessionId.is_in(sessions))
        .all(db)
        .await?)
}

/// How many people chose any of these sessions.
pub(crate) async fn count_told<C: ConnectionTrait>(db: &C, sessions: &[SessionId]) -> Result<u64> {
    Ok(sign_up::Entity::find()
        .select_only()
        .column(sign_up::Column::ParticipantId)
        .distinct()
        .filter(sign_up::Column::SessionId.is_in(sessions.iter().copied()))
        .count(db)
        .await?)
}

/// Writes to whoever sits in the place, or where they have no mailbox to whoever booked it.
async fn send(
    tx: &DatabaseTransaction,
    services: &Services,
    about: &About,
    participant: ParticipantId,
    (key, kind): (&str, &str),
    subject: &str,
    letter: Letter,
) -> Result<()> {
    let place = place::Entity::find()
        .filter(place::Column::ParticipantId.eq(participant))
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    if place.state == PlaceState::Cancelled {
        return Ok(());
    }
    let booking = booking::Entity::find_by_id(place.booking_id)
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    let (to, link, name) = match place.person_id {
        Some(person) => (person, Link::Place(place.id.0), place.name.clone().unwrap_or_default()),
        None => (booking.booker_id, Link::Manage(booking.id.0), booking.booker_name.clone()),
    };
    let letter = match (&place.name, place.person_id) {
        (Some(of), None) => letter.with(Block::Facts(vec![("Place of".to_owned(), of.clone())])),
        _ => letter,
    };
    let letter = letter.with(Block::Action {
        label: "See your place".to_owned(),
        url: link_placeholder(0),
    });
    let address = people::service::address(tx, to).await?;
    let content = about.content(letter, vec![link], None);
    outbox::add(tx, services, key, kind, about.addressed(&name, &address), subject, &content).await
}
