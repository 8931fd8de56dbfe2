//! Columns and relations, nothing else.

pub mod message;
