//! The face of Plenary: pages drawn on the server as HTML that works alone, and the few islands compiled for the
//! browser. A page asks the domain directly; a server function exists only where a form posts or an island calls.

// The view! macro makes deeply nested types.
#![recursion_limit = "256"]

pub mod agenda;
pub mod bookings;
pub mod error;

#[cfg(feature = "ssr")]
pub mod attendance;
#[cfg(feature = "ssr")]
pub mod certificates;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod feedback;
#[cfg(feature = "ssr")]
pub mod forms;
#[cfg(feature = "ssr")]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod messages;
#[cfg(feature = "ssr")]
pub mod networks;
#[cfg(feature = "ssr")]
pub mod organise;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod portfolio;
#[cfg(feature = "ssr")]
pub mod ssr;
#[cfg(feature = "ssr")]
pub mod ui;

#[cfg(feature = "ssr")]
pub use layout::{App, shell};

/// Wakes the islands of a page; the browser's way in.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
    leave::listen();
}

#[cfg(feature = "hydrate")]
mod leave;
