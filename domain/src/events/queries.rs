//! Reading events. Few queries whatever the number of rows.

use super::{EventStatus, Refusal, entity::event, rules::Terms};
use crate::{
    bookings::{PlaceState, Vat, entity::place},
    error::Result,
    ids::{EventId, OrganisationId, TicketId},
    organisations::entity::organisation,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect, Statement,
    sea_query::{Condition, Expr, ExprTrait, Func, SimpleExpr},
};

impl event::Model {
    /// What decides whether it takes bookings.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            status: self.status,
            opens_at: self.bookings_open_at,
            closes_at: self.bookings_close_at,
            ends_at: self.ends_at,
            capacity: self.capacity.map(|capacity| u64::try_from(capacity).unwrap_or(0)),
        }
    }

    /// The title where others may read it: in tabs, subjects, calendars and file names.
    #[must_use]
    pub fn shown_title(&self) -> &str {
        match &self.neutral_title {
            Some(neutral) if self.sensitive => neutral,
            _ if self.sensitive => "Study day",
            _ => &self.title,
        }
    }

    /// The event in the name of a file, which says no more than [`Self::shown_title`].
    #[must_use]
    pub fn name_in_files(&self) -> String {
        if self.sensitive {
            super::edit::slug_of(self.shown_title())
        } else {
            self.slug.clone()
        }
    }

    /// Whether the public may see it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.status != EventStatus::Draft
    }

    /// Refuses to go on with an event whose personal data were erased.
    pub fn require_whole(&self) -> Result<()> {
        match self.erased_at {
            Some(at) => Err(Refusal::Erased(at).into()),
            None => Ok(()),
        }
    }

    /// Name, address and postcode of the venue, as one line; empty for an event with no venue.
    #[must_use]
    pub fn venue_line(&self) -> String {
        [&self.venue_name, &self.venue_address, &self.venue_postcode]
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    }

    #[must_use]
    pub fn zone(&self) -> chrono_tz::Tz {
        crate::platform::zones::find_zone(&self.timezone).unwrap_or(chrono_tz::UTC)
    }
}

fn with_organisation() -> sea_orm::SelectTwo<event::Entity, organisation::Entity> {
    event::Entity::find().select_also(organisation::Entity).join(
        JoinType::InnerJoin,
        event::Entity::belongs_to(organisation::Entity)
            .from(event::Column::OrganisationId)
            .to(organisation::Column::Id)
            .into(),
    )
}

/// How an event stands, as far as its page shows it: the same as long as nothing was recorded of the event or its
/// organisation, within one minute. (Minutes, because what a page says of booking changes with the time.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    event: i64,
    organisation: i64,
    minute: i64,
}

/// How the event at `slug` stands at `now`, in one query that counts nothing.
pub async fn version_of<C: ConnectionTrait>(db: &C, slug: &str, now: DateTime<Utc>) -> Result<Option<Version>> {
    let sql = "SELECT (SELECT seq FROM chain WHERE name = 'audit/event:' || e.id) AS event, \
               (SELECT seq FROM chain WHERE name = 'audit/organisation:' || e.organisation_id) AS organisation \
               FROM event e WHERE e.slug = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [slug.into()]);
    let Some(row) = db.query_one_raw(statement).await? else {
        return Ok(None);
    };
    let seq = |column| row.try_get::<Option<i64>>("", column).map(Option::unwrap_or_default);
    Ok(Some(Version {
        event: seq("event")?,
        organisation: seq("organisation")?,
        minute: now.timestamp().div_euclid(60),
    }))
}

/// The event at `slug` and whose it is.
pub async fn find_by_slug<C: ConnectionTrait>(db: &C, slug: &str) -> Result<Option<(event::Model, organisation::Model)>> {
    let found = with_organisation().filter(event::Column::Slug.eq(slug)).one(db).await?;
    Ok(found.and_then(|(event, organisation)| organisation.map(|organisation| (event, organisation))))
}

/// An event and whose it is.
pub async fn load<C: ConnectionTrait>(db: &C, id: EventId) -> Result<(event::Model, organisation::Model)> {
    let found = with_organisation().filter(event::Column::Id.eq(id)).one(db).await?;
    found
        .and_then(|(event, organisation)| organisation.map(|organisation| (event, organisation)))
        .ok_or(crate::Error::NotFound)
}

/// What somebody looks for on the public list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub words: String,
    /// Events that are over, newest first, instead of those to come.
    pub past: bool,
    /// One page holds `per_page`; the first is 0.
    pub page: u64,
    pub per_page: u64,
}

/// Public conferences and courses; meetings show with their networks. The rows, and how many there are in all.
pub async fn list_public<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    search: &Search,
) -> Result<(Vec<(event::Model, organisation::Model)>, u64)> {
    let mut query = with_organisation()
        .filter(event::Column::Status.ne(EventStatus::Draft))
        .filter(event::Column::Kind.ne(super::EventKind::Meeting));
    query = if search.past {
        query.filter(event::Column::EndsAt.lte(now))
    } else {
        query.filter(event::Column::EndsAt.gt(now))
    };
    for word in search.words.split_whitespace().take(8) {
        query = query.filter(contains(word));
    }
    let total = count(db, query.clone()).await?;
    query = if search.past {
        query.order_by_desc(event::Column::StartsAt)
    } else {
        query.order_by_asc(event::Column::StartsAt)
    };
    let per_page = search.per_page.clamp(1, 100);
    let rows = query
        .order_by_asc(event::Column::Id)
        .offset(search.page.clamp(0, 10_000) * per_page)
        .limit(per_page)
        .all(db)
        .await?;
    Ok((
        rows.into_iter()
            .filter_map(|(event, organisation)| organisation.map(|organisation| (event, organisation)))
            .collect(),
        total,
    ))
}

async fn count<C: ConnectionTrait>(db: &C, query: sea_orm::SelectTwo<event::Entity, organisation::Entity>) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(query.count(db).await?)
}

/// Whether the word stands anywhere a reader would expect, capitals or not.
fn contains(word: &str) -> Condition {
    let pattern = format!(
        "%{}%",
        word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
    );
    let like = |column: event::Column| -> SimpleExpr {
        Expr::expr(Func::lower(Expr::col((event::Entity, column)))).like(sea_orm::sea_query::LikeExpr::new(pattern.clone()).escape('\\'))
    };
    Condition::any()
        .add(like(event::Column::Title))
        .add(like(event::Column::Summary))
        .add(like(event::Column::VenueName))
        .add(like(event::Column::VenueAddress))
        .add(like(event::Column::Audience))
}

/// The events of these organisations, next first, then the past ones newest first.
pub async fn list_of<C: ConnectionTrait>(db: &C, organisations: &[OrganisationId]) -> Result<Vec<event::Model>> {
    Ok(event::Entity::find()
        .filter(event::Column::OrganisationId.is_in(organisations.iter().copied()))
        .order_by_desc(event::Column::StartsAt)
        .all(db)
        .await?)
}

fn shown_after(after: DateTime<Utc>) -> sea_orm::SelectTwo<event::Entity, organisation::Entity> {
    with_organisation()
        .filter(event::Column::Status.ne(EventStatus::Draft))
        .filter(event::Column::EndsAt.gt(after))
        .order_by_asc(event::Column::StartsAt)
        .order_by_asc(event::Column::Id)
}

/// Public conferences and courses that are not over at `after`, in order of time.
pub async fn list_public_after<C: ConnectionTrait>(db: &C, after: DateTime<Utc>) -> Result<Vec<(event::Model, organisation::Model)>> {
    let rows = shown_after(after).filter(event::Column::Kind.ne(super::EventKind::Meeting));
    Ok(both(rows.all(db).await?))
}

/// Those of these events, meetings too, that the public may see and that are not over at `after`, in order of time.
pub async fn list_shown_after<C: ConnectionTrait>(
    db: &C,
    events: &[EventId],
    after: DateTime<Utc>,
) -> Result<Vec<(event::Model, organisation::Model)>> {
    let rows = shown_after(after).filter(event::Column::Id.is_in(events.iter().copied()));
    Ok(both(rows.all(db).await?))
}

fn both(rows: Vec<(event::Model, Option<organisation::Model>)>) -> Vec<(event::Model, organisation::Model)> {
    rows.into_iter()
        .filter_map(|(event, organisation)| Some((event, organisation?)))
        .collect()
}

/// A ticket as it stands: how many places of it are taken.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct TicketTaken {
    pub id: TicketId,
    pub code: String,
    pub name: String,
    pub position: i32,
    pub price_pence: i64,
    pub vat: Vat,
    pub places: Option<i32>,
    pub hidden: bool,
    pub taken: i64,
}

impl TicketTaken {
    /// How many of it are left, if it is limited.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        self.places.map(|places| u64::try_from(i64::from(places) - self.taken).unwrap_or(0))
    }
}

/// The tickets of an event with what is taken of each; places held count until their hold runs out.
pub async fn list_tickets<C: ConnectionTrait>(db: &C, event: EventId, now: DateTime<Utc>) -> Result<Vec<TicketTaken>> {
    let sql = "SELECT t.id, t.code, t.name, t.position, t.price_pence, t.vat, t.places, t.hidden, \
               (SELECT COUNT(*) FROM place p WHERE p.event_id = $1 AND p.state = 'confirmed' AND p.ticket_id = t.id) \
               + (SELECT COUNT(*) FROM place p WHERE p.event_id = $1 AND p.state = 'held' AND p.ticket_id = t.id AND p.held_until > $2) AS taken \
               FROM ticket t WHERE t.event_id = $1 ORDER BY t.position, t.id";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into(), now.into()]);
    Ok(TicketTaken::find_by_statement(statement).all(db).await?)
}

/// How many places of an event are taken, when these are all its tickets: each place has one.
#[must_use]
pub fn taken_of(tickets: &[TicketTaken]) -> u64 {
    tickets.iter().map(|ticket| u64::try_from(ticket.taken).unwrap_or(0)).sum()
}

/// How many places are taken: confirmed, or held and not run out.
pub async fn count_taken<C: ConnectionTrait>(db: &C, event: EventId, now: DateTime<Utc>) -> Result<u64> {
    use sea_orm::PaginatorTrait;
    Ok(place::Entity::find()
        .filter(place::Column::EventId.eq(event))
        .filter(taken(now))
        .count(db)
        .await?)
}

/// How many places are taken of each of these events.
pub async fn count_taken_of<C: ConnectionTrait>(
    db: &C,
    events: &[EventId],
    now: DateTime<Utc>,
) -> Result<std::collections::HashMap<EventId, u64>> {
    if events.is_empty() {
        return Ok(std::collections::HashMap::new());
    }
    let rows: Vec<(EventId, i64)> = place::Entity::find()
        .select_only()
        .column(place::Column::EventId)
        .column_as(place::Column::Id.count(), "taken")
        .filter(place::Column::EventId.is_in(events.iter().copied()))
        .filter(taken(now))
        .group_by(place::Column::EventId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, taken)| (id, u64::try_from(taken).unwrap_or(0)))
        .collect())
}

fn taken(now: DateTime<Utc>) -> Condition {
    Condition::any().add(place::Column::State.eq(PlaceState::Confirmed)).add(
        Condition::all()
            .add(place::Column::State.eq(PlaceState::Held))
            .add(place::Column::HeldUntil.gt(now)),
    )
}
