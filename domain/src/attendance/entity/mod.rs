//! Columns and relations, nothing else.

pub mod attendance_record;
pub mod roll;
pub mod roll_presence;
