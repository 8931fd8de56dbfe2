//! Columns and relations, nothing else.

pub mod organisation;
pub mod team_member;
