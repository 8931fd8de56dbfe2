//! Giving feedback.

use super::api;
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, Page, TextArea, flash, form::id_of, page},
};
use domain::{
    agenda::entity::session,
    feedback::{
        Question, QuestionKind, Refusal,
        give::{self, AnswersForm, Asked, Giver},
        questions::STEPS,
    },
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// Where feedback is given: by a link's token, or signed in.
#[must_use]
pub fn path(token: &str, slug: &str) -> String {
    if token.is_empty() {
        format!("/my/feedback/{}", ssr::encode(slug))
    } else {
        format!("/feedback/{}", ssr::encode(token))
    }
}

#[component]
pub fn GivePage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    giving(token, String::new())
}

#[component]
pub fn OwnPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    giving(String::new(), slug)
}

fn giving(token: String, slug: String) -> impl IntoView {
    let load = async move {
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        let (services, asking) = (ssr::services(), ssr::asking());
        let giver = if token.is_empty() {
            Giver::Actor(&asking.actor, &slug)
        } else {
            Giver::Link(&token)
        };
        let asked = give::open(&services, &giver).await?;
        let (kept, typed) = forms::kept::<AnswersForm>().await?;
        let refused = asked.admits(services.clock.now()).err();
        Ok((asked, refused, kept, typed, token, slug))
    };
    page(load, |(asked, refused, kept, typed, token, slug)| {
        let title = format!("Feedback – {}", asked.event.shown_title());
        let (organisation, support) = (asked.organisation.clone(), asked.event.support.0.clone());
        let sensitive = asked.event.sensitive;
        let body = match refused {
            _ if asked.given => thanks(&asked),
            None => form(&asked, &kept, &typed, token, slug),
            Some(why) => {
                let heading = if why == Refusal::Closed {
                    "Feedback is closed"
                } else {
                    "Feedback is not open yet"
                };
                view! { <div class="stack"><h1>{heading}</h1><p class="lede">{asked.event.title.clone()}</p><p>{why.to_string()}</p></div> }
                    .into_any()
            }
        };
        Page::new(title, body)
            .host(&organisation)
            .support(if sensitive { support } else { Vec::new() })
            .unlisted()
    })
}

fn thanks(asked: &Asked) -> AnyView {
    let more = if asked.gates {
        "Your certificate no longer waits for it."
    } else {
        ""
    };
    view! {
        <div class="stack">
            {flash("Thank you. Your feedback is in.", more)}
            <h1>"Feedback"</h1>
            <p class="lede">{asked.event.title.clone()}</p>
            <p>"It cannot be changed, because nobody can tell which answers are yours."</p>
            <p class="links"><a href="/my/cpd">"My CPD"</a><a href=format!("/events/{}", asked.event.slug)>"The event"</a></p>
        </div>
    }
    .into_any()
}

fn form(asked: &Asked, kept: &Kept, typed: &AnswersForm, token: String, slug: String) -> AnyView {
    let about_event = asked
        .questions
        .iter()
        .filter(|question| !question.per_session)
        .map(|question| field(asked, question, None, kept, typed))
        .collect_view();
    let of_sessions: Vec<&Question> = asked.questions.iter().filter(|question| question.per_session).collect();
    let sessions = (!of_sessions.is_empty()).then(|| {
        asked
            .sessions
            .iter()
            .map(|session| {
                let fields = of_sessions
                    .iter()
                    .map(|question| field(asked, question, Some(session), kept, typed))
                    .collect_view();
                let when = zones::times(session.starts_wall.time(), session.ends_wall.time());
                view! {
                    <fieldset class="group">
                        <legend>{session.title.clone()}</legend>
                        <p class="hint hold">{when}</p>
                        {fields}
                    </fieldset>
                }
            })
            .collect_view()
    });
    let sessions =
        sessions.map(|sessions| view! { <h2>"The sessions"</h2><p class="hint">"Leave out those you were not in."</p>{sessions} });
    let waits = asked.gates.then(|| view! { <p>"Your certificate is issued once this is in. What you say makes no difference to it, and you may leave everything blank."</p> });
    view! {
        <div class="page__head">
            <p class="kicker">{asked.organisation.name.clone()}</p>
            <h1>"How was it?"</h1>
            <p class="lede">{format!("{}, {}", asked.event.title, zones::span(asked.event.starts_wall, asked.event.ends_wall))}</p>
        </div>
        <div class="stack-l">
            <section class="slip stack" aria-labelledby="private">
                <h2 id="private">"Without your name"</h2>
                <p>"That you answered is kept apart from what you answered. Answers are taken apart and mixed with other people's, and nobody can put them together again: not the organiser, and not whoever runs this site. Once it is in it cannot be changed."</p>
                <p>"Please write nothing by which a patient, a pupil, a colleague or you could be known."</p>
                {waits}
            </section>
            <Form to=api::GiveFeedback::url() kept=kept.clone()>
                <input type="hidden" name="token" value=token/>
                <input type="hidden" name="slug" value=slug/>
                <p class="hint">"Every question may be left blank."</p>
                {about_event}
                {sessions}
                <p><button class="btn">"Hand in my feedback"</button></p>
            </Form>
        </div>
    }
    .into_any()
}

/// When a question is asked, where it is not always.
fn condition(asked: &Asked, question: &Question) -> Option<String> {
    let wanted = question.only_if.as_ref()?;
    let on = asked.questions.iter().find(|other| other.key == wanted.question)?;
    Some(format!(
        "Only if you answered \u{201c}{}\u{201d} to \u{201c}{}\u{201d}.",
        wanted.answer, on.words
    ))
}

fn field(asked: &Asked, question: &Question, session: Option<&session::Model>, kept: &Kept, typed: &AnswersForm) -> AnyView {
    let code = session.map(|session| session.code.as_str());
    let key = question.field(code);
    let name = format!("form[answers][{key}]");
    let value = typed.answers.get(&key).cloned().unwrap_or_default();
    let hint = condition(asked, question).unwrap_or_default();
    if question.kind == QuestionKind::Text {
        return view! { <TextArea kept=kept.clone() name=name label=question.words.clone() value=value rows=4 hint=hint/> }.into_any();
    }
    let several = question.kind == QuestionKind::Choices;
    let options: Vec<(String, String, String, bool)> = if several {
        let options = question.options.iter().enumerate();
        options
            .map(|(at, option)| {
                let key = question.option_field(code, at);
                let ticked = typed.answers.contains_key(&key);
                (format!("form[answers][{key}]"), "true".to_owned(), option.clone(), ticked)
            })
            .collect()
    } else {
        let options = question.possible().into_iter();
        options
            .map(|option| (name.clone(), option.clone(), step_words(question, &option), value == option))
            .collect()
    };
    let kind = if several { "checkbox" } else { "radio" };
    let wrong = kept.problems.of(&name).map(str::to_owned);
    let (id, class) = (id_of(&name), if wrong.is_some() { "choices field--wrong" } else { "choices" });
    let boxes = options
        .into_iter()
        .enumerate()
        .map(|(at, (name, value, words, ticked))| {
            // The summary of problems leads to the first.
            let id = if at == 0 { id.clone() } else { format!("{id}-{at}") };
            view! { <label class="choice"><input type=kind id=id name=name value=value checked=ticked/><span>{words}</span></label> }
        })
        .collect_view();
    let row = if question.kind == QuestionKind::Scale { "scale" } else { "stack" };
    view! {
        <fieldset class=class>
            <legend>{question.words.clone()}</legend>
            {(!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> })}
            {wrong.map(|words| view! { <p class="wrong"><span class="hidden">"Error: "</span>{words}</p> })}
            <div class=row>{boxes}</div>
        </fieldset>
    }
    .into_any()
}

/// The ends of a scale say what they mean.
fn step_words(question: &Question, step: &str) -> String {
    match (question.kind, step) {
        (QuestionKind::Scale, "1") => "1, not at all".to_owned(),
        (QuestionKind::Scale, last) if last == STEPS.to_string() => format!("{last}, very"),
        _ => step.to_owned(),
    }
}
