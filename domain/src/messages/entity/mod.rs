//! Columns and relations, nothing else.

pub mod address_trouble;
pub mod calendar_reply;
pub mod inbox_item;
pub mod inbox_mail;
pub mod mailbox;
pub mod message;
pub mod message_attempt;
pub mod message_batch;
pub mod suspended_address;
