//! Columns and relations, nothing else.

pub mod attendance_record;
pub mod online_match;
pub mod online_report;
pub mod online_row;
