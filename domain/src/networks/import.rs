//! Storing a network's file: all of it or nothing. The network is matched by its slug, members by their mailbox, meetings
//! by their code; nothing is deleted. Nothing is mailed unless asked for: then published meetings to come are sent to
//! whoever has no invite yet, and calendars are told what has changed or is cancelled.

use super::{
    ConsentAction, MembershipState, NetworkStatus, Way,
    consent::{self, Entry},
    edit,
    entity::{meeting, membership, network},
    invites::{self, count_uninvited},
    meetings, queries,
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::invites::UpdateCalendars,
    error::Error,
    events::{
        EventStatus,
        entity::event,
        exchange::{
            Checked, ImportError, Known, Options, Problem, Read, Report,
            check::{CheckedMember, CheckedNetwork},
            schema::MemberState,
            store::{Count, Counts},
        },
    },
    organisations::service::{find_by_slug, find_or_add},
    people,
    platform::{audit, db::begin_write, jobs, zones},
};
use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter};
use std::collections::HashMap;

/// Imports a file that was found to be about a network.
pub(crate) async fn import(services: &Services, actor: &Actor, file: &Read, options: Options) -> Result<Report, ImportError> {
    let now = services.clock.now();
    let Checked::Network(checked) = file.check(&Known::default(), now).map_err(ImportError::Problems)? else {
        return Err(Error::NotFound.into());
    };
    let refuse = |pointer: &str, code: &'static str, message: String| {
        Err(ImportError::Problems(file.place(vec![Problem::error(pointer, code, message)])))
    };
    let tx = begin_write(&services.db).await?;
    let found = queries::find_by_slug(&tx, &checked.slug).await?;
    if found.is_some() && !options.update {
        let message = format!(
            "There is already a network at the address “{}”. Choose another, or import with --update to change that network.",
            checked.slug
        );
        return refuse("/network/slug", "slug_taken", message);
    }
    let wanted = &checked.organisation;
    let organisation = match find_by_slug(&tx, &wanted.slug).await? {
        Some(organisation) if actor.may(Permission::Edit, organisation.id) => organisation,
        None if actor == &Actor::System => find_or_add(&tx, now, &wanted.slug, &wanted.name, wanted.email.as_str()).await?,
        _ => {
            let message = format!("There is no organisation “{}” for which you may import.", wanted.slug);
            return refuse("/organisation/slug", "unknown_organisation", message);
        }
    };
    if let Some((_, owner)) = found.as_ref().filter(|(_, owner)| owner.id != organisation.id) {
        let message = format!("This network belongs to the organisation “{}”; that cannot be changed.", owner.slug);
        return refuse("/organisation/slug", "other_organisation", message);
    }
    let old = found.map(|(network, _)| network);
    let created = old.is_none();
    let network = match &old {
        Some(old) => edit::change(&tx, old, &checked, now).await?,
        None => edit::insert(&tx, organisation.id, &checked, NetworkStatus::Published, now).await?,
    };
    let mut work = Work {
        services,
        actor,
        now,
        send: options.send,
        network: &network,
        problems: Vec::new(),
        counts: Counts::default(),
    };
    work.wording(&tx, &checked).await?;
    work.members(&tx, &checked).await?;
    work.meetings(&tx, &checked).await?;
    let Work { problems, counts, .. } = work;
    if !problems.is_empty() {
        tx.rollback().await?;
        return Err(ImportError::Problems(file.place(problems)));
    }
    if old.is_some_and(|old| old != network) {
        meetings::follow(&tx, &network, now).await?;
    }
    let detail = if created { "created" } else { "updated" };
    edit::log(&tx, actor, &network, "network.imported", Some(detail), now).await?;
    if options.dry_run {
        tx.rollback().await?;
    } else {
        tx.commit().await?;
        services.wake();
    }
    Ok(Report {
        slug: network.slug,
        created,
        stored: !options.dry_run,
        counts,
        warnings: file.place(checked.warnings.clone()),
    })
}

struct Work<'a> {
    services: &'a Services,
    actor: &'a Actor,
    now: DateTime<Utc>,
    send: bool,
    network: &'a network::Model,
    problems: Vec<Problem>,
    counts: Counts,
}

impl Work<'_> {
    async fn wording(&mut self, tx: &DatabaseTransaction, checked: &CheckedNetwork) -> Result<(), Error> {
        let Some(wording) = &checked.consent else { return Ok(()) };
        match queries::find_wording(tx, self.network.id, &wording.version).await? {
            None => edit::word(tx, self.network, &wording.version, &wording.wording, self.now).await,
            Some(known) if known.wording == wording.wording => Ok(()),
            Some(_) => {
                let message = "This version of the wording is known with other words, and people have agreed to those. Give the new wording a version of its own.";
                self.problems
                    .push(Problem::error("/network/consent/version", "version_taken", message));
                Ok(())
            }
        }
    }

    async fn members(&mut self, tx: &DatabaseTransaction, checked: &CheckedNetwork) -> Result<(), Error> {
        let mut addresses: Vec<&str> = checked.members.iter().map(|member| member.email.key()).collect();
        addresses.sort_unstable();
        let mut people = std::collections::BTreeMap::new();
        for some in addresses.chunks(500) {
            people.extend(people::service::find_or_add(tx, self.now, some).await?);
        }
        let before = membership::Entity::find()
            .filter(membership::Column::NetworkId.eq(self.network.id))
            .all(tx)
            .await?;
        let before: HashMap<_, _> = before.into_iter().map(|row| (row.person_id, row)).collect();
        for member in &checked.members {
            let person = *people.get(member.email.key()).ok_or(Error::NotFound)?;
            let old = before.get(&person);
            let mut row = old.map_or_else(
                || membership::ActiveModel {
                    network_id: Set(self.network.id),
                    person_id: Set(person),
                    // The day they agreed is the day they asked, as far as the file knows.
                    requested_at: Set(member
                        .consent
                        .as_ref()
                        .map_or(self.now, |consent| consent.on.and_time(chrono::NaiveTime::MIN).and_utc())),
                    ..Default::default()
                },
                |old| old.clone().into_active_model(),
            );
            let state = state_of(member.state);
            row.name = Set(member.name.clone());
            row.job_role = Set(member.job_role.clone());
            row.agency = Set(member.agency.clone());
            row.agency_type = Set(member.agency_type.clone());
            row.state = Set(state);
            if let Some(consent) = &member.consent {
                row.consent_on = Set(Some(consent.on));
                row.consent_version = Set(consent.version.clone());
                row.source = Set(consent.source.clone());
                row.source_on = Set(consent.source.is_some().then_some(consent.on));
            }
            let Some(old) = old else {
                let row = row.insert(tx).await?;
                self.counts.members.added += 1;
                self.record(tx, &row, member).await?;
                continue;
            };
            if state == MembershipState::Left && old.left_at.is_none() {
                row.left_at = Set(Some(self.now));
            }
            if !row.is_changed() {
                continue;
            }
            let row = row.update(tx).await?;
            if row != *old {
                self.counts.members.changed += 1;
            }
            if row.state != old.state {
                self.record(tx, &row, member).await?;
                if self.send {
                    let job = invites::UpdateMember {
                        membership: row.id,
                        at: self.now,
                    };
                    jobs::enqueue(tx, self.now, &job).await?;
                }
            }
        }
        Ok(())
    }

    /// What the file says of somebody's consent, in the record.
    async fn record(&self, tx: &DatabaseTransaction, row: &membership::Model, member: &CheckedMember) -> Result<(), Error> {
        let today = zones::wall(self.now, self.network.zone()).date();
        let action = match row.state {
            MembershipState::Requested => ConsentAction::Asked,
            MembershipState::Left => ConsentAction::Withdrawn,
            _ if member.consent.is_some() => ConsentAction::Given,
            // Nobody can say that they agreed; only that the list had them.
            _ => ConsentAction::Approved,
        };
        let entry = Entry {
            action,
            how: Way::Import,
            version: row.consent_version.as_deref(),
            on: row.consent_on.filter(|_| action == ConsentAction::Given).unwrap_or(today),
            by: self.actor.person_id(),
        };
        consent::record(tx, row, self.now, entry).await
    }

    async fn meetings(&mut self, tx: &DatabaseTransaction, checked: &CheckedNetwork) -> Result<(), Error> {
        for (n, wanted) in checked.meetings.iter().enumerate() {
            let (row, event) = match queries::find_meeting(tx, self.network.id, &wanted.code).await? {
                None => {
                    let status = wanted.status.unwrap_or(EventStatus::Draft);
                    let meeting = meetings::add(tx, self.actor, self.network, wanted, status, self.now).await?;
                    count(&mut self.counts.meetings, true);
                    let event = event::Entity::find_by_id(meeting.event_id).one(tx).await?.ok_or(Error::NotFound)?;
                    (meeting, event)
                }
                Some((meeting, old)) => {
                    let status = wanted.status.unwrap_or(old.status);
                    if old.status == EventStatus::Cancelled && status != EventStatus::Cancelled {
                        let message = "This meeting was cancelled, which cannot be taken back. Give it another code.";
                        self.problems
                            .push(Problem::error(format!("/meetings/{n}/status"), "event_cancelled", message));
                        continue;
                    }
                    let mut is_news = meetings::change_row(tx, self.actor, self.network, &old, wanted, self.now).await?;
                    let mut event = event::Entity::find_by_id(old.id).one(tx).await?.ok_or(Error::NotFound)?;
                    if event.status != status {
                        is_news = true;
                        let mut row = event.into_active_model();
                        row.status = Set(status);
                        row.updated_at = Set(self.now);
                        event = row.update(tx).await?;
                        let entry = audit::Entry {
                            chain: format!("event:{}", event.id),
                            action: "event.status",
                            object: "event",
                            object_id: event.id.0,
                            detail: Some(status.word()),
                        };
                        audit::record(tx, self.actor, self.now, entry).await?;
                    }
                    if is_news {
                        count(&mut self.counts.meetings, false);
                    }
                    (meeting, event)
                }
            };
            if self.send {
                self.tell(tx, &row, &event).await?;
            }
        }
        Ok(())
    }

    /// Queues what calendars are to be told: invites not yet sent, and what has changed for those that were.
    async fn tell(&self, tx: &DatabaseTransaction, meeting: &meeting::Model, event: &event::Model) -> Result<(), Error> {
        if queries::is_open(event, self.now) && count_uninvited(tx, event.id, self.network.id).await? > 0 {
            return invites::mark_sent(tx, self.services, self.actor, meeting, self.now).await;
        }
        if meeting.invites_sent_at.is_some() && event.ends_at > self.now {
            let (event, at) = (event.id, self.now);
            jobs::enqueue(tx, self.now, &UpdateCalendars { event, at }).await?;
        }
        Ok(())
    }
}

fn count(count: &mut Count, is_new: bool) {
    if is_new {
        count.added += 1;
    } else {
        count.changed += 1;
    }
}

fn state_of(state: MemberState) -> MembershipState {
    match state {
        MemberState::Requested => MembershipState::Requested,
        MemberState::Confirmed => MembershipState::Confirmed,
        MemberState::Member => MembershipState::Member,
        MemberState::Paused => MembershipState::Paused,
        MemberState::Left => MembershipState::Left,
    }
}
