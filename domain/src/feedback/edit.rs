//! What an event asks, changed by its organisers until the first answers are in.

use super::{
    Condition, FormState, Question, QuestionKind, Refusal,
    entity::{feedback_answer, feedback_form, feedback_waiting},
    mix::mix,
    questions::{MOST, usual},
    remind::read_days,
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    events::{entity::event, service::load_for},
    ids::EventId,
    people::name::is_control,
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter,
};
use serde::{Deserialize, Serialize};

/// What an event asks, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    pub questions: Vec<Question>,
    pub state: FormState,
    pub gates: bool,
    pub asked: i32,
    /// On how many days after the event people are asked by themselves.
    pub rule: Vec<u32>,
    /// Nobody changes the questions any more.
    pub has_answers: bool,
}

/// A question as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionForm {
    pub words: String,
    pub kind: String,
    /// One a line.
    pub options: String,
    /// "true" to ask it about each session.
    pub per_session: String,
    /// The key of an earlier question, a colon and its answer, as "q3:No"; blank to ask it always.
    pub only_if: String,
}

impl QuestionForm {
    /// The form of a question as it stands.
    #[must_use]
    pub fn of(question: &Question) -> Self {
        Self {
            words: question.words.clone(),
            kind: question.kind.word().to_owned(),
            options: question.options.join("\n"),
            per_session: if question.per_session { "true".to_owned() } else { String::new() },
            only_if: question
                .only_if
                .as_ref()
                .map(|wanted| format!("{}:{}", wanted.question, wanted.answer))
                .unwrap_or_default(),
        }
    }

    fn parse(&self, key: &str, earlier: &[Question]) -> Result<Question> {
        let mut errors = FieldErrors::default();
        let words = self.words.trim();
        if words.is_empty() {
            errors.add("form[words]", "missing", "Enter the question");
        } else if words.chars().count() > 300 || words.chars().any(is_control) {
            errors.add("form[words]", "too_long", "A question is one line of at most 300 characters");
        }
        let kind = errors.take(
            "form[kind]",
            self.kind
                .parse::<QuestionKind>()
                .map_err(|_| "Choose how it is answered".to_owned()),
        );
        let mut options: Vec<String> = Vec::new();
        for option in self.options.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !options.iter().any(|known| known == option) {
                options.push(option.to_owned());
            }
        }
        let chooses = matches!(kind, Some(QuestionKind::Choice | QuestionKind::Choices));
        if chooses && !(2..=20).contains(&options.len()) {
            errors.add("form[options]", "count", "Enter from 2 to 20 answers to choose from, one a line");
        } else if chooses
            && options
                .iter()
                .any(|option| option.chars().count() > 100 || option.chars().any(is_control))
        {
            errors.add("form[options]", "too_long", "Each answer has at most 100 characters");
        }
        let per_session = self.per_session == "true";
        let wanted = self.only_if.trim().split_once(':');
        let only_if = wanted.map(|(question, answer)| Condition {
            question: question.to_owned(),
            answer: answer.to_owned(),
        });
        let is_possible = |wanted: &Condition| {
            let known = earlier.iter().find(|question| question.key == wanted.question);
            known.is_some_and(|known| known.possible().contains(&wanted.answer) && (per_session || !known.per_session))
        };
        if !self.only_if.trim().is_empty() && !only_if.as_ref().is_some_and(is_possible) {
            let words = "It can hang only on an earlier question about the same thing, and on one of its answers";
            errors.add("form[only_if]", "not_earlier", words);
        }
        errors.finish(())?;
        Ok(Question {
            key: key.to_owned(),
            words: words.to_owned(),
            kind: kind.unwrap_or(QuestionKind::Text),
            options: if chooses { options } else { Vec::new() },
            per_session,
            only_if,
        })
    }
}

/// What the event at `slug` asks, for whoever may see it. One that was never touched asks what is usual, as a draft.
pub async fn load(services: &Services, actor: &Actor, slug: &str) -> Result<(event::Model, Form)> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    let db = &services.db.read;
    let form = match find(db, event.id).await? {
        Some(row) => form_of(&row, has_answers(db, event.id).await?)?,
        None => Form {
            questions: usual(),
            state: FormState::Draft,
            gates: false,
            asked: 0,
            rule: Vec::new(),
            has_answers: false,
        },
    };
    Ok((event, form))
}

fn form_of(row: &feedback_form::Model, has_answers: bool) -> Result<Form> {
    Ok(Form {
        questions: serde_json::from_str(&row.questions)?,
        state: row.state,
        gates: row.gates,
        asked: row.asked,
        rule: read_days(&row.remind_days),
        has_answers,
    })
}

/// The form of an event, if one was ever kept.
pub async fn find<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Option<feedback_form::Model>> {
    Ok(feedback_form::Entity::find()
        .filter(feedback_form::Column::EventId.eq(event))
        .one(db)
        .await?)
}

/// Which of these events ask for feedback now.
pub(crate) async fn list_open<C: ConnectionTrait>(db: &C, events: &[EventId]) -> Result<Vec<EventId>> {
    let rows = feedback_form::Entity::find()
        .filter(feedback_form::Column::EventId.is_in(events.iter().copied()))
        .filter(feedback_form::Column::State.eq(FormState::Open))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.event_id).collect())
}

async fn has_answers<C: ConnectionTrait>(db: &C, event: EventId) -> Result<bool> {
    let waiting = feedback_waiting::Entity::find()
        .filter(feedback_waiting::Column::EventId.eq(event))
        .count(db)
        .await?;
    let mixed = feedback_answer::Entity::find()
        .filter(feedback_answer::Column::EventId.eq(event))
        .count(db)
        .await?;
    Ok(waiting + mixed > 0)
}

/// The form held under the event's lock, kept for the first time if it never was.
pub(super) async fn hold(tx: &DatabaseTransaction, event: EventId) -> Result<feedback_form::Model> {
    use sea_orm::QuerySelect;
    event::Entity::find_by_id(event)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    if let Some(row) = find(tx, event).await? {
        return Ok(row);
    }
    let row = feedback_form::ActiveModel {
        event_id: Set(event),
        questions: Set(serde_json::to_string(&usual())?),
        state: Set(FormState::Draft),
        gates: Set(false),
        asked: Set(0),
        remind_days: Set(String::new()),
        reminded_days: Set(String::new()),
        ..Default::default()
    };
    Ok(row.insert(tx).await?)
}

pub(super) async fn log(
    tx: &DatabaseTransaction,
    actor: &Actor,
    event: EventId,
    action: &'static str,
    detail: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{event}"),
        action,
        object: "event",
        object_id: event.0,
        detail,
    };
    audit::record(tx, actor, now, entry).await
}

/// Changes the questions by `change`, unless answers are in.
async fn change(
    services: &Services,
    actor: &Actor,
    slug: &str,
    action: &'static str,
    change: impl FnOnce(&mut Vec<Question>) -> Result<()>,
) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let row = hold(&tx, event.id).await?;
    if has_answers(&tx, event.id).await? {
        return Err(Refusal::HasAnswers.into());
    }
    let mut questions: Vec<Question> = serde_json::from_str(&row.questions)?;
    change(&mut questions)?;
    let mut row = row.into_active_model();
    row.questions = Set(serde_json::to_string(&questions)?);
    row.update(&tx).await?;
    log(&tx, actor, event.id, action, None, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds a question, or with `key` changes the one that has it.
pub async fn save_question(services: &Services, actor: &Actor, slug: &str, key: Option<&str>, typed: &QuestionForm) -> Result<()> {
    change(services, actor, slug, "feedback.changed", |questions| {
        let at = match key {
            Some(key) => questions.iter().position(|question| question.key == key).ok_or(Error::NotFound)?,
            None => questions.len(),
        };
        if at >= MOST {
            let words = format!("A form has at most {MOST} questions. People tire of long ones");
            return Err(FieldErrors::one("", "too_many", words).into());
        }
        let key = key.map_or_else(|| free_key(questions), str::to_owned);
        let question = typed.parse(&key, &questions[..at])?;
        match questions.get_mut(at) {
            Some(known) => *known = question,
            None => questions.push(question),
        }
        sound(questions)
    })
    .await
}

fn free_key(questions: &[Question]) -> String {
    let numbers = questions
        .iter()
        .filter_map(|question| question.key.strip_prefix('q')?.parse::<u32>().ok());
    format!("q{}", numbers.max().unwrap_or(0) + 1)
}

/// Whether every question hangs on an earlier one with that answer, if it hangs on one.
fn sound(questions: &[Question]) -> Result<()> {
    for (at, question) in questions.iter().enumerate() {
        let form = QuestionForm::of(question);
        if form.parse(&question.key, &questions[..at]).is_err() {
            let words = format!(
                "\u{201c}{}\u{201d} hangs on an answer that would not come before it any more. Change that question first",
                question.words
            );
            return Err(FieldErrors::one("", "hangs_on_it", words).into());
        }
    }
    Ok(())
}

/// Takes a question away.
pub async fn delete_question(services: &Services, actor: &Actor, slug: &str, key: &str) -> Result<()> {
    change(services, actor, slug, "feedback.changed", |questions| {
        let before = questions.len();
        questions.retain(|question| question.key != key);
        if questions.len() == before {
            return Err(Error::NotFound);
        }
        sound(questions)
    })
    .await
}

/// Moves a question one up or down.
pub async fn move_question(services: &Services, actor: &Actor, slug: &str, key: &str, up: bool) -> Result<()> {
    change(services, actor, slug, "feedback.changed", |questions| {
        let at = questions.iter().position(|question| question.key == key).ok_or(Error::NotFound)?;
        let to = if up {
            at.checked_sub(1)
        } else {
            Some(at + 1).filter(|to| *to < questions.len())
        };
        if let Some(to) = to {
            questions.swap(at, to);
        }
        sound(questions)
    })
    .await
}

/// Opens the form, closes it, or makes it a draft again; and says whether certificates wait for it.
///
/// A form that was answered cannot be a draft again. Closed, what waits to be mixed is mixed.
pub async fn set_state(services: &Services, actor: &Actor, slug: &str, state: FormState, gates: bool) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let row = hold(&tx, event.id).await?;
    if state == FormState::Draft && has_answers(&tx, event.id).await? {
        return Err(Refusal::HasAnswers.into());
    }
    if state == FormState::Open && serde_json::from_str::<Vec<Question>>(&row.questions)?.is_empty() {
        return Err(FieldErrors::one("", "no_questions", "Add a question before you open the form").into());
    }
    let mut row = row.into_active_model();
    row.state = Set(state);
    row.gates = Set(gates);
    row.update(&tx).await?;
    let detail = format!("state={},gates={gates}", state.word());
    log(&tx, actor, event.id, "feedback.state", Some(&detail), now).await?;
    if state == FormState::Closed {
        mix(&tx, services, event.id, true).await?;
    }
    tx.commit().await?;
    Ok(())
}
