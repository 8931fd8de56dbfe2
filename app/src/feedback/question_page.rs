//! One question, added or changed.

use super::api;
use crate::{
    forms::{self, Kept},
    organise::frame::{self, Desk, quiet},
    ssr,
    ui::{Choice, Field, Form, Select, TextArea, page},
};
use domain::{
    Error,
    access::Permission,
    feedback::{
        Question, QuestionKind,
        edit::{self, QuestionForm},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn QuestionPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::Edit).await?;
        let (_, form) = edit::load(&ssr::services(), &desk.actor, &slug).await?;
        let edited = match ssr::asking().query_value("edit") {
            Some(key) => Some(
                form.questions
                    .iter()
                    .position(|question| question.key == key)
                    .ok_or(Error::NotFound)?,
            ),
            None => None,
        };
        let fresh = || QuestionForm {
            kind: QuestionKind::Scale.word().to_owned(),
            ..QuestionForm::default()
        };
        let (kept, typed) = forms::kept_or(|| edited.map_or_else(fresh, |at| QuestionForm::of(&form.questions[at]))).await?;
        Ok((desk, form.questions, edited, kept, typed))
    };
    page(load, |(desk, questions, edited, kept, typed)| {
        let heading = if edited.is_some() { "Change a question" } else { "Add a question" };
        let body = draw(&desk, &questions, edited, &kept, typed);
        desk.page(heading, body)
    })
}

fn draw(desk: &Desk, questions: &[Question], edited: Option<usize>, kept: &Kept, typed: QuestionForm) -> AnyView {
    let earlier = &questions[..edited.unwrap_or(questions.len())];
    let kinds = QuestionKind::ALL
        .iter()
        .map(|kind| (kind.word().to_owned(), kind.label().to_owned()))
        .collect();
    let hangs: Vec<(String, String)> = std::iter::once((String::new(), "Always".to_owned()))
        .chain(earlier.iter().flat_map(|question| {
            let possible = question.possible().into_iter();
            possible.map(|answer| {
                let words = format!("If \u{201c}{}\u{201d} is answered \u{201c}{answer}\u{201d}", question.words);
                (format!("{}:{answer}", question.key), words)
            })
        }))
        .collect();
    let key = edited.map(|at| questions[at].key.clone()).unwrap_or_default();
    let slug = desk.event.slug.clone();
    let (back, fields) = (desk.path("feedback"), kept.clone());
    let delete = edited.map(|_| {
        let (slug, key) = (desk.event.slug.clone(), key.clone());
        view! {
            <Form to=api::DeleteQuestion::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="key" value=key/>
                <p><button class="btn btn--danger btn--line">"Delete this question"</button></p>
            </Form>
        }
    });
    view! {
        <div class="two"><div class="stack">
            <Form to=api::Question::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="key" value=key.clone()/>
                <Field kept=fields.clone() name="form[words]" label="Question" value=typed.words/>
                <Select kept=fields.clone() name="form[kind]" label="How it is answered" value=typed.kind options=kinds hint="A scale runs from 1, not at all, to 5, very."/>
                <TextArea kept=fields.clone() name="form[options]" label="Answers to choose from" value=typed.options rows=5 hint="One a line. Only where people choose one or any."/>
                <Choice kept=fields.clone() name="form[per_session]" label="Ask it about each session" checked={typed.per_session == "true"} hint="Each session that counts as CPD."/>
                <Select kept=fields.clone() name="form[only_if]" label="When it is asked" value=typed.only_if options=hangs/>
                <p class="row"><button class="btn">"Save"</button><a href=back>"Back to feedback"</a></p>
            </Form>
            {delete}
        </div></div>
    }
    .into_any()
}
