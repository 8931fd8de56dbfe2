//! What publishing a changed agenda will do, and the button that does it.

use super::{api, parts::ways};
use crate::{
    forms,
    organise::{
        frame::{self, Desk, quiet},
        lists::tally,
    },
    ssr,
    ui::{Field, Form, page},
};
use domain::{
    access::Permission,
    agenda::edit::{self, Difference, Fate, MANY, Preview, PublishForm},
    events::calendar::Day,
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn PublishPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::Edit).await?;
        let preview = edit::preview(&services, &asking.actor, &slug).await?;
        let (kept, form) = forms::kept_or(PublishForm::default).await?;
        Ok((desk, preview, kept, form))
    };
    page(load, |(desk, preview, kept, form)| {
        let body = if preview.differences.is_empty() {
            view! { <div class="stack-l">{ways(&desk)}<div class="empty"><h2>"Nothing to publish"</h2><p>"The agenda the public sees is the one you see."</p><p><a class="btn btn--line" href=desk.path("agenda")>"Back to the agenda"</a></p></div></div> }
                .into_any()
        } else {
            ask(&desk, &preview, &kept, form)
        };
        desk.page("Publish the agenda", body)
    })
}

fn ask(desk: &Desk, preview: &Preview, kept: &forms::Kept, form: PublishForm) -> AnyView {
    let count = preview.differences.len() as u64;
    let changes = tally(count, "change", "changes");
    let people = tally(preview.people(), "person", "people");
    let told = match preview.told {
        0 if preview.chosen == 0 => {
            "Nobody is mailed: no day of the event begins or ends at another time, and nobody chose a session that moves.".to_owned()
        }
        0 => String::new(),
        _ => format!(
            "{} with the event in their calendar will be sent the new times, once. ",
            tally(preview.told, "person", "people")
        ),
    };
    let chosen = if preview.chosen == 0 {
        String::new()
    } else {
        format!(
            "{} who chose a session that moves or is off will be written to about it.",
            tally(preview.chosen, "person", "people")
        )
    };
    let button = if preview.people() == 0 {
        format!("Publish {changes}")
    } else {
        format!("Publish {changes} and tell {people}")
    };
    let number = (preview.people() > MANY).then(|| {
        let label = format!("Type {} to confirm", preview.people());
        view! { <Field kept=kept.clone() name="form[count]" label=label value=form.count hint="How many people will be mailed." inputmode="numeric" class="input--tiny" autocomplete="off"/> }
    });
    let days = (!preview.days.is_empty()).then(|| {
        let rows = preview
            .days
            .iter()
            .map(|(was, is)| view! { <li>{day(*was, *is)}</li> })
            .collect_view();
        view! { <section class="stack" aria-labelledby="days"><h2 id="days">"In calendars"</h2><ul>{rows}</ul></section> }
    });
    let (back, seen) = (desk.path("agenda"), preview.version.clone());
    let differences = preview.differences.iter().map(difference).collect_view();
    let (slug, slug_again) = (desk.event.slug.clone(), desk.event.slug.clone());
    view! {
        <div class="stack-l">
            {ways(desk)}
            <section class="stack" aria-labelledby="changes">
                <h2 id="changes">{format!("What will be different: {changes}")}</h2>
                <ul class="changes">{differences}</ul>
            </section>
            {days}
            <section class="stack" aria-labelledby="publish">
                <h2 id="publish">"Publish"</h2>
                <p>{told}{chosen}</p>
                <Form to=api::Publish::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="form[seen]" value=seen/>
                    {number}
                    <p class="row"><button class="btn">{button}</button><a href=back>"Back to the agenda"</a></p>
                </Form>
                <details>
                    <summary>"Throw these changes away"</summary>
                    <Form to=api::Discard::url() kept=quiet(kept) class="stack">
                        <input type="hidden" name="slug" value=slug_again/>
                        <p>{format!("The agenda goes back to what the public sees. The {changes} cannot be brought back.")}</p>
                        <p><button class="btn btn--danger">{format!("Yes, throw {changes} away")}</button></p>
                    </Form>
                </details>
            </section>
        </div>
    }
    .into_any()
}

fn difference(difference: &Difference) -> AnyView {
    let (fate, class) = match difference.fate {
        Fate::Added => ("Added", "tag tag--go"),
        Fate::Changed => ("Changed", "tag"),
        Fate::Cancelled => ("Cancelled", "tag tag--stop"),
        Fate::Restored => ("Held after all", "tag tag--go"),
        Fate::Deleted => ("Deleted", "tag tag--stop"),
    };
    let lines = difference
        .lines
        .iter()
        .map(|(what, was, is)| {
            let values = match (was.is_empty(), is.is_empty()) {
                (true, _) => view! { <ins>{is.clone()}</ins> }.into_any(),
                (false, true) => view! { <del>{was.clone()}</del>" (now nothing)" }.into_any(),
                (false, false) => {
                    view! { <del>{was.clone()}</del><span class="hidden">" is now "</span>" "<ins>{is.clone()}</ins> }.into_any()
                }
            };
            view! { <div><dt>{*what}</dt><dd>{values}</dd></div> }
        })
        .collect_view();
    let lines = (!difference.lines.is_empty()).then(|| view! { <dl>{lines}</dl> });
    let kind = difference.kind.to_lowercase();
    view! { <li><p><b>{difference.name.clone()}</b>" "<span class="meta">{kind}</span>" "<span class=class>{fate}</span></p>{lines}</li> }
        .into_any()
}

fn day(was: Option<Day>, is: Option<Day>) -> String {
    let times = |day: Day| zones::times(day.starts.time(), day.ends.time());
    match (was, is) {
        (Some(was), Some(is)) => format!("{}: {} instead of {}", zones::date(is.date), times(is), times(was)),
        (None, Some(is)) => format!("{}: {}, a new day", zones::date(is.date), times(is)),
        (Some(was), None) => format!("{}: no longer a day of the event", zones::date(was.date)),
        (None, None) => String::new(),
    }
}
