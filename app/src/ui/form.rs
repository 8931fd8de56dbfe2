//! Forms: labels above, hints below them, errors in a summary that takes focus and beside the field in the same words,
//! values kept. No page writes a posting form itself, nor the summary of what was wrong with one.

use crate::forms::Kept;
use domain::error::FieldErrors;
use leptos::prelude::*;

/// A posting form. Carries the draft's id; what was wrong, the page says first of all (see [`Problems`]).
#[component]
pub fn Form(
    /// The address of the server function.
    #[prop(into)]
    to: String,
    kept: Kept,
    #[prop(optional, into)] class: Option<String>,
    /// Whether it hands in a file, which is posted in another way.
    #[prop(optional)]
    files: bool,
    children: Children,
) -> impl IntoView {
    let encoding = files.then_some("multipart/form-data");
    view! {
        <form method="post" action=to class=class enctype=encoding novalidate>
            <input type="hidden" name="draft" value=kept.id.clone()/>
            {children()}
        </form>
    }
}

/// The summary of what is wrong: the first thing in `main`, whatever the page, and so the first a screen reader is told.
/// [`super::Page`] draws it; no page does so itself.
#[component]
pub fn Problems(problems: FieldErrors) -> impl IntoView {
    (!problems.0.is_empty()).then(|| {
        let items = problems.0.into_iter().map(|problem| {
            let words = if problem.field.is_empty() {
                view! { <span>{problem.message}</span> }.into_any()
            } else {
                view! { <a href=format!("#{}", id_of(&problem.field))>{problem.message}</a> }.into_any()
            };
            view! { <li>{words}</li> }
        });
        view! {
            <div class="problem" role="alert" tabindex="-1" autofocus aria-labelledby="problem">
                <h2 id="problem">"There is a problem"</h2>
                <ul class="list">{items.collect_view()}</ul>
            </div>
        }
    })
}

/// The id of the field with this name: letters, digits and hyphens only.
#[must_use]
pub fn id_of(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 2);
    id.push_str("f-");
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            id.push(c);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

struct Described {
    id: String,
    hint: Option<AnyView>,
    wrong: Option<AnyView>,
    by: Option<String>,
    class: &'static str,
    invalid: Option<&'static str>,
}

fn describe(kept: &Kept, name: &str, hint: Option<String>) -> Described {
    let id = id_of(name);
    let message = kept.problems.of(name).map(str::to_owned);
    let mut by = Vec::new();
    let hint = hint.map(|hint| {
        let hint_id = format!("{id}-hint");
        by.push(hint_id.clone());
        view! { <span class="hint" id=hint_id>{hint}</span> }.into_any()
    });
    let is_wrong = message.is_some();
    let wrong = message.map(|message| {
        let wrong_id = format!("{id}-wrong");
        by.push(wrong_id.clone());
        view! { <span class="wrong" id=wrong_id><span class="hidden">"Error: "</span>{message}</span> }.into_any()
    });
    Described {
        id,
        hint,
        wrong,
        by: (!by.is_empty()).then(|| by.join(" ")),
        class: if is_wrong { "field field--wrong" } else { "field" },
        invalid: is_wrong.then_some("true"),
    }
}

/// One line to type in.
#[component]
pub fn Field(
    kept: Kept,
    /// Its name in the form, as `form[email]`; problems are found by it.
    #[prop(into)]
    name: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
    #[prop(optional)] class: Option<&'static str>,
    /// The id of a list of what may be meant.
    #[prop(optional)]
    list: Option<&'static str>,
    /// The one field of a page that does nothing else: whoever opens it can type at once.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let Described {
        id,
        hint,
        wrong,
        by,
        class: around,
        invalid,
    } = describe(&kept, &name, hint);
    let class = class.map_or_else(|| "input".to_owned(), |more| format!("input {more}"));
    view! {
        <div class=around>
            <label for=id.clone()>{label}</label>
            {hint}
            {wrong}
            <input class=class id=id name=name type=kind value=value autocomplete=autocomplete inputmode=inputmode list=list autofocus=first aria-describedby=by aria-invalid=invalid/>
        </div>
    }
}

/// A file to hand in. What was chosen is never kept.
#[component]
pub fn FileField(
    kept: Kept,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    /// What the browser offers first, as ".csv,text/csv".
    accept: &'static str,
) -> impl IntoView {
    let Described {
        id,
        hint,
        wrong,
        by,
        class,
        invalid,
    } = describe(&kept, &name, hint);
    view! {
        <div class=class>
            <label for=id.clone()>{label}</label>
            {hint}
            {wrong}
            <input class="input" id=id name=name type="file" accept=accept aria-describedby=by aria-invalid=invalid/>
        </div>
    }
}

/// Several lines to type in.
#[component]
pub fn TextArea(
    kept: Kept,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(default = 5)] rows: u32,
) -> impl IntoView {
    let Described {
        id,
        hint,
        wrong,
        by,
        class,
        invalid,
    } = describe(&kept, &name, hint);
    view! {
        <div class=class>
            <label for=id.clone()>{label}</label>
            {hint}
            {wrong}
            <textarea class="input" id=id name=name rows=rows.to_string() aria-describedby=by aria-invalid=invalid>{format!("\n{}", super::escaped(&value))}</textarea>
        </div>
    }
}

/// A choice of one from a list that folds away.
#[component]
pub fn Select(
    kept: Kept,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    /// Value and words of each choice.
    options: Vec<(String, String)>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let Described {
        id,
        hint,
        wrong,
        by,
        class,
        invalid,
    } = describe(&kept, &name, hint);
    let options = options
        .into_iter()
        .map(|(key, words)| {
            let selected = key == value;
            view! { <option value=key selected=selected>{words}</option> }
        })
        .collect_view();
    view! {
        <div class=class>
            <label for=id.clone()>{label}</label>
            {hint}
            {wrong}
            <select class="input" id=id name=name aria-describedby=by aria-invalid=invalid>{options}</select>
        </div>
    }
}

/// A box to tick.
#[component]
pub fn Choice(
    kept: Kept,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    checked: bool,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let Described {
        id,
        hint,
        wrong,
        by,
        class,
        invalid,
    } = describe(&kept, &name, hint);
    view! {
        <div class=class>
            {wrong}
            <div class="check">
                <input type="checkbox" id=id.clone() name=name value="true" checked=checked aria-describedby=by aria-invalid=invalid/>
                <label for=id>{label}</label>
            </div>
            {hint}
        </div>
    }
}
