//! Making and changing events by form. Rules are those of an import; what was typed is an [`EventForm`].
//!
//! When the whole event moves (start and end by the same amount) its agenda moves with it; otherwise every session must
//! still lie within the event. Sessions keep the time on the clock when the zone changes.

mod copy;
pub mod form;
pub mod tickets;

pub use copy::{CopyForm, copy};
pub use form::{EventForm, EvidenceForm, SupportForm, form_of, slug_of, version};

use super::{
    EventStatus, EvidenceList, Outcomes, Refusal, SupportLines, entity::event, exchange::CheckedEvent, queries::count_taken,
    service::load_for,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda::{SessionStatus, entity::session},
    bookings::invites::UpdateCalendars,
    error::{Error, FieldErrors, Result},
    ids::OrganisationId,
    platform::{audit, db::begin_write, jobs, zones},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, SqlErr,
};

/// Makes an event, a draft that only its organisers see, with one ticket so that it can be published.
pub async fn create(services: &Services, actor: &Actor, organisation: OrganisationId, typed: &EventForm) -> Result<event::Model> {
    actor.require(Permission::Edit, organisation)?;
    let now = services.clock.now();
    let first = tickets::TicketForm {
        name: typed.ticket_name.clone(),
        price: typed.ticket_price.clone(),
        vat: typed.ticket_vat.clone(),
        ..tickets::TicketForm::default()
    };
    let first = if first.name.trim().is_empty() {
        tickets::TicketForm {
            name: "Delegate".to_owned(),
            ..first
        }
    } else {
        first
    };
    let (checked, ticket) = match (typed.parse(now), first.parse()) {
        (Ok(checked), Ok(ticket)) => (checked, ticket),
        (event, ticket) => return Err(together(event.err(), ticket.err())),
    };

    let tx = begin_write(&services.db).await?;
    let slug = if typed.slug.trim().is_empty() {
        free_slug(&tx, &checked.slug).await?
    } else {
        checked.slug.clone()
    };
    if is_taken(&tx, &slug).await? {
        return Err(slug_taken());
    }
    let row = fill(
        &checked,
        event::Model {
            slug,
            organisation_id: organisation,
            status: EventStatus::Draft,
            created_at: now,
            updated_at: now,
            ..blank(now)
        },
    );
    let mut row = row.into_active_model().reset_all();
    row.id = sea_orm::ActiveValue::NotSet;
    let event = match row.insert(&tx).await {
        Err(cause) if matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => return Err(slug_taken()),
        made => made?,
    };
    tickets::insert(&tx, event.id, 1, &ticket).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "event.created",
        object: "event",
        object_id: event.id.0,
        detail: None,
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    Ok(event)
}

/// What saving an event did.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    pub event: event::Model,
    /// The columns that changed.
    pub changed: Vec<&'static str>,
    /// Whoever holds a place is told, because time, place or link changed.
    pub told: bool,
}

/// Changes an event. Its address stays; a capacity below what is booked is refused, and so is a session left outside.
pub async fn update(services: &Services, actor: &Actor, slug: &str, typed: &EventForm) -> Result<Saved> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let checked = EventForm {
        slug: found.slug.clone(),
        ..typed.clone()
    }
    .parse(now)?;

    let tx = begin_write(&services.db).await?;
    let old = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    if !typed.seen.is_empty() && typed.seen != version(&old) {
        let words = "Somebody changed this event while you had it open. What you typed is still here: check it, and save again to put it in place of theirs";
        return Err(FieldErrors::one("", "changed_meanwhile", words).into());
    }
    let taken = count_taken(&tx, old.id, now).await?;
    if checked.capacity.is_some_and(|capacity| u64::from(capacity) < taken) {
        return Err(FieldErrors::one("form[capacity]", "below_booked", Refusal::BelowBooked(taken).to_string()).into());
    }
    let new = fill(
        &checked,
        event::Model {
            updated_at: now,
            ..old.clone()
        },
    );
    let changed = differences(&old, &new);
    if changed.is_empty() {
        return Ok(Saved {
            event: old,
            changed,
            told: false,
        });
    }
    if ["starts_wall", "ends_wall", "timezone"].iter().any(|field| changed.contains(field)) {
        move_agenda(&tx, &old, &new).await?;
    }
    let event = new.into_active_model().reset_all().update(&tx).await?;
    let detail = changed.join(",");
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "event.changed",
        object: "event",
        object_id: event.id.0,
        detail: Some(&detail),
    };
    audit::record(&tx, actor, now, entry).await?;
    let is_shown = matches!(event.status, EventStatus::Published | EventStatus::Closed) && event.ends_at > now;
    let told = is_shown && taken > 0 && changed.iter().any(|field| NEWS.contains(field));
    if is_shown && changed.iter().any(|field| NEWS.contains(field)) {
        jobs::enqueue(&tx, now, &UpdateCalendars { event: event.id, at: now }).await?;
    }
    tx.commit().await?;
    services.wake();
    Ok(Saved { event, changed, told })
}

/// The columns whose change is news for a calendar.
const NEWS: [&str; 8] = [
    "timezone",
    "starts_wall",
    "ends_wall",
    "attendance_mode",
    "venue_name",
    "venue_address",
    "venue_postcode",
    "online_url",
];

macro_rules! differences {
    ($old:ident, $new:ident: $($field:ident),+ $(,)?) => {{
        let mut names = Vec::new();
        $(if $old.$field != $new.$field { names.push(stringify!($field)); })+
        names
    }};
}

fn differences(old: &event::Model, new: &event::Model) -> Vec<&'static str> {
    differences!(old, new:
        kind, title, neutral_title, summary, overview, outcomes, audience, hashtag, timezone, starts_wall, ends_wall, attendance_mode,
        venue_name, venue_address, venue_postcode, online_url, capacity, bookings_open_wall, bookings_close_wall, sensitive, support, evidence,
        cpd_statement, cpd_rule, cpd_threshold_percent, cpd_grace_minutes, cpd_day_cap_minutes, cpd_round_down_to, cpd_min_minutes, cpd_participatory,
    )
}

/// Takes the sessions along with their event, or refuses those that would be left outside.
async fn move_agenda(tx: &DatabaseTransaction, old: &event::Model, new: &event::Model) -> Result<()> {
    let by = new.starts_wall - old.starts_wall;
    let by = if by == new.ends_wall - old.ends_wall {
        by
    } else {
        TimeDelta::zero()
    };
    let sessions = session::Entity::find()
        .filter(session::Column::EventId.eq(old.id))
        .order_by_asc(session::Column::StartsAt)
        .all(tx)
        .await?;
    let mut errors = FieldErrors::default();
    for session in sessions {
        let (starts_wall, ends_wall) = (session.starts_wall + by, session.ends_wall + by);
        let instant = |wall| zones::wall_to_utc(wall, new.zone()).map(|(at, _)| at);
        let (starts_at, ends_at) = match (instant(starts_wall), instant(ends_wall)) {
            (Ok(starts), Ok(ends)) => (starts, ends),
            (Err(never), _) | (_, Err(never)) => {
                errors.add(
                    "form[starts]",
                    "no_such_time",
                    format!("The session “{}” would move to a time that never comes. {never}", session.title),
                );
                continue;
            }
        };
        if session.status == SessionStatus::Planned && (starts_at < new.starts_at || ends_at > new.ends_at) {
            let field = if starts_at < new.starts_at { "form[starts]" } else { "form[ends]" };
            if errors.of(field).is_none() {
                let when = zones::span(starts_wall, ends_wall);
                errors.add(field, "session_outside", format!("The session “{}” ({when}) would lie outside the event. Change the session first, or move start and end by the same amount to take the agenda along", session.title));
            }
            continue;
        }
        if errors.0.is_empty()
            && (starts_wall, ends_wall, starts_at, ends_at) != (session.starts_wall, session.ends_wall, session.starts_at, session.ends_at)
        {
            let mut row = session.into_active_model();
            row.starts_wall = Set(starts_wall);
            row.ends_wall = Set(ends_wall);
            row.starts_at = Set(starts_at);
            row.ends_at = Set(ends_at);
            row.update(tx).await?;
        }
    }
    errors.finish(())
}

/// The row with everything a form says; what it does not say stays as in `row`.
fn fill(checked: &CheckedEvent, row: event::Model) -> event::Model {
    let people = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let cpd = &checked.cpd;
    event::Model {
        kind: checked.kind,
        title: checked.title.clone(),
        neutral_title: checked.neutral_title.clone(),
        summary: checked.summary.clone().unwrap_or_default(),
        overview: checked.overview.clone().unwrap_or_default(),
        outcomes: Outcomes(checked.outcomes.clone()),
        audience: checked.audience.clone().unwrap_or_default(),
        hashtag: checked.hashtag.clone(),
        timezone: checked.zone.name().to_owned(),
        starts_wall: checked.starts.wall,
        starts_at: checked.starts.utc,
        ends_wall: checked.ends.wall,
        ends_at: checked.ends.utc,
        attendance_mode: checked.attendance_mode,
        venue_name: checked.venue.as_ref().map(|venue| venue.name.clone()),
        venue_address: checked.venue.as_ref().and_then(|venue| venue.address.clone()),
        venue_postcode: checked.venue.as_ref().and_then(|venue| venue.postcode.clone()),
        online_url: checked.online_url.clone(),
        capacity: checked.capacity.map(people),
        bookings_open_wall: checked.bookings_open.map(|moment| moment.wall),
        bookings_open_at: checked.bookings_open.map(|moment| moment.utc),
        bookings_close_wall: checked.bookings_close.map(|moment| moment.wall),
        bookings_close_at: checked.bookings_close.map(|moment| moment.utc),
        sensitive: checked.sensitive,
        support: SupportLines(checked.support.clone()),
        evidence: EvidenceList(checked.evidence.clone()),
        cpd_statement: cpd.statement.clone(),
        cpd_rule: cpd.rule,
        cpd_threshold_percent: cpd.threshold_percent.map(i32::from),
        cpd_grace_minutes: cpd.grace_minutes.map(i32::from),
        cpd_day_cap_minutes: cpd.day_cap_minutes.map(i32::from),
        cpd_round_down_to: i32::from(cpd.round_down_to),
        cpd_min_minutes: i32::from(cpd.min_minutes),
        cpd_participatory: cpd.participatory,
        ..row
    }
}

/// A row to be filled.
fn blank(now: DateTime<Utc>) -> event::Model {
    use super::{AttendanceMode, CpdParticipatory, CpdRule, EventKind};
    event::Model {
        id: crate::ids::EventId(0),
        organisation_id: OrganisationId(0),
        slug: String::new(),
        kind: EventKind::Conference,
        status: EventStatus::Draft,
        title: String::new(),
        neutral_title: None,
        summary: String::new(),
        overview: String::new(),
        outcomes: Outcomes::default(),
        audience: String::new(),
        hashtag: None,
        timezone: "UTC".to_owned(),
        starts_wall: now.naive_utc(),
        ends_wall: now.naive_utc(),
        starts_at: now,
        ends_at: now,
        attendance_mode: AttendanceMode::Venue,
        venue_name: None,
        venue_address: None,
        venue_postcode: None,
        online_url: None,
        capacity: None,
        bookings_open_wall: None,
        bookings_open_at: None,
        bookings_close_wall: None,
        bookings_close_at: None,
        sensitive: false,
        support: SupportLines::default(),
        evidence: EvidenceList::default(),
        cpd_statement: None,
        cpd_rule: CpdRule::Proportional,
        cpd_threshold_percent: None,
        cpd_grace_minutes: None,
        cpd_day_cap_minutes: None,
        cpd_round_down_to: 15,
        cpd_min_minutes: 15,
        cpd_participatory: CpdParticipatory::BySession,
        created_at: now,
        updated_at: now,
    }
}

async fn is_taken<C: ConnectionTrait>(tx: &C, slug: &str) -> Result<bool> {
    Ok(super::queries::find_by_slug(tx, slug).await?.is_some())
}

/// The slug, or the first of slug-2, slug-3 … that is free.
pub(crate) async fn free_slug<C: ConnectionTrait>(tx: &C, slug: &str) -> Result<String> {
    let mut candidate = slug.to_owned();
    for n in 2.. {
        if !is_taken(tx, &candidate).await? {
            break;
        }
        candidate = format!("{slug}-{n}");
    }
    Ok(candidate)
}

fn slug_taken() -> Error {
    FieldErrors::one("form[slug]", "slug_taken", "Another event already has this address. Choose another").into()
}

/// The problems of the event, then those of its first ticket, under the names those fields have in the event's form.
fn together(event: Option<Error>, ticket: Option<Error>) -> Error {
    let mut all = match event {
        None => FieldErrors::default(),
        Some(Error::Invalid(errors)) => errors,
        Some(other) => return other,
    };
    match ticket {
        None => {}
        Some(Error::Invalid(errors)) => {
            for error in errors.0 {
                let field = match error.field.as_str() {
                    "form[price]" => "form[ticket_price]",
                    "form[vat]" => "form[ticket_vat]",
                    _ => "form[ticket_name]",
                };
                all.add(field, &error.code, error.message);
            }
        }
        Some(other) => return other,
    }
    all.into()
}
