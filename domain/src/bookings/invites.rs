//! What goes out about a booking: one confirmation to the booker, and for each named place a mail of its own with its
//! own calendar invite (`letters`; [`crate::messages::calendars`] keeps what each calendar was told).

mod again;
mod letters;

pub use again::{ConfirmAgain, SendAgain};

use super::{
    PlaceState,
    entity::{booking, calendar_entry, place},
    moving::Dearer,
    queries::{self, Seat},
    rules::pounds,
};
use crate::{
    Services,
    attendance::queries::{Attendee, find_attendee},
    error::{Error, Result},
    events::{EventStatus, calendar::location},
    ids::{BookingId, EventId, PlaceId},
    messages::{
        Content,
        about::About,
        calendars::{draw_again, tell},
        link_placeholder, outbox,
    },
    networks, people,
    platform::{
        db::begin_write,
        jobs::{Job, Lease, Outcome},
        letter::Block,
        links::Link,
    },
};
use chrono::{DateTime, Utc};
use letters::PlaceLetters;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};

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
            tell_seat(&tx, services, &about, &booking, seat).await?;
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Tells one place's holder what has become of it, if it is news.
#[derive(Debug, Serialize, Deserialize)]
pub struct UpdatePlace {
    pub place: PlaceId,
    /// When the change was made.
    pub at: DateTime<Utc>,
}

impl Job for UpdatePlace {
    const KIND: &'static str = "update_place";

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
            tell_seat(&tx, services, &about, &booking, seat).await?;
            if place.state == PlaceState::Cancelled {
                confirm_cancelled(&tx, services, &about, &booking, seat).await?;
            }
        }
        tx.commit().await?;
        Ok(Outcome::Done)
    }
}

/// Tells everybody who holds a place at, or was invited to, an event whose time, place or fate has changed.
#[derive(Debug, Serialize, Deserialize)]
pub struct UpdateCalendars {
    pub event: EventId,
    pub at: DateTime<Utc>,
}

impl Job for UpdateCalendars {
    const KIND: &'static str = "update_calendars";

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
                tell_seat(&tx, services, &about, &booking, seat).await?;
            }
            if about.event.status == EventStatus::Cancelled && seats.iter().any(|seat| seat.place.state != PlaceState::Cancelled) {
                tell_booker_of_cancellation(&tx, services, &about, &booking).await?;
            }
            tx.commit().await?;
            if done % 20 == 0 || done == total {
                lease.progress(done, total).await?;
            }
        }
        networks::invites::tell_all(services, self.event, lease).await?;
        Ok(Outcome::Done)
    }
}

/// Tells the calendar of whoever has this place.
async fn tell_seat(tx: &DatabaseTransaction, services: &Services, about: &About, booking: &booking::Model, seat: &Seat) -> Result<()> {
    let who = find_attendee(tx, seat.participant.id).await?.ok_or(Error::NotFound)?;
    let place = seat.place.id;
    tell(tx, services, about, &who, &PlaceLetters { booking, place }).await
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
    let (subject, content) = confirmation(about, booking, seats);
    let booker = people::service::address(tx, booking.booker_id).await?;
    let to = about.addressed(&booking.booker_name, &booker);
    outbox::add(tx, services, key, "booking_confirmed", to, &subject, &content).await
}

/// The confirmation of a booking as it stands now, subject and letter; nothing where none of its places stand.
pub(crate) async fn confirmation_now<C: ConnectionTrait>(db: &C, booking: &booking::Model) -> Result<Option<(String, Content)>> {
    let mut seats = queries::list_seats(db, booking.id).await?;
    seats.retain(|seat| seat.place.state != PlaceState::Cancelled);
    if seats.is_empty() {
        return Ok(None);
    }
    let about = About::load(db, booking.event_id).await?;
    Ok(Some(confirmation(&about, booking, &seats)))
}

/// The invite whoever has a place was last sent, as it reads now; nothing where the place is gone.
pub(crate) async fn invite_now<C: ConnectionTrait>(
    db: &C,
    services: &Services,
    about: &About,
    who: &Attendee,
    row: &calendar_entry::Model,
    said: (bool, &[(String, String)]),
) -> Result<Option<(String, Content)>> {
    let Some(seat) = queries::find_seat(db, who.participant_id).await? else {
        return Ok(None);
    };
    let Some(booking) = booking::Entity::find_by_id(seat.place.booking_id).one(db).await? else {
        return Ok(None);
    };
    let letters = PlaceLetters {
        booking: &booking,
        place: seat.place.id,
    };
    draw_again(services, about, who, row, said, &letters).map(Some)
}

fn confirmation(about: &About, booking: &booking::Model, seats: &[Seat]) -> (String, Content) {
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
    let content = about.content(letter, vec![Link::Manage(booking.id.0)], None);
    let subject = format!("{title}: {} ({})", about.event.shown_title(), booking.reference);
    (subject, content)
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

/// Tells whoever booked that a place costs more than it did.
pub(super) async fn tell_dearer(
    tx: &DatabaseTransaction,
    services: &Services,
    place: &place::Model,
    dearer: &Dearer,
    key: &str,
) -> Result<()> {
    let booking = booking::Entity::find_by_id(place.booking_id)
        .one(tx)
        .await?
        .ok_or(Error::NotFound)?;
    let about = About::load(tx, place.event_id).await?;
    let mut seats = queries::list_seats(tx, booking.id).await?;
    seats.retain(|seat| seat.place.state != PlaceState::Cancelled);
    let total = super::rules::sum(seats.iter().map(|seat| (seat.place.price_pence, seat.place.vat, 1)));
    let who = place.name.clone().unwrap_or_else(|| "A place without a name".to_owned());
    let letter = about
        .letter("A place costs more than it did")
        .with(Block::Para(format!(
            "The place of {who} has another ticket now: {}. It costs {} more.",
            dearer.ticket,
            pounds(dearer.by_pence())
        )))
        .with(Block::Facts(vec![
            ("Event".to_owned(), about.event.title.clone()),
            ("When".to_owned(), about.when()),
            ("Booking reference".to_owned(), booking.reference.clone()),
            ("Was".to_owned(), pounds(dearer.was_pence)),
            ("Now".to_owned(), pounds(dearer.is_pence)),
            ("To pay for the whole booking".to_owned(), money_words(total)),
        ]))
        .with(Block::Para(format!(
            "Prices are with VAT. If this is a surprise, answer this mail: {} can put it right.",
            about.organisation.name
        )))
        .with(Block::Action {
            label: "See your booking".to_owned(),
            url: link_placeholder(0),
        });
    let booker = people::service::address(tx, booking.booker_id).await?;
    let content = about.content(letter, vec![Link::Manage(booking.id.0)], None);
    let subject = format!("Price changed: {} ({})", about.event.shown_title(), booking.reference);
    let to = about.addressed(&booking.booker_name, &booker);
    outbox::add(tx, services, key, "price_changed", to, &subject, &content).await
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

/// "£234.00, of which VAT £39.00", or that there is nothing to pay.
#[must_use]
pub fn money_words(sum: super::rules::Sum) -> String {
    match (sum.total_pence(), sum.vat_pence) {
        (0, _) => "Nothing".to_owned(),
        (total, 0) => pounds(total),
        (total, vat) => format!("{}, of which VAT {}", pounds(total), pounds(vat)),
    }
}
