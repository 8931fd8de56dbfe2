//! The portfolio: what a delegate sees of their own, their bookings and the CPD they have evidence for.

pub mod feed;
pub mod queries;

pub use queries::{Booked, Bookings, Certified, Cpd, MyPlace, Waiting, Year, bookings, cpd, own_of};
