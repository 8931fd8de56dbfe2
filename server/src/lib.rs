//! The program around the app: configuration, router, middleware, downloads, commands. Nothing here knows a rule; it
//! calls the domain and says what came of it.

pub mod api;
pub mod assets;
pub mod commands;
pub mod config;
pub mod door;
pub mod downloads;
pub mod handed_in;
pub mod health;
pub mod middleware;
pub mod pages;
pub mod router;
pub mod start;
pub mod uploads;
