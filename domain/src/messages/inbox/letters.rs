//! What is written because of what came back.

use crate::{
    attendance::queries::Attendee,
    bookings::entity::place,
    ids::MessageId,
    messages::{Content, about::About, link_placeholder},
    platform::{
        letter::{Block, Letter},
        links::Link,
    },
};

/// To whoever declined the entry of a place: it is still theirs, and this is how to give it up.
pub(super) fn declined(about: &About, who: &Attendee, place: &place::Model) -> (String, Content) {
    let letter = about
        .letter("Are you not coming?")
        .with(Block::Para(format!(
            "Your calendar told us that you are not coming to {}. Declining the entry does not cancel your place, nor change what is to be paid for it.",
            about.event.title
        )))
        .with(Block::Facts(vec![
            ("When".to_owned(), about.when()),
            ("Name".to_owned(), who.name().to_owned()),
            ("Booking".to_owned(), who.reference.clone()),
        ]))
        .with(Block::Para(
            "If you are not coming, please cancel the place, so that somebody else can have it. If you are coming after all, there is nothing to do.".to_owned(),
        ))
        .with(Block::Action {
            label: "Cancel this place".to_owned(),
            url: format!("{}/places/{}/cancel", link_placeholder(0), place.id),
        });
    let subject = format!("Your place: {}", about.shown_title());
    (subject, about.content(letter, vec![Link::Place(place.id.0)], None))
}

/// To whoever looks after the list or the event: mail does not reach somebody, and nothing more is sent there.
pub(super) fn suspended(sender: &str, about: &str, name: &str, address: &str, why: &str, message: &str, inbox: &str) -> Content {
    let letter = Letter::new(sender, "Mail does not reach somebody")
        .with(Block::Para(format!(
            "{why} Nothing more is sent to this address until somebody in your team says that it is right. The person stays on the list and keeps their place."
        )))
        .with(Block::Facts(vec![
            ("Address".to_owned(), address.to_owned()),
            ("Name".to_owned(), name.to_owned()),
            ("About".to_owned(), about.to_owned()),
        ]))
        .with(Block::Action {
            label: "Look at the address".to_owned(),
            url: inbox.to_owned(),
        })
        .with(Block::Link {
            label: "The message that came back".to_owned(),
            url: message.to_owned(),
        });
    Content {
        letter,
        links: Vec::new(),
        calendar: None,
        from_name: sender.to_owned(),
        reply_to: None,
        list: None,
        was: Vec::new(),
    }
}

/// The page of a message on the organiser's desk.
pub(super) fn message_path(id: MessageId) -> String {
    format!("/organise/messages/{id}")
}
