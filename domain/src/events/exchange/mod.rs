//! Import and export of whole events and networks, schema 1 of the contract.
//!
//! [`read`] takes the bytes of a file as far as a [`schema::Document`]; [`Read::check`] applies every rule
//! and gives a [`check::Checked`] ready to store, or all problems at once with their lines. Neither looks
//! at a database. An export fills the structs of [`schema`] and writes them.

pub mod check;
mod lines;
pub mod problem;
mod read;
pub mod schema;
mod shape;
pub mod store;
pub mod write;

pub use check::{Checked, CheckedEvent, CheckedNetwork, Known, Moment};
pub use problem::Problem;
pub use read::{FILE_LIMIT, Read, read};
pub use schema::{Document, JSON_SCHEMA};
pub use store::{ImportError, Options, Report, import};
pub use write::export;
