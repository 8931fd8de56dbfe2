//! The fields of a session, for adding and for changing one.

use crate::{
    forms::Kept,
    ui::{Choice, Field, Select, TextArea},
};
use domain::agenda::{
    Domain, SessionKind,
    edit::{Board, SessionForm},
};
use leptos::prelude::*;

/// Rows for speakers beyond those that hold one, and the most there are.
const SPARE: usize = 2;
const MOST: usize = 20;

pub fn fields(kept: &Kept, form: &SessionForm, board: &Board) -> AnyView {
    let kinds = SessionKind::ALL
        .iter()
        .map(|kind| (kind.word().to_owned(), kind.label().to_owned()))
        .collect::<Vec<_>>();
    let or_none = |none: &str, rows: Vec<(String, String)>| {
        let mut options = vec![(String::new(), none.to_owned())];
        options.extend(rows);
        options
    };
    let rooms = or_none(
        "No room",
        board.rooms.iter().map(|row| (row.code.clone(), row.name.clone())).collect(),
    );
    let tracks = or_none(
        "No track",
        board.tracks.iter().map(|row| (row.code.clone(), row.name.clone())).collect(),
    );
    let domains = or_none(
        "Not said",
        vec![
            (Domain::Clinical.word().to_owned(), "Clinical".to_owned()),
            (Domain::NonClinical.word().to_owned(), "Non-clinical".to_owned()),
        ],
    );
    view! {
        <fieldset class="group">
        <legend>"What, when and where"</legend>
        <Field kept=kept.clone() name="form[title]" label="Title" value=form.title.clone()/>
        <div class="pair">
            <Field kept=kept.clone() name="form[starts]" label="Start" value=form.starts.clone() kind="datetime-local"/>
            <Field kept=kept.clone() name="form[ends]" label="End" value=form.ends.clone() kind="datetime-local"/>
        </div>
        <div class="pair">
            <Select kept=kept.clone() name="form[kind]" label="Kind" value=form.kind.clone() options=kinds/>
            <Select kept=kept.clone() name="form[room]" label="Room" value=form.room.clone() options=rooms/>
        </div>
        </fieldset>
        <fieldset class="group">
            <legend>"Hours"</legend>
            <Choice kept=kept.clone() name="form[cpd]" label="Counts as CPD" checked={form.cpd == "true"} hint="Breaks, registration, exhibitions and business meetings never count."/>
            <Choice kept=kept.clone() name="form[participatory]" label="Participatory" checked={form.participatory == "true"} hint="People take part: a workshop, work in small groups."/>
            <Choice kept=kept.clone() name="form[discussion]" label="With time for discussion" checked={form.discussion == "true"}/>
            <Select kept=kept.clone() name="form[domain]" label="Domain" value=form.domain.clone() options=domains hint="Some colleges ask for clinical and non-clinical hours apart."/>
        </fieldset>
        {speakers(kept, form, board)}
        <fieldset class="group">
            <legend>"On the agenda"</legend>
            <Select kept=kept.clone() name="form[track]" label="Track" value=form.track.clone() options=tracks/>
            <Field kept=kept.clone() name="form[sign_up_places]" label="Places to sign up for (optional)" value=form.sign_up_places.clone() inputmode="numeric" class="short" hint="Whoever has a place at the event signs up to this session, and waits when it is full. Blank: nobody needs to."/>
            <TextArea kept=kept.clone() name="form[content_note]" label="Content note" value=form.content_note.clone() rows=3 hint="What somebody may want to know before they sit down, like \u{201c}Speaks of self-harm; no methods are described\u{201d}."/>
        </fieldset>
    }
    .into_any()
}

fn speakers(kept: &Kept, form: &SessionForm, board: &Board) -> AnyView {
    if board.speakers.is_empty() {
        return view! {
            <fieldset class="group">
                <legend>"Speakers"</legend>
                <p class="hint">"The event has no speakers yet. Save the session, add them under Speakers, and come back."</p>
            </fieldset>
        }
        .into_any();
    }
    let last = form
        .speaker_rows()
        .iter()
        .filter_map(|(key, _)| key.parse::<usize>().ok())
        .max()
        .unwrap_or(0);
    let rows = (1..=(last.min(100) + SPARE).min(MOST.max(last.min(100))))
        .map(|n| {
            let options = [(String::new(), "Nobody".to_owned())]
                .into_iter()
                .chain(board.speakers.iter().map(|speaker| (speaker.code.clone(), speaker.name.clone())))
                .collect();
            let value = form.speakers.get(&n.to_string()).cloned().unwrap_or_default();
            view! { <Select kept=kept.clone() name=format!("form[speakers][{n}]") label=format!("Speaker {n}") value=value options=options/> }
        })
        .collect_view();
    view! {
        <fieldset class="group">
            <legend>"Speakers"</legend>
            <p class="hint hold">"In the order they speak. Save to get more rows."</p>
            <div class="pair">{rows}</div>
        </fieldset>
    }
    .into_any()
}
