//! Columns and relations, nothing else.

pub mod certificate;
pub mod certificate_record;
