//! Telling people's own calendars. What each was told is kept beside whoever comes; telling compares that with what is
//! true now, so a change is told once, with a higher SEQUENCE, and a cancellation takes the entry away (domain.md 3.1).
//! Places and invites go the same way; only what the letter says is theirs ([`Letters`]).

use super::{Content, about::About, former, outbox};
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
        letter::{Block, Letter},
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
    fn invitation(&self, about: &About, who: &Attendee, news: &News, days: usize, day: Day) -> (Letter, Vec<Link>);

    /// The letter that takes an entry away again.
    fn called_off(&self, about: &About, who: &Attendee, day: Day) -> (Letter, Vec<Link>);
}

/// What a letter with an entry is to say of what the calendar held before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The calendar held nothing.
    pub is_new: bool,
    /// What is different about time and place: what, as it was, as it is.
    pub changed: Vec<(&'static str, String, String)>,
}

impl News {
    fn of(before: Option<&calendar_entry::Model>, about: &About, day: Day) -> Self {
        let mut changed = Vec::new();
        if let Some(row) = before.filter(|row| !row.cancelled)
            && let (Some(starts), Some(ends)) = (row.starts_wall, row.ends_wall)
        {
            let zone = &about.event.timezone;
            let same_zone = row.timezone.as_ref().is_none_or(|old| old == zone);
            let when = |starts, ends, zone: &str| {
                let words = zones::span(starts, ends);
                match zones::find_zone(zone) {
                    Some(zone) if !same_zone => format!("{words} ({})", zones::zone_name(zone)),
                    _ => words,
                }
            };
            let link = |url: Option<&String>| url.cloned().unwrap_or_else(|| "none".to_owned());
            let lines = [
                (
                    "When",
                    when(starts, ends, row.timezone.as_deref().unwrap_or(zone)),
                    when(day.starts, day.ends, zone),
                ),
                ("Where", row.location.clone().unwrap_or_default(), location(&about.event)),
                ("Join online", link(row.online_url.as_ref()), link(about.event.online_url.as_ref())),
            ];
            changed.extend(lines.into_iter().filter(|(_, was, is)| was != is));
        }
        Self {
            is_new: before.is_none(),
            changed,
        }
    }

    /// The same of a letter drawn again: what was stays, what is may be something else by now.
    fn again(is_new: bool, was: &[(String, String)], about: &About, day: Day) -> Self {
        let is = [
            ("When", zones::span(day.starts, day.ends)),
            ("Where", location(&about.event)),
            ("Join online", about.event.online_url.clone().unwrap_or_else(|| "none".to_owned())),
        ];
        let changed = is.into_iter().filter_map(|(what, is)| {
            let (_, was) = was.iter().find(|(known, _)| known == what)?;
            (*was != is).then(|| (what, was.clone(), is))
        });
        Self {
            is_new,
            changed: changed.collect(),
        }
    }

    /// What was, to be kept with the message.
    fn was(&self) -> Vec<(String, String)> {
        self.changed
            .iter()
            .map(|(what, was, _)| ((*what).to_owned(), was.clone()))
            .collect()
    }

    /// The head of a letter with an entry: nothing where it is the first; otherwise that something changed, and what.
    #[must_use]
    pub fn tell(&self, letter: Letter) -> Letter {
        if self.is_new {
            return letter;
        }
        let replaces = "Accept the new entry and the old one in your calendar is replaced.";
        if self.changed.is_empty() {
            let words = format!("The time, the place or your details have changed. {replaces}");
            return letter.with(Block::Notice(words));
        }
        let what: Vec<String> = self.changed.iter().map(|(what, _, _)| what.to_lowercase()).collect();
        let lines = self.changed.iter().map(|(what, was, is)| format!("{what}. Was: {was}. Now: {is}."));
        letter
            .with(Block::Notice(format!("This has changed: {}. {replaces}", what.join(", "))))
            .with(Block::List(lines.collect()))
    }
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

fn subject(about: &About, letters: &impl Letters, is_new: bool, day: Day) -> String {
    let which = if about.days.len() > 1 {
        format!(", {}", zones::date(day.date))
    } else {
        String::new()
    };
    format!("{}: {}{which}", letters.subject(is_new), about.shown_title())
}

/// What the calendar of this person was last told of a day, as a letter of today: the same entry under the same number,
/// so that no calendar shows it twice. `said` is whether the letter to be drawn was the first about the entry, and what it
/// said was there before.
pub fn draw_again(
    services: &Services,
    about: &About,
    who: &Attendee,
    row: &calendar_entry::Model,
    said: (bool, &[(String, String)]),
    letters: &impl Letters,
) -> Result<(String, Content)> {
    let day = day_of(about, row);
    let mut entry = wanted(services, about, who, day)?;
    entry.uid.clone_from(&row.uid);
    entry.sequence = u32::try_from(row.sequence).unwrap_or(0);
    let (is_new, was) = said;
    let news = News::again(is_new, was, about, day);
    let (letter, links) = letters.invitation(about, who, &news, 1, day);
    let mut content = about.content(letter, links, Some((Method::Request, calendar(Method::Request, None, &[entry]))));
    content.was = news.was();
    Ok((subject(about, letters, is_new, day), content))
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
        let news = News::of(before, about, *day);
        remember(tx, before, about, who, *day, &uid, sequence, &digest, false).await?;
        let is_new = news.is_new;
        let at_once = if *day == about.days[0] { about.days.len() } else { 1 };
        let (letter, links) = letters.invitation(about, who, &news, at_once, *day);
        let mut content = about.content(letter, links, Some((Method::Request, calendar(Method::Request, None, &[entry]))));
        content.was = news.was();
        let subject = subject(about, letters, is_new, *day);
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
        remember(tx, Some(row), about, who, day, &row.uid, row.sequence + 1, &row.digest, true).await?;
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
    about: &About,
    who: &Attendee,
    day: Day,
    uid: &str,
    sequence: i32,
    digest: &str,
    cancelled: bool,
) -> Result<()> {
    let (starts_wall, ends_wall) = (Set(Some(day.starts)), Set(Some(day.ends)));
    let timezone = Set(Some(about.event.timezone.clone()));
    let (place, online_url) = (Set(Some(location(&about.event))), Set(about.event.online_url.clone()));
    if let Some(row) = before {
        let mut row = row.clone().into_active_model();
        row.starts_wall = starts_wall;
        row.ends_wall = ends_wall;
        row.timezone = timezone;
        row.location = place;
        row.online_url = online_url;
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
        starts_wall,
        ends_wall,
        timezone,
        location: place,
        online_url,
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}
