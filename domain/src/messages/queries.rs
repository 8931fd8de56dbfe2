//! Reading the outbox. Account mail (sign-in links) belongs to no organisation and is never shown.

use super::{
    State,
    entity::{message, message_attempt, message_batch},
};
use crate::{
    error::Result,
    ids::{BatchId, MessageId, OrganisationId},
    platform::search::has_word,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement, Value,
};

/// What an organiser looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub state: Option<State>,
    /// One kind of message, as `invite`.
    pub kind: String,
    /// The slug of the event it is about.
    pub event: String,
    pub words: String,
    /// Without what an event that is cancelled now once promised.
    pub still_so: bool,
    /// Counted from none.
    pub page: u64,
}

/// How many messages a page of the list shows.
pub const PER_PAGE: u64 = 50;

impl Search {
    /// Reads a query; what cannot be read is left out.
    #[must_use]
    pub fn from_query(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim());
            found.unwrap_or_default().chars().take(200).collect::<String>()
        };
        Self {
            state: value("state").parse().ok(),
            kind: value("kind"),
            event: value("event"),
            words: value("q"),
            still_so: false,
            page: value("page").parse::<u64>().unwrap_or(1).clamp(1, 100_000) - 1,
        }
    }

    /// The query that [`Self::from_query`] reads, without what is as it always is.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let state = self.state.map(|state| state.word().to_owned()).unwrap_or_default();
        let page = if self.page == 0 {
            String::new()
        } else {
            (self.page + 1).to_string()
        };
        [
            ("q", self.words.clone()),
            ("state", state),
            ("kind", self.kind.clone()),
            ("event", self.event.clone()),
            ("page", page),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }

    /// Whether it leaves anything out.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let all = Self {
            page: self.page,
            ..Self::default()
        };
        *self != all
    }
}

/// A message in a list: everything but its letter.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Row {
    pub id: MessageId,
    pub kind: String,
    pub state: State,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub attempts: i32,
    pub reply: Option<String>,
    pub created_at: DateTime<Utc>,
    pub event_slug: Option<String>,
    pub event_title: Option<String>,
}

/// What `search` finds among the messages of these organisations, and the values that stand in it.
pub(super) fn condition(backend: DatabaseBackend, organisations: &[OrganisationId], search: &Search) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = Vec::new();
    let mut add = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    let marks = organisations.iter().map(|id| add(Value::from(*id))).collect::<Vec<_>>().join(", ");
    let mut sql = if organisations.is_empty() {
        "1 = 0".to_owned()
    } else {
        format!("m.organisation_id IN ({marks})")
    };
    if let Some(state) = search.state {
        sql.push_str(&format!(" AND m.state = {}", add(state.word().into())));
    }
    if !search.kind.is_empty() {
        sql.push_str(&format!(" AND m.kind = {}", add(search.kind.clone().into())));
    }
    if !search.event.is_empty() {
        let slug = add(search.event.clone().into());
        sql.push_str(&format!(" AND m.event_id = (SELECT e.id FROM event e WHERE e.slug = {slug})"));
    }
    if search.still_so {
        sql.push_str(
            " AND NOT (m.kind IN ('invite', 'invite_update', 'booking_confirmed') \
             AND EXISTS (SELECT 1 FROM event e WHERE e.id = m.event_id AND e.status = 'cancelled'))",
        );
    }
    for word in search.words.split_whitespace().take(5) {
        let condition = has_word(backend, &["m.to_address", "m.to_name", "m.subject"], word, &mut values);
        sql.push_str(&format!(" AND {condition}"));
    }
    (sql, values)
}

/// One page of what `search` finds, newest first, and how many there are in all. Two queries, whatever the number of rows.
pub async fn list<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], search: &Search) -> Result<(Vec<Row>, u64)> {
    let (condition, values) = condition(db.get_database_backend(), organisations, search);
    let total = count_by(db, &condition, values.clone()).await?;
    // The inner query is answered from an index; only the rows of the page are read whole.
    let sql = format!(
        "SELECT m.id, m.kind, m.state, m.to_name, m.to_address, m.subject, m.attempts, m.reply, m.created_at, \
         e.slug AS event_slug, e.title AS event_title \
         FROM message m LEFT JOIN event e ON e.id = m.event_id WHERE m.id IN (\
         SELECT m.id FROM message m WHERE {condition} ORDER BY m.created_at DESC, m.id DESC LIMIT {PER_PAGE} OFFSET {}) \
         ORDER BY m.created_at DESC, m.id DESC",
        search.page.saturating_mul(PER_PAGE)
    );
    let rows = Row::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .all(db)
        .await?;
    Ok((rows, total))
}

async fn count_by<C: ConnectionTrait>(db: &C, condition: &str, values: Vec<Value>) -> Result<u64> {
    #[derive(FromQueryResult)]
    struct Total {
        total: i64,
    }
    let sql = format!("SELECT COUNT(*) AS total FROM message m WHERE {condition}");
    let row = Total::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .one(db)
        .await?;
    Ok(row.map_or(0, |row| u64::try_from(row.total).unwrap_or(0)))
}

/// One message, if it is one of these organisations'.
pub async fn find<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], id: MessageId) -> Result<Option<message::Model>> {
    Ok(message::Entity::find_by_id(id)
        .filter(message::Column::OrganisationId.is_in(organisations.iter().copied()))
        .one(db)
        .await?)
}

/// What was tried with a message, first to last; the last two hundred times at most.
pub async fn list_attempts<C: ConnectionTrait>(db: &C, id: MessageId) -> Result<Vec<message_attempt::Model>> {
    let mut newest = message_attempt::Entity::find()
        .filter(message_attempt::Column::MessageId.eq(id))
        .order_by_desc(message_attempt::Column::Id)
        .limit(200)
        .all(db)
        .await?;
    newest.reverse();
    Ok(newest)
}

/// The copies that were sent of a message, first to last: their ids and when they were asked for.
pub async fn list_copies<C: ConnectionTrait>(db: &C, id: MessageId) -> Result<Vec<(MessageId, DateTime<Utc>)>> {
    Ok(message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .column(message::Column::CreatedAt)
        .filter(message::Column::CopyOf.eq(id))
        .order_by_asc(message::Column::Id)
        .limit(50)
        .into_tuple()
        .all(db)
        .await?)
}

/// The events of these organisations that messages may be about, newest first: slug and title.
pub async fn list_events<C: ConnectionTrait>(
    db: &C,
    organisations: &[OrganisationId],
) -> Result<Vec<(String, String, chrono::NaiveDateTime)>> {
    use crate::events::entity::event;
    Ok(event::Entity::find()
        .select_only()
        .column(event::Column::Slug)
        .column(event::Column::Title)
        .column(event::Column::StartsWall)
        .filter(event::Column::OrganisationId.is_in(organisations.iter().copied()))
        .order_by_desc(event::Column::StartsAt)
        .limit(200)
        .into_tuple()
        .all(db)
        .await?)
}

/// How many messages of these organisations there are in each state.
pub async fn count_states<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId]) -> Result<Vec<(State, u64)>> {
    let mine = message::Column::OrganisationId.is_in(organisations.iter().copied());
    states(db, sea_orm::Condition::all().add(mine)).await
}

/// How many messages of a batch there are in each state, of these organisations'.
pub async fn count_batch<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId], batch: BatchId) -> Result<Vec<(State, u64)>> {
    let mine = message::Column::OrganisationId.is_in(organisations.iter().copied());
    states(db, sea_orm::Condition::all().add(mine).add(message::Column::BatchId.eq(batch))).await
}

/// Messages that were sent together.
pub async fn find_batch<C: ConnectionTrait>(db: &C, id: BatchId) -> Result<Option<message_batch::Model>> {
    Ok(message_batch::Entity::find_by_id(id).one(db).await?)
}

/// The messages of a batch that nobody got, with what the mail server said if there was one; the first hundred.
pub async fn list_batch_failed<C: ConnectionTrait>(
    db: &C,
    organisations: &[OrganisationId],
    batch: BatchId,
) -> Result<Vec<(MessageId, String, Option<String>)>> {
    let rows: Vec<(MessageId, String, Option<String>, State)> = message::Entity::find()
        .select_only()
        .column(message::Column::Id)
        .column(message::Column::ToAddress)
        .column(message::Column::Reply)
        .column(message::Column::State)
        .filter(message::Column::OrganisationId.is_in(organisations.iter().copied()))
        .filter(message::Column::BatchId.eq(batch))
        .filter(message::Column::State.is_in([State::Failed, State::Unsent]))
        .order_by_asc(message::Column::Id)
        .limit(100)
        .into_tuple()
        .all(db)
        .await?;
    // What a folder answers is where it put the file.
    Ok(rows
        .into_iter()
        .map(|(id, to, reply, state)| (id, to, reply.filter(|_| state == State::Failed)))
        .collect())
}

async fn states<C: ConnectionTrait>(db: &C, of: sea_orm::Condition) -> Result<Vec<(State, u64)>> {
    let rows: Vec<(State, i64)> = message::Entity::find()
        .select_only()
        .column(message::Column::State)
        .column_as(message::Column::Id.count(), "count")
        .filter(of)
        .group_by(message::Column::State)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(state, count)| (state, u64::try_from(count).unwrap_or(0)))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_survives_its_address() {
        let search = Search {
            state: Some(State::Failed),
            kind: "invite".to_owned(),
            event: "study-day".to_owned(),
            words: "ama owusu".to_owned(),
            still_so: false,
            page: 2,
        };
        let pairs: Vec<_> = search.to_pairs().into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        assert_eq!(Search::from_query(&pairs), search);
        assert!(search.is_narrowed() && !Search::default().is_narrowed());
        let nonsense = [("state".to_owned(), "x".to_owned()), ("page".to_owned(), "-1".to_owned())];
        assert_eq!(Search::from_query(&nonsense), Search::default());
    }
}
