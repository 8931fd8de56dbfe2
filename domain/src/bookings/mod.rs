//! Bookings: tickets, one order for one or several places, and who sits in each. Capacity is counted from place rows
//! under the event's lock; there is no counter to drift. A place carries what is printed on badge and certificate.

use crate::words::words;

#[cfg(feature = "server")]
pub mod chosen;
#[cfg(feature = "server")]
pub mod claim;
#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod history;
#[cfg(feature = "server")]
pub mod invites;
#[cfg(feature = "server")]
pub mod moving;
#[cfg(feature = "server")]
pub mod naming;
#[cfg(feature = "server")]
pub mod order;
#[cfg(feature = "server")]
pub mod queries;
pub mod rules;
#[cfg(feature = "server")]
pub mod service;
#[cfg(feature = "server")]
pub mod sign_up;
#[cfg(feature = "server")]
pub mod table;
#[cfg(feature = "server")]
pub mod walk_in;

words! {
    /// How VAT stands on a ticket; whether it applies is the organiser's to know (domain.md 7).
    Vat { Standard = "standard", Reduced = "reduced", Zero = "zero", Exempt = "exempt", Outside = "outside" }
}
words! {
    PlaceState { Confirmed = "confirmed", Held = "held", Cancelled = "cancelled" }
}

/// Why an order is not taken, or a place not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This event is full.")]
    Full,
    #[error("{}, and your booking needs more. Nothing was booked.", only(*.0))]
    TooFew(u64),
    #[error("There are not enough places left for \u{201c}{0}\u{201d}. Choose fewer, or another ticket. Nothing was booked.")]
    TicketFull(String),
    #[error("Booking for this event is closed.")]
    Closed,
    #[error("Booking for this event has not opened yet.")]
    NotYet,
    #[error("This event is over.")]
    Over,
    #[error("This event has been cancelled.")]
    Cancelled,
    #[error("This kind of ticket is not on sale.")]
    NotOnSale,
    #[error("This booking was sent before with different details. Start again to make a new one.")]
    KeyReused,
    #[error("This place is already cancelled.")]
    AlreadyCancelled,
    #[error("The event has begun, so this place cannot be changed here. Ask the organiser.")]
    Begun,
    #[error("This session has begun, so nothing can be changed about it here.")]
    SessionBegun,
}

fn only(left: u64) -> String {
    if left == 1 {
        "There is only 1 place left".to_owned()
    } else {
        format!("There are only {left} places left")
    }
}
