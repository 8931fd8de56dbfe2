//! The organisation and the event's own row.

use super::{Work, rows::people};
use crate::{
    access::{Actor, Permission},
    agenda::SessionStatus,
    error::Result,
    events::{
        EventStatus, EvidenceList, Outcomes, Schemes, SupportLines,
        entity::event,
        exchange::{check::CheckedEvent, problem::quoted},
    },
    ids::{EventId, OrganisationId},
    organisations::{
        entity::organisation,
        service::{find_by_slug, find_or_add},
    },
    platform::{audit, zones},
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};

impl Work<'_> {
    /// The organisation of the file, made if it is new; nothing, with the reason noted, if it may not be used.
    ///
    /// Its name and mailbox follow the file on an update, and while it has no event: then nobody has seen them yet. Only
    /// its owners and whoever runs the machine may rename it; for others that is a warning.
    pub(super) async fn organisation(
        &mut self,
        tx: &DatabaseTransaction,
        old: Option<&event::Model>,
    ) -> Result<Option<organisation::Model>> {
        let wanted = &self.checked.organisation;
        let found = find_by_slug(tx, &wanted.slug).await?;
        if let (Some(old), found) = (old, &found)
            && found.as_ref().is_none_or(|found| found.id != old.organisation_id)
        {
            let owner = organisation::Entity::find_by_id(old.organisation_id).one(tx).await?;
            let owner = owner.map(|owner| owner.slug).unwrap_or_default();
            let message = format!("This event belongs to the organisation {}; that cannot be changed.", quoted(&owner));
            self.refuse("/organisation/slug", "other_organisation", message);
            return Ok(None);
        }
        let Some(found) = found else {
            if self.actor == &Actor::System {
                return Ok(Some(
                    find_or_add(tx, self.now, &wanted.slug, &wanted.name, wanted.email.as_str()).await?,
                ));
            }
            return Ok(self.no_such_organisation());
        };
        if !self.actor.may(Permission::Edit, found.id) {
            return Ok(self.no_such_organisation());
        }
        let email = wanted.email.as_str();
        if found.name == wanted.name && found.email == email {
            return Ok(Some(found));
        }
        let is_unseen = event::Entity::find()
            .filter(event::Column::OrganisationId.eq(found.id))
            .count(tx)
            .await?
            == 0;
        if (self.options.update || is_unseen) && self.actor.may(Permission::Own, found.id) {
            let mut row = found.into_active_model();
            row.name = Set(wanted.name.clone());
            row.email = Set(email.to_owned());
            let renamed = row.update(tx).await?;
            let entry = audit::Entry {
                chain: format!("organisation:{}", renamed.id),
                action: "organisation.changed",
                object: "organisation",
                object_id: renamed.id.0,
                detail: Some("name,email"),
            };
            audit::record(tx, self.actor, self.now, entry).await?;
            return Ok(Some(renamed));
        }
        let message = format!(
            "The organisation is already here as {}, {}. Its name and address stay as they are.",
            quoted(&found.name),
            found.email
        );
        self.warn("/organisation", "organisation_stays", message);
        Ok(Some(found))
    }

    fn no_such_organisation(&mut self) -> Option<organisation::Model> {
        let message = format!(
            "There is no organisation {} for which you may import.",
            quoted(&self.checked.organisation.slug)
        );
        self.refuse("/organisation/slug", "unknown_organisation", message);
        None
    }

    /// The event's row, new or as the file now has it; nothing, with the reason noted, if it may not change so.
    pub(super) async fn event(
        &mut self,
        tx: &DatabaseTransaction,
        old: Option<&event::Model>,
        organisation: OrganisationId,
    ) -> Result<Option<event::Model>> {
        let checked = self.checked;
        let Some(old) = old else {
            let blank = blank(checked, organisation, self.now);
            let mut row = fill(checked, blank).into_active_model().reset_all();
            row.id = NotSet;
            return Ok(Some(row.insert(tx).await?));
        };
        let status = checked.status.unwrap_or(old.status);
        if old.status == EventStatus::Cancelled && status != EventStatus::Cancelled {
            let message = "This event was cancelled, which cannot be taken back. Import it as another event, with another slug.";
            self.refuse("/event/status", "event_cancelled", message);
            return Ok(None);
        }
        let new = fill(checked, event::Model { status, ..old.clone() });
        if new == *old {
            return Ok(Some(new));
        }
        let new = event::Model {
            updated_at: self.now,
            ..new
        };
        Ok(Some(new.into_active_model().reset_all().update(tx).await?))
    }

    /// Sessions the file does not name keep the time on the clock, and must still lie within the event.
    pub(super) async fn left_behind(&mut self, tx: &DatabaseTransaction, old: &event::Model, new: &event::Model) -> Result<()> {
        let frame = |event: &event::Model| (event.timezone.clone(), event.starts_at, event.ends_at);
        if frame(old) == frame(new) {
            return Ok(());
        }
        let named: std::collections::HashSet<&str> = self.checked.sessions.iter().map(|session| session.code.as_str()).collect();
        let stored = self.stored;
        for session in stored.sessions.iter().filter(|session| !named.contains(session.code.as_str())) {
            let is_planned = session.status == SessionStatus::Planned;
            let instant = |wall| zones::wall_to_utc(wall, new.zone()).map(|(at, _)| at);
            let (starts_at, ends_at) = match (instant(session.starts_wall), instant(session.ends_wall)) {
                (Ok(starts), Ok(ends)) => (starts, ends),
                (Err(never), _) | (_, Err(never)) if is_planned => {
                    let message = format!(
                        "The session {}, which this file does not name, would be at a time that never comes. {never}.",
                        quoted(&session.code)
                    );
                    self.refuse("/event/timezone", "no_such_time", message);
                    continue;
                }
                _ => continue,
            };
            if is_planned && (starts_at < new.starts_at || ends_at > new.ends_at) {
                let pointer = if starts_at < new.starts_at {
                    "/event/starts"
                } else {
                    "/event/ends"
                };
                let message = format!(
                    "The session {}, which this file does not name, would lie outside the event ({}). Name it with its new times, or cancel it.",
                    quoted(&session.code),
                    zones::span(session.starts_wall, session.ends_wall)
                );
                self.refuse(pointer, "session_outside", message);
            } else if (starts_at, ends_at) != (session.starts_at, session.ends_at) {
                let mut row = session.clone().into_active_model();
                row.starts_at = Set(starts_at);
                row.ends_at = Set(ends_at);
                row.update(tx).await?;
                self.counts.sessions.changed += 1;
            }
        }
        Ok(())
    }
}

/// A new event: all that a file's `event` group does not say.
fn blank(checked: &CheckedEvent, organisation: OrganisationId, now: chrono::DateTime<chrono::Utc>) -> event::Model {
    event::Model {
        id: EventId(0),
        organisation_id: organisation,
        slug: checked.slug.clone(),
        status: checked.status.unwrap_or(EventStatus::Draft),
        created_at: now,
        updated_at: now,
        // All of these are filled from the file.
        kind: checked.kind,
        title: String::new(),
        neutral_title: None,
        summary: String::new(),
        overview: String::new(),
        outcomes: Outcomes::default(),
        audience: String::new(),
        hashtag: None,
        timezone: String::new(),
        starts_wall: checked.starts.wall,
        ends_wall: checked.ends.wall,
        starts_at: checked.starts.utc,
        ends_at: checked.ends.utc,
        attendance_mode: checked.attendance_mode,
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
        cpd_rule: checked.cpd.rule,
        cpd_threshold_percent: None,
        cpd_grace_minutes: None,
        cpd_day_cap_minutes: None,
        cpd_round_down_to: 0,
        cpd_min_minutes: 0,
        cpd_participatory: checked.cpd.participatory,
        cpd_schemes: Schemes::default(),
        certificate_days: None,
        erased_at: None,
    }
}

/// The row with everything a file's `event` group says; its status and what is not in a file stay as in `row`.
pub(in crate::events) fn fill(checked: &CheckedEvent, row: event::Model) -> event::Model {
    let (cpd, venue) = (&checked.cpd, checked.venue.as_ref());
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
        ends_wall: checked.ends.wall,
        starts_at: checked.starts.utc,
        ends_at: checked.ends.utc,
        attendance_mode: checked.attendance_mode,
        venue_name: venue.map(|venue| venue.name.clone()),
        venue_address: venue.and_then(|venue| venue.address.clone()),
        venue_postcode: venue.and_then(|venue| venue.postcode.clone()),
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

/// What a new event's row would be; for tests of what an export makes of it.
#[cfg(test)]
pub(in crate::events::exchange) fn row_of(checked: &CheckedEvent, now: chrono::DateTime<chrono::Utc>) -> event::Model {
    fill(checked, blank(checked, OrganisationId(1), now))
}
