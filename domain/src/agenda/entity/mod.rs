//! Columns and relations, nothing else.

pub mod agenda_draft;
pub mod agenda_step;
pub mod room;
pub mod session;
pub mod session_speaker;
pub mod speaker;
pub mod speaking;
pub mod track;
