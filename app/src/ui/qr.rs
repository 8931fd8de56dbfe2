//! A code for a camera, drawn as the page is: dark on white in every theme, with the quiet border readers need.

use domain::platform::pdf::qr_modules;
use leptos::prelude::*;
use std::fmt::Write as _;

/// Light modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

/// A QR code of `text`; nothing where it is too long for one.
#[component]
pub fn Qr(
    text: String,
    /// What it is, for whoever cannot see it.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    qr_modules(&text).ok().map(|rows| {
        let size = rows.len() + 2 * QUIET;
        let mut path = String::new();
        for (y, row) in rows.iter().enumerate() {
            for (x, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
                let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
        view! {
            <svg class="qr" viewBox=format!("0 0 {size} {size}") role="img" aria-label=label shape-rendering="crispEdges">
                <rect width="100%" height="100%" fill="#fff"/>
                <path d=path fill="#000"/>
            </svg>
        }
    })
}
