//! Giving feedback: by a link from a mail, or signed in.

use super::{
    FormState, Question, Refusal, edit,
    entity::{feedback_done, feedback_waiting},
    mix::mix,
    questions::read,
};
use crate::{
    Services,
    access::Actor,
    agenda::{SessionStatus, entity::session},
    attendance::queries::{Attendee, find_attendee, find_own},
    certificates::issue::{IssueCertificates, newest_job},
    error::{Error, Result},
    events::{self, entity::event},
    ids::{EventId, ParticipantId},
    organisations::entity::organisation,
    platform::{
        db::begin_write,
        drafts, jobs,
        links::{self, Link},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who gives feedback.
#[derive(Clone, Debug)]
pub enum Giver<'a> {
    /// Whoever holds the link from a mail.
    Link(&'a str),
    /// Whoever has signed in, on the event at this slug.
    Actor(&'a Actor, &'a str),
    /// Whoever this is, as whoever runs the machine has it: for the demo, and for what was gathered elsewhere.
    Known(ParticipantId),
}

/// The answers as typed, by the names of fields; see [`Question::field`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswersForm {
    pub answers: BTreeMap<String, String>,
}

/// What is asked of somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub participant: ParticipantId,
    pub questions: Vec<Question>,
    /// Those that count as CPD, in order of time.
    pub sessions: Vec<session::Model>,
    pub state: FormState,
    pub gates: bool,
    /// They have handed theirs in.
    pub given: bool,
}

impl Asked {
    /// Whether feedback is taken now: while the form is open, from when the event begins.
    pub fn admits(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self.state {
            FormState::Open if now >= self.event.starts_at => Ok(()),
            FormState::Open | FormState::Draft => Err(Refusal::NotOpen),
            FormState::Closed => Err(Refusal::Closed),
        }
    }
}

/// What is asked of whoever this is.
pub async fn open(services: &Services, giver: &Giver<'_>) -> Result<Asked> {
    let db = &services.db.read;
    let who = who(services, giver).await?;
    let (event, organisation) = events::queries::load(db, who.event_id).await?;
    let form = edit::find(db, event.id).await?.filter(|form| form.state != FormState::Draft);
    let form = form.ok_or(Error::NotFound)?;
    let sessions = session::Entity::find()
        .filter(session::Column::EventId.eq(event.id))
        .filter(session::Column::Status.eq(SessionStatus::Planned))
        .order_by_asc(session::Column::StartsAt)
        .order_by_asc(session::Column::Id)
        .all(db)
        .await?;
    Ok(Asked {
        given: has_given(db, who.participant_id).await?,
        questions: serde_json::from_str(&form.questions)?,
        sessions: sessions
            .into_iter()
            .filter(|session| session.cpd && session.kind.may_count())
            .collect(),
        state: form.state,
        gates: form.gates,
        participant: who.participant_id,
        event,
        organisation,
    })
}

async fn who(services: &Services, giver: &Giver<'_>) -> Result<Attendee> {
    let db = &services.db.read;
    let who = match giver {
        Giver::Link(token) => match links::find(db, services.clock.now(), token).await? {
            Some((_, Link::Feedback(id))) => find_attendee(db, ParticipantId(id)).await?,
            _ => None,
        },
        Giver::Known(participant) => find_attendee(db, *participant).await?,
        Giver::Actor(actor, slug) => find_own(db, actor.signed_in()?.id, slug).await?,
    };
    let who = who.ok_or(Error::NotFound)?;
    if who.stands() { Ok(who) } else { Err(Refusal::NoPlace.into()) }
}

/// Takes somebody's feedback: that they gave it, and apart from that what they said. Blank is as good as anything else.
///
/// `draft` is where a refused try kept what was typed: it goes. Where a certificate waited for this, it is issued with
/// the next ones if any were issued already.
pub async fn give(services: &Services, giver: &Giver<'_>, typed: &AnswersForm, draft: &str) -> Result<()> {
    let asked = open(services, giver).await?;
    let now = services.clock.now();
    asked.admits(now)?;
    let codes: Vec<String> = asked.sessions.iter().map(|session| session.code.clone()).collect();
    let answers = read(&asked.questions, &codes, &typed.answers)?;
    let event = asked.event.id;
    let tx = begin_write(&services.db).await?;
    // One after another: two presses at once are one.
    event::Entity::find_by_id(event)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if has_given(&tx, asked.participant).await? {
        return Err(Refusal::Given.into());
    }
    let row = feedback_done::ActiveModel {
        participant_id: Set(asked.participant),
        event_id: Set(event),
    };
    feedback_done::Entity::insert(row).exec_without_returning(&tx).await?;
    if !answers.is_empty() {
        let row = feedback_waiting::ActiveModel {
            id: Set(services.random.public_id()),
            event_id: Set(event),
            content: Set(serde_json::to_string(&answers)?),
        };
        feedback_waiting::Entity::insert(row).exec_without_returning(&tx).await?;
    }
    drafts::forget(&tx, draft).await?;
    mix(&tx, services, event, false).await?;
    if asked.gates && now >= asked.event.ends_at && newest_job(&tx, event).await?.is_some() {
        jobs::enqueue(&tx, now, &IssueCertificates { event, at: now, by: None }).await?;
    }
    tx.commit().await?;
    services.wake();
    Ok(())
}

async fn has_given<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<bool> {
    Ok(feedback_done::Entity::find_by_id(participant).count(db).await? > 0)
}

/// Which of these people have given feedback.
pub(crate) async fn list_given<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<Vec<ParticipantId>> {
    Ok(feedback_done::Entity::find()
        .filter(feedback_done::Column::ParticipantId.is_in(participants.iter().copied()))
        .all(db)
        .await?
        .into_iter()
        .map(|row| row.participant_id)
        .collect())
}

/// Whether certificates of an event wait for feedback.
pub(crate) async fn gates<C: ConnectionTrait>(db: &C, event: EventId) -> Result<bool> {
    let form = edit::find(db, event).await?;
    Ok(form.is_some_and(|form| form.gates && form.state != FormState::Draft))
}
