//! The whole program in process, through its real router, on a fresh database for each test. One binary; a file an area.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod api;
mod attendance;
mod bookings;
mod capacity;
mod certificates;
mod forms;
mod ground;
mod headers;
mod imports;
mod invites;
mod logs;
mod mail;
mod networks;
mod people;
mod permissions;
