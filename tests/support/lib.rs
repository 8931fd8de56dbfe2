//! What the tests stand on: [`TestApp`], the whole program on a fresh database without a socket; [`Browser`], which
//! keeps cookies and posts what the forms of a page hold; builders of events; and readers of mail and of HTML.
//!
//! Every test runs on whichever database `PLENARY_TEST_DATABASE` names (`sqlite`, or `postgres` with a superuser's URL
//! in `PLENARY_TEST_POSTGRES`), and none may know which. A test that leaves a job or a message unrun fails.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc, reason = "tests")]

mod app;
mod booking;
mod browser;
mod database;
mod dovecot;
mod event;
mod html;
mod mail;
mod process;
mod replies;
mod smtp;

pub use app::{Builder, TestApp};
pub use browser::{Answer, Browser, encode};
pub use database::{Gone, everything};
pub use dovecot::Dovecot;
pub use event::{Event, EventBuilder};
pub use html::{Element, Filled, Page};
pub use mail::{Mail, Part, read_mime};
pub use process::{Served, ended, free_address, program};
pub use replies::{letter, letters};
pub use smtp::{Arrival, SmtpServer, Step, eventually};
