//! Writing a reflective account: the questions of one's regulator, with the facts at hand.

use super::{api, entry_page, parts::second_look};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, Page, TextArea, page},
};
use domain::{
    certificates::hours::hours_in_words,
    platform::zones,
    portfolio::{
        advice::NOBODY,
        own::{Follows, Item, Owner, ReflectForm, find_item, follows},
    },
    schemes::{self, Scheme, Version},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// The page to reflect on an item by the questions of a scheme.
#[must_use]
pub fn path(of: &str, scheme: &str) -> String {
    format!("/my/cpd/reflect?of={}&scheme={}", ssr::encode(of), ssr::encode(scheme))
}

/// The questions that ask what it was: begun with the facts.
const ASKS_WHAT_IT_WAS: [&str; 2] = ["nature", "happened"];

#[component]
pub fn ReflectPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        let reader = Owner::of(&asking.actor)?.reader();
        let of = asking.query_value("of").unwrap_or_default();
        let item = find_item(&services, &reader, &of).await?;
        let follows = follows(&services, &reader).await?;
        let first = follows.first().map_or("none", |one| one.scheme.code);
        let wanted = asking.query_value("scheme").unwrap_or_else(|| first.to_owned());
        let scheme = schemes::find(&wanted).ok_or(domain::Error::NotFound)?;
        let today = services.clock.now().date_naive();
        let written = item.accounts.iter().find(|account| account.scheme == scheme.code).cloned();
        let version = written
            .as_ref()
            .map_or_else(|| scheme.on(today), |account| scheme.version(&account.version, today));
        let is_new = written.is_none();
        let (kept, form) = forms::kept_or(|| match written {
            Some(account) => ReflectForm { answers: account.answers },
            None => begun(&item, version),
        })
        .await?;
        Ok((item, follows, scheme, version, kept, form, is_new))
    };
    page(load, |(item, follows, scheme, version, kept, form, is_new)| {
        let title = format!("Reflect on {} – My CPD", item.title);
        Page::new(title, draw(&item, &follows, scheme, version, kept, &form, is_new)).unlisted()
    })
}

/// A new account, with what is known of the item where a question asks for it.
fn begun(item: &Item, version: &Version) -> ReflectForm {
    let mut facts = format!("{}: {}", item.method.label(), item.title);
    if !item.provider.is_empty() {
        facts.push_str(&format!(", held by {}", item.provider));
    }
    facts.push_str(&format!(", {}", zones::dates(item.first, item.last)));
    if item.minutes > 0 {
        facts.push_str(&format!(", {}", hours_in_words(item.minutes)));
    }
    if item.participatory > 0 {
        facts.push_str(&format!(", of which {} participatory", hours_in_words(item.participatory)));
    }
    facts.push('.');
    let asked = version.questions.iter().find(|question| ASKS_WHAT_IT_WAS.contains(&question.code));
    ReflectForm {
        answers: asked.map(|question| (question.code.to_owned(), facts)).into_iter().collect(),
    }
}

fn draw(
    item: &Item,
    follows: &[Follows],
    scheme: &'static Scheme,
    version: &'static Version,
    kept: Kept,
    form: &ReflectForm,
    is_new: bool,
) -> AnyView {
    let questions = version
        .questions
        .iter()
        .enumerate()
        .map(|(number, question)| {
            let value = form.answers.get(question.code).cloned().unwrap_or_default();
            let label = if version.questions.len() > 1 {
                format!("{}. {}", number + 1, question.words)
            } else {
                question.words.to_owned()
            };
            view! { <TextArea kept=kept.clone() name=format!("form[answers][{}]", question.code) label=label value=value rows=7 hint=NOBODY/> }
        })
        .collect_view();
    let others = schemes::SCHEMES
        .iter()
        .filter(|other| other.code != scheme.code && (other.code == "none" || follows.iter().any(|one| one.scheme.code == other.code)))
        .map(|other| {
            let words = if other.code == "none" {
                "Three short questions instead".to_owned()
            } else {
                format!("The questions of {} instead", other.name)
            };
            view! { <a href=path(&item.of, other.code)>{words}</a> }
        })
        .collect_view();
    let whose = if version.is_exact {
        format!("The questions are those of the {}.", scheme.regulator)
    } else if scheme.code == "none" {
        "A short form that appraisers of any profession know.".to_owned()
    } else {
        format!("The questions follow what is asked by: {}.", scheme.regulator)
    };
    let theme = (scheme.code == "nmc").then(|| {
        let themes = version
            .fields
            .iter()
            .flat_map(|field| field.choices)
            .map(|words| view! { <li>{*words}</li> });
        view! { <p class="meta">"The themes of the Code:"</p><ul class="list">{themes.collect_view()}</ul> }
    });
    let (for_saving, for_deleting) = (item.of.clone(), item.of.clone());
    let delete = (!is_new).then(|| {
        view! {
            <Form to=api::DeleteReflection::url() kept=Kept::default()>
                <input type="hidden" name="of" value=for_deleting/>
                <input type="hidden" name="scheme" value=scheme.code/>
                <p><button class="btn btn--line">"Delete this reflection"</button></p>
            </Form>
        }
    });
    view! {
        <div class="page__head">
            <p class="kicker"><a href=entry_page::path(&item.of)>{item.title.clone()}</a></p>
            <h1>"Reflect"</h1>
            <p class="lede">{format!("{}, {}", item.method.label(), zones::dates(item.first, item.last))}</p>
            <p class="links">{others}</p>
        </div>
        <div class="stack-l">
            <div class="waits stack" role="note">
                <p><strong>"Nobody may be recognisable."</strong>" Write about what you learnt, not about whom. "{NOBODY}</p>
                <p class="meta">"No organiser can read this. It leaves the site only in a pack you download or by a link you give out. A reflection may be asked for by a regulator or a court."</p>
            </div>
            {second_look(form.answers.values().map(String::as_str))}
            <Form to=api::Reflect::url() kept=kept.clone() class="stack">
                <input type="hidden" name="of" value=for_saving/>
                <input type="hidden" name="scheme" value=scheme.code/>
                <fieldset class="group">
                    <legend>{format!("Reflective account: {}", scheme.name)}</legend>
                    <p class="hint">{whose}</p>
                    {theme}
                    {questions}
                </fieldset>
                <p><button class="btn">"Save reflection"</button></p>
            </Form>
            {delete}
        </div>
    }
    .into_any()
}
