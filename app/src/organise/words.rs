//! Small words about events and places.

use domain::{
    bookings::{PlaceState, Vat},
    events::EventStatus,
    networks::Reply,
    organisations::Role,
};
use leptos::prelude::*;

/// An event's status in words, and the class of its tag.
#[must_use]
pub fn status(status: EventStatus) -> (&'static str, &'static str) {
    match status {
        EventStatus::Draft => ("Draft", "tag tag--quiet"),
        EventStatus::Published => ("Published", "tag tag--go"),
        EventStatus::Closed => ("Booking closed", "tag tag--wait"),
        EventStatus::Cancelled => ("Cancelled", "tag tag--stop"),
    }
}

/// A place's state in words, and the class of its tag.
#[must_use]
pub fn place_state(state: PlaceState) -> (&'static str, &'static str) {
    match state {
        PlaceState::Confirmed => ("Confirmed", "tag tag--go"),
        PlaceState::Held => ("Held", "tag tag--wait"),
        PlaceState::Cancelled => ("Cancelled", "tag tag--quiet"),
    }
}

/// What a calendar said about a place that stands, under its state. A place is never given up by it.
#[must_use]
pub fn calendar_says(stands: bool, reply: Option<&Reply>) -> Option<AnyView> {
    let words = match reply.filter(|_| stands)? {
        Reply::Declined => "Says they are not coming",
        Reply::Tentative => "Says they may come",
        Reply::Accepted => return None,
    };
    Some(view! { <br/><span class="meta">{words}</span> }.into_any())
}

/// How VAT stands, in words.
#[must_use]
pub fn vat(vat: Vat) -> &'static str {
    match vat {
        Vat::Standard => "Standard rate (20%)",
        Vat::Reduced => "Reduced rate (5%)",
        Vat::Zero => "Zero rate",
        Vat::Exempt => "Exempt",
        Vat::Outside => "Outside VAT",
    }
}

/// What somebody with this role may do.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner: everything, and who is in the team",
        Role::Organiser => "Organiser: events, bookings, certificates",
        Role::Steward => "Steward: check-in at the door",
        Role::Viewer => "Viewer: sees everything, changes nothing",
    }
}

/// The ways VAT can apply, to choose from; none is chosen for anybody.
pub fn vats() -> Vec<(String, String)> {
    std::iter::once((String::new(), "Choose, if there is a price".to_owned()))
        .chain(Vat::ALL.iter().map(|one| (one.word().to_owned(), vat(*one).to_owned())))
        .collect()
}
