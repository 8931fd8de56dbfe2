//! What may happen to a certificate after it was issued: it is revoked, or another takes its place. Nothing else.

use super::{
    Issued, Reason, hold,
    one::{self, Ground, Tell, is_same_holder},
    plan::one_of,
};
use crate::{
    Services,
    access::{Actor, Permission},
    attendance::queries::Attendee,
    bookings::{entity::place, naming, order::read_name},
    certificates::{CertificateState, Refusal, entity::certificate, hours::WhyNot, queries},
    error::{Error, FieldErrors, Result},
    events::{self, EventStatus, service::hours_rule},
    networks,
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};

/// The longest reason, in characters.
const LONGEST_REASON: usize = 200;

/// A reason as typed, made fit to be shown to whoever checks the certificate.
pub(super) fn read_reason(typed: &str) -> Result<String> {
    let reason = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let problem = |code: &str, message: &str| Err(Error::Invalid(FieldErrors::one("form[reason]", code, message)));
    if reason.is_empty() {
        return problem("missing", "Enter a reason");
    }
    if reason.chars().count() > LONGEST_REASON {
        return problem("too_long", "Shorten the reason to 200 characters");
    }
    let steers = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if reason.chars().any(steers) {
        return problem("invalid", "Type the reason with plain letters only");
    }
    Ok(reason)
}

/// The certificate of somebody's own organisation.
async fn load_for(services: &Services, actor: &Actor, public_id: &str) -> Result<certificate::Model> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let row = queries::find(&services.db.read, public_id).await?.ok_or(Error::NotFound)?;
    let (event, _) = events::queries::load(&services.db.read, row.event_id).await?;
    actor.require(Permission::Edit, event.organisation_id)?;
    Ok(row)
}

async fn lock(tx: &DatabaseTransaction, row: &certificate::Model) -> Result<certificate::Model> {
    certificate::Entity::find_by_id(row.id)
        .lock_exclusive()
        .one(tx)
        .await?
        .ok_or(Error::NotFound)
}

async fn end(
    tx: &DatabaseTransaction,
    actor: &Actor,
    row: certificate::Model,
    state: CertificateState,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<certificate::Model> {
    let mut row = row.into_active_model();
    row.state = Set(state);
    row.revoked_at = Set(Some(now));
    row.revoked_reason = Set(Some(reason.to_owned()));
    let row = row.update(tx).await?;
    one::record(tx, &row, state.word(), actor.person_id(), now).await?;
    Ok(row)
}

async fn log(tx: &DatabaseTransaction, actor: &Actor, row: &certificate::Model, action: &'static str, now: DateTime<Utc>) -> Result<()> {
    let entry = audit::Entry {
        chain: format!("event:{}", row.event_id),
        action,
        object: "certificate",
        object_id: row.id.0,
        detail: None,
    };
    audit::record(tx, actor, now, entry).await
}

/// Revokes a certificate, for ever. Its page and the status list say so from now on; the reason stands on its page. Whoever
/// had it is held back, so that the next issuing of all does not give it again.
pub async fn revoke(services: &Services, actor: &Actor, public_id: &str, reason: &str) -> Result<()> {
    let found = load_for(services, actor, public_id).await?;
    let reason = read_reason(reason)?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let row = lock(&tx, &found).await?;
    if row.state != CertificateState::Valid {
        return Err(Refusal::AlreadyRevoked.into());
    }
    let row = end(&tx, actor, row, CertificateState::Revoked, &reason, now).await?;
    if hold::find(&tx, row.participant_id).await?.is_none() {
        hold::put(&tx, actor, row.event_id, row.participant_id, &format!("Revoked: {reason}"), now).await?;
    }
    log(&tx, actor, &row, "certificate.revoked", now).await?;
    tx.commit().await?;
    Ok(())
}

/// Issues a certificate instead of another: with the name, the hours and the event as they are now. The old one is
/// superseded, and each shows the other on its page. One that was revoked can be replaced too, and stays revoked.
pub async fn reissue(services: &Services, actor: &Actor, public_id: &str, reason: &str) -> Result<Issued> {
    let found = load_for(services, actor, public_id).await?;
    let reason = read_reason(reason)?;
    again(services, actor, &found, &reason, None).await
}

/// Corrects the name of whoever has a certificate: the place says it from now on, and a new certificate takes the place
/// of the old one, in one step. Both stay in the history. A certificate whose place has gone to somebody else since is
/// refused: theirs is another name, not a correction.
pub async fn correct_name(services: &Services, actor: &Actor, public_id: &str, name: &str, reason: &str) -> Result<Issued> {
    let found = load_for(services, actor, public_id).await?;
    let mut errors = FieldErrors::default();
    let name = read_name(
        &mut errors,
        "form[name]",
        name,
        "Enter the name as it should read on the certificate",
    );
    match read_reason(reason) {
        Ok(_) => {}
        Err(Error::Invalid(more)) => errors.0.extend(more.0),
        Err(other) => return Err(other),
    }
    let name = errors.finish(name.unwrap_or_default())?;
    again(services, actor, &found, &read_reason(reason)?, Some(&name)).await
}

async fn again(services: &Services, actor: &Actor, found: &certificate::Model, reason: &str, name: Option<&str>) -> Result<Issued> {
    let ground = Ground::load(&services.db.read, found.event_id).await?;
    let working = one_of(services, &ground, found.participant_id).await?.working;
    let min_minutes = hours_rule(&ground.event).min_minutes.max(1);
    if working.shown_minutes < min_minutes {
        let why = Reason::Rule(WhyNot::TooFewMinutes {
            shown_minutes: working.shown_minutes,
            min_minutes,
        });
        return Err(FieldErrors::one("", "not_qualified", format!("{} Revoke the certificate instead.", why.words())).into());
    }
    for _ in 0..5 {
        let tx = begin_write(&services.db).await?;
        match replace(&tx, services, actor, &ground, found, &working, reason, name).await {
            Ok(issued) => {
                tx.commit().await?;
                services.wake();
                return Ok(issued);
            }
            Err(error) if one::is_clash(&error) => tx.rollback().await?,
            Err(error) => return Err(error),
        }
    }
    Err(anyhow::anyhow!("no free number was found for the certificate").into())
}

#[expect(clippy::too_many_arguments, reason = "one row from everything it is made of")]
async fn replace(
    tx: &DatabaseTransaction,
    services: &Services,
    actor: &Actor,
    ground: &Ground,
    found: &certificate::Model,
    working: &crate::certificates::hours::Working,
    reason: &str,
    name: Option<&str>,
) -> Result<Issued> {
    let now = services.clock.now();
    let mut who = one::lock_attendee(tx, found.participant_id).await?.ok_or(Error::NotFound)?;
    let why = |why: Reason| Err(Error::from(FieldErrors::one("", "not_qualified", why.words())));
    if !who.stands() || ground.event.status == EventStatus::Cancelled {
        return why(Reason::Rule(WhyNot::Cancelled));
    }
    if !who.is_named() {
        return why(Reason::NoName);
    }
    let row = lock(tx, found).await?;
    if row.state == CertificateState::Revoked {
        // Asked for by itself and with a reason, it ends the hold its revoking began.
        hold::lift(tx, actor, row.event_id, row.participant_id, now).await?;
    } else if hold::find(tx, row.participant_id).await?.is_some() {
        return why(Reason::Held);
    }
    if let Some(name) = name {
        if !is_same_holder(&who, &row) {
            return Err(Refusal::GivenOn.into());
        }
        rename(tx, actor, &mut who, name, now).await?;
    }
    let row = match row.state {
        CertificateState::Valid => end(tx, actor, row, CertificateState::Superseded, reason, now).await?,
        CertificateState::Revoked => {
            let live = certificate::Entity::find()
                .filter(certificate::Column::ParticipantId.eq(row.participant_id))
                .filter(certificate::Column::State.eq(CertificateState::Valid))
                .count(tx)
                .await?;
            if live > 0 {
                return why(Reason::Rule(WhyNot::HasCertificate));
            }
            row
        }
        CertificateState::Superseded => return Err(Refusal::AlreadyRevoked.into()),
    };
    let replaces = Some(&row).filter(|row| is_same_holder(&who, row));
    let issued = one::write(tx, services, ground, &who, working, actor.person_id(), replaces, Tell::Them).await?;
    log(tx, actor, &row, "certificate.reissued", now).await?;
    Ok(issued)
}

/// Writes the right name where it is kept: on the place, with what it said before, or in the list an invite came from.
async fn rename(tx: &DatabaseTransaction, actor: &Actor, who: &mut Attendee, name: &str, now: DateTime<Utc>) -> Result<()> {
    if who.name.as_deref() == Some(name) {
        return Ok(());
    }
    who.name = Some(name.to_owned());
    let place = place::Entity::find()
        .filter(place::Column::ParticipantId.eq(who.participant_id))
        .one(tx)
        .await?;
    let Some(place) = place else {
        return networks::members::rename(tx, actor, who.participant_id, name, now).await;
    };
    let past = naming::keep(tx, &place, now).await?;
    let mut row = place.into_active_model();
    row.name = Set(Some(name.to_owned()));
    let place = row.update(tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", place.event_id),
        action: "place.corrected",
        object: "place",
        object_id: place.id.0,
        detail: Some(&past),
    };
    audit::record(tx, actor, now, entry).await
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_plain_line() {
        assert_eq!(
            read_reason("  Issued to the\n wrong person ").unwrap(),
            "Issued to the wrong person"
        );
        for (typed, code) in [("  ", "missing"), (&*"x".repeat(201), "too_long"), ("a\u{202e}b", "invalid")] {
            let Error::Invalid(errors) = read_reason(typed).unwrap_err() else {
                panic!("{typed}")
            };
            assert_eq!(errors.0[0].code, code);
        }
    }
}
