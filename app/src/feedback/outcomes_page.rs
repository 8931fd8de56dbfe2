//! Self-assessment, for the delegate alone.

use super::api;
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Form, Page, flash, form::id_of, page},
};
use domain::{
    feedback::{
        Moment,
        outcomes::{self, Own, RatingsForm},
        questions::STEPS,
    },
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// Where somebody assesses themselves.
#[must_use]
pub fn path(slug: &str) -> String {
    format!("/my/outcomes/{}", ssr::encode(slug))
}

#[component]
pub fn OutcomesPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        ssr::header(axum::http::header::CACHE_CONTROL, "no-store");
        let own = outcomes::own(&ssr::services(), &ssr::asking().actor, &slug).await?;
        let (kept, form) = forms::kept_or(|| own.form.clone()).await?;
        let saved = ssr::asking().query_value("saved").is_some() && kept.problems.0.is_empty();
        Ok((own, kept, form, saved))
    };
    page(load, |(own, kept, form, saved)| {
        let title = format!("What you can do – {}", own.event.shown_title());
        let organisation = own.organisation.clone();
        let support = if own.event.sensitive {
            own.event.support.0.clone()
        } else {
            Vec::new()
        };
        Page::new(title, draw(&own, &kept, &form, saved))
            .host(&organisation)
            .support(support)
            .unlisted()
    })
}

fn draw(own: &Own, kept: &Kept, form: &RatingsForm, saved: bool) -> AnyView {
    let event = &own.event;
    let rows = event
        .outcomes
        .0
        .iter()
        .enumerate()
        .map(|(at, outcome)| {
            let key = (at + 1).to_string();
            let before = scale(kept, Moment::Before, &key, outcome, form.before.get(&key));
            let after = own.begun.then(|| scale(kept, Moment::After, &key, outcome, form.after.get(&key)));
            view! {
                <fieldset class="group">
                    <legend>{outcome.clone()}</legend>
                    {before}
                    {after}
                </fieldset>
            }
        })
        .collect_view();
    let later =
        (!own.begun).then(|| view! { <p class="hint">"Once the event has begun you can say how well you can do each afterwards."</p> });
    let slug = event.slug.clone();
    view! {
        <div class="page__head">
            <p class="kicker"><a href="/my/cpd">"My CPD"</a></p>
            <h1>"What you can do, before and after"</h1>
            <p class="lede">{format!("{}, {}", event.title, zones::span(event.starts_wall, event.ends_wall))}</p>
        </div>
        <div class="stack-l">
            {saved.then(|| flash("Saved.", "Only you see it."))}
            <p>"How well can you do what this event sets out to teach? This is for you alone, to see what the day gave you. Organisers see how many people said what, and only where at least eight did. Leave out what you like; saved blank, nothing is kept."</p>
            <Form to=api::AssessMyself::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                {later}
                {rows}
                <p><button class="btn">"Save"</button></p>
            </Form>
        </div>
    }
    .into_any()
}

fn scale(kept: &Kept, moment: Moment, key: &str, outcome: &str, chosen: Option<&String>) -> AnyView {
    let name = format!("form[{}][{key}]", moment.word());
    let wrong = kept.problems.of(&name).map(str::to_owned);
    let (words, id) = match moment {
        Moment::Before => ("Before", id_of(&name)),
        Moment::After => ("After", id_of(&name)),
    };
    let none = view! { <label class="choice"><input type="radio" name=name.clone() value="" checked=chosen.is_none()/><span>"No answer"</span></label> };
    let steps = (1..=STEPS)
        .map(|step| {
            let value = step.to_string();
            let words = match step {
                1 => "1, not at all".to_owned(),
                STEPS => format!("{step}, very well"),
                step => step.to_string(),
            };
            let id = if step == 1 { id.clone() } else { format!("{id}-{step}") };
            let checked = chosen == Some(&value);
            view! { <label class="choice"><input type="radio" id=id name=name.clone() value=value checked=checked/><span>{words}</span></label> }
        })
        .collect_view();
    let of = format!(": {outcome}");
    view! {
        <fieldset class="choices">
            <legend>{words}<span class="hidden">{of}</span></legend>
            {wrong.map(|words| view! { <p class="wrong"><span class="hidden">"Error: "</span>{words}</p> })}
            <div class="scale">{steps}{none}</div>
        </fieldset>
    }
    .into_any()
}
