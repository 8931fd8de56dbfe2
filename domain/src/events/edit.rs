//! Making and changing events by form. Rules are those of an import; what was typed is an [`EventForm`].
//!
//! A change of time or place that others would notice is looked at before it is made ([`Look`]). Sessions go along only
//! if asked; those that stay keep the time on the clock, and must still lie within the event.

mod copy;
pub mod form;
mod look;
pub mod tickets;

pub use copy::{CopyForm, copy};
pub use form::{EventForm, EvidenceForm, Part, SupportForm, form_of, slug_of, version};
pub use look::Look;

use super::{
    EventStatus, EvidenceList, Outcomes, Refusal, Schemes, SupportLines, entity::event, exchange::CheckedEvent, queries::count_taken,
    service::load_for,
};
use crate::{
    Services,
    access::{Actor, Permission},
    agenda,
    bookings::invites::UpdateCalendars,
    error::{Error, FieldErrors, Result},
    ids::OrganisationId,
    platform::{audit, db::begin_write, jobs},
};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QuerySelect, SqlErr};

/// Makes an event, a draft that only its organisers see, with one free ticket so that it can be published.
pub async fn create(services: &Services, actor: &Actor, organisation: OrganisationId, typed: &EventForm) -> Result<event::Model> {
    actor.require(Permission::Edit, organisation)?;
    let now = services.clock.now();
    let checked = typed.parse(now)?;
    let first = tickets::TicketForm {
        name: "Delegate".to_owned(),
        ..tickets::TicketForm::default()
    };
    let ticket = first.parse()?;

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
pub enum Updated {
    /// Nothing yet: what it would do is to be looked at first, and saved again with [`EventForm::looked`].
    Look(Look),
    Saved(Box<Saved>),
}

/// An event as it was saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Saved {
    pub event: event::Model,
    /// The columns that changed.
    pub changed: Vec<&'static str>,
    /// Whoever holds a place is told, because time, place or link changed.
    pub told: bool,
}

/// What saving `typed` would do to others, if that is to be looked at first. Nothing where it cannot be read.
pub async fn preview(services: &Services, event: &event::Model, typed: &EventForm) -> Result<Option<Look>> {
    let now = services.clock.now();
    let Ok(checked) = typed.on(event).parse(now) else { return Ok(None) };
    let new = fill(&checked, event.clone());
    look::look(&services.db.read, event, &new, &differences(event, &new), now).await
}

/// Changes the part of an event the form is about. Its address stays; a capacity below what is booked is refused, and so
/// is a session left outside. A change others would notice is made only once it was looked at.
pub async fn update(services: &Services, actor: &Actor, slug: &str, typed: &EventForm) -> Result<Updated> {
    let (found, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let now = services.clock.now();
    let checked = match typed.on(&found).parse(now) {
        Err(Error::Invalid(errors)) => return Err(typed.part().own(errors).into()),
        read => read?,
    };

    let tx = begin_write(&services.db).await?;
    let old = event::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    // Read again under the lock: what another part of the form saved meanwhile is not written over.
    let checked = if old == found { checked } else { typed.on(&old).parse(now)? };
    if !typed.seen.is_empty() && typed.seen != version(&old) {
        let words = "Somebody changed this event while you had it open. What you typed is still here: check it, and save again to put it in place of theirs";
        return Err(FieldErrors::one("", "changed_meanwhile", words).into());
    }
    let taken = count_taken(&tx, old.id, now).await?;
    // More may have been let in at the door, with a reason: only a capacity that is changed has to hold them.
    let is_changed = checked.capacity.and_then(|capacity| i32::try_from(capacity).ok()) != old.capacity;
    if is_changed && checked.capacity.is_some_and(|capacity| u64::from(capacity) < taken) {
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
        return Ok(Updated::Saved(Box::new(Saved {
            event: old,
            changed,
            told: false,
        })));
    }
    if let Some(look) = look::look(&tx, &old, &new, &changed, now).await?
        && look.version != typed.looked
    {
        return Ok(Updated::Look(look));
    }
    if look::TIMES.iter().any(|field| changed.contains(field)) {
        let by = if typed.move_sessions == "true" {
            look::shift(&old, &new)
        } else {
            TimeDelta::zero()
        };
        agenda::edit::go_along(&tx, actor, &new, by, now).await?;
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
    let is_news = look::is_out(&old, &event, now) && changed.iter().any(|field| NEWS.contains(field));
    if is_news {
        jobs::enqueue(&tx, now, &UpdateCalendars { event: event.id, at: now }).await?;
    }
    tx.commit().await?;
    services.wake();
    Ok(Updated::Saved(Box::new(Saved {
        event,
        changed,
        told: is_news && taken > 0,
    })))
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
        cpd_schemes, certificate_days,
    )
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
        cpd_schemes: Schemes(cpd.schemes.clone()),
        certificate_days: cpd.certificate_days.map(i32::from),
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
        cpd_schemes: Schemes::default(),
        certificate_days: None,
        erased_at: None,
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
