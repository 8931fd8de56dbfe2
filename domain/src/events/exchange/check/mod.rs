//! The rules of an import: from a document of the right shape to one that may be stored, or everything
//! that is wrong with it. Nothing here looks at a database or a clock.

mod agenda;
mod bookings;
mod checked;
mod event;
mod fields;
mod network;
mod times;

pub use checked::*;
pub use event::event;
pub(super) use event::event_after;
pub use network::network;
pub(super) use network::network_after;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
