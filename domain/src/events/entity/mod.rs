//! Columns and relations, nothing else.

pub mod event;
