//! What waits to be published, and the last change with the way to undo it: at the head of every page of the agenda desk.

use super::api;
use crate::{
    forms::Kept,
    organise::frame::{Desk, quiet},
    ui::Form,
};
use domain::{agenda::edit::Working, platform::zones};
use leptos::{prelude::*, server_fn::ServerFn};

/// Nothing where nothing waits and nothing can be undone, or for whoever may not edit.
pub fn waiting(desk: &Desk, working: &Working, kept: &Kept) -> Option<AnyView> {
    if !desk.may_edit() {
        return None;
    }
    let since = working.waits_since.map(|at| {
        let when = zones::moment(zones::wall(at, desk.event.zone()));
        view! {
            <p><b>"There are changes the public does not see yet."</b>" "<span class="meta">{format!("Last changed {when}.")}</span></p>
            <p class="row"><a class="btn" href=desk.path("agenda/publish")>"Look through and publish"</a></p>
        }
    });
    let last = working.last.clone().map(|(step, words)| {
        let slug = desk.event.slug.clone();
        view! {
            <Form to=api::Undo::url() kept=quiet(kept) class="row">
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="step" value=step.to_string()/>
                <span>{words}"."</span>
                <button class="btn btn--line btn--small">"Undo"</button>
            </Form>
        }
    });
    (since.is_some() || last.is_some())
        .then(|| view! { <section class="waits stack" aria-label="Changes to the agenda">{since}{last}</section> }.into_any())
}
