//! What calendars answer. Whose entry it is tells its UID, which is each invitee's own and unguessable; that it is the invitee
//! who answers, their address or the sender's. The newest counts. A place is never cancelled by it.

use super::{
    Outcome, Why, auth, letters, queue,
    read::{Answer, Mail},
};
use crate::{
    Services,
    attendance::queries::{Attendee, find_attendee},
    bookings::{entity::calendar_entry, queries::find_seat},
    error::Result,
    events::EventStatus,
    ids::ParticipantId,
    messages::{about::About, entity::calendar_reply, outbox},
    networks::{
        Reply,
        replies::{self, FromCalendar},
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, FromQueryResult, IntoActiveModel,
    QueryFilter, QuerySelect, Statement, Value,
};
use std::collections::HashMap;

/// Takes an answer in, or leaves it to a person.
pub(super) async fn take(
    tx: &DatabaseTransaction,
    services: &Services,
    mail: &Mail,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let entry = calendar_entry::Entity::find()
        .filter(calendar_entry::Column::Uid.eq(&answer.uid))
        .one(tx)
        .await?;
    let who = match entry {
        Some(entry) => find_attendee(tx, entry.participant_id).await?,
        None => None,
    };
    // A clock that is ahead must not make all that is said later older.
    let said = Said {
        uid: &answer.uid,
        reply: answer.reply,
        at: answer.stamp.filter(|stamp| *stamp <= now).unwrap_or(now),
    };
    let Some(who) = who else {
        return queue::put(tx, mail, Why::Unknown, None, now).await;
    };
    let authserv = services.inbox.authserv.as_deref();
    if authserv.is_some_and(|authserv| auth::is_forged(&mail.results, authserv)) {
        return queue::put(tx, mail, Why::Forged, Some((&who, said)), now).await;
    }
    let own = who.address.as_deref().map(str::to_lowercase);
    let is_theirs = own.is_some_and(|own| own == answer.attendee || own == mail.from_address);
    if !is_theirs {
        return queue::put(tx, mail, Why::Stranger, Some((&who, said)), now).await;
    }
    apply(tx, services, &who, said, now).await
}

/// What was said about an entry, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub uid: &'a str,
    pub reply: Reply,
    pub at: DateTime<Utc>,
}

/// Counts an answer as that of `who`, unless they have given a newer one or it is about nothing any more.
pub(super) async fn apply(
    tx: &DatabaseTransaction,
    services: &Services,
    who: &Attendee,
    said: Said<'_>,
    now: DateTime<Utc>,
) -> Result<Outcome> {
    let about = About::load(tx, who.event_id).await?;
    if !who.stands() || about.event.status == EventStatus::Cancelled || now >= about.event.ends_at {
        return Ok(Outcome::Late);
    }
    let before = calendar_reply::Entity::find()
        .filter(calendar_reply::Column::Uid.eq(said.uid))
        .lock_exclusive()
        .one(tx)
        .await?;
    if before.as_ref().is_some_and(|before| before.said_at > said.at) {
        return Ok(Outcome::Older);
    }
    if who.booking_id.is_none() {
        match replies::record_from_calendar(tx, who.participant_id, said.reply, said.at).await? {
            FromCalendar::Recorded => {}
            FromCalendar::Late => return Ok(Outcome::Late),
            FromCalendar::Older => return Ok(Outcome::Older),
        }
    }
    keep(tx, before, who.participant_id, said, now).await?;
    if said.reply == Reply::Declined && who.booking_id.is_some() {
        send_the_way_out(tx, services, &about, who).await?;
    }
    Ok(Outcome::Answered)
}

async fn keep(
    tx: &DatabaseTransaction,
    before: Option<calendar_reply::Model>,
    participant: ParticipantId,
    said: Said<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let is_new = before.is_none();
    let mut row = before.map_or_else(
        <calendar_reply::ActiveModel as Default>::default,
        IntoActiveModel::into_active_model,
    );
    row.participant_id = Set(participant);
    row.uid = Set(said.uid.to_owned());
    row.reply = Set(said.reply);
    row.said_at = Set(said.at);
    row.received_at = Set(now);
    if is_new {
        row.insert(tx).await?;
    } else {
        row.update(tx).await?;
    }
    Ok(())
}

/// The link to cancel by: once for each who has the place.
async fn send_the_way_out(tx: &DatabaseTransaction, services: &Services, about: &About, who: &Attendee) -> Result<()> {
    let (Some(seat), Some(address)) = (find_seat(tx, who.participant_id).await?, &who.address) else {
        return Ok(());
    };
    let given = seat.place.given_at.map_or(0, |at| at.timestamp_millis());
    let key = format!("declined:{}:{given}", seat.place.id);
    let (subject, content) = letters::declined(about, who, &seat.place);
    let to = about.addressed(who.name(), address);
    outbox::add(tx, services, &key, "place_declined", to, &subject, &content).await
}

/// What the calendars of these people said last about the places they have, for those whose calendar said anything. What
/// somebody said who had a place before is not theirs.
pub async fn list_replies<C: ConnectionTrait>(db: &C, participants: &[ParticipantId]) -> Result<HashMap<ParticipantId, Reply>> {
    #[derive(FromQueryResult)]
    struct Row {
        participant_id: ParticipantId,
        reply: Reply,
    }
    if participants.is_empty() {
        return Ok(HashMap::new());
    }
    let marks: Vec<String> = (1..=participants.len()).map(|i| format!("${i}")).collect();
    let sql = format!(
        "SELECT r.participant_id, r.reply FROM calendar_reply r JOIN calendar_entry e ON e.uid = r.uid AND NOT e.cancelled \
         WHERE r.participant_id IN ({}) ORDER BY r.said_at, r.id",
        marks.join(", ")
    );
    let values: Vec<Value> = participants.iter().map(|id| (*id).into()).collect();
    let rows = Row::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.participant_id, row.reply)).collect())
}
