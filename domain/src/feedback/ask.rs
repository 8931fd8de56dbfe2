//! Asking for feedback by mail: whoever came and has not given it, once a round.

use super::{FormState, Refusal, edit, give::list_given};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::{
        queries::{Attendee, list_attendees_of},
        roll,
    },
    error::{Error, Result},
    events::{entity::event, service::load_for},
    ids::{EventId, ParticipantId},
    messages::{
        about::About,
        link_placeholder,
        mass::{self, CountForm},
        outbox,
    },
    platform::{
        audit,
        db::begin_write,
        jobs::{self, Job, Lease, Outcome},
        letter::Block,
        links::Link,
    },
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};

/// So many people are written to in one transaction.
const AT_ONCE: usize = 100;

/// Who would be asked now: everybody who came, has a mailbox, and has not given feedback.
pub async fn to_ask(services: &Services, event: EventId) -> Result<Vec<Attendee>> {
    roll::catch_up(&services.db, event).await?;
    let db = &services.db.read;
    let came = roll::list_all(db, &roll::Wanted::at(db, event).recorded()).await?;
    let mut people = Vec::new();
    for some in came.chunks(1_000) {
        people.extend(unasked(services, some).await?);
    }
    Ok(people)
}

async fn unasked(services: &Services, some: &[ParticipantId]) -> Result<Vec<Attendee>> {
    let db = &services.db.read;
    let given = list_given(db, some).await?;
    let mut people = list_attendees_of(db, some).await?;
    people.retain(|who| who.stands() && who.address.is_some() && !given.contains(&who.participant_id));
    Ok(people)
}

/// Asks them, if they are as many as typed.
pub async fn ask(services: &Services, actor: &Actor, slug: &str, typed: &CountForm) -> Result<u64> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let form = edit::find(&services.db.read, event.id).await?;
    match form.map(|form| form.state) {
        Some(FormState::Open) => {}
        Some(FormState::Closed) => return Err(Refusal::Closed.into()),
        _ => return Err(Refusal::NotOpen.into()),
    }
    let count = to_ask(services, event.id).await?.len() as u64;
    mass::confirm(typed, count)?;
    let tx = begin_write(&services.db).await?;
    event::Entity::find_by_id(event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let row = edit::find(&tx, event.id).await?.ok_or(Error::NotFound)?;
    let round = row.asked + 1;
    let mut row = row.into_active_model();
    row.asked = Set(round);
    row.update(&tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "feedback.asked",
        object: "event",
        object_id: event.id.0,
        detail: Some(&count.to_string()),
    };
    audit::record(&tx, actor, now, entry).await?;
    jobs::enqueue(&tx, now, &AskFeedback { event: event.id, round }).await?;
    tx.commit().await?;
    services.wake();
    Ok(count)
}

/// Writes to everybody who has not given feedback.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskFeedback {
    pub event: EventId,
    /// The first time 1, and so on.
    pub round: i32,
}

impl Job for AskFeedback {
    const KIND: &'static str = "ask_feedback";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.event, self.round))
    }

    async fn run(&self, services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
        let people = to_ask(services, self.event).await?;
        let total = people.len() as u64;
        let mut done = 0;
        for some in people.chunks(AT_ONCE) {
            let tx = begin_write(&services.db).await?;
            let about = About::load(&tx, self.event).await?;
            let form = edit::find(&tx, self.event).await?.ok_or(Error::NotFound)?;
            for who in some {
                let Some(address) = &who.address else { continue };
                let waits = if form.gates {
                    " Your certificate is issued once it is in; what you say, or whether you leave everything blank, makes no difference to it."
                } else {
                    ""
                };
                let title = if self.round == 1 {
                    "How was it?"
                } else {
                    "A reminder: how was it?"
                };
                let letter = about
                    .letter(title)
                    .with(Block::Para(format!(
                        "You came to {}. Please tell the organiser how it was: it takes two minutes, and you may leave out what you like.{waits}",
                        about.event.title
                    )))
                    .with(Block::Para(
                        "Your answers are kept without your name, and apart from who has answered. Nobody can put the two together.".to_owned(),
                    ))
                    .with(Block::Action {
                        label: "Give feedback".to_owned(),
                        url: link_placeholder(0),
                    });
                let content = about.content(letter, vec![Link::Feedback(who.participant_id.0)], None);
                let key = format!("feedback:{}:{}:{}", self.event, self.round, who.participant_id);
                let subject = format!("Your feedback: {}", about.shown_title());
                let to = about.addressed(who.name(), address);
                outbox::add(&tx, services, &key, "feedback", to, &subject, &content).await?;
            }
            tx.commit().await?;
            done += some.len() as u64;
            lease.progress(done, total).await?;
        }
        Ok(Outcome::Done)
    }
}
