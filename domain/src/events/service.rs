//! What may be done with events: seen, listed, moved from draft to published, closed, cancelled.

use super::{
    EventKind, EventStatus, Refusal,
    entity::event,
    queries::{self, Search, TicketTaken},
    rules::{self, Booking},
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{self, queries::Agenda},
    bookings::invites::UpdateCalendars,
    certificates::hours::{self, Offered},
    error::{Error, Result},
    organisations::entity::organisation,
    platform::{audit, db::begin_write, jobs},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};

/// An event as a reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub agenda: Agenda,
    /// Without hidden ones.
    pub tickets: Vec<TicketTaken>,
    pub taken: u64,
    pub booking: Booking,
    pub offered: Offered,
}

impl Shown {
    /// How many places can still be booked: as the event and its tickets on sale allow. `None` is without limit.
    #[must_use]
    pub fn places_left(&self) -> Option<u64> {
        places_left(&self.event, &self.tickets, self.taken)
    }
}

/// How many places can still be booked, as the event and its tickets allow.
#[must_use]
pub fn places_left(event: &event::Model, tickets: &[TicketTaken], taken: u64) -> Option<u64> {
    let by_event = event
        .capacity
        .map(|capacity| u64::try_from(capacity).unwrap_or(0).saturating_sub(taken));
    let by_tickets = tickets
        .iter()
        .filter(|ticket| !ticket.hidden)
        .map(TicketTaken::left)
        .sum::<Option<u64>>()
        .filter(|_| !tickets.is_empty());
    match (by_event, by_tickets) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

impl Actor {
    /// Whether this actor may know of the event: it is public, or they help to run it.
    #[must_use]
    pub fn may_see(&self, event: &event::Model) -> bool {
        event.is_public()
            || self.may(Permission::See, event.organisation_id)
            || self.may_at(Permission::CheckIn, event.organisation_id, event.id)
    }
}

/// The event at `slug`, for whoever may see it.
pub async fn load(services: &Services, actor: &Actor, slug: &str) -> Result<(event::Model, organisation::Model)> {
    queries::find_by_slug(&services.db.read, slug)
        .await?
        .filter(|(event, _)| actor.may_see(event))
        .ok_or(Error::NotFound)
}

/// The event at `slug` for somebody with `permission` at it. One whose personal data were erased is only looked at.
pub async fn load_for(
    services: &Services,
    actor: &Actor,
    permission: Permission,
    slug: &str,
) -> Result<(event::Model, organisation::Model)> {
    if actor == &Actor::Nobody {
        return Err(Error::SignInNeeded);
    }
    let (event, organisation) = queries::find_by_slug(&services.db.read, slug).await?.ok_or(Error::NotFound)?;
    actor.require_at(permission, event.organisation_id, event.id)?;
    if permission != Permission::See {
        event.require_whole()?;
    }
    Ok((event, organisation))
}

/// Everything the event's page shows.
pub async fn show(services: &Services, actor: &Actor, slug: &str) -> Result<Shown> {
    let (event, organisation) = load(services, actor, slug).await?;
    let now = services.clock.now();
    let agenda = agenda::queries::load(&services.db.read, event.id).await?;
    let all_tickets = queries::list_tickets(&services.db.read, event.id, now).await?;
    let taken = queries::taken_of(&all_tickets);
    let tickets: Vec<_> = all_tickets.into_iter().filter(|ticket| !ticket.hidden).collect();
    let mut booking = rules::booking(&event.terms(), taken, now);
    if matches!(booking, Booking::Open { .. }) && places_left(&event, &tickets, taken) == Some(0) {
        booking = Booking::Full;
    }
    let offered = offered(&event, agenda.items.iter().map(|item| &item.session));
    Ok(Shown {
        event,
        organisation,
        agenda,
        tickets,
        taken,
        booking,
        offered,
    })
}

/// The CPD minutes an event offers, from its agenda.
#[must_use]
pub fn offered<'a>(event: &event::Model, sessions: impl IntoIterator<Item = &'a agenda::entity::session::Model>) -> Offered {
    let sessions: Vec<_> = sessions.into_iter().map(|session| hours_session(event, session)).collect();
    hours::offered(&sessions, &hours_rule(event))
}

/// A session as the hours rule knows it.
#[must_use]
pub fn hours_session(_: &event::Model, session: &agenda::entity::session::Model) -> hours::Session {
    hours::Session {
        code: session.code.clone(),
        title: session.title.clone(),
        day: session.starts_wall.date(),
        starts: session.starts_at,
        ends: session.ends_at,
        cpd: session.cpd && session.kind.may_count(),
        participatory: session.participatory,
    }
}

/// The event's rule for counting hours.
#[must_use]
pub fn hours_rule(event: &event::Model) -> hours::Rule {
    hours::Rule::stored(
        event.cpd_rule,
        event.cpd_threshold_percent,
        event.cpd_grace_minutes,
        event.cpd_day_cap_minutes,
        event.cpd_round_down_to,
        event.cpd_min_minutes,
        event.cpd_participatory,
    )
}

/// One line of the public list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub places_left: Option<u64>,
    pub booking: Booking,
    pub offered: Offered,
}

/// The public list: conferences and courses anyone may see. A fixed number of queries, whatever the number of rows.
pub async fn list(services: &Services, search: &Search) -> Result<(Vec<Listed>, u64)> {
    use crate::{agenda::entity::session, bookings::entity::ticket};
    use sea_orm::{ColumnTrait, QueryFilter};
    let (db, now) = (&services.db.read, services.clock.now());
    let (rows, total) = queries::list_public(db, now, search).await?;
    let ids: Vec<_> = rows.iter().map(|(event, _)| event.id).collect();
    let taken = queries::count_taken_of(db, &ids, now).await?;
    let sessions = session::Entity::find()
        .filter(session::Column::EventId.is_in(ids.iter().copied()))
        .filter(session::Column::Status.eq(agenda::SessionStatus::Planned))
        .all(db)
        .await?;
    let limited = ticket::Entity::find()
        .filter(ticket::Column::EventId.is_in(ids))
        .filter(ticket::Column::Hidden.eq(false))
        .all(db)
        .await?;
    let listed = rows
        .into_iter()
        .map(|(event, organisation)| {
            let taken = taken.get(&event.id).copied().unwrap_or(0);
            let by_event = event
                .capacity
                .map(|capacity| u64::try_from(capacity).unwrap_or(0).saturating_sub(taken));
            let own: Vec<_> = limited.iter().filter(|ticket| ticket.event_id == event.id).collect();
            let tickets: Option<u64> = own
                .iter()
                .map(|ticket| ticket.places.map(|places| u64::try_from(places).unwrap_or(0)))
                .sum::<Option<u64>>()
                .filter(|_| !own.is_empty())
                .map(|sum| sum.saturating_sub(taken));
            let places_left = match (by_event, tickets) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            let offered = offered(&event, sessions.iter().filter(|session| session.event_id == event.id));
            let mut booking = rules::booking(&event.terms(), taken, now);
            if matches!(booking, Booking::Open { .. }) && places_left == Some(0) {
                booking = Booking::Full;
            }
            Listed {
                event,
                organisation,
                places_left,
                booking,
                offered,
            }
        })
        .collect();
    Ok((listed, total))
}

/// Moves an event to `status`. Cancelling tells everybody who holds a place, and takes the entry from their calendars.
pub async fn set_status(services: &Services, actor: &Actor, slug: &str, status: EventStatus) -> Result<event::Model> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let event = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if event.status == status {
        return Ok(event);
    }
    if event.status == EventStatus::Cancelled {
        return Err(Refusal::Cancelled.into());
    }
    let is_booked = event.kind != EventKind::Meeting;
    if status == EventStatus::Published && is_booked && queries::list_tickets(&tx, event.id, now).await?.is_empty() {
        return Err(Refusal::NotReady.into());
    }
    let mut row = event.into_active_model();
    row.status = Set(status);
    row.updated_at = Set(now);
    let event = row.update(&tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "event.status",
        object: "event",
        object_id: event.id.0,
        detail: Some(status.word()),
    };
    audit::record(&tx, actor, now, entry).await?;
    if status == EventStatus::Cancelled {
        jobs::enqueue(&tx, now, &UpdateCalendars { event: event.id, at: now }).await?;
    }
    tx.commit().await?;
    services.wake();
    Ok(event)
}
