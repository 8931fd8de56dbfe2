//! Check-in without signal: the list a phone takes along, and the scans it sends when there is signal again.
//!
//! A phone keeps each scan under an id of its own and sends it until it is answered, so that nothing is lost when an
//! answer is, and nothing is recorded twice.

mod list;
mod sync;

pub use list::{DoorList, Listed, ListedDay, ListedEvent, ListedSession, list};
pub use sync::{Batch, KEPT_FOR, MOST_AT_ONCE, Outcome, Scanned, sync};
