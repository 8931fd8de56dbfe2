//! What somebody asked to be corrected, on the organiser's page about them: in their words, with the answer given or still
//! to be given.

use super::api::{self, AnswerPost};
use crate::{
    forms::Kept,
    organise::frame::quiet,
    ui::{Form, Select, TextArea, time},
};
use domain::{
    attendance::{CorrectionState, entity::correction, working::Worked},
    ids::{CorrectionId, PersonId},
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use std::collections::BTreeMap;

#[component]
pub fn Asks(
    worked: Worked,
    /// The newest first.
    asked: Vec<correction::Model>,
    by: BTreeMap<PersonId, String>,
    kept: Kept,
    typed: AnswerPost,
    may_edit: bool,
) -> impl IntoView {
    if asked.is_empty() {
        return ().into_any();
    }
    let items = asked
        .into_iter()
        .map(|row| {
            let form =
                (may_edit && row.state == CorrectionState::Open).then(|| answer(worked.clone(), row.id, kept.clone(), typed.clone()));
            view! { <li class="stack">{words(&worked, &row, &by)}{form}</li> }
        })
        .collect_view();
    view! {
        <section aria-labelledby="asked" class="stack">
            <h2 id="asked">"Asked to be corrected"</h2>
            <ul class="stack-l">{items}</ul>
        </section>
    }
    .into_any()
}

/// The request, and its answer if it has one.
fn words(worked: &Worked, row: &correction::Model, by: &BTreeMap<PersonId, String>) -> AnyView {
    let moment = |at| zones::moment(time::wall(at, &worked.event.timezone));
    let about = match row.session_id {
        None => "the whole event".to_owned(),
        Some(id) => worked
            .sessions
            .iter()
            .find(|session| session.id == id)
            .map_or_else(|| "a session that is gone".to_owned(), |session| format!("‘{}’", session.title)),
    };
    let (tag, class) = match row.state {
        CorrectionState::Open => ("To be answered", "tag tag--wait"),
        CorrectionState::Granted => ("Corrected", "tag tag--go"),
        CorrectionState::Declined => ("Not changed", "tag tag--quiet"),
    };
    let answered = row.decided_at.zip(row.answer.clone()).map(|(at, answer)| {
        let who = row.decided_by.and_then(|id| by.get(&id).cloned());
        let who = who.map(|who| format!(" by {who}")).unwrap_or_default();
        view! { <p class="meta">{format!("Answered {}{who}:", moment(at))}</p><p class="said">{answer}</p> }
    });
    view! {
        <p class="row"><span class=class>{tag}</span><span class="meta">{format!("{}, about {about}:", moment(row.asked_at))}</span></p>
        <blockquote class="said">{row.words.clone()}</blockquote>
        {answered}
    }
    .into_any()
}

fn answer(worked: Worked, id: CorrectionId, kept: Kept, typed: AnswerPost) -> AnyView {
    let decisions = [
        ("", "Choose"),
        ("granted", "I have corrected the records below"),
        ("declined", "The hours stay as they are"),
    ];
    let decisions = decisions
        .into_iter()
        .map(|(value, words)| (value.to_owned(), words.to_owned()))
        .collect();
    view! {
        <Form to=api::Decide::url() kept=quiet(&kept)>
            <input type="hidden" name="slug" value=worked.event.slug/>
            <input type="hidden" name="person" value=worked.attendee.code/>
            <input type="hidden" name="correction" value=id.to_string()/>
            <Select kept=kept.clone() name="form[decision]" label="Your decision" value=typed.decision options=decisions hint="Correct the records first: take one back, add one, or give minutes, further down this page."/>
            <TextArea kept=kept name="form[answer]" label="What you answer" value=typed.answer rows=3 hint="They are sent this by mail, and see it beside their hours."/>
            <button class="btn">"Send the answer"</button>
        </Form>
    }
    .into_any()
}
