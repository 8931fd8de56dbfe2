//! Minutes of a session given to somebody, or taken, with a reason: for what no scan can say.

use super::{
    Action, How,
    correct::read_reason,
    entity::attendance_record as record,
    queries,
    service::{New, append, lock_event, no_such_session, standing_at},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda,
    error::{Error, FieldErrors, Result},
    ids::ParticipantId,
    platform::db::begin_write,
};

/// What an organiser gives or takes, as typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjust {
    pub participant: ParticipantId,
    /// A session's code.
    pub session: String,
    /// Whole minutes, below nought where they are taken.
    pub minutes: String,
    pub reason: String,
}

/// Records an adjustment in the event's attendance, with its reason; for organisers, of a CPD session that is over. What
/// it comes to stays within what the session and the event offer ([`crate::certificates::hours::Adjustment`]); it is
/// taken back as any record is.
pub async fn adjust(services: &Services, actor: &Actor, slug: &str, typed: Adjust) -> Result<record::Model> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = lock_event(&tx, actor, Permission::Edit, slug).await?;
    let attendee = standing_at(&tx, &event, typed.participant).await?;
    let sessions = agenda::queries::list_sessions(&tx, event.id).await?;
    let mut errors = FieldErrors::default();
    let field = "form[adjust_session]";
    let session = errors.take(
        field,
        sessions
            .iter()
            .find(|session| session.code == typed.session)
            .ok_or_else(|| "Choose a session.".to_owned()),
    );
    if let Some(session) = session {
        if !(session.cpd && session.kind.may_count()) {
            errors.add(field, "not_cpd", "That session is not CPD, so it has no minutes to give or take.");
        } else if session.ends_at > now {
            errors.add(
                field,
                "not_over",
                "That session is not over yet. Its minutes can be changed once it is.",
            );
        }
    }
    let length = session.map_or(i64::MAX, |session| (session.ends_at - session.starts_at).num_minutes());
    let minutes = read_minutes(&typed.minutes, length);
    let minutes = errors.take("form[minutes]", minutes);
    let reason = match read_reason("form[adjust_reason]", &typed.reason) {
        Ok(reason) => Some(reason),
        Err(Error::Invalid(wrong)) => {
            errors.0.extend(wrong.0);
            None
        }
        Err(other) => return Err(other),
    };
    errors.finish(())?;
    let (Some(session), Some(minutes), Some(reason)) = (session, minutes, reason) else {
        return Err(no_such_session());
    };
    let all = queries::list_all_sessions(&tx, event.id).await?;
    let working = queries::Programme::new(&event, &all).work_out(&queries::list_records_of(&tx, attendee.participant_id).await?);
    let counted = working
        .lines
        .iter()
        .find(|line| line.session == session.code)
        .map_or(0, |line| line.minutes);
    if minutes > 0 && i64::from(counted) >= length {
        let words = format!("All {length} minutes of that session count already. There is nothing to give.");
        return Err(FieldErrors::one("form[minutes]", "nothing", words).into());
    }
    if minutes < 0 && counted == 0 {
        return Err(FieldErrors::one(
            "form[minutes]",
            "nothing",
            "No minutes of that session count. There is nothing to take.",
        )
        .into());
    }
    let new = New {
        event: event.id,
        participant: attendee.participant_id,
        session: Some(session.id),
        action: Action::Adjust,
        at: now,
        how: How::Register,
        minutes: Some(minutes),
        withdraws: None,
        reason: Some(reason),
        recorded_by: actor.person_id(),
        recorded_at: now,
    };
    let row = append(&tx, new).await?;
    tx.commit().await?;
    Ok(row)
}

/// "15", "+15", "-15" or "−15"; never more than the session's `length`.
fn read_minutes(typed: &str, length: i64) -> std::result::Result<i32, String> {
    let plain = typed.trim().replace('−', "-");
    let minutes: i32 = plain
        .parse()
        .map_err(|_| "Enter whole minutes in figures, like 15, or -15 to take them.".to_owned())?;
    if minutes == 0 {
        Err("Enter at least one minute, or -1 to take one.".to_owned())
    } else if i64::from(minutes).abs() > length {
        Err(format!("That session lasts {length} minutes. Enter no more than that."))
    } else {
        Ok(minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::read_minutes;

    #[test]
    fn minutes_are_given_and_taken() {
        assert_eq!(read_minutes(" 15 ", 90), Ok(15));
        assert_eq!(read_minutes("+15", 90), Ok(15));
        assert_eq!(read_minutes("−15", 90), Ok(-15));
        assert_eq!(read_minutes("-90", 90), Ok(-90));
        for wrong in ["", "0", "1.5", "91", "-91", "99999999999", "a quarter"] {
            assert!(read_minutes(wrong, 90).is_err(), "{wrong}");
        }
    }
}
