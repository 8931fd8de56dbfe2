//! Feedback on the organiser's desk: what is asked, whether people can answer, asking them, and what they said.

use super::api;
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{self, Desk, flash, quiet},
        lists::{address, row_button, tally},
    },
    ssr,
    ui::{Choice, Field, Form, Select, page},
};
use domain::{
    access::Permission,
    feedback::{
        FormState, Question,
        ask::to_ask,
        edit::{self, Form as Asked},
        outcomes::{self, Spread},
        remind::RuleForm,
        results::{self, Results, Tally},
        small::{LEAST, Shown},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

#[component]
pub fn OrganisePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::See).await?;
        let (_, form) = edit::load(&services, &desk.actor, &slug).await?;
        let results = results::load(&services, &desk.actor, &slug).await?;
        let spreads = outcomes::spread(&services, &desk.actor, &slug).await?;
        let unasked = if form.state == FormState::Open && desk.may_edit() {
            to_ask(&services, desk.event.id).await?.len() as u64
        } else {
            0
        };
        let (kept, typed) = forms::kept::<Typed>().await?;
        let done = asking.query_value("done").filter(|_| kept.problems.0.is_empty());
        let count = asking.query_value("count").unwrap_or_default();
        Ok((desk, form, (results, spreads), unasked, kept, typed, done, count))
    };
    page(load, |(desk, form, (results, spreads), unasked, kept, typed, done, count)| {
        let said = done.and_then(|done| {
            let (title, words) = match done.as_str() {
                "saved" => ("Saved.", String::new()),
                "deleted" => ("Deleted.", String::new()),
                "moved" => ("Moved.", String::new()),
                "state" | "rule" => ("Saved.", "It holds from now on.".to_owned()),
                "asked" => ("Asked.", format!("{count} mails are on their way. See Messages.")),
                _ => return None,
            };
            Some(flash(title, words))
        });
        let may_edit = desk.may_edit();
        let state = may_edit.then(|| state(&desk, &form, &kept));
        let rule = may_edit.then(|| rule(&desk, &form, &kept, &typed));
        let ask = (may_edit && form.state == FormState::Open).then(|| ask(&desk, &form, unasked, &kept, typed));
        let body = view! {
            {said}
            <div class="stack-l">
                {said_so_far(&desk, &results)}
                {learned(&spreads)}
                {questions(&desk, &form, may_edit)}
                {state}
                {rule}
                {ask}
            </div>
        };
        desk.page("Feedback", body)
    })
}

fn said_so_far(desk: &Desk, results: &Results) -> AnyView {
    if results.given == 0 {
        return view! { <div class="empty"><h2>"Nobody has answered yet"</h2><p>"What people say shows here: without names, and with small numbers hidden."</p></div> }.into_any();
    }
    let waiting = (results.waiting > 0).then(|| view! { <p class="meta">{format!("The answers of {} are still to be mixed with others before they show.", tally(results.waiting, "person", "people"))}</p> });
    let parts = results.tallies.iter().map(one).collect_view();
    view! {
        <section class="sec" aria-labelledby="said">
            <div class="sec__head">
                <h2 id="said">"What people said"</h2>
                <p class="meta">{format!("{} handed feedback in. Numbers from 1 to 7 are shown as *, others to the nearest 5, so sums may differ; with fewer than {LEAST} answers nothing is shown.", tally(results.given, "person", "people"))}</p>
                {waiting}
                <p class="links"><a href=desk.path("feedback.csv")>"Download as CSV"</a></p>
            </div>
            <div class="stack-l">{parts}</div>
        </section>
    }
    .into_any()
}

fn one(tally: &Tally) -> AnyView {
    let most = tally.counts.iter().map(|(_, count)| count.drawn()).max().unwrap_or(0).max(1);
    let about = tally
        .session
        .as_ref()
        .map(|session| view! { <span class="meta">{format!(" {}", session.title)}</span> });
    let bars = tally
        .counts
        .iter()
        .map(|(answer, count)| {
            let long = 200 * count.drawn() / most;
            view! {
                <tr>
                    <th scope="row">{answer.clone()}</th>
                    <td class="num">{count.words()}</td>
                    <td class="bar" aria-hidden="true"><svg viewBox="0 0 200 10" preserveAspectRatio="none" width="200" height="10"><rect class="bar__fill" x="0" y="0" width=long.to_string() height="10"/></svg></td>
                </tr>
            }
        })
        .collect_view();
    let table = (!tally.counts.is_empty()).then(|| {
        view! {
            <table class="list bars">
                <caption class="hidden">{tally.question.words.clone()}</caption>
                <thead><tr><th scope="col">"Answer"</th><th scope="col" class="num">"People"</th><td></td></tr></thead>
                <tbody>{bars}</tbody>
            </table>
        }
    });
    let texts = tally
        .texts
        .iter()
        .map(|words| view! { <li class="said">{words.clone()}</li> })
        .collect_view();
    let texts =
        (!tally.texts.is_empty()).then(|| view! { <details><summary>"What they wrote, in no order"</summary><ul>{texts}</ul></details> });
    let few = (tally.counts.is_empty() && tally.texts.is_empty()).then(|| view! { <p class="quiet">"Too few answers to show."</p> });
    let mean = tally.mean.clone().map(|mean| view! { <p>"Mean "<b>{mean}</b>" of 5"</p> });
    view! {
        <div class="stack">
            <h3>{tally.question.words.clone()}{about}</h3>
            {mean}
            {table}
            {texts}
            {few}
        </div>
    }
    .into_any()
}

/// What people said of themselves before and after, where enough did.
fn learned(spreads: &[Spread]) -> Option<AnyView> {
    if spreads.is_empty() {
        return None;
    }
    let counts = |counts: &[Shown], mean: &Option<String>| match mean {
        Some(mean) => format!(
            "{}, mean {mean}",
            counts.iter().map(|count| count.words()).collect::<Vec<_>>().join(" · ")
        ),
        None => "Too few".to_owned(),
    };
    let rows = spreads
        .iter()
        .map(|spread| {
            view! {
                <tr>
                    <th scope="row">{spread.outcome.clone()}</th>
                    <td data-label="Before">{counts(&spread.before, &spread.mean_before)}</td>
                    <td data-label="After">{counts(&spread.after, &spread.mean_after)}</td>
                </tr>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="sec" aria-labelledby="learned">
                <div class="sec__head">
                    <h2 id="learned">"What people can do"</h2>
                    <p class="meta">"In their own words for themselves, from 1, not at all, to 5, very well: how many said each, small numbers hidden. What one person said is theirs alone."</p>
                </div>
                <table class="list">
                    <caption class="hidden">"What people can do, before and after"</caption>
                    <thead><tr><th scope="col">"Outcome"</th><th scope="col">"Before: 1 · 2 · 3 · 4 · 5"</th><th scope="col">"After: 1 · 2 · 3 · 4 · 5"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        }
        .into_any(),
    )
}

fn questions(desk: &Desk, form: &Asked, may_edit: bool) -> AnyView {
    let may_change = may_edit && !form.has_answers;
    let last = form.questions.len().saturating_sub(1);
    let rows = form
        .questions
        .iter()
        .enumerate()
        .map(|(at, question)| {
            let change = may_change.then(|| {
                let edit = address(&desk.path("feedback/question"), &[("edit", question.key.clone())]);
                view! {
                    <td class="act"><div class="row">
                        {(at > 0).then(|| shift(desk, question, "up", "Up"))}
                        {(at < last).then(|| shift(desk, question, "down", "Down"))}
                        <a href=edit>"Change"<span class="hidden">{format!(": {}", question.words)}</span></a>
                    </div></td>
                }
            });
            let asked = if question.per_session { "Each session" } else { "The event" };
            let hangs = question
                .only_if
                .as_ref()
                .map(|wanted| format!(", only after \u{201c}{}\u{201d}", wanted.answer));
            view! {
                <tr>
                    <th scope="row">{question.words.clone()}</th>
                    <td data-label="About">{asked}{hangs}</td>
                    <td data-label="Answered by">{question.kind.label()}</td>
                    {change}
                </tr>
            }
        })
        .collect_view();
    let add = may_change.then(|| view! { <p><a class="btn btn--line" href=desk.path("feedback/question")>"Add a question"</a></p> });
    let stay = (may_edit && form.has_answers).then(|| view! { <p class="meta">"Answers are in, so the questions stay as they are."</p> });
    view! {
        <section class="sec" aria-labelledby="questions">
            <div class="sec__head"><h2 id="questions">"What is asked"</h2>{stay}</div>
            <table class="list">
                <caption class="hidden">"Questions"</caption>
                <thead><tr><th scope="col">"Question"</th><th scope="col">"About"</th><th scope="col">"Answered by"</th>{may_change.then(|| view! { <td><span class="hidden">"What you can do"</span></td> })}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {add}
        </section>
    }
    .into_any()
}

fn shift(desk: &Desk, question: &Question, to: &'static str, words: &'static str) -> AnyView {
    let fields = [("slug", desk.event.slug.as_str()), ("key", &question.key), ("to", to)];
    row_button(api::MoveQuestion::url(), &fields, words, &question.words)
}

fn state(desk: &Desk, form: &Asked, kept: &Kept) -> AnyView {
    let options = [
        (FormState::Draft, "Not yet: nobody sees the questions"),
        (FormState::Open, "Yes, from when the event begins"),
        (FormState::Closed, "No more"),
    ]
    .map(|(state, words)| (state.word().to_owned(), words.to_owned()))
    .to_vec();
    let slug = desk.event.slug.clone();
    let (fields, state, gates) = (kept.clone(), form.state.word(), form.gates);
    view! {
        <section class="stack" aria-labelledby="state">
            <h2 id="state">"Can people answer?"</h2>
            <Form to=api::State::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <Select kept=fields.clone() name="form[state]" label="Answering" value=state options=options/>
                <Choice kept=fields name="form[gates]" label="Certificates wait for it" checked=gates hint="Whoever came gets their certificate once they have handed feedback in, whatever it says and however much of it is blank. Nobody is asked who wrote what, and nobody can tell."/>
                <p><button class="btn">"Save"</button></p>
            </Form>
        </section>
    }
    .into_any()
}

/// What either form of the page holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Typed {
    count: String,
    days: String,
}

fn rule(desk: &Desk, form: &Asked, kept: &Kept, typed: &Typed) -> AnyView {
    let slug = desk.event.slug.clone();
    let fields = kept.clone();
    let days = match kept.problems.of("form[days]") {
        Some(_) => typed.days.clone(),
        None => RuleForm::of(&form.rule).days,
    };
    view! {
        <section class="stack" aria-labelledby="rule">
            <h2 id="rule">"Ask by themselves"</h2>
            <p class="meta">"On each of these days whoever came and has not answered gets one mail, at the hour the event ended; but only while people can answer."</p>
            <Form to=api::AskRule::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <Field kept=fields name="form[days]" label="Days after the event (optional)" value=days hint="Like 0, 3, 7: at its end, three days later and a week later. Blank: only when you ask." inputmode="text" class="input--tiny" autocomplete="off"/>
                <p><button class="btn btn--line">"Save"</button></p>
            </Form>
        </section>
    }
    .into_any()
}

fn ask(desk: &Desk, form: &Asked, count: u64, kept: &Kept, typed: Typed) -> AnyView {
    let before = match form.asked {
        0 => "Nobody was asked by mail yet.".to_owned(),
        1 => "People were asked once.".to_owned(),
        rounds => format!("People were asked {rounds} times."),
    };
    let slug = desk.event.slug.clone();
    let people = tally(count, "person", "people");
    let fields = kept.clone();
    let inner = if count == 0 {
        view! { <p>"Nobody is left to ask: everybody who came and has an email address has answered, or nobody has come yet."</p> }
            .into_any()
    } else {
        view! {
            <p>{format!("{people} came, can be written to, and have not answered. Each gets one mail with a link of their own.")}</p>
            <Form to=api::AskPeople::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <Field kept=fields name="form[count]" label=format!("Type {count} to confirm") value=typed.count hint="How many people will be mailed." inputmode="numeric" class="input--tiny" autocomplete="off"/>
                <p><button class="btn">{format!("Ask {people}")}</button></p>
            </Form>
        }
        .into_any()
    };
    view! { <section class="stack" aria-labelledby="ask"><h2 id="ask">"Ask by mail"</h2><p class="meta">{before}</p>{inner}</section> }
        .into_any()
}
