//! Corrections: a record is taken back, or added afterwards. Both are new rows with a reason; nothing is changed.

use super::{
    Action, How, Refusal,
    entity::attendance_record as record,
    queries,
    rules::{self, Presence},
    service::{New, append, lock_event, no_such_session, standing_at},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda,
    error::{Error, FieldErrors, Result},
    ids::{AttendanceId, ParticipantId},
    people::name::is_control,
    platform::{db::begin_write, zones},
};
use chrono::NaiveDateTime;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// The most characters a reason may have.
pub const REASON_LIMIT: usize = 200;

/// Takes an arrival or a leave back, as a new row with a reason; gives the record taken back. Organisers may at any
/// time, stewards only while that day is on.
pub async fn withdraw(services: &Services, actor: &Actor, slug: &str, id: AttendanceId, reason: &str) -> Result<record::Model> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = lock_event(&tx, actor, Permission::CheckIn, slug).await?;
    let reason = read_reason(&format!("form[reasons][{id}]"), reason)?;
    let row = record::Entity::find_by_id(id)
        .filter(record::Column::EventId.eq(event.id))
        .one(&tx)
        .await?;
    let row = row.filter(|row| row.action != Action::Withdraw).ok_or(Refusal::NothingToWithdraw)?;
    if !actor.may(Permission::Edit, event.organisation_id) {
        let sessions = agenda::queries::list_sessions(&tx, event.id).await?;
        if rules::day_on(&event, &sessions, now).is_none()
            || zones::wall(row.at, event.zone()).date() != zones::wall(now, event.zone()).date()
        {
            return Err(Refusal::NotToday.into());
        }
    }
    let earlier = queries::list_records_of(&tx, row.participant_id).await?;
    if earlier.iter().any(|other| other.withdraws_id == Some(id)) {
        return Err(Refusal::NothingToWithdraw.into());
    }
    let new = New {
        event: event.id,
        participant: row.participant_id,
        session: row.session_id,
        action: Action::Withdraw,
        at: now,
        how: How::Steward,
        minutes: None,
        withdraws: Some(id),
        reason: Some(reason),
        recorded_by: actor.person_id(),
        recorded_at: now,
    };
    append(&tx, new).await?;
    tx.commit().await?;
    Ok(row)
}

/// What an organiser adds afterwards, as from a paper register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    pub participant: ParticipantId,
    /// A session's code; `None` is the door of the event.
    pub session: Option<String>,
    /// Arrive or leave.
    pub action: Action,
    /// By the event's own clock.
    pub at: NaiveDateTime,
    pub reason: String,
}

/// Adds an arrival or a leave that was missed, with a reason; for organisers, on a day of the event that has come.
pub async fn add(services: &Services, actor: &Actor, slug: &str, addition: Addition) -> Result<record::Model> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = lock_event(&tx, actor, Permission::Edit, slug).await?;
    let zone = event.zone();
    let attendee = standing_at(&tx, &event, addition.participant).await?;
    let sessions = agenda::queries::list_sessions(&tx, event.id).await?;
    let session = match &addition.session {
        None => None,
        Some(code) => Some(sessions.iter().find(|session| &session.code == code).ok_or_else(no_such_session)?),
    };
    let day = addition.at.date();
    let mut errors = FieldErrors::default();
    let at = match zones::wall_to_utc(addition.at, zone) {
        Ok((at, _)) => at,
        Err(none) => return Err(FieldErrors::one("form[at]", "no_such_time", format!("{none}.")).into()),
    };
    if at > now {
        errors.add("form[at]", "in_the_future", "Enter a time that has passed.");
    } else if day < event.starts_wall.date() || day > event.ends_wall.date() {
        let days = zones::dates(event.starts_wall.date(), event.ends_wall.date());
        errors.add("form[at]", "other_day", format!("Enter a time on the day of the event, {days}."));
    } else if let Some(session) = session.filter(|session| session.starts_wall.date() != day) {
        errors.add(
            "form[at]",
            "other_day",
            format!(
                "Enter a time on the day of this session, {}.",
                zones::date(session.starts_wall.date())
            ),
        );
    }
    if !addition.action.is_scan() {
        errors.add("form[action]", "action", "Choose arrive or leave.");
    }
    let reason = match read_reason("form[reason]", &addition.reason) {
        Ok(reason) => reason,
        Err(Error::Invalid(reason)) => {
            errors.0.extend(reason.0);
            String::new()
        }
        Err(other) => return Err(other),
    };
    errors.finish(())?;

    let earlier = queries::list_records_of(&tx, attendee.participant_id).await?;
    let before = rules::standing(&earlier).into_iter().filter(|record| record.at <= at);
    match (
        addition.action,
        rules::presence(before, session.map(|session| session.id), day, zone).0,
    ) {
        (Action::Arrive, Presence::In(_)) => return Err(Refusal::AlreadyIn.into()),
        (Action::Leave, Presence::Away | Presence::Left(_)) => return Err(Refusal::NotArrived.into()),
        _ => {}
    }
    let new = New {
        event: event.id,
        participant: attendee.participant_id,
        session: session.map(|session| session.id),
        action: addition.action,
        at,
        how: How::Register,
        minutes: None,
        withdraws: None,
        reason: Some(reason),
        recorded_by: actor.person_id(),
        recorded_at: now,
    };
    let row = append(&tx, new).await?;
    tx.commit().await?;
    Ok(row)
}

pub(super) fn read_reason(field: &str, typed: &str) -> Result<String> {
    let reason = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let problem = if reason.is_empty() {
        "Enter a reason: it stays beside the record.".to_owned()
    } else if reason.chars().count() > REASON_LIMIT {
        format!("A reason can have at most {REASON_LIMIT} characters.")
    } else if reason.chars().any(is_control) {
        "A reason cannot contain control characters.".to_owned()
    } else {
        return Ok(reason);
    };
    Err(FieldErrors::one(field, "reason", problem).into())
}
