//! Columns and relations, nothing else.

pub mod attendance_record;
pub mod correction;
pub mod room_code;
