//! What people said, as its organisers may see it: counts with small numbers hidden, and words in no order.

use super::{
    FormState, Question, QuestionKind, edit,
    entity::{feedback_answer, feedback_done, feedback_waiting},
    questions::STEPS,
    small::{LEAST, Shown, mean},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::entity::session,
    attendance::queries::list_all_sessions,
    bookings::table::{Csv, line},
    error::{Error, Result},
    events::{entity::event, service::load_for},
};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

/// One question with what was answered to it, about the event or about one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub question: Question,
    pub session: Option<session::Model>,
    /// How many answered it.
    pub answered: Shown,
    /// Each possible answer and how many gave it; none where there are too few answers, or they are in words.
    pub counts: Vec<(String, Shown)>,
    /// Of a scale, where there are enough answers.
    pub mean: Option<String>,
    /// What was written, where enough people wrote.
    pub texts: Vec<String>,
}

/// What people said about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Results {
    pub event: event::Model,
    pub state: Option<FormState>,
    /// How many people handed feedback in. They are known by name to nobody but the gate of certificates.
    pub given: u64,
    /// How many people's is not mixed in yet.
    pub waiting: u64,
    pub tallies: Vec<Tally>,
}

/// The results of the event at `slug`, for whoever may see it.
pub async fn load(services: &Services, actor: &Actor, slug: &str) -> Result<Results> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let db = &services.db.read;
    let form = edit::find(db, event.id).await?;
    let questions: Vec<Question> = match &form {
        Some(form) => serde_json::from_str(&form.questions)?,
        None => Vec::new(),
    };
    let sessions = list_all_sessions(db, event.id).await?;
    // In the order of random ids: no order at all.
    let answers = feedback_answer::Entity::find()
        .filter(feedback_answer::Column::EventId.eq(event.id))
        .order_by_asc(feedback_answer::Column::Id)
        .all(db)
        .await?;
    let mut tallies = Vec::new();
    for question in &questions {
        let about: Vec<Option<&session::Model>> = if question.per_session {
            let counts = |session: &&session::Model| session.cpd && session.kind.may_count();
            sessions.iter().filter(counts).map(Some).collect()
        } else {
            vec![None]
        };
        for session in about {
            let own: Vec<&str> = answers
                .iter()
                .filter(|answer| answer.question == question.key && answer.session_id == session.map(|session| session.id))
                .map(|answer| answer.answer.as_str())
                .collect();
            tallies.push(tally(question, session, &own));
        }
    }
    Ok(Results {
        state: form.map(|form| form.state),
        given: feedback_done::Entity::find()
            .filter(feedback_done::Column::EventId.eq(event.id))
            .count(db)
            .await?,
        waiting: feedback_waiting::Entity::find()
            .filter(feedback_waiting::Column::EventId.eq(event.id))
            .count(db)
            .await?,
        tallies,
        event,
    })
}

fn tally(question: &Question, session: Option<&session::Model>, answers: &[&str]) -> Tally {
    let count = answers.len() as u64;
    let is_text = question.kind == QuestionKind::Text;
    let counts = if count < LEAST || is_text {
        Vec::new()
    } else {
        let of = |possible: &str| answers.iter().filter(|answer| **answer == possible).count() as u64;
        question
            .possible()
            .into_iter()
            .map(|possible| (possible.clone(), Shown::of(of(&possible))))
            .collect()
    };
    let steps: Vec<u64> = answers
        .iter()
        .filter_map(|answer| answer.parse().ok())
        .filter(|step| (1..=u64::from(STEPS)).contains(step))
        .collect();
    Tally {
        session: session.cloned(),
        answered: Shown::of(count),
        mean: if question.kind == QuestionKind::Scale { mean(&steps) } else { None },
        texts: if is_text && count >= LEAST {
            answers.iter().map(|text| (*text).to_owned()).collect()
        } else {
            Vec::new()
        },
        question: question.clone(),
        counts,
    }
}

/// The same as a table for a spreadsheet: exactly what is on the page.
pub async fn csv(services: &Services, actor: &Actor, slug: &str) -> Result<Csv> {
    let results = load(services, actor, slug).await?;
    if results.state.is_none() {
        return Err(Error::NotFound);
    }
    let mut text = "\u{feff}".to_owned();
    line(&mut text, ["Question", "Session", "Answer", "How many"].map(str::to_owned));
    for tally in &results.tallies {
        let about = [
            tally.question.words.clone(),
            tally.session.as_ref().map(|session| session.title.clone()).unwrap_or_default(),
        ];
        let row = |answer: &str, count: String| [about[0].clone(), about[1].clone(), answer.to_owned(), count];
        line(&mut text, row("Answered", tally.answered.words()));
        for (answer, count) in &tally.counts {
            line(&mut text, row(answer, count.words()));
        }
        if let Some(mean) = &tally.mean {
            line(&mut text, row("Mean", mean.clone()));
        }
        for words in &tally.texts {
            line(&mut text, row(words, String::new()));
        }
    }
    Ok(Csv {
        file_name: format!("feedback-{}.csv", results.event.name_in_files()),
        text,
    })
}
