//! What every area stands on: the database and its two pools, the clock, randomness, jobs, hash chains, links with
//! secrets, limits, drafts of forms; what can be wrong with an installation; and the one module each for mail, calendar,
//! PDF, pictures, archives, kept files and signing.

pub mod archive;
pub mod audit;
pub mod chain;
pub mod clock;
pub mod db;
pub mod doctor;
pub mod drafts;
pub mod entity;
pub mod files;
pub mod ics;
pub mod jobs;
pub mod letter;
pub mod limits;
pub mod links;
pub mod lock;
pub mod mail;
pub mod markdown;
pub mod pdf;
pub mod pictures;
pub mod random;
pub mod search;
pub mod signing;
mod tls;
pub mod zones;
