//! Columns and relations, nothing else.

pub mod person;
pub mod sign_in;
pub mod sign_in_request;
