//! Rows of the roll, made from what is recorded.

use super::list::Spot;
use crate::{
    attendance::{
        entity::{attendance_record, roll, roll_presence},
        queries::{self, Attendee},
        rules::{self, Presence},
        working::by_participant,
    },
    bookings::queries::{Booker, list_bookers},
    certificates::issue::{Candidate, Ground, candidates},
    error::{Error, Result},
    ids::{EventId, ParticipantId},
    platform::{search::fold, zones},
};
use chrono_tz::Tz;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DatabaseBackend, DatabaseTransaction, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter,
    Statement,
};
use std::collections::{BTreeSet, HashMap};

/// So many people are looked at in one transaction.
const AT_ONCE: usize = 1_000;

#[derive(FromQueryResult)]
struct Noted {
    participant_id: ParticipantId,
}

/// Makes up to a thousand rows anew that were noted as stale; whether there are more.
///
/// What is noted goes first: a change that commits only now has left a note this does not see, and stays noted.
pub(super) async fn some(tx: &DatabaseTransaction, event: EventId) -> Result<bool> {
    lock(tx, event).await?;
    let backend = tx.get_database_backend();
    let run = |sql: &str| tx.execute_raw(Statement::from_sql_and_values(backend, sql, [event.into()]));
    let everybody = run("DELETE FROM roll_stale WHERE event_id = $1 AND participant_id IS NULL").await?;
    if everybody.rows_affected() > 0 {
        run("INSERT INTO roll_stale (event_id, participant_id) \
             SELECT event_id, id FROM participant WHERE event_id = $1 UNION SELECT event_id, participant_id FROM roll WHERE event_id = $1")
        .await?;
    }
    let take = format!(
        "DELETE FROM roll_stale WHERE id IN (SELECT id FROM roll_stale WHERE event_id = $1 AND participant_id IS NOT NULL LIMIT {AT_ONCE}) \
         RETURNING participant_id"
    );
    let taken = Noted::find_by_statement(Statement::from_sql_and_values(backend, take, [event.into()]))
        .all(tx)
        .await?;
    let has_more = taken.len() == AT_ONCE;
    let people: BTreeSet<_> = taken.into_iter().map(|noted| noted.participant_id).collect();
    remake(tx, event, &people.into_iter().collect::<Vec<_>>()).await?;
    Ok(has_more)
}

/// Makes one person's row anew in the transaction that changed it, so that the next reader need not.
pub async fn refresh(tx: &DatabaseTransaction, event: EventId, participant: ParticipantId) -> Result<()> {
    lock(tx, event).await?;
    let noted = "DELETE FROM roll_stale WHERE event_id = $1 AND participant_id = $2";
    let noted = Statement::from_sql_and_values(tx.get_database_backend(), noted, [event.into(), participant.into()]);
    tx.execute_raw(noted).await?;
    remake(tx, event, &[participant]).await
}

/// One at a time makes rows of an event's roll, or an older look at the records could overwrite a newer one. On SQLite
/// one writes at a time anyway.
async fn lock(tx: &DatabaseTransaction, event: EventId) -> Result<()> {
    if tx.get_database_backend() == DatabaseBackend::Postgres {
        let key = (7_302_117_i64 << 32) | event.0;
        let lock = Statement::from_sql_and_values(DatabaseBackend::Postgres, "SELECT pg_advisory_xact_lock($1)", [key.into()]);
        tx.execute_raw(lock).await?;
    }
    Ok(())
}

async fn remake(tx: &DatabaseTransaction, event: EventId, people: &[ParticipantId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let ground = match Ground::load(tx, event).await {
        Err(Error::NotFound) => return forget(tx, event, people).await,
        ground => ground?,
    };
    let known = roll::Entity::find()
        .filter(roll::Column::EventId.eq(event))
        .filter(roll::Column::ParticipantId.is_in(people.iter().copied()))
        .all(tx)
        .await?;
    let mut known: HashMap<_, _> = known.into_iter().map(|row| (row.participant_id, row)).collect();
    let mut attendees = queries::list_attendees_of(tx, people).await?;
    attendees.retain(|attendee| attendee.event_id == event);
    let records = by_participant(queries::list_records_of_all(tx, people).await?);
    let bookers: HashMap<_, _> = list_bookers(tx, people)
        .await?
        .into_iter()
        .map(|booker| (booker.participant_id, booker))
        .collect();
    let zone = ground.event.zone();
    // As it will be once the event has ended; readers know whether it has.
    let then = ground.event.ends_at;
    let (mut rows, mut presences) = (Vec::new(), Vec::new());
    for candidate in candidates(tx, &ground, attendees, &records, then).await? {
        let own = records.get(&candidate.who.participant_id).map_or(&[][..], Vec::as_slice);
        let spots = presence(own, zone);
        let row = row(&candidate, own, &spots, bookers.get(&candidate.who.participant_id));
        // Most changes of an event leave most rows as they are.
        if known.get(&row.participant_id) == Some(&row) {
            known.remove(&row.participant_id);
            continue;
        }
        presences.extend(spots.iter().map(|(spot, inside)| roll_presence::ActiveModel {
            id: NotSet,
            participant_id: Set(candidate.who.participant_id),
            event_id: Set(event),
            session_id: Set(spot.session.map_or(0, |session| session.0)),
            day: Set(spot.day.to_string()),
            inside: Set(*inside),
        }));
        rows.push(row);
    }
    let old: Vec<_> = known.into_keys().collect();
    forget(tx, event, &old).await?;
    if !rows.is_empty() {
        let rows = rows.into_iter().map(|row| row.into_active_model().reset_all());
        roll::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    for some in presences.chunks(AT_ONCE) {
        roll_presence::Entity::insert_many(some.iter().cloned())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

async fn forget(tx: &DatabaseTransaction, event: EventId, people: &[ParticipantId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    roll::Entity::delete_many()
        .filter(roll::Column::EventId.eq(event))
        .filter(roll::Column::ParticipantId.is_in(people.iter().copied()))
        .exec(tx)
        .await?;
    roll_presence::Entity::delete_many()
        .filter(roll_presence::Column::EventId.eq(event))
        .filter(roll_presence::Column::ParticipantId.is_in(people.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Empties the roll of an event, to be made anew.
pub(super) async fn empty(tx: &DatabaseTransaction, event: EventId) -> Result<()> {
    lock(tx, event).await?;
    for sql in [
        "DELETE FROM roll WHERE event_id = $1",
        "DELETE FROM roll_presence WHERE event_id = $1",
        "INSERT INTO roll_stale (event_id) VALUES ($1)",
    ] {
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [event.into()]))
            .await?;
    }
    Ok(())
}

fn row(candidate: &Candidate, records: &[attendance_record::Model], spots: &[(Spot, bool)], booker: Option<&Booker>) -> roll::Model {
    let who = &candidate.who;
    roll::Model {
        participant_id: who.participant_id,
        event_id: who.event_id,
        sort: sort(who),
        words: words(who),
        contact: contact(who, booker),
        booked: who.booking_id.is_some(),
        state: who.state,
        recorded: !records.is_empty(),
        verdict: candidate.verdict(),
        certificate: candidate.has(),
        stands: spots.iter().map(|(spot, inside)| spot.written(*inside)).collect(),
    }
}

/// Those with a name first. No folded name holds either mark; the length is what an index of PostgreSQL takes.
fn sort(who: &Attendee) -> String {
    let mark = if who.name.is_some() { '!' } else { '~' };
    std::iter::once(mark).chain(fold(who.name()).chars().take(200)).collect()
}

fn words(who: &Attendee) -> String {
    fold(
        &[
            who.name(),
            who.organisation.as_deref().unwrap_or_default(),
            &who.reference,
            &who.code,
        ]
        .join(" "),
    )
}

fn contact(who: &Attendee, booker: Option<&Booker>) -> String {
    let booker = booker.map_or([""; 2], |booker| [booker.name.as_str(), booker.address.as_str()]);
    fold(&[who.address.as_deref().unwrap_or_default(), booker[0], booker[1]].join(" "))
}

/// Where and on which days they came, and whether they are in.
fn presence(records: &[attendance_record::Model], zone: Tz) -> Vec<(Spot, bool)> {
    let standing = rules::standing(records);
    let mut spots: HashMap<Spot, Vec<&attendance_record::Model>> = HashMap::new();
    for record in standing {
        let spot = Spot {
            session: record.session_id,
            day: zones::wall(record.at, zone).date(),
        };
        spots.entry(spot).or_default().push(record);
    }
    let mut came: Vec<_> = spots
        .into_iter()
        .filter_map(|(spot, own)| match rules::presence(own, spot.session, spot.day, zone).0 {
            Presence::Away => None,
            presence => Some((spot, presence.is_in())),
        })
        .collect();
    came.sort_by_key(|(spot, _)| (spot.day, spot.session));
    came
}
