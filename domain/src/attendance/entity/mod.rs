//! Columns and relations, nothing else.

pub mod attendance_record;
pub mod correction;
pub mod door_scan;
pub mod online_match;
pub mod online_report;
pub mod online_row;
pub mod roll;
pub mod roll_presence;
pub mod room_code;
