//! Columns and relations, nothing else.

pub mod message;
pub mod message_attempt;
pub mod message_batch;
