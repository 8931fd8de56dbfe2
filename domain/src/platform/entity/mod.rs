//! Columns and relations, nothing else.

pub mod audit_record;
pub mod chain;
pub mod form_draft;
pub mod job;
pub mod link;
pub mod rate_limit;
