//! The answer at a door: it fills the screen in green, amber or red, and says the same in words and by its drawing.

use super::door_page::{Undo, path};
use crate::ui::{
    icons::{Clock, Cross, Tick},
    time,
};
use domain::{
    attendance::{
        Refusal,
        door::Door,
        service::{Answer, Answered},
    },
    ids::AttendanceId,
    platform::zones,
};
use leptos::prelude::*;

/// An answer in words.
struct Told {
    class: &'static str,
    drawing: AnyView,
    state: &'static str,
    who: String,
    why: String,
    /// The record that can be undone, and what undoing it is called.
    undo: Option<(AttendanceId, &'static str)>,
}

fn told(door: &Door, answered: &Answered) -> Told {
    let clock = |at| zones::time(time::wall(at, &door.event.timezone).time());
    let place = answered
        .session
        .as_deref()
        .map_or_else(|| "the event".to_owned(), |title| format!("“{title}”"));
    let name = answered.who.as_ref().map_or_else(|| answered.asked.clone(), |who| who.name.clone());
    let them = answered.who.as_ref().map(|who| {
        [&who.job_role, &who.organisation]
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ")
    });
    let them = them
        .filter(|them| !them.is_empty())
        .map(|them| format!(" {them}."))
        .unwrap_or_default();
    let yes = |state, why, undo| Told {
        class: "answer answer--yes",
        drawing: view! { <Tick/> }.into_any(),
        state,
        who: name.clone(),
        why,
        undo: Some(undo),
    };
    let no = |why| Told {
        class: "answer answer--no",
        drawing: view! { <Cross/> }.into_any(),
        state: "Not found:",
        who: name.clone(),
        why,
        undo: None,
    };
    match answered.answer {
        Answer::Arrived { record, at } => yes(
            "Arrived:",
            format!("{}, to {place}.{them}", clock(at)),
            (record, "Undo this arrival"),
        ),
        Answer::Left { record, at } => yes("Left:", format!("{}, from {place}.{them}", clock(at)), (record, "Undo this leave")),
        Answer::AlreadyIn { since, by_other } => {
            let by = if by_other { ", by another steward" } else { "" };
            let why = format!(
                "Here since {}{by}. If this is a different person, find them by name.{them}",
                clock(since)
            );
            Told {
                class: "answer answer--again",
                drawing: view! { <Clock/> }.into_any(),
                state: "Already in:",
                who: name,
                why,
                undo: None,
            }
        }
        Answer::NotIn { left: Some(left) } => no(format!("They left {place} at {}, so they cannot leave again.{them}", clock(left))),
        Answer::NotIn { left: None } => no(format!(
            "They have not arrived at {place}, so they cannot leave. If they are here, choose Arrive.{them}"
        )),
        Answer::Refused { why } => no(match why {
            Refusal::OtherEvent => "This code is for another event. Welcome them in, and send them to the desk.".to_owned(),
            Refusal::NotFound => {
                "Nobody at this event has that code, reference or name. Look for another spelling, or ask which address they booked with."
                    .to_owned()
            }
            Refusal::CancelledPlace => format!("This place was cancelled, so it cannot be used. Send them to the desk.{them}"),
            Refusal::NotToday => format!("This event is not on today: it is on {}. Nothing was recorded.{them}", days(door)),
            Refusal::CancelledEvent => format!("This event was cancelled. Nothing was recorded.{them}"),
            other => format!("{other}{them}"),
        }),
    }
}

/// When the event is, in words.
pub fn days(door: &Door) -> String {
    zones::span(door.event.starts_wall, door.event.ends_wall)
}

/// The first words of the answer, for the title of the page: no name in a tab.
pub fn state(door: &Door, answered: &Answered) -> &'static str {
    told(door, answered).state.trim_end_matches(':')
}

/// The answer, filling the screen, with the ways on.
pub fn draw(door: &Door, answered: &Answered) -> AnyView {
    let Told {
        class,
        drawing,
        state,
        who,
        why,
        undo,
    } = told(door, answered);
    let to = door.to.as_ref().map(|session| session.code.clone()).unwrap_or_default();
    let next = path(&door.event.slug, &to);
    let (find, undo) = match undo {
        Some((record, words)) => (
            None,
            Some(view! { <Undo slug=door.event.slug.clone() to=to record=record words=words class="btn" label=None/> }),
        ),
        None => (Some(view! { <a class="btn" href="#q">"Find by name"</a> }), None),
    };
    view! {
        <section class=class aria-labelledby="say" tabindex="-1" autofocus>
            <div class="answer__say" role="status" id="say">
                {drawing}
                <span class="state">{state}</span>" "
                <span class="who">{who}</span>" "
                <span class="why">{why}</span>
            </div>
            <div class="stack">
                <p><a class="btn" href=next>"Next person"</a>{find}</p>
                {undo}
            </div>
        </section>
    }
    .into_any()
}
