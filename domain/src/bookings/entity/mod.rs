//! Columns and relations, nothing else.

pub mod booking;
pub mod calendar_entry;
pub mod participant;
pub mod place;
pub mod place_past;
pub mod sign_up;
pub mod ticket;
