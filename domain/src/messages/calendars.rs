//! Telling people's own calendars. What each was told is kept beside whoever comes; telling compares that with what is
//! true now, so a change is told once, with a higher SEQUENCE, and a cancellation takes the entry away (domain.md 3.1).
//! Places and invites go the same way; only what the letter says is theirs ([`Letters`]).

use super::{about::About, former, outbox};
use crate::{
    Services,
    attendance::queries::Attendee,
    bookings::entity::calendar_entry,
    error::Result,
    events::{
        EventStatus,
        calendar::{Day, location, organizer},
    },
    platform::{
        ics::{Entry, Method, Status, calendar},
        letter::Letter,
        links::Link,
        mail::Mailbox,
        zones,
    },
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect,
};
use sha2::{Digest, Sha256};

pub use super::former::key;

/// What is said to somebody about their calendar.
pub trait Letters {
    /// What the subject begins with: of a first invite, and of one in its place.
    fn subject(&self, is_new: bool) -> &'static str;

    /// The letter with an entry, and the links in it. `days` is how many entries come at once, each in its own letter.
    fn invitation(&self, about: &About, who: &Attendee, is_new: bool, days: usize, day: Day) -> (Letter, Vec<Link>);

    /// The letter that takes an entry away again.
    fn called_off(&self, about: &About, who: &Attendee, day: Day) -> (Letter, Vec<Link>);
}

/// What a calendar of this person should hold about one day.
pub(super) fn wanted(services: &Services, about: &About, who: &Attendee, day: Day) -> anyhow::Result<Entry> {
    let page = about.page(services);
    let mut description = format!("Your code is {}. Show it at the door.\nDetails: {page}", who.code);
    if let Some(url) = &about.event.online_url {
        description.push_str(&format!("\nJoin online: {url}"));
    }
    let attendee = match &who.address {
        Some(address) => Some(Mailbox::new(who.name.clone(), address.parse()?)),
        None => None,
    };
    Ok(Entry {
        uid: String::new(),
        sequence: 0,
        stamp: services.clock.now(),
        starts: day.starts,
        ends: day.ends,
        zone: about.event.zone(),
        summary: about.shown_title(),
        location: location(&about.event),
        description,
        url: Some(page),
        organizer: organizer(services, &about.organisation)?,
        attendee,
        status: Status::Confirmed,
    })
}

/// The day of an entry as the event has it, or as it was when it is no longer a day of the event.
pub(super) fn day_of(about: &About, row: &calendar_entry::Model) -> Day {
    about.days.iter().find(|day| day.date == row.day).copied().unwrap_or(Day {
        date: row.day,
        starts: row.day.and_time(about.event.starts_wall.time()),
        ends: row.day.and_time(about.event.ends_wall.time()),
    })
}

/// What, when changed, is news for a calendar.
fn digest(entry: &Entry) -> String {
    let attendee = entry.attendee.as_ref().map(|mailbox| mailbox.email.to_string()).unwrap_or_default();
    let parts = [
        entry.starts.to_string(),
        entry.ends.to_string(),
        entry.zone.to_string(),
        entry.summary.clone(),
        entry.location.clone(),
        entry.description.clone(),
        attendee,
    ];
    hex::encode(Sha256::digest(parts.join("\u{1f}")))
}

/// Tells one person's calendar what is new: an invite a day, a newer one, or that it is off.
pub async fn tell(tx: &DatabaseTransaction, services: &Services, about: &About, who: &Attendee, letters: &impl Letters) -> Result<()> {
    let stands = who.stands() && !matches!(about.event.status, EventStatus::Cancelled | EventStatus::Draft);
    let told = calendar_entry::Entity::find()
        .filter(calendar_entry::Column::ParticipantId.eq(who.participant_id))
        .lock_exclusive()
        .all(tx)
        .await?;
    let told = former::take_back(tx, services, about, who, told).await?;
    let Some(address) = &who.address else { return Ok(()) };
    let several = about.days.len() > 1;

    // A day that is new takes the entry of one that is no longer: what was moved is moved, not cancelled and made anew.
    let is_day = |row: &calendar_entry::Model| about.days.iter().any(|day| day.date == row.day);
    let mut free = told.iter().filter(|row| !row.cancelled && !is_day(row));
    let mut moved = Vec::new();

    for day in about.days.iter().filter(|_| stands) {
        let mut entry = wanted(services, about, who, *day)?;
        let digest = digest(&entry);
        let before = told.iter().find(|row| row.day == day.date).or_else(|| {
            let row = free.next();
            moved.extend(row.map(|row| row.id));
            row
        });
        let (uid, sequence) = match before {
            Some(row) if row.digest == digest && !row.cancelled => continue,
            Some(row) => (row.uid.clone(), row.sequence + 1),
            None => (format!("{}@{}", services.random.public_id(), services.host()), 0),
        };
        entry.uid.clone_from(&uid);
        entry.sequence = u32::try_from(sequence).unwrap_or(0);
        remember(tx, before, who, *day, &uid, sequence, &digest, false).await?;
        let is_new = before.is_none();
        let at_once = if *day == about.days[0] { about.days.len() } else { 1 };
        let (letter, links) = letters.invitation(about, who, is_new, at_once, *day);
        let content = about.content(letter, links, Some((Method::Request, calendar(Method::Request, None, &[entry]))));
        let which = if several {
            format!(", {}", zones::date(day.date))
        } else {
            String::new()
        };
        let subject = format!("{}: {}{which}", letters.subject(is_new), about.shown_title());
        let to = about.addressed(who.name(), address);
        let kind = if is_new { "invite" } else { "invite_update" };
        outbox::add(tx, services, &key(&uid, sequence), kind, to, &subject, &content).await?;
    }

    // Days that are no longer, or a place, invite or event that is off.
    let gone = |row: &&calendar_entry::Model| !row.cancelled && !moved.contains(&row.id) && (!stands || !is_day(row));
    for row in told.iter().filter(gone) {
        let day = day_of(about, row);
        let mut entry = wanted(services, about, who, day)?;
        entry.uid.clone_from(&row.uid);
        entry.sequence = u32::try_from(row.sequence + 1).unwrap_or(0);
        entry.status = Status::Cancelled;
        remember(tx, Some(row), who, day, &row.uid, row.sequence + 1, &row.digest, true).await?;
        let (letter, links) = letters.called_off(about, who, day);
        let content = about.content(letter, links, Some((Method::Cancel, calendar(Method::Cancel, None, &[entry]))));
        let subject = format!("Cancelled: {}", about.shown_title());
        let to = about.addressed(who.name(), address);
        outbox::add(
            tx,
            services,
            &key(&row.uid, row.sequence + 1),
            "invite_cancelled",
            to,
            &subject,
            &content,
        )
        .await?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one row from everything it is made of")]
async fn remember(
    tx: &DatabaseTransaction,
    before: Option<&calendar_entry::Model>,
    who: &Attendee,
    day: Day,
    uid: &str,
    sequence: i32,
    digest: &str,
    cancelled: bool,
) -> Result<()> {
    if let Some(row) = before {
        let mut row = row.clone().into_active_model();
        row.day = Set(day.date);
        row.sequence = Set(sequence);
        row.digest = Set(digest.to_owned());
        row.cancelled = Set(cancelled);
        row.update(tx).await?;
        return Ok(());
    }
    let row = calendar_entry::ActiveModel {
        participant_id: Set(who.participant_id),
        day: Set(day.date),
        uid: Set(uid.to_owned()),
        sequence: Set(sequence),
        digest: Set(digest.to_owned()),
        cancelled: Set(cancelled),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}
