//! What the pages of the agenda desk have in common.

use crate::organise::{
    frame::{Desk, ways_to},
    lists::tally,
};
use leptos::prelude::*;

/// The way between sessions, rooms, tracks and speakers.
pub fn ways(desk: &Desk) -> AnyView {
    let pages = [
        ("agenda", "Sessions"),
        ("agenda/rooms", "Rooms"),
        ("agenda/tracks", "Tracks"),
        ("agenda/speakers", "Speakers"),
    ];
    ways_to("Agenda", pages.map(|(page, words)| (desk.path(page), words)).into())
}

/// "1 session", "3 sessions".
pub fn sessions(count: usize) -> String {
    tally(u64::try_from(count).unwrap_or(u64::MAX), "session", "sessions")
}
