//! Messages: every mail this installation wrote for an organisation, and what became of it.

pub mod api;
pub mod banner;
mod batch_page;
mod inbox_page;
mod list_page;
pub mod mass;
mod message_page;

use batch_page::{BatchPage, RetryPage};
use inbox_page::InboxPage;
use leptos::prelude::*;
use leptos_router::{MatchNestedRoutes, SsrMode, any_nested_route::IntoAnyNestedRoute, components::Route, path};
use list_page::ListPage;
use message_page::MessagePage;

#[component(transparent)]
pub fn MessageRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/organise/messages") view=ListPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/messages/inbox") view=InboxPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/messages/retry") view=RetryPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/messages/batches/:id") view=BatchPage ssr=SsrMode::Async/>
        <Route path=path!("/organise/messages/:id") view=MessagePage ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}

use crate::ui::time;
use chrono::{DateTime, Utc};
use domain::messages::State;

/// When something happened to a message, as organisers read it.
fn moment(at: DateTime<Utc>) -> String {
    let at = time::wall(at, "Europe/London");
    format!("{}, {} UK time", time::plain_date(at.date()), time::clock(at.time()))
}

/// A state in words, and the class of its tag.
pub fn state_words(state: State) -> (&'static str, &'static str) {
    match state {
        State::Queued => ("Waiting", "tag tag--wait"),
        State::Sending => ("Leaving now", "tag tag--wait"),
        State::Sent => ("Sent", "tag tag--go"),
        State::Unsent => ("Unsent", "tag tag--stop"),
        State::Failed => ("Failed", "tag tag--stop"),
        State::Suspended => ("Not sent: address suspended", "tag tag--stop"),
    }
}

/// The kinds a list can be narrowed to.
const KINDS: [&str; 18] = [
    "booking_confirmed",
    "invite",
    "invite_update",
    "invite_cancelled",
    "place_cancelled",
    "place_declined",
    "event_cancelled",
    "certificate",
    "team_invite",
    "join_confirm",
    "join_waiting",
    "join_waits",
    "join_already",
    "join_declined",
    "joined",
    "leave_link",
    "left",
    "address_suspended",
];

/// The kind of a message in words.
fn kind_words(kind: &str) -> String {
    match kind {
        "invite" => "Calendar entry".to_owned(),
        "invite_update" => "Changed calendar entry".to_owned(),
        "invite_cancelled" => "Cancelled calendar entry".to_owned(),
        "team_invite" => "Invitation to the team".to_owned(),
        "join_confirm" => "Please confirm your request".to_owned(),
        "join_waiting" => "Your request is waiting".to_owned(),
        "join_waits" => "A request waits for a decision".to_owned(),
        "join_already" => "Already on the list".to_owned(),
        "join_declined" => "Request declined".to_owned(),
        "joined" => "Welcome to the list".to_owned(),
        "leave_link" => "Link to leave a list".to_owned(),
        "leave_nothing" => "Not on the list".to_owned(),
        "left" => "Has left the list".to_owned(),
        "place_declined" => "Link to cancel, after their calendar declined".to_owned(),
        "address_suspended" => "Mail does not reach somebody".to_owned(),
        other => {
            let words = other.replace('_', " ");
            let mut letters = words.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().chain(letters).collect())
                .unwrap_or_default()
        }
    }
}
