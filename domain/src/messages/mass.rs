//! Sending to many at once: nothing leaves before somebody has seen what and to how many, and has typed the number; and
//! how far it has come is told by the rows themselves, so a reload or a restart forgets nothing.

use super::{
    Content, Outcome, State,
    entity::{message, message_attempt, message_batch},
    queries::{self, Row, Search, condition},
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    ids::{BatchId, MessageId, OrganisationId},
    platform::{audit, db::begin_write},
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, Statement};
use serde::{Deserialize, Serialize};

/// The number somebody typed to confirm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CountForm {
    pub count: String,
}

/// Whether `typed` is `count`: the number that would be sent now, whatever it was when the page was drawn.
pub fn confirm(typed: &CountForm, count: u64) -> Result<()> {
    const FIELD: &str = "form[count]";
    let figures: String = typed.count.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
    if count == 0 {
        return Err(FieldErrors::one("", "nothing", "There is nothing to send any more").into());
    }
    match figures.parse::<u64>() {
        Ok(number) if number == count => Ok(()),
        _ if figures.is_empty() => Err(FieldErrors::one(FIELD, "missing", format!("Type {count} to confirm how many will be sent")).into()),
        _ => Err(FieldErrors::one(
            FIELD,
            "not_the_number",
            format!("It is {count} now, and that is not what was typed. Nothing was sent. Look again, and type {count} if it is right"),
        )
        .into()),
    }
}

/// What is about to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    pub count: u64,
    /// The first few.
    pub first: Vec<Row>,
    /// What the first of them says, links hidden.
    pub text: String,
}

/// How many of the first are shown.
const SHOWN: usize = 5;

/// What nobody got, of what the actor may have sent again and `search` finds: failed or unsent, or one of the two.
pub async fn preview_retry(services: &Services, actor: &Actor, search: &Search) -> Result<Preview> {
    actor.require_anywhere(Permission::Edit)?;
    let (db, own) = (&services.db.read, actor.organisations_with(Permission::Edit));
    let mut preview = Preview::default();
    for search in undelivered(search) {
        let (rows, count) = queries::list(db, &own, &search).await?;
        preview.count += count;
        preview.first.extend(rows);
    }
    preview.first.sort_by_key(|row| std::cmp::Reverse((row.created_at, row.id)));
    preview.first.truncate(SHOWN);
    if let Some(first) = preview.first.first()
        && let Some(message) = queries::find(db, &own, first.id).await?
    {
        let content: Content = serde_json::from_str(&message.content)?;
        preview.text = content.letter.masked().text();
    }
    Ok(preview)
}

/// The searches for what can be tried again: not what was promised of an event that is cancelled.
fn undelivered(search: &Search) -> Vec<Search> {
    [State::Failed, State::Unsent]
        .into_iter()
        .filter(|state| search.state.is_none_or(|wanted| wanted == *state))
        .map(|state| Search {
            state: Some(state),
            still_so: true,
            page: 0,
            ..search.clone()
        })
        .collect()
}

/// Queues everything of [`preview_retry`], each under the Message-ID it always had and drawn from today's data when it
/// leaves, if as many as were confirmed. What is out of date by then ends as failed, saying why.
pub async fn retry(services: &Services, actor: &Actor, search: &Search, typed: &CountForm) -> Result<BatchId> {
    actor.require_anywhere(Permission::Edit)?;
    let own = actor.organisations_with(Permission::Edit);
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let batch = begin(&tx, now, "retry").await?;
    let mut total = 0;
    for organisation in own {
        let mut queued = 0;
        for search in undelivered(search) {
            queued += queue_again(&tx, organisation, &search, batch, now).await?;
        }
        if queued > 0 {
            let entry = audit::Entry {
                chain: format!("organisation:{organisation}"),
                action: "message.resent_all",
                object: "message_batch",
                object_id: batch.0,
                detail: Some(&queued.to_string()),
            };
            audit::record(&tx, actor, now, entry).await?;
        }
        total += queued;
    }
    confirm(typed, total)?;
    note_asked(&tx, batch, now).await?;
    finish(&tx, batch, total).await?;
    tx.commit().await?;
    services.wake();
    Ok(batch)
}

async fn queue_again<C: ConnectionTrait>(
    tx: &C,
    organisation: OrganisationId,
    search: &Search,
    batch: BatchId,
    now: DateTime<Utc>,
) -> Result<u64> {
    let (condition, mut values) = condition(tx.get_database_backend(), &[organisation], search);
    let (at, to) = (values.len() + 1, values.len() + 2);
    values.extend([now.into(), batch.into()]);
    // Asked again outside: on PostgreSQL whoever waited for another's change looks at the row anew, not at the inner query.
    let sql = format!(
        "UPDATE message SET state = 'queued', attempts = 0, anew = TRUE, due_at = ${at}, batch_id = ${to} \
         WHERE id IN (SELECT m.id FROM message m WHERE {condition}) AND state IN ('failed', 'unsent')"
    );
    let done = tx
        .execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
        .await?;
    Ok(done.rows_affected())
}

/// Writes into the history of each message of a batch that somebody asked for it.
async fn note_asked<C: ConnectionTrait>(tx: &C, batch: BatchId, now: DateTime<Utc>) -> Result<()> {
    let sql = format!(
        "INSERT INTO message_attempt (message_id, at, outcome, reply) SELECT id, $1, '{}', NULL FROM message WHERE batch_id = $2",
        Outcome::Asked.word()
    );
    tx.execute_raw(Statement::from_sql_and_values(
        tx.get_database_backend(),
        sql,
        [now.into(), batch.into()],
    ))
    .await?;
    Ok(())
}

/// Begins a batch: messages given to it with [`gather`] are shown together until the last has left.
pub async fn begin<C: ConnectionTrait>(tx: &C, now: DateTime<Utc>, kind: &str) -> Result<BatchId> {
    let row = message_batch::ActiveModel {
        kind: Set(kind.to_owned()),
        total: Set(0),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(row.insert(tx).await?.id)
}

/// Puts a message just added under `dedupe_key` into a batch.
pub async fn gather<C: ConnectionTrait>(tx: &C, batch: BatchId, dedupe_key: &str) -> Result<()> {
    use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
    message::Entity::update_many()
        .col_expr(message::Column::BatchId, Expr::value(batch))
        .filter(message::Column::DedupeKey.eq(dedupe_key))
        .exec(tx)
        .await?;
    Ok(())
}

/// Says how many messages a batch is to have: those that are still to be written count as waiting.
pub async fn finish<C: ConnectionTrait>(tx: &C, batch: BatchId, total: u64) -> Result<()> {
    let row = message_batch::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(batch),
        total: Set(i64::try_from(total).unwrap_or(i64::MAX)),
        ..Default::default()
    };
    row.update(tx).await?;
    Ok(())
}

/// How far the messages of a batch have come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub total: u64,
    pub sent: u64,
    /// Still to leave.
    pub waiting: u64,
    /// Failed, or kept because there is no mail server: id, address, and what the server said; the first hundred.
    pub failed: Vec<(MessageId, String, Option<String>)>,
    pub failed_count: u64,
    pub begun_at: DateTime<Utc>,
    /// Whether this actor may have those that failed tried again.
    pub may_retry: bool,
}

impl Progress {
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.waiting == 0
    }
}

/// How far a batch has come, for whoever may see one of its messages. Three queries.
pub async fn progress(services: &Services, actor: &Actor, id: BatchId) -> Result<Progress> {
    actor.require_anywhere(Permission::See)?;
    let (db, own) = (&services.db.read, actor.organisations_with(Permission::See));
    let batch = queries::find_batch(db, id).await?.ok_or(Error::NotFound)?;
    let states = queries::count_batch(db, &own, id).await?;
    if states.is_empty() {
        return Err(Error::NotFound);
    }
    let count = |wanted: &[State]| {
        states
            .iter()
            .filter(|(state, _)| wanted.contains(state))
            .map(|(_, count)| count)
            .sum::<u64>()
    };
    let all: u64 = states.iter().map(|(_, count)| count).sum();
    let total = u64::try_from(batch.total).unwrap_or(0).max(all);
    let failed_count = count(&[State::Failed, State::Unsent]);
    let sent = count(&[State::Sent]);
    Ok(Progress {
        total,
        sent,
        waiting: total - sent - failed_count,
        failed: if failed_count > 0 {
            queries::list_batch_failed(db, &own, id).await?
        } else {
            Vec::new()
        },
        failed_count,
        begun_at: batch.created_at,
        may_retry: actor.require_anywhere(Permission::Edit).is_ok(),
    })
}

/// Adds to the history of a message.
pub(super) async fn note<C: ConnectionTrait>(
    tx: &C,
    message: MessageId,
    at: DateTime<Utc>,
    outcome: Outcome,
    reply: Option<&str>,
) -> Result<()> {
    let row = message_attempt::ActiveModel {
        message_id: Set(message),
        at: Set(at),
        outcome: Set(outcome),
        reply: Set(reply.map(str::to_owned)),
        ..Default::default()
    };
    message_attempt::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_number_itself_confirms() {
        let code = |typed: &str, count| match confirm(&CountForm { count: typed.to_owned() }, count) {
            Ok(()) => "well".to_owned(),
            Err(Error::Invalid(errors)) => errors.0[0].code.clone(),
            Err(other) => other.to_string(),
        };
        assert_eq!([code("214", 214), code(" 1,204 ", 1_204)], ["well", "well"]);
        assert_eq!(
            [code("", 214), code("213", 214), code("yes", 214), code("0", 0)],
            ["missing", "not_the_number", "not_the_number", "nothing"]
        );
    }
}
