//! Storing a file: read, checked, and written in one transaction, all of it or nothing.
//!
//! The event is matched by its slug and everything else by its code; nothing is ever deleted. With `update`, the `event`
//! group and every row named are taken as the file has them, except that a place keeps what the file does not say of it
//! (its holder may have been named since). What the file does not name stays.
//!
//! Each new place is a booking of its own, made under the key `import:CODE` by the place's own mailbox, or by the
//! organisation's where the place has none. Nothing is mailed unless asked for: then new places are confirmed and, on
//! an update, every calendar is brought up to date (which tells only what is new to it).

mod agenda;
mod event;
mod places;
mod rows;
mod stored;
mod tickets;

#[cfg(test)]
pub(super) use event::row_of;
pub(super) use stored::{Stored, place_code};

use super::{
    Checked, Document,
    check::CheckedEvent,
    problem::{Problem, quoted},
    read,
};
use crate::{
    Services,
    access::{Actor, Permission},
    bookings::invites::{ConfirmBooking, UpdateCalendars},
    error::Error,
    events::{EventStatus, entity::event as event_entity},
    ids::BookingId,
    platform::{audit, db::begin_write, jobs},
};
use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect, SqlErr};
use serde::Serialize;

/// How a file is to be imported. The default makes a new event and mails nobody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Change the event if it is there already; otherwise its slug counts as taken.
    pub update: bool,
    /// Queue the confirmations, invites and changes that follow.
    pub send: bool,
    /// Do everything, then undo it: tells what would happen.
    pub dry_run: bool,
}

/// How many rows of one kind were made and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    pub added: usize,
    pub changed: usize,
}

/// What was made and changed, by the lists of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub rooms: Count,
    pub tracks: Count,
    pub speakers: Count,
    pub sessions: Count,
    pub tickets: Count,
    pub places: Count,
    /// Attendance is only ever added.
    pub attendance: Count,
    /// Of a network.
    pub members: Count,
    pub meetings: Count,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Of the event or network.
    pub slug: String,
    /// It is new.
    pub created: bool,
    /// False for a dry run.
    pub stored: bool,
    pub counts: Counts,
    /// What is worth knowing and refused nothing, with lines.
    pub warnings: Vec<Problem>,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// All that is wrong with the file, or between it and what is stored, in the order of its lines. Warnings are among
    /// them.
    #[error("the file cannot be imported as it is")]
    Problems(Vec<Problem>),
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<DbErr> for ImportError {
    fn from(cause: DbErr) -> Self {
        Self::Other(cause.into())
    }
}

/// Imports the file in `bytes`: for whoever runs the machine, and for those who may change the organisation's events.
/// A new organisation is made by the former only.
pub async fn import(services: &Services, actor: &Actor, bytes: &[u8], options: Options) -> Result<Report, ImportError> {
    actor.require_anywhere(Permission::Edit)?;
    let file = read(bytes).map_err(ImportError::Problems)?;
    let now = services.clock.now();
    let slug = match file.document() {
        Document::Event(document) => document.event.slug.clone(),
        Document::Network(_) => return Box::pin(crate::networks::import::import(services, actor, &file, options)).await,
    };

    let tx = begin_write(&services.db).await?;
    let found = event_entity::Entity::find()
        .filter(event_entity::Column::Slug.eq(&slug))
        .lock_exclusive()
        .one(&tx)
        .await?;
    let (old, mut refused) = match found {
        Some(found) if options.update => {
            actor.require(Permission::Edit, found.organisation_id)?;
            found.require_whole()?;
            (Some(found), Vec::new())
        }
        Some(_) => (None, vec![slug_taken(&slug)]),
        None => (None, Vec::new()),
    };
    let stored = match &old {
        Some(old) => Stored::load(&tx, old.id).await?,
        None => Stored::default(),
    };
    let checked = match file.check(&stored.known(), now) {
        Ok(Checked::Event(checked)) if refused.is_empty() => checked,
        Ok(sound) => {
            refused.extend_from_slice(sound.warnings());
            return Err(ImportError::Problems(file.place(refused)));
        }
        Err(mut found) => {
            found.append(&mut refused);
            return Err(ImportError::Problems(file.place(found)));
        }
    };

    let mut work = Work {
        services,
        actor,
        now,
        options,
        checked: &checked,
        stored: &stored,
        counts: Counts::default(),
        problems: Vec::new(),
        warnings: checked.warnings.clone(),
    };
    let created = old.is_none();
    // Boxed: the futures of many inserts together are too large to lie on a stack.
    match Box::pin(work.store(&tx, old)).await {
        Err(Error::Database(cause)) if created && is_slug_clash(&cause) => {
            return Err(ImportError::Problems(file.place(vec![slug_taken(&slug)])));
        }
        stored => stored?,
    }
    let Work {
        counts,
        mut problems,
        warnings,
        ..
    } = work;
    if !problems.is_empty() {
        tx.rollback().await?;
        problems.extend(warnings);
        return Err(ImportError::Problems(file.place(problems)));
    }
    if options.dry_run {
        tx.rollback().await?;
    } else {
        tx.commit().await?;
        services.wake();
    }
    Ok(Report {
        slug,
        created,
        stored: !options.dry_run,
        counts,
        warnings: file.place(warnings),
    })
}

/// One import while it is being stored.
struct Work<'a> {
    services: &'a Services,
    actor: &'a Actor,
    now: DateTime<Utc>,
    options: Options,
    checked: &'a CheckedEvent,
    /// What was there before; nothing of a new event.
    stored: &'a Stored,
    counts: Counts,
    /// Any of these undoes everything.
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Work<'_> {
    /// Writes everything, or notes in `problems` why it cannot stay.
    async fn store(&mut self, tx: &DatabaseTransaction, old: Option<event_entity::Model>) -> Result<(), Error> {
        let Some(organisation) = self.organisation(tx, old.as_ref()).await? else {
            return Ok(());
        };
        let Some(event) = self.event(tx, old.as_ref(), organisation.id).await? else {
            return Ok(());
        };
        if let Some(old) = &old {
            self.left_behind(tx, old, &event).await?;
        }
        let sessions = self.agenda(tx, event.id).await?;
        let tickets = self.tickets(tx, event.id).await?;
        let (places, new_bookings) = self.places(tx, event.id, &organisation, &tickets).await?;
        self.attendance(tx, event.id, &places, &sessions).await?;
        self.room_for_all(tx, event.id).await?;
        if !self.problems.is_empty() {
            return Ok(());
        }
        let detail = if old.is_some() { "updated" } else { "created" };
        let entry = audit::Entry {
            chain: format!("event:{}", event.id),
            action: "event.imported",
            object: "event",
            object_id: event.id.0,
            detail: Some(detail),
        };
        audit::record(tx, self.actor, self.now, entry).await?;
        if self.options.send {
            self.send(tx, &event, &new_bookings, old.is_some()).await?;
        }
        Ok(())
    }

    /// Queues what people are to be told. Never about an event that is over, or that only its organisers may see.
    async fn send(
        &mut self,
        tx: &DatabaseTransaction,
        event: &event_entity::Model,
        new: &[BookingId],
        is_update: bool,
    ) -> Result<(), Error> {
        let why_not = match event.status {
            _ if event.ends_at <= self.now => Some("Nothing is sent, because the event is over."),
            EventStatus::Draft => Some("Nothing is sent, because the event is a draft."),
            EventStatus::Cancelled if !is_update => Some("Nothing is sent, because the event is cancelled."),
            _ => None,
        };
        if let Some(why_not) = why_not {
            self.warn("/event", "not_sent", why_not);
            return Ok(());
        }
        if event.status != EventStatus::Cancelled {
            for booking in new {
                jobs::enqueue(tx, self.now, &ConfirmBooking { booking: *booking }).await?;
            }
        }
        if is_update {
            jobs::enqueue(
                tx,
                self.now,
                &UpdateCalendars {
                    event: event.id,
                    at: self.now,
                },
            )
            .await?;
        }
        Ok(())
    }

    fn refuse(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.problems.push(Problem::error(pointer, code, message));
    }

    fn warn(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.warnings.push(Problem {
            warning: true,
            ..Problem::error(pointer, code, message)
        });
    }
}

fn slug_taken(slug: &str) -> Problem {
    let message = format!(
        "There is already an event at the address {}. Choose another, or import with --update to change that event.",
        quoted(slug)
    );
    Problem::error("/event/slug", "slug_taken", message)
}

/// Whether somebody made an event at this address while the file was being read.
fn is_slug_clash(cause: &DbErr) -> bool {
    matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(words)) if words.contains("event") && words.contains("slug"))
}
