//! What Plenary knows and does. Without features: ids, value types, rules and refusals, which also compile for the
//! browser. With `server`: the database, the services, and everything that leaves the house (mail, PDF, calendar, keys).
//!
//! Areas have the same name in every crate. A service is one verb in one transaction: lock, rule, write, audit,
//! enqueue, commit; every service takes the [`access::Actor`] and checks it before it tells or changes anything.

#[cfg(feature = "server")]
pub mod access;
pub mod agenda;
pub mod attendance;
pub mod bookings;
pub mod certificates;
pub mod error;
pub mod events;
pub mod feedback;
pub mod ids;
#[cfg(feature = "server")]
pub mod messages;
pub mod networks;
#[cfg(feature = "server")]
pub mod organisations;
pub mod people;
#[cfg(feature = "server")]
pub mod platform;
#[cfg(feature = "server")]
pub mod portfolio;
#[cfg(feature = "server")]
pub mod schemes;
#[cfg(feature = "server")]
pub mod services;
#[cfg(feature = "server")]
pub mod work;

#[cfg(feature = "server")]
mod related;
mod words;

pub use error::{Error, FieldErrors, Refusal, Result};
#[cfg(feature = "server")]
pub use services::Services;
