//! A code for a camera, drawn as the page is: dark on white in every theme, with the quiet border readers need.

use domain::platform::pdf::qr_path;
use leptos::prelude::*;

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
    qr_path(&text).ok().map(|(modules, path)| {
        let size = modules + 2 * QUIET;
        view! {
            <svg class="qr" viewBox=format!("-{QUIET} -{QUIET} {size} {size}") role="img" aria-label=label shape-rendering="crispEdges">
                <rect x=format!("-{QUIET}") y=format!("-{QUIET}") width="100%" height="100%" fill="#fff"/>
                <path d=path fill="#000"/>
            </svg>
        }
    })
}
