//! Columns and relations, nothing else.

pub mod certificate;
pub mod certificate_approval;
pub mod certificate_hold;
pub mod certificate_record;
pub mod certificate_template;
pub mod status_list;
