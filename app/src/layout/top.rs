//! The top of every page (whose it is, the places to go, and the two things always in reach) and its foot.

use crate::{
    ssr::Asking,
    ui::{Host, icons::Mark},
};
use domain::access::Actor;
use leptos::prelude::*;

/// The skip link, the organisation's name, the way out, the places to go and the contrast.
#[component]
pub fn Top(host: Host, asking: Asking) -> impl IntoView {
    let here = asking.path.clone();
    let link = move |path: &'static str, words: &'static str| {
        // Under "My bookings" lies "My CPD", which has a link of its own.
        let within = path != "/my" && here.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        let current = (here == path || within || (path == "/my" && here.starts_with("/my/bookings"))).then_some("page");
        view! { <a href=path aria-current=current>{words}</a> }
    };
    let back = if asking.query.is_empty() {
        asking.path.clone()
    } else {
        format!("{}?{}", asking.path, asking.query)
    };
    let own = match &asking.actor {
        Actor::Nobody | Actor::System => link("/sign-in", "Sign in").into_any(),
        Actor::Person(person) => view! {
            {link("/my", "My bookings")}
            {link("/my/cpd", "My CPD")}
            {person.helps().then(|| link("/organise", "Organise"))}
            <form method="post" action="/sign-out"><button class="plain">"Sign out"</button></form>
        }
        .into_any(),
    };
    let (value, words) = if asking.contrast {
        ("normal", "Standard contrast")
    } else {
        ("more", "High contrast")
    };
    view! {
        <a class="skip" href="#main">"Skip to main content"</a>
        <header class="top">
            <div class="top__bar">
                <a class="brand" href="/"><Mark/><span>{host.name}</span></a>
                {host.leave_link.then(|| view! { <a class="leave" href="/leave" rel="nofollow noreferrer">"Leave this site"</a><span class="hidden" aria-live="polite" id="leave-say"></span> })}
            </div>
            <nav class="nav" aria-label="Main">
                {link("/events", "Events")}
                {link("/networks", "Networks")}
                {link("/verify", "Check a certificate")}
                {own}
                <form method="post" action="/preferences">
                    <input type="hidden" name="contrast" value=value/>
                    <input type="hidden" name="back" value=back/>
                    <button class="plain contrast">
                        <svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M10 1.5a8.5 8.5 0 0 1 0 17z" fill="currentColor"/></svg>
                        {words}
                    </button>
                </form>
            </nav>
        </header>
    }
}

/// Where the statements are, and what this runs on.
#[component]
pub fn Foot() -> impl IntoView {
    view! {
        <footer class="foot">
            <div class="wrap foot__in">
                <a href="/accessibility">"Accessibility"</a>
                <a href="/privacy">"Privacy"</a>
                <p>"Run on Plenary, free and open source"</p>
            </div>
        </footer>
    }
}
