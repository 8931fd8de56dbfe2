//! The whole program in process, through its real router, on a fresh database for each test. One binary; a file an area.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod agenda;
mod agenda_draft;
mod agenda_grid;
mod api;
mod attendance;
mod backup;
mod badges;
mod bookings;
mod bookings_desk;
mod capacity;
mod certificates;
mod corrections;
mod details;
mod doctor;
mod door_list;
mod events;
mod feedback;
mod feeds;
mod forms;
mod ground;
mod headers;
mod home;
mod imports;
mod inbox;
mod invites;
mod lists;
mod live;
mod logs;
mod mail;
mod markup;
mod messages;
mod networks;
mod offline;
mod online;
mod outside;
mod people;
mod permissions;
mod portfolio;
mod sign_up;
mod speaking;
mod team;
mod walk_ins;
