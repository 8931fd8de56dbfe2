//! The tables of portfolios. Private to `own`: nothing else can name them.

pub mod appraiser_link;
pub mod entry;
pub mod file;
pub mod reflection;
pub mod setting;
