//! Columns and relations, nothing else.

pub mod room;
pub mod session;
pub mod session_speaker;
pub mod speaker;
pub mod track;
