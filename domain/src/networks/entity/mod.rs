//! Columns and relations, nothing else.

pub mod consent_record;
pub mod consent_wording;
pub mod invite;
pub mod meeting;
pub mod membership;
pub mod network;
