//! What an organiser sees at a glance: what is next and how full it is, what it comes to, what needs a decision. A
//! fixed number of queries, whatever the number of events and places.

use super::{
    EventKind, EventStatus,
    decisions::{self, Decision},
    entity::event,
    queries,
};
use crate::{
    Services,
    access::{Actor, Permission},
    error::Result,
    ids::{EventId, OrganisationId},
    messages, networks,
    organisations::{entity::organisation, service::list_with, team},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Statement};

/// The organiser home.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    pub organisations: Vec<organisation::Model>,
    pub next: Option<Next>,
    /// To come, without the next one; soonest first.
    pub upcoming: Vec<Listed>,
    /// Over or cancelled; newest first.
    pub past: Vec<Listed>,
    /// The next meetings of their networks.
    pub meetings: Vec<networks::meetings::Coming>,
    pub decisions: Vec<Decision>,
    pub mail: Mail,
    /// Until the first event is published.
    pub first_steps: Option<FirstSteps>,
}

/// An event and how many places of it are taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub event: event::Model,
    pub taken: u64,
}

/// The event that is next, drafts included, with its places.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub event: event::Model,
    pub places: Places,
}

/// The places of one event, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Confirmed, with a name.
    pub named: u64,
    /// Confirmed or held, still without one.
    pub unnamed: u64,
    pub cancelled: u64,
    /// Places standing now that were booked in the last seven days.
    pub this_week: u64,
    /// What the confirmed places cost, without VAT.
    pub net_pence: i64,
}

impl Places {
    /// Named or not.
    #[must_use]
    pub fn taken(&self) -> u64 {
        self.named + self.unnamed
    }
}

/// What an organisation still has to do before its first event can be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstSteps {
    pub has_event: bool,
    /// Whether mail leaves.
    pub has_mail: bool,
    /// Whether there is more than one in the team.
    pub has_team: bool,
}

/// How the mail of these organisations stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Kept, because there is no mail server.
    pub unsent: u64,
    pub failed: u64,
    pub queued: u64,
}

/// Everything on the organiser home, of every organisation where the actor may see it.
pub async fn home(services: &Services, actor: &Actor) -> Result<Home> {
    actor.require_anywhere(Permission::See)?;
    let (db, now) = (&services.db.read, services.clock.now());
    let organisations = list_with(services, actor, Permission::See).await?;
    let ids: Vec<OrganisationId> = organisations.iter().map(|row| row.id).collect();
    let mut events = queries::list_of(db, &ids).await?;
    let has_published = events.iter().any(|event| event.status != EventStatus::Draft);
    // Nobody books a meeting: they are listed with their invites instead.
    events.retain(|event| event.kind != EventKind::Meeting);
    let taken = queries::count_taken_of(db, &events.iter().map(|event| event.id).collect::<Vec<_>>(), now).await?;
    let listed = events.into_iter().map(|event| Listed {
        taken: taken.get(&event.id).copied().unwrap_or(0),
        event,
    });
    let (mut upcoming, past): (Vec<_>, Vec<_>) =
        listed.partition(|listed| listed.event.ends_at > now && listed.event.status != EventStatus::Cancelled);
    upcoming.sort_by_key(|listed| (listed.event.starts_at, listed.event.id));
    let next = if upcoming.is_empty() {
        None
    } else {
        let event = upcoming.remove(0).event;
        Some(Next {
            places: count_places(db, event.id, now).await?,
            event,
        })
    };
    let states = messages::queries::count_states(db, &ids).await?;
    let count = |state| states.iter().find(|(one, _)| *one == state).map_or(0, |(_, count)| *count);
    let mail = Mail {
        unsent: count(messages::State::Unsent),
        failed: count(messages::State::Failed),
        queued: count(messages::State::Queued),
    };
    let first_steps = if has_published {
        None
    } else {
        Some(FirstSteps {
            has_event: next.is_some() || !past.is_empty(),
            has_mail: services.mailer.delivers(),
            has_team: team::count(db, &ids).await? > 1,
        })
    };
    Ok(Home {
        decisions: decisions::list(db, &ids, &messages::inbox::queue::Sees::of(services, actor).await?, now).await?,
        meetings: networks::meetings::list_coming(db, &ids, now).await?,
        organisations,
        next,
        upcoming,
        past,
        mail,
        first_steps,
    })
}

/// The places of an event in figures, in one query.
pub async fn count_places<C: ConnectionTrait>(db: &C, event: EventId, now: DateTime<Utc>) -> Result<Places> {
    #[derive(FromQueryResult)]
    struct Row {
        standing: i64,
        unnamed: i64,
        cancelled: i64,
        this_week: i64,
        net_pence: i64,
    }
    let stands = "(p.state = 'confirmed' OR (p.state = 'held' AND p.held_until > $2))";
    // Each from an index alone. Bookings get their numbers one after the other, under the event's lock, so those of this
    // week are those from the first of them on.
    let places = "SELECT COUNT(*) FROM place p WHERE p.event_id = $1 AND";
    let held = "p.state = 'held' AND p.held_until > $2";
    let sql = format!(
        "SELECT confirmed.people + ({places} {held}) AS standing, \
         ({places} p.name IS NULL AND {stands}) AS unnamed, \
         ({places} p.state = 'cancelled') AS cancelled, \
         ({places} p.state = 'confirmed' AND p.booking_id >= week.first) + ({places} {held} AND p.booking_id + 0 >= week.first) AS this_week, \
         CAST(confirmed.pence AS BIGINT) AS net_pence \
         FROM (SELECT COUNT(*) AS people, COALESCE(SUM(p.price_pence), 0) AS pence FROM place p \
         WHERE p.event_id = $1 AND p.state = 'confirmed') AS confirmed, \
         (SELECT MIN(b.id) AS first FROM booking b WHERE b.event_id = $1 AND b.created_at > $3) AS week"
    );
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        sql,
        [event.into(), now.into(), (now - TimeDelta::days(7)).into()],
    );
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    Ok(Row::find_by_statement(statement)
        .one(db)
        .await?
        .map_or_else(Places::default, |row| Places {
            named: count(row.standing - row.unnamed),
            unnamed: count(row.unnamed),
            cancelled: count(row.cancelled),
            this_week: count(row.this_week),
            net_pence: row.net_pence,
        }))
}

/// How many mailboxes hear of it when this event is cancelled: whoever has a place or an invite, and whoever booked one.
pub async fn count_told<C: ConnectionTrait>(db: &C, event: EventId) -> Result<u64> {
    #[derive(FromQueryResult)]
    struct Row {
        people: i64,
    }
    let sql = "SELECT COUNT(*) AS people FROM (\
               SELECT p.person_id AS person FROM attendee p WHERE p.event_id = $1 AND p.state <> 'cancelled' AND p.person_id IS NOT NULL \
               UNION SELECT b.booker_id FROM booking b JOIN place p ON p.booking_id = b.id WHERE p.event_id = $1 AND p.state <> 'cancelled') AS told";
    let row = Row::find_by_statement(Statement::from_sql_and_values(db.get_database_backend(), sql, [event.into()]))
        .one(db)
        .await?;
    Ok(row.map_or(0, |row| u64::try_from(row.people).unwrap_or(0)))
}

/// What the page of one event shows its organisers.
pub async fn overview(services: &Services, event: &event::Model) -> Result<Places> {
    count_places(&services.db.read, event.id, services.clock.now()).await
}

/// What a steward checks people in to: public events that are on today or still to come, soonest first, five at most.
pub async fn door(services: &Services, actor: &Actor) -> Result<Vec<event::Model>> {
    actor.require_anywhere(Permission::CheckIn)?;
    // A day that began this morning in any zone is not over yet.
    let since = services.clock.now() - TimeDelta::hours(12);
    Ok(event::Entity::find()
        .filter(
            sea_orm::Condition::any()
                .add(event::Column::OrganisationId.is_in(actor.organisations_with(Permission::CheckIn)))
                .add(event::Column::Id.is_in(actor.stewards().iter().map(|(_, event)| *event))),
        )
        .filter(event::Column::Status.is_in([EventStatus::Published, EventStatus::Closed]))
        .filter(event::Column::EndsAt.gt(since))
        .order_by_asc(event::Column::StartsAt)
        .limit(5)
        .all(&services.db.read)
        .await?)
}

/// What became of an event that was called off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalledOff {
    /// It stays where it is and says so.
    Cancelled,
    /// It was a draft nobody knew of, and is gone.
    Deleted,
}

/// Calls an event off, if as many people as the organiser was shown are to be told; otherwise says how many it is now.
pub async fn cancel(services: &Services, actor: &Actor, slug: &str, confirmed: u64) -> Result<CalledOff> {
    let (event, _) = super::service::load_for(services, actor, Permission::Edit, slug).await?;
    let told = count_told(&services.db.read, event.id).await?;
    if told != confirmed {
        let people = if told == 1 {
            "1 person is".to_owned()
        } else {
            format!("{told} people are")
        };
        let words =
            format!("Somebody booked or cancelled meanwhile: {people} to be told now. Nothing was cancelled. Look again, and confirm");
        return Err(crate::FieldErrors::one("", "changed_meanwhile", words).into());
    }
    if super::remove::draft(services, actor, event.id).await? {
        return Ok(CalledOff::Deleted);
    }
    super::service::set_status(services, actor, slug, EventStatus::Cancelled).await?;
    Ok(CalledOff::Cancelled)
}
