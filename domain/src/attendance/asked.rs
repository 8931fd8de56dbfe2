//! Corrections delegates ask for: one at a time, in their own words, answered by an organiser. What is corrected is
//! corrected in the records; here stands who asked, who decided, and what was said.

use super::{
    CorrectionState, Refusal,
    entity::correction::{self, Entity as Correction},
    queries::{self, Attendee},
    service::lock_event,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda,
    error::{Error, FieldErrors, Result},
    events::entity::event,
    ids::{CorrectionId, EventId, ParticipantId},
    messages::{about::About, outbox},
    people::{name::is_control, service},
    platform::{audit, db::begin_write, letter::Block, random::read_place_code},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

/// The most characters a request or its answer may have.
pub const WORDS_LIMIT: usize = 1_000;

/// Asks for a correction of one's own hours, at the place with this code; `session` is a code, or empty for the whole
/// event. Once it has begun, and while nothing else asked there is unanswered.
pub async fn ask(services: &Services, actor: &Actor, code: &str, session: &str, words: &str) -> Result<correction::Model> {
    let person = actor.person_id().ok_or(Error::SignInNeeded)?;
    let now = services.clock.now();
    let code = read_place_code(code).ok_or(Error::NotFound)?;
    let tx = begin_write(&services.db).await?;
    let attendee = queries::find_by_code(&tx, &code)
        .await?
        .filter(|attendee| attendee.person_id == Some(person))
        .ok_or(Error::NotFound)?;
    let event = event::Entity::find_by_id(attendee.event_id)
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if attendee.is_cancelled() {
        return Err(Refusal::CancelledPlace.into());
    }
    if now < event.starts_at {
        return Err(Refusal::NotBegun.into());
    }
    let sessions = agenda::queries::list_sessions(&tx, event.id).await?;
    let mut errors = FieldErrors::default();
    let session = match session {
        "" => None,
        code => errors.take(
            "form[session]",
            sessions
                .iter()
                .find(|session| session.code == code)
                .map(|session| session.id)
                .ok_or_else(|| "That session is not on the agenda any more. Choose another.".to_owned()),
        ),
    };
    let words = errors.take("form[words]", read_words(words, "Say what is wrong, and what you remember of it."));
    errors.finish(())?;
    if open_of(&tx, attendee.participant_id).await?.is_some() {
        return Err(Refusal::AskedAlready.into());
    }
    let row = correction::ActiveModel {
        event_id: Set(event.id),
        participant_id: Set(attendee.participant_id),
        session_id: Set(session),
        words: Set(words.unwrap_or_default()),
        state: Set(CorrectionState::Open),
        asked_by: Set(person),
        asked_at: Set(now),
        ..Default::default()
    };
    let row = row.insert(&tx).await?;
    log(&tx, actor, &row, "correction.asked", now).await?;
    tx.commit().await?;
    Ok(row)
}

/// Answers a request, and tells whoever asked. `granted` says that the records were corrected; nothing is corrected here.
pub async fn decide(services: &Services, actor: &Actor, slug: &str, id: CorrectionId, granted: bool, answer: &str) -> Result<()> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = lock_event(&tx, actor, Permission::Edit, slug).await?;
    let row = Correction::find_by_id(id)
        .filter(correction::Column::EventId.eq(event.id))
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if row.state != CorrectionState::Open {
        return Err(Refusal::Answered.into());
    }
    let answer = read_words(answer, "Say what you did, or why it stays as it is: they read it.");
    let answer = answer.map_err(|message| FieldErrors::one("form[answer]", "answer", message))?;
    let (state, action) = if granted {
        (CorrectionState::Granted, "correction.granted")
    } else {
        (CorrectionState::Declined, "correction.declined")
    };
    let mut row = row.into_active_model();
    row.state = Set(state);
    row.decided_by = Set(actor.person_id());
    row.decided_at = Set(Some(now));
    row.answer = Set(Some(answer));
    let row = row.update(&tx).await?;
    log(&tx, actor, &row, action, now).await?;
    tell(&tx, services, &row).await?;
    tx.commit().await?;
    Ok(())
}

async fn tell(tx: &DatabaseTransaction, services: &Services, row: &correction::Model) -> Result<()> {
    let attendee = queries::find_attendee(tx, row.participant_id).await?.ok_or(Error::NotFound)?;
    let about = About::load(tx, row.event_id).await?;
    let title = match row.state {
        CorrectionState::Granted => "Your hours were corrected",
        _ => "Your hours stay as they are",
    };
    let letter = about
        .letter(title)
        .with(Block::Para(format!(
            "You asked {} to look at your hours at {}.",
            about.organisation.name,
            about.shown_title()
        )))
        .with(Block::Para(row.answer.clone().unwrap_or_default()))
        .with(Block::Action {
            label: "See how your hours are counted".to_owned(),
            url: services.url(&format!("/my/cpd?working={}", attendee.code)),
        });
    let address = service::address(tx, row.asked_by).await?;
    let subject = format!("{title}: {}", about.shown_title());
    let key = format!("correction/{}", row.id);
    let content = about.content(letter, Vec::new(), None);
    outbox::add(
        tx,
        services,
        &key,
        "correction",
        about.addressed(attendee.name(), &address),
        &subject,
        &content,
    )
    .await
}

async fn log(tx: &DatabaseTransaction, actor: &Actor, row: &correction::Model, action: &'static str, now: DateTime<Utc>) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{}", row.event_id),
        action,
        object: "correction",
        object_id: row.id.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

async fn open_of<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Option<correction::Model>> {
    Ok(Correction::find()
        .filter(correction::Column::ParticipantId.eq(participant))
        .filter(correction::Column::State.eq(CorrectionState::Open))
        .one(db)
        .await?)
}

/// What one person asked at a place, the newest first: whoever had it before them asked for themself.
pub async fn list_own<C: ConnectionTrait>(db: &C, participant: ParticipantId, actor: &Actor) -> Result<Vec<correction::Model>> {
    let mut rows = list_of(db, participant).await?;
    rows.retain(|row| Some(row.asked_by) == actor.person_id());
    Ok(rows)
}

/// What was asked at one place, the newest first; for the organisers of the event.
pub async fn list_of<C: ConnectionTrait>(db: &C, participant: ParticipantId) -> Result<Vec<correction::Model>> {
    Ok(Correction::find()
        .filter(correction::Column::ParticipantId.eq(participant))
        .order_by_desc(correction::Column::Id)
        .all(db)
        .await?)
}

/// Whoever waits for an answer at an event, the first to ask first.
pub async fn list_open<C: ConnectionTrait>(db: &C, event: EventId) -> Result<Vec<Attendee>> {
    let rows = Correction::find()
        .filter(correction::Column::EventId.eq(event))
        .filter(correction::Column::State.eq(CorrectionState::Open))
        .order_by_asc(correction::Column::Id)
        .all(db)
        .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.participant_id).collect();
    let mut attendees = queries::list_attendees_of(db, &ids).await?;
    attendees.sort_by_key(|attendee| ids.iter().position(|id| *id == attendee.participant_id));
    Ok(attendees)
}

/// Text of several lines, tidied.
fn read_words(typed: &str, missing: &str) -> std::result::Result<String, String> {
    let words = typed.replace("\r\n", "\n");
    let words = words.trim();
    if words.is_empty() {
        Err(missing.to_owned())
    } else if words.chars().count() > WORDS_LIMIT {
        Err(format!("This can have at most {WORDS_LIMIT} characters."))
    } else if words.chars().any(|c| c != '\n' && is_control(c)) {
        Err("This cannot contain control characters.".to_owned())
    } else {
        Ok(words.to_owned())
    }
}
