//! What goes out about a booking: one confirmation to the booker, and for each named place a mail of its own with its
//! own calendar invite. What a calendar was told is kept beside it; telling compares that with what is true now, so a
//! change is told once, with a higher SEQUENCE, and a cancellation takes the entry away (domain.md 3.1).

mod again;
mod former;

pub use again::{ConfirmAgain, SendAgain};

use super::{
    PlaceState,
    entity::{booking, calendar_entry, place},
    queries::{self, Seat},
};
use crate::{
    Services,
    agenda::queries::list_sessions,
    error::{Error, Result},
    events::{
        self, EventStatus,
        calendar::{Day, days, location, organizer},
        entity::event,
    },
    ids::{BookingId, EventId, PlaceId},
    messages::{
        Content, link_placeholder,
        outbox::{self, Addressed},
    },
    organisations::entity::organisation,
    people,
    platform::{
        db::begin_write,
        ics::{Entry, Method, Status, calendar},
        jobs::{Job, Lease, Outcome},
        letter::{self, Block, Letter},
        links::Link,
        mail::Mailbox,
        zones,
    },
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Tells the booker, then everybody named.
#[derive(Debug, Serialize, Deserialize)]
pub struct ConfirmBooking {
    pub booking: BookingId,
}

impl Job for ConfirmBooking {
    const KIND: &'static str = "confirm_booking";

    fn dedupe_key(&self) -> Option<String> {
        Some(self.booking.to_string())
    }

    async fn run(&self, services: &Services, _: &Lease) -> anyhow::Result<Outcome> {
        let tx = begin_write(&services.db).await?;
        let booking = booking::Entity::find_by_id(self.booking).one(&tx).await?.ok_or(Error::NotFound)?;
        let about = About::load(&tx, booking.event_id).await?;
        let seats = queries::list_seats(&tx, booking.id).await?;
        confirm(
            &tx,
            services,
            &about,
            &booking,
            &seats,
            &format!("booking:{}:confirmed", booking.id),
        )
        .await?;
        for seat in &seats {
            tell(&tx, services, &about, &booking, seat).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Tells one place's holder what has become of it, if it is news.
#[derive(Debug, Serialize, Deserialize)]
pub struct UpdatePlace {
    pub place: PlaceId,
    /// When the change was made: each change is told once.
    pub at: DateTime<Utc>,
}

impl Job for UpdatePlace {
    const KIND: &'static str = "update_place";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.place, self.at.timestamp_millis()))
    }

    async fn run(&self, services: &Services, _: &Lease) -> anyhow::Result<Outcome> {
        let tx = begin_write(&services.db).await?;
        let place = place::Entity::find_by_id(self.place).one(&tx).await?.ok_or(Error::NotFound)?;
        let booking = booking::Entity::find_by_id(place.booking_id)
            .one(&tx)
            .await?
            .ok_or(Error::NotFound)?;
        let about = About::load(&tx, place.event_id).await?;
        let seats = queries::list_seats(&tx, booking.id).await?;
        if let Some(seat) = seats.iter().find(|seat| seat.place.id == self.place) {
            tell(&tx, services, &about, &booking, seat).await?;
            if place.state == PlaceState::Cancelled {
                confirm_cancelled(&tx, services, &about, &booking, seat).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Tells everybody who holds a place at an event whose time, place or fate has changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct UpdateCalendars {
    pub event: EventId,
    pub at: DateTime<Utc>,
}

impl Job for UpdateCalendars {
    const KIND: &'static str = "update_calendars";

    fn dedupe_key(&self) -> Option<String> {
        Some(format!("{}:{}", self.event, self.at.timestamp_millis()))
    }

    async fn run(&self, services: &Services, lease: &Lease) -> anyhow::Result<Outcome> {
        let bookings = booking::Entity::find()
            .filter(booking::Column::EventId.eq(self.event))
            .all(&services.db.read)
            .await?;
        let total = bookings.len() as u64;
        for (done, booking) in (1..).zip(bookings) {
            let tx = begin_write(&services.db).await?;
            let about = About::load(&tx, self.event).await?;
            let seats = queries::list_seats(&tx, booking.id).await?;
            for seat in &seats {
                tell(&tx, services, &about, &booking, seat).await?;
            }
            if about.event.status == EventStatus::Cancelled && seats.iter().any(|seat| seat.place.state != PlaceState::Cancelled) {
                tell_booker_of_cancellation(&tx, services, &about, &booking).await?;
            }
            tx.commit().await?;
            if done % 20 == 0 || done == total {
                lease.progress(done, total).await?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// An event with what letters about it need.
struct About {
    event: event::Model,
    organisation: organisation::Model,
    days: Vec<Day>,
}

impl About {
    async fn load<C: ConnectionTrait>(db: &C, id: EventId) -> Result<Self> {
        let (event, organisation) = events::queries::load(db, id).await?;
        let sessions = list_sessions(db, id).await?;
        let days = days(&event, &sessions);
        Ok(Self { event, organisation, days })
    }

    fn when(&self) -> String {
        let words = zones::span(self.event.starts_wall, self.event.ends_wall);
        if self.event.timezone == "Europe/London" {
            words
        } else {
            format!("{words} ({})", zones::zone_name(self.event.zone()))
        }
    }

    fn letter(&self, title: impl Into<String>) -> Letter {
        let mut letter = Letter::new(&self.organisation.name, title);
        if self.event.sensitive && !self.event.support.0.is_empty() {
            let lines = self.event.support.0.iter().map(|line| letter::SupportLine {
                name: line.name.clone(),
                contact: line.contact.clone(),
                note: line.note.clone().unwrap_or_default(),
            });
            letter = letter.ending(Block::Support(lines.collect()));
        }
        letter.ending(Block::Para(format!(
            "Questions? Answer this mail, or write to {}.",
            self.organisation.email
        )))
    }

    fn content(&self, letter: Letter, links: Vec<Link>, calendar: Option<(Method, String)>) -> Content {
        Content {
            letter,
            links,
            calendar: calendar.map(|(method, text)| (method.as_str().to_owned(), text)),
            from_name: self.organisation.name.clone(),
            reply_to: Some(self.organisation.email.clone()),
        }
    }

    fn addressed<'a>(&self, name: &'a str, address: &'a str) -> Addressed<'a> {
        Addressed {
            organisation: Some(self.organisation.id),
            event: Some(self.event.id),
            name,
            address,
        }
    }
}

/// The booker's confirmation, once under each key.
async fn confirm(
    tx: &DatabaseTransaction,
    services: &Services,
    about: &About,
    booking: &booking::Model,
    seats: &[Seat],
    key: &str,
) -> Result<()> {
    let count = seats.len();
    let title = if count == 1 {
        "You have a place".to_owned()
    } else {
        format!("You have {count} places")
    };
    let sum = super::rules::sum(seats.iter().map(|seat| (seat.place.price_pence, seat.place.vat, 1)));
    let mut facts = vec![
        ("Event".to_owned(), about.event.title.clone()),
        ("When".to_owned(), about.when()),
        ("Where".to_owned(), location(&about.event)),
        ("Booking reference".to_owned(), booking.reference.clone()),
    ];
    for (number, seat) in (1..).zip(seats) {
        facts.push((format!("Place {number}"), format!("{}, {}", seat.name(), seat.ticket.name)));
    }
    facts.push(("To pay".to_owned(), money_words(sum)));
    if let Some(order) = &booking.purchase_order {
        facts.push(("Purchase order".to_owned(), order.clone()));
    }
    let unnamed = seats.iter().filter(|seat| seat.place.name.is_none()).count();
    let mut letter = about.letter(title.clone()).with(Block::Facts(facts));
    if sum.total_pence() > 0 {
        letter = letter.with(Block::Para("An invoice will follow. There is nothing to pay now.".to_owned()));
    }
    if unnamed > 0 {
        let words = if unnamed == 1 {
            "One place has no name yet.".to_owned()
        } else {
            format!("{unnamed} places have no name yet.")
        };
        letter = letter.with(Block::Notice(format!(
            "{words} Follow the link to name them; each person then gets their own mail and calendar entry."
        )));
    } else {
        letter = letter.with(Block::Para("Each person gets their own mail with a calendar entry.".to_owned()));
    }
    letter = letter.with(Block::Action {
        label: "See or change your booking".to_owned(),
        url: link_placeholder(0),
    });
    let booker = people::service::address(tx, booking.booker_id).await?;
    let content = about.content(letter, vec![Link::Manage(booking.id.0)], None);
    let subject = format!("{title}: {} ({})", about.event.shown_title(), booking.reference);
    let to = about.addressed(&booking.booker_name, &booker);
    outbox::add(tx, services, key, "booking_confirmed", to, &subject, &content).await
}

async fn confirm_cancelled(
    tx: &DatabaseTransaction,
    services: &Services,
    about: &About,
    booking: &booking::Model,
    seat: &Seat,
) -> Result<()> {
    let letter = about.letter("A place was cancelled").with(Block::Facts(vec![
        ("Event".to_owned(), about.event.title.clone()),
        ("When".to_owned(), about.when()),
        ("Booking reference".to_owned(), booking.reference.clone()),
        ("Cancelled".to_owned(), seat.name().to_owned()),
    ]));
    let letter = letter
        .with(Block::Para(
            "The place is free for somebody else. Any other places of this booking stand.".to_owned(),
        ))
        .with(Block::Action {
            label: "See your booking".to_owned(),
            url: link_placeholder(0),
        });
    let booker = people::service::address(tx, booking.booker_id).await?;
    let content = about.content(letter, vec![Link::Manage(booking.id.0)], None);
    let subject = format!("Place cancelled: {} ({})", about.event.shown_title(), booking.reference);
    let to = about.addressed(&booking.booker_name, &booker);
    outbox::add(
        tx,
        services,
        &format!("place:{}:cancelled", seat.place.id),
        "place_cancelled",
        to,
        &subject,
        &content,
    )
    .await
}

async fn tell_booker_of_cancellation(tx: &DatabaseTransaction, services: &Services, about: &About, booking: &booking::Model) -> Result<()> {
    let letter = about
        .letter("The event is cancelled")
        .with(Block::Notice(format!("{} on {} will not take place.", about.event.title, about.when())))
        .with(Block::Para(format!("This is about booking {}. Everybody named in it is told too, and the entry is taken out of their calendars. {} will write about any payment.", booking.reference, about.organisation.name)));
    let booker = people::service::address(tx, booking.booker_id).await?;
    let subject = format!("Cancelled: {} ({})", about.event.shown_title(), booking.reference);
    let to = about.addressed(&booking.booker_name, &booker);
    outbox::add(
        tx,
        services,
        &format!("booking:{}:event-cancelled", booking.id),
        "event_cancelled",
        to,
        &subject,
        &about.content(letter, Vec::new(), None),
    )
    .await
}

/// What a calendar of this person should hold about one day.
fn wanted(services: &Services, about: &About, seat: &Seat, day: Day) -> anyhow::Result<Entry> {
    let place = services.url(&format!("/events/{}", about.event.slug));
    let mut description = format!("Place code {}. Show it at the door.\nDetails: {place}", seat.participant.code);
    if let Some(url) = &about.event.online_url {
        description.push_str(&format!("\nJoin online: {url}"));
    }
    let attendee = match &seat.address {
        Some(address) => Some(Mailbox::new(seat.place.name.clone(), address.parse()?)),
        None => None,
    };
    Ok(Entry {
        uid: String::new(),
        sequence: 0,
        stamp: services.clock.now(),
        starts: day.starts,
        ends: day.ends,
        zone: about.event.zone(),
        summary: about.event.shown_title().to_owned(),
        location: location(&about.event),
        description,
        url: Some(place),
        organizer: organizer(services, &about.organisation)?,
        attendee,
        status: Status::Confirmed,
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
async fn tell(tx: &DatabaseTransaction, services: &Services, about: &About, booking: &booking::Model, seat: &Seat) -> Result<()> {
    let stands = seat.place.state == PlaceState::Confirmed
        && about.event.status != EventStatus::Cancelled
        && about.event.status != EventStatus::Draft;
    let told = calendar_entry::Entity::find()
        .filter(calendar_entry::Column::ParticipantId.eq(seat.participant.id))
        .lock_exclusive()
        .all(tx)
        .await?;
    let told = former::take_back(tx, services, about, seat, told).await?;
    let Some(address) = seat.address.clone() else { return Ok(()) };
    let mut changed = false;

    for day in about.days.iter().filter(|_| stands) {
        let mut entry = wanted(services, about, seat, *day)?;
        let digest = digest(&entry);
        let before = told.iter().find(|row| row.day == day.date);
        let (uid, sequence) = match before {
            Some(row) if row.digest == digest && !row.cancelled => continue,
            Some(row) => (row.uid.clone(), row.sequence + 1),
            None => (format!("{}@{}", services.random.public_id(), services.host()), 0),
        };
        entry.uid.clone_from(&uid);
        entry.sequence = u32::try_from(sequence).unwrap_or(0);
        remember(tx, before, seat, *day, &uid, sequence, &digest, false).await?;
        let is_new = before.is_none();
        let first = *day == about.days[0];
        let letter = invitation(about, booking, seat, is_new, if first { about.days.len() } else { 1 }, *day);
        let content = about.content(
            letter,
            vec![Link::Place(seat.place.id.0)],
            Some((Method::Request, calendar(Method::Request, None, &[entry]))),
        );
        let news = if is_new { "Your place" } else { "Changed" };
        let which = if about.days.len() > 1 {
            format!(", {}", zones::date(day.date))
        } else {
            String::new()
        };
        let subject = format!("{news}: {}{which}", about.event.shown_title());
        let to = about.addressed(seat.name(), &address);
        outbox::add(
            tx,
            services,
            &former::key(&uid, sequence),
            if is_new { "invite" } else { "invite_update" },
            to,
            &subject,
            &content,
        )
        .await?;
        changed = true;
    }

    // Days that are no longer, or a place or event that is off.
    for row in told
        .iter()
        .filter(|row| !row.cancelled && (!stands || !about.days.iter().any(|day| day.date == row.day)))
    {
        let day = about.days.iter().find(|day| day.date == row.day).copied().unwrap_or(Day {
            date: row.day,
            starts: row.day.and_time(about.event.starts_wall.time()),
            ends: row.day.and_time(about.event.ends_wall.time()),
        });
        let mut entry = wanted(services, about, seat, day)?;
        entry.uid.clone_from(&row.uid);
        entry.sequence = u32::try_from(row.sequence + 1).unwrap_or(0);
        entry.status = Status::Cancelled;
        remember(tx, Some(row), seat, day, &row.uid, row.sequence + 1, &row.digest, true).await?;
        let letter = called_off(about, seat, day);
        let content = about.content(letter, Vec::new(), Some((Method::Cancel, calendar(Method::Cancel, None, &[entry]))));
        let subject = format!("Cancelled: {}", about.event.shown_title());
        let to = about.addressed(seat.name(), &address);
        outbox::add(
            tx,
            services,
            &former::key(&row.uid, row.sequence + 1),
            "invite_cancelled",
            to,
            &subject,
            &content,
        )
        .await?;
        changed = true;
    }
    if changed {
        tracing::debug!(place = %seat.place.id, "told a calendar what is new");
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one row from everything it is made of")]
async fn remember(
    tx: &DatabaseTransaction,
    before: Option<&calendar_entry::Model>,
    seat: &Seat,
    day: Day,
    uid: &str,
    sequence: i32,
    digest: &str,
    cancelled: bool,
) -> Result<()> {
    if let Some(row) = before {
        let mut row = row.clone().into_active_model();
        row.sequence = Set(sequence);
        row.digest = Set(digest.to_owned());
        row.cancelled = Set(cancelled);
        row.update(tx).await?;
        return Ok(());
    }
    let row = calendar_entry::ActiveModel {
        participant_id: Set(seat.participant.id),
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

fn invitation(about: &About, booking: &booking::Model, seat: &Seat, is_new: bool, days: usize, day: Day) -> Letter {
    let title = if is_new { "You have a place" } else { "Something has changed" };
    let when = if about.days.len() > 1 {
        zones::span(day.starts, day.ends)
    } else {
        about.when()
    };
    let mut letter = about.letter(title);
    if !is_new {
        letter = letter.with(Block::Notice(
            "The time, the place or your details have changed. Accept the new entry and the old one in your calendar is replaced."
                .to_owned(),
        ));
    }
    letter = letter.with(Block::Facts(vec![
        ("Event".to_owned(), about.event.title.clone()),
        ("Name".to_owned(), seat.name().to_owned()),
        ("When".to_owned(), when),
        ("Where".to_owned(), location(&about.event)),
        ("Place code".to_owned(), seat.participant.code.clone()),
        ("Booked by".to_owned(), format!("{} ({})", booking.booker_name, booking.reference)),
    ]));
    if days > 1 {
        letter = letter.with(Block::Para(format!(
            "The event lasts {days} days. Each day comes as an entry of its own, in a mail of its own."
        )));
    }
    letter
        .with(Block::Para("Show the place code at the door: your attendance there is what your CPD hours are counted from. Your certificate comes to this address afterwards.".to_owned()))
        .with(Block::Action { label: "See your place".to_owned(), url: link_placeholder(0) })
}

fn called_off(about: &About, seat: &Seat, day: Day) -> Letter {
    let (title, words) = if about.event.status == EventStatus::Cancelled {
        ("The event is cancelled", format!("{} will not take place.", about.event.title))
    } else if seat.place.state == PlaceState::Cancelled {
        (
            "Your place is cancelled",
            format!(
                "Your place at {} was cancelled. If that is a surprise, ask whoever booked it, or answer this mail.",
                about.event.title
            ),
        )
    } else {
        (
            "A day is off",
            format!("{} has no sessions on this day any more.", about.event.title),
        )
    };
    about
        .letter(title)
        .with(Block::Notice(words))
        .with(Block::Facts(vec![
            ("Was".to_owned(), zones::span(day.starts, day.ends)),
            ("Name".to_owned(), seat.name().to_owned()),
        ]))
        .with(Block::Para("The entry is taken out of your calendar.".to_owned()))
}

/// "£234.00, of which VAT £39.00", or that there is nothing to pay.
#[must_use]
pub fn money_words(sum: super::rules::Sum) -> String {
    use super::rules::pounds;
    match (sum.total_pence(), sum.vat_pence) {
        (0, _) => "Nothing".to_owned(),
        (total, 0) => pounds(total),
        (total, vat) => format!("{}, of which VAT {}", pounds(total), pounds(vat)),
    }
}
