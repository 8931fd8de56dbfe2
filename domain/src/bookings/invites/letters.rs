//! What whoever has a place is told about their calendar.

use crate::{
    attendance::queries::Attendee,
    bookings::entity::booking,
    events::{
        EventStatus,
        calendar::{Day, location},
    },
    ids::PlaceId,
    messages::{
        about::About,
        calendars::{Letters, News},
        link_placeholder,
    },
    platform::{
        letter::{Block, Letter},
        links::Link,
        zones,
    },
};

/// The letters about one place.
pub(super) struct PlaceLetters<'a> {
    pub booking: &'a booking::Model,
    pub place: PlaceId,
}

impl Letters for PlaceLetters<'_> {
    fn subject(&self, is_new: bool) -> &'static str {
        if is_new { "Your place" } else { "Changed" }
    }

    fn invitation(&self, about: &About, who: &Attendee, news: &News, days: usize, day: Day) -> (Letter, Vec<Link>) {
        let title = if news.is_new { "You have a place" } else { "Something has changed" };
        let when = if about.days.len() > 1 {
            zones::span(day.starts, day.ends)
        } else {
            about.when()
        };
        let mut letter = news.tell(about.letter(title));
        letter = letter.with(Block::Facts(vec![
            ("Event".to_owned(), about.event.title.clone()),
            ("Name".to_owned(), who.name().to_owned()),
            ("When".to_owned(), when),
            ("Where".to_owned(), location(&about.event)),
            ("Place code".to_owned(), who.code.clone()),
            (
                "Booked by".to_owned(),
                format!("{} ({})", self.booking.booker_name, self.booking.reference),
            ),
        ]));
        if days > 1 {
            letter = letter.with(Block::Para(format!(
                "The event lasts {days} days. Each day comes as an entry of its own, in a mail of its own."
            )));
        }
        let letter = letter
            .with(Block::Para("Show the place code at the door: your attendance there is what your CPD hours are counted from. Your certificate comes to this address afterwards.".to_owned()))
            .with(Block::Action { label: "See your place".to_owned(), url: link_placeholder(0) });
        (letter, vec![Link::Place(self.place.0)])
    }

    fn called_off(&self, about: &About, who: &Attendee, day: Day) -> (Letter, Vec<Link>) {
        let (title, words) = if about.event.status == EventStatus::Cancelled {
            ("The event is cancelled", format!("{} will not take place.", about.event.title))
        } else if !who.stands() {
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
        let letter = about
            .letter(title)
            .with(Block::Notice(words))
            .with(Block::Facts(vec![
                ("Was".to_owned(), zones::span(day.starts, day.ends)),
                ("Name".to_owned(), who.name().to_owned()),
            ]))
            .with(Block::Para("The entry is taken out of your calendar.".to_owned()));
        (letter, Vec::new())
    }
}
