//! What the pages of the agenda desk have in common.

use crate::{
    organise::{frame::Desk, lists::tally},
    ssr,
};
use leptos::prelude::*;

/// The way between sessions, rooms, tracks and speakers.
pub fn ways(desk: &Desk) -> AnyView {
    let here = ssr::asking().path;
    let links = [
        ("agenda", "Sessions"),
        ("agenda/rooms", "Rooms"),
        ("agenda/tracks", "Tracks"),
        ("agenda/speakers", "Speakers"),
    ]
    .into_iter()
    .map(|(page, words)| {
        let path = desk.path(page);
        let current = (path == here).then_some("page");
        let words = if current.is_some() {
            view! { <b>{words}</b> }.into_any()
        } else {
            words.into_any()
        };
        view! { <a href=path aria-current=current>{words}</a> }
    })
    .collect_view();
    view! { <nav class="links" aria-label="Agenda">{links}</nav> }.into_any()
}

/// "1 session", "3 sessions".
pub fn sessions(count: usize) -> String {
    tally(u64::try_from(count).unwrap_or(u64::MAX), "session", "sessions")
}
