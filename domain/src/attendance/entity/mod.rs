//! Columns and relations, nothing else.

pub mod attendance_record;
