//! What was just done, said at the top of the page that comes next.

use crate::ssr;
use leptos::prelude::*;

/// Says that something was done. Takes the focus, so that it is the first thing a screen reader says of the page: what
/// stands in a page when it opens is not announced by itself.
pub fn flash(what: impl Into<String>, more: impl Into<String>) -> AnyView {
    view! { <div class="flash" role="status" tabindex="-1" autofocus><p><strong>{what.into()}</strong>" "{more.into()}</p></div> }
        .into_any()
}

/// What is said to somebody who waits for a mail from an installation that sends none.
pub fn unsent() -> Option<AnyView> {
    (!ssr::services().mailer.delivers()).then(|| {
        view! { <p class="wait">"No mail is leaving this site just now. What we have written to you is kept, and follows once it can. Keep the address of this page until then."</p> }
            .into_any()
    })
}
