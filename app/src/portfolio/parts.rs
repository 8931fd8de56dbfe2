//! What several pages of a portfolio show alike.

use crate::ui::breaking;
use domain::{
    certificates::hours::hours_in_words,
    portfolio::{
        advice::{Advice, advise},
        own::{Account, Item},
    },
    schemes,
};
use leptos::prelude::*;

/// "4.25 hours (255 minutes)", or "None".
#[must_use]
pub fn minutes(count: u32) -> String {
    match count {
        0 => "None".to_owned(),
        1 => "0.01 hours (1 minute)".to_owned(),
        _ => format!("{} ({count} minutes)", hours_in_words(count)),
    }
}

/// "1.2 MB", "340 KB".
#[must_use]
pub fn size(bytes: u64) -> String {
    if bytes >= 1_000_000 {
        format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
    } else {
        format!("{} KB", bytes.div_ceil(1_000))
    }
}

/// What to look at again in what somebody wrote, if there is anything. Advice: nothing is refused for it.
#[must_use]
pub fn second_look<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<AnyView> {
    let all: Vec<Advice> = texts.into_iter().flat_map(advise).collect();
    if all.is_empty() {
        return None;
    }
    let items = all
        .into_iter()
        .map(|advice| view! { <li>"“"{breaking(&advice.found)}"” looks like "{advice.like}</li> })
        .collect_view();
    Some(
        view! {
            <div class="waits stack" role="note">
                <p><strong>"Could this tell whom it is about?"</strong>" It is saved all the same. Look again before you show it to anybody: a reflection must not identify a patient, a person who uses a service, a pupil or a colleague."</p>
                <ul class="list">{items}</ul>
            </div>
        }
        .into_any(),
    )
}

/// Everything its owner wrote about an item in free text.
pub fn texts(item: &Item) -> impl Iterator<Item = &str> {
    let answers = item.accounts.iter().flat_map(|account| account.answers.values());
    let own = item.certificate.is_none().then_some([&item.title, &item.provider]);
    own.into_iter()
        .flatten()
        .chain(std::iter::once(&item.what))
        .chain(item.fields.values())
        .chain(answers)
        .map(String::as_str)
}

/// Paragraphs as somebody broke them.
#[must_use]
pub fn paragraphs(text: &str) -> AnyView {
    text.split("\n\n")
        .filter(|part| !part.trim().is_empty())
        .map(|part| {
            let lines: Vec<String> = part.trim().lines().map(str::to_owned).collect();
            let last = lines.len().saturating_sub(1);
            let lines = lines
                .into_iter()
                .enumerate()
                .map(|(at, line)| view! { {line}{(at < last).then(|| view! { <br/> })} })
                .collect_view();
            view! { <p>{lines}</p> }
        })
        .collect_view()
        .into_any()
}

/// A reflective account to read: each question it answers, and the answer.
#[must_use]
pub fn account(account: &Account, today: chrono::NaiveDate) -> AnyView {
    let Some(scheme) = schemes::find(&account.scheme) else {
        return ().into_any();
    };
    let answers = scheme
        .version(&account.version, today)
        .questions
        .iter()
        .filter_map(|question| {
            let answer = account.answers.get(question.code)?;
            Some(view! { <div><dt>{question.words}</dt><dd class="stack">{paragraphs(answer)}</dd></div> })
        })
        .collect_view();
    view! { <dl class="account">{answers}</dl> }.into_any()
}

/// What schemes ask for more of an item, each with its name.
#[must_use]
pub fn said(item: &Item) -> Vec<(String, String)> {
    let mut said = Vec::new();
    for scheme in schemes::SCHEMES {
        for field in scheme.on(item.first).fields {
            if let Some(words) = item.fields.get(&format!("{}-{}", scheme.code, field.code)) {
                said.push((format!("{}: {}", scheme.name, field.label), words.clone()));
            }
        }
    }
    said
}
