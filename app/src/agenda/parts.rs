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
        ("agenda/grid", "Grid"),
        ("agenda/rooms", "Rooms"),
        ("agenda/tracks", "Tracks"),
        ("agenda/speakers", "Speakers"),
        ("agenda/sign-ups", "Sign-ups"),
    ];
    let may = |page: &str| page != "agenda/grid" || desk.may_edit();
    let pages = pages.into_iter().filter(|(page, _)| may(page));
    ways_to("Agenda", pages.map(|(page, words)| (desk.path(page), words)).collect())
}

/// "1 session", "3 sessions".
pub fn sessions(count: usize) -> String {
    tally(u64::try_from(count).unwrap_or(u64::MAX), "session", "sessions")
}
