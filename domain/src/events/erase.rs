//! Erasing the personal data of an event that is over (domain.md 5.3): who booked, who came, what was written to them and
//! said about them. What is left is the programme, figures without names, and the certificates, which belong to those they
//! were issued to: each can still be checked, with its file for ever and here unless its holder asked otherwise.
//!
//! Every table is dealt with in one place, `STEPS` or `KEPT`, so that this file is the whole list. Chained records stay: they hold ids, times and kinds only.

use super::{EventStatus, Refusal, entity::event, service::load_for};
use crate::{
    Services,
    access::{Actor, Permission},
    certificates,
    error::{Error, FieldErrors, Result},
    feedback::mix::mix,
    ids::{EventId, PersonId},
    people,
    platform::{audit, db::begin_write},
    portfolio,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, IntoActiveModel, QuerySelect,
    Statement,
};
use serde::{Deserialize, Serialize};

/// Whoever booked, once nobody is to know who it was: a mailbox that cannot be (RFC 2606), so that nobody signs in as it.
const NOBODY: &str = "erased@erased.invalid";

/// What happens to each table that knows of people at an event, in an order that keeps every reference whole. `$1` is the
/// event.
const STEPS: &[&str] = &[
    // Whose certificates they are is kept with the certificates, before the places forget it.
    "UPDATE certificate SET holder_id = (SELECT a.person_id FROM attendee a WHERE a.participant_id = certificate.participant_id \
     AND (a.given_at IS NULL OR certificate.issued_at >= a.given_at)) WHERE event_id = $1",
    "UPDATE certificate SET holder_id = (SELECT past.person_id FROM place_past past JOIN place p ON p.id = past.place_id \
     WHERE p.participant_id = certificate.participant_id AND past.until_at >= certificate.issued_at ORDER BY past.until_at LIMIT 1) \
     WHERE event_id = $1 AND holder_id IS NULL AND EXISTS (SELECT 1 FROM place p WHERE p.participant_id = certificate.participant_id \
     AND p.given_at > certificate.issued_at)",
    "DELETE FROM address_trouble WHERE message_id IN (SELECT id FROM message WHERE event_id = $1)",
    "DELETE FROM inbox_item WHERE participant_id IN (SELECT id FROM participant WHERE event_id = $1)",
    "DELETE FROM calendar_reply WHERE participant_id IN (SELECT id FROM participant WHERE event_id = $1)",
    "DELETE FROM message_attempt WHERE message_id IN (SELECT id FROM message WHERE event_id = $1)",
    "UPDATE message SET copy_of = NULL WHERE copy_of IN (SELECT id FROM message WHERE event_id = $1)",
    "DELETE FROM message WHERE event_id = $1",
    "DELETE FROM link WHERE kind = 'manage' AND object_id IN (SELECT id FROM booking WHERE event_id = $1)",
    "DELETE FROM link WHERE kind = 'place' AND object_id IN (SELECT id FROM place WHERE event_id = $1)",
    "DELETE FROM link WHERE kind = 'feedback' AND object_id IN (SELECT id FROM participant WHERE event_id = $1)",
    "DELETE FROM link WHERE kind = 'invite' AND object_id IN (SELECT id FROM invite WHERE event_id = $1)",
    "DELETE FROM link WHERE kind = 'speaking' AND object_id IN (SELECT id FROM speaker WHERE event_id = $1)",
    "DELETE FROM link WHERE kind = 'kiosk' AND object_id = $1",
    // What speakers declared stands in the programme; where their link was sent does not.
    "UPDATE speaking SET address = '' WHERE event_id = $1",
    "DELETE FROM sign_up WHERE event_id = $1",
    "DELETE FROM calendar_entry WHERE participant_id IN (SELECT id FROM participant WHERE event_id = $1)",
    "DELETE FROM correction WHERE event_id = $1",
    "DELETE FROM door_scan WHERE event_id = $1",
    "DELETE FROM online_row WHERE report_id IN (SELECT id FROM online_report WHERE event_id = $1)",
    "DELETE FROM online_report WHERE event_id = $1",
    "DELETE FROM feedback_done WHERE event_id = $1",
    "DELETE FROM outcome_rating WHERE event_id = $1",
    "DELETE FROM place_past WHERE place_id IN (SELECT id FROM place WHERE event_id = $1)",
    "DELETE FROM invite WHERE event_id = $1",
    "UPDATE attendance_record SET reason = NULL WHERE event_id = $1",
    "UPDATE certificate_hold SET reason = '' WHERE event_id = $1",
    "UPDATE place SET name = NULL, job_role = NULL, organisation = NULL, person_id = NULL, claim_code = NULL WHERE event_id = $1",
    "UPDATE participant SET import_code = NULL WHERE event_id = $1",
    "DELETE FROM roll_presence WHERE event_id = $1",
    "DELETE FROM roll WHERE event_id = $1",
];

/// What hangs on an event and stays: its programme and those who run it, records of ids, times and kinds only, feedback without
/// names, and what people keep themselves.
const KEPT: &[&str] = &[
    "agenda_draft",
    "agenda_step",
    "certificate_approval",
    "certificate_record",
    "feedback_answer",
    "feedback_form",
    // Mixed among the answers before the first step.
    "feedback_waiting",
    "meeting",
    "room",
    "room_screen",
    "session",
    "session_speaker",
    "speaker",
    "team_member",
    "ticket",
    "track",
];

/// Every table it is said of what becomes of it.
pub fn tables() -> impl Iterator<Item = &'static str> {
    let reached = STEPS.iter().filter_map(|step| {
        let rest = step.strip_prefix("DELETE FROM ").or_else(|| step.strip_prefix("UPDATE "))?;
        rest.split(' ').next()
    });
    let own = portfolio::own::TIES.iter().map(|(table, _)| *table);
    // Bookings are the last to forget, once there is somebody to have them.
    reached.chain(KEPT.iter().copied()).chain(own).chain(["booking"])
}

/// Mailboxes an event knows of, each once.
const KNOWN: &str = "SELECT booker_id AS id FROM booking WHERE event_id = $1 \
     UNION SELECT person_id FROM attendee WHERE event_id = $1 AND person_id IS NOT NULL \
     UNION SELECT past.person_id FROM place_past past JOIN place p ON p.id = past.place_id WHERE p.event_id = $1 AND past.person_id IS NOT NULL \
     UNION SELECT asked_by FROM correction WHERE event_id = $1";

/// What keeps a mailbox here: each column that may name a person, but for those in [`LOOSE`] and those of portfolios.
const TIES: &[(&str, &str)] = &[
    ("agenda_draft", "changed_by"),
    ("attendance_record", "recorded_by"),
    ("booking", "booker_id"),
    ("certificate", "holder_id"),
    ("certificate_hold", "held_by"),
    ("certificate_hold", "released_by"),
    ("consent_record", "recorded_by"),
    ("correction", "asked_by"),
    ("correction", "decided_by"),
    ("door_scan", "received_from"),
    ("inbox_item", "decided_by"),
    ("membership", "added_by"),
    ("membership", "person_id"),
    ("online_match", "said_by"),
    ("online_report", "handed_in_by"),
    ("place", "person_id"),
    ("place_past", "person_id"),
    ("team_member", "person_id"),
];

/// What goes with a mailbox that nothing keeps.
pub const LOOSE: &[(&str, &str)] = &[
    ("online_match", "person_id"),
    ("sign_in", "person_id"),
    ("sign_in_request", "person_id"),
];

/// Every column that keeps a mailbox here, with its table.
pub fn ties() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    TIES.iter().chain(portfolio::own::TIES)
}

/// The event's address, typed to confirm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EraseForm {
    pub slug: String,
}

/// What erasing would reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Reach {
    /// Places, and invites to a meeting.
    pub people: i64,
    pub mails: i64,
    /// Certificates that stay, those that do not count any more among them.
    pub certificates: i64,
}

/// What erasing the personal data of the event at `slug` would reach. For owners.
pub async fn reach(services: &Services, actor: &Actor, slug: &str) -> Result<(event::Model, Reach)> {
    let (event, _) = load_for(services, actor, Permission::See, slug).await?;
    actor.require(Permission::Own, event.organisation_id)?;
    let db = &services.db.read;
    let sql = "SELECT (SELECT COUNT(*) FROM attendee WHERE event_id = $1) AS people, \
               (SELECT COUNT(*) FROM message WHERE event_id = $1) AS mails, \
               (SELECT COUNT(*) FROM certificate WHERE event_id = $1) AS certificates";
    let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [event.id.into()]);
    let reach = Reach::find_by_statement(asked).one(db).await?.unwrap_or_default();
    Ok((event, reach))
}

/// Erases the personal data of the event at `slug`, for ever and in one step. For owners, with its address typed to confirm;
/// refused while it is not over, or while certificates are being issued or are to be.
pub async fn erase(services: &Services, actor: &Actor, slug: &str, typed: &EraseForm) -> Result<()> {
    let (event, _) = load_for(services, actor, Permission::Own, slug).await?;
    let now = services.clock.now();
    if event.ends_at > now && event.status != EventStatus::Cancelled {
        return Err(Refusal::NotOver.into());
    }
    if typed.slug.trim() != event.slug {
        let words = format!("Type {} to confirm", event.slug);
        return Err(FieldErrors::one("form[slug]", "not_confirmed", words).into());
    }
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(event.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if let Some(at) = event.erased_at {
        return Err(Refusal::Erased(at).into());
    }
    if certificates::issue::newest_job(&tx, event.id)
        .await?
        .is_some_and(|job| certificates::issue::is_open(&job))
    {
        return Err(certificates::Refusal::BeingIssued.into());
    }
    mix(&tx, services, event.id, true).await?;
    let known = list_known(&tx, event.id).await?;
    for step in STEPS {
        run(&tx, step, [event.id.into()]).await?;
    }
    let nobody = people::service::find_or_add(&tx, now, &[NOBODY]).await?;
    let nobody = nobody.get(NOBODY).copied().ok_or(Error::NotFound)?;
    let bookings = "UPDATE booking SET booker_id = $2, booker_name = '', purchase_order = NULL, request_digest = '' WHERE event_id = $1";
    run(&tx, bookings, [event.id.into(), nobody.into()]).await?;
    certificates::own::withdraw_hidden(&tx, event.id, now).await?;
    forget(&tx, &known).await?;
    let id = event.id;
    let organisation = event.organisation_id;
    let mut row = event.into_active_model();
    row.erased_at = Set(Some(now));
    row.updated_at = Set(now);
    row.update(&tx).await?;
    for chain in [format!("event:{id}"), format!("organisation:{organisation}")] {
        let entry = audit::Entry {
            chain,
            action: "event.erased",
            object: "event",
            object_id: id.0,
            detail: None,
        };
        audit::record(&tx, actor, now, entry).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn run<const N: usize>(tx: &DatabaseTransaction, sql: &str, values: [sea_orm::Value; N]) -> Result<()> {
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await?;
    Ok(())
}

async fn list_known(tx: &DatabaseTransaction, event: EventId) -> Result<Vec<PersonId>> {
    #[derive(FromQueryResult)]
    struct Row {
        id: PersonId,
    }
    let asked = Statement::from_sql_and_values(tx.get_database_backend(), KNOWN, [event.into()]);
    let rows = Row::find_by_statement(asked).all(tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Forgets those of these mailboxes that nothing keeps here any more.
async fn forget(tx: &DatabaseTransaction, known: &[PersonId]) -> Result<()> {
    let kept = ties()
        .map(|(table, column)| format!("NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.{column} = person.id)"))
        .collect::<Vec<_>>()
        .join(" AND ");
    // Databases bound how long a statement may be.
    for some in known.chunks(500) {
        let ids = some.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let gone = format!("SELECT id FROM person WHERE id IN ({ids}) AND {kept}");
        for (table, column) in LOOSE {
            run(tx, &format!("DELETE FROM {table} WHERE {column} IN ({gone})"), []).await?;
        }
        for (table, column) in [
            ("address_trouble", "address"),
            ("suspended_address", "address"),
            ("inbox_item", "from_address"),
        ] {
            let theirs = format!("SELECT address FROM person WHERE id IN ({gone})");
            run(tx, &format!("DELETE FROM {table} WHERE {column} IN ({theirs})"), []).await?;
        }
        run(tx, &format!("DELETE FROM link WHERE kind = 'feed' AND object_id IN ({gone})"), []).await?;
        run(tx, &format!("DELETE FROM person WHERE id IN ({ids}) AND {kept}"), []).await?;
    }
    Ok(())
}
