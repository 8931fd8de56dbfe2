//! Making an event, and changing one.

use super::{
    api,
    event_form::{basics, cpd, evidence, page_fields, support},
    frame::{self, Desk, desk_banner},
    lists::{address, grouped, tally},
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Choice, Form, Page, Select, page},
};
use domain::{
    access::Permission,
    events::{
        EventStatus, desk,
        edit::{self, EventForm, Look, Part},
    },
    organisations::{entity::organisation, service::list_with},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn NewPage() -> impl IntoView {
    let load = async move {
        let (services, actor) = (ssr::services(), ssr::asking().actor);
        actor.require_anywhere(Permission::Edit)?;
        let organisations = list_with(&services, &actor, Permission::Edit).await?;
        let (kept, form) = forms::kept_or(EventForm::fresh).await?;
        Ok((organisations, kept, form, desk_banner().await?))
    };
    page(load, |(organisations, kept, form, banner)| {
        let only = (organisations.len() == 1).then(|| organisations[0].clone());
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a></p>
                <h1>"New event"</h1>
                <p class="lede">"A name and two times are enough to begin. It stays a draft until you publish it; words for its page, tickets and agenda come next."</p>
            </div>
            <div class="two"><div><Form to=api::Create::url() kept=kept.clone()>
                {whose(&organisations, &kept, &form.organisation)}
                {basics(&kept, &form, None)}
                <p><button class="btn">"Save"</button></p>
            </Form></div></div>
        };
        let page = Page::new("New event", body).banner(banner).unlisted();
        match only {
            Some(organisation) => page.host(&organisation),
            None => page,
        }
    })
}

/// Whose it is, where there is a choice.
pub fn whose(organisations: &[organisation::Model], kept: &Kept, chosen: &str) -> AnyView {
    match organisations {
        [only] => view! { <input type="hidden" name="form[organisation]" value=only.slug.clone()/> }.into_any(),
        several => {
            let options = [(String::new(), "Choose one".to_owned())]
                .into_iter()
                .chain(several.iter().map(|row| (row.slug.clone(), row.name.clone())))
                .collect();
            view! { <Select kept=kept.clone() name="form[organisation]" label="Organisation" value=chosen.to_owned() options=options/> }
                .into_any()
        }
    }
}

/// The address of a part of the form.
fn part_path(desk: &Desk, part: Part) -> String {
    match part {
        Part::Basics => desk.path("edit"),
        other => address(&desk.path("edit"), &[("part", other.word().to_owned())]),
    }
}

/// The way to the parts of an event's form; the one that is open stands out.
pub fn parts(desk: &Desk, open: Option<Part>) -> AnyView {
    let links = Part::ALL
        .iter()
        .map(|part| {
            let (current, words) = if open == Some(*part) {
                (Some("page"), view! { <b>{part.label()}</b> }.into_any())
            } else {
                (None, part.label().into_any())
            };
            view! { <a href=part_path(desk, *part) aria-current=current>{words}</a> }
        })
        .collect_view();
    view! { <nav class="links" aria-label="Parts of the details">{links}</nav> }.into_any()
}

#[component]
pub fn EditPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&slug, Permission::Edit).await?;
        let asked = ssr::asking().query_value("part");
        let part = asked.and_then(|word| word.parse().ok()).unwrap_or(Part::Basics);
        let (kept, typed) = forms::kept_or(|| edit::form_of(&desk.event)).await?;
        let typed = EventForm {
            part: part.word().to_owned(),
            ..typed
        };
        let look = if kept.id.is_empty() {
            None
        } else {
            edit::preview(&services, &desk.event, &typed).await?
        };
        let told = desk::count_told(&services.db.read, desk.event.id).await?;
        let form = typed.on(&desk.event);
        let notes = form.notes(services.clock.now());
        Ok((desk, part, kept, form, look, told, notes))
    };
    page(load, |(desk, part, kept, form, look, told, notes)| {
        let event = desk.event.clone();
        let shown = kept.clone();
        let advice = (!notes.is_empty()).then(|| {
            let items = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
            view! { <section class="stack" aria-labelledby="advice"><h2 id="advice">"Worth a look"</h2><p class="quiet">"Advice only: you can save as it is."</p><ul>{items}</ul></section> }
        });
        let is_out = matches!(event.status, EventStatus::Published | EventStatus::Closed);
        let news = (part == Part::Basics && look.is_none() && is_out && told > 0).then(|| view! { <p class="meta">{format!("Change the time, the place or the link, and you see first what changes for the {} who would be sent it for their calendar.", tally(told, "person", "people"))}</p> });
        let button = match &look {
            Some(look) if look.told > 0 => format!("Save and tell {}", tally(look.told, "person", "people")),
            _ => "Save".to_owned(),
        };
        // Where there is something to look at, the button stands right beneath it; further down it would be missed.
        let (above, below) = match look {
            Some(look) => (Some(looked_at(&shown, &form, &look, &button)), None),
            None => (None, Some(view! { <p><button class="btn">{button}</button></p> })),
        };
        let fields = match part {
            Part::Basics => basics(&shown, &form, Some(&event)),
            Part::Page => page_fields(&shown, &form),
            Part::Help => support(&shown, &form.support, "event"),
            Part::Evidence => evidence(&shown, &form),
            Part::Cpd => cpd(&shown, &form),
        };
        // The version on the screen is always the newest, so that saving a second time after a clash goes through.
        let body = view! {
            {parts(&desk, Some(part))}
            <div class="two"><div>
                <Form to=api::Update::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=event.slug.clone()/>
                    <input type="hidden" name="form[part]" value=part.word()/>
                    <input type="hidden" name="form[seen]" value=edit::version(&event)/>
                    {above}
                    {fields}
                    {news}
                    {below}
                </Form>
                </div>
                {advice}
            </div>
        };
        desk.page("Details", body)
    })
}

/// What saving will do, said before it is done, with what can still be chosen.
fn looked_at(kept: &Kept, form: &EventForm, look: &Look, button: &str) -> AnyView {
    let lines = look
        .lines
        .iter()
        .map(|(what, was, is)| view! { <div><dt>{*what}</dt><dd>"was "<del>{was.clone()}</del>", now "<ins>{is.clone()}</ins></dd></div> })
        .collect_view();
    let told = match look.told {
        0 => "Nobody is mailed.".to_owned(),
        1 => "1 person is mailed, with the change for their calendar.".to_owned(),
        many => format!("{} people are mailed, each with the change for their calendar.", grouped(many)),
    };
    // Where they cannot stay, moving them is what is meant, until somebody says otherwise.
    let ticked = form.move_sessions == "true" || (look.outside.is_some() && form.looked.is_empty());
    let along = (look.sessions > 0).then(|| {
        let them = tally(look.sessions, "session", "sessions");
        let hint = match &look.outside {
            Some(words) => format!("Left where they are, they do not fit: {words}."),
            None => "Otherwise they stay at the times they have.".to_owned(),
        };
        view! { <Choice kept=kept.clone() name="form[move_sessions]" label=format!("Move the {them} along: {}", look.by) checked=ticked hint=hint/> }
    });
    let draft = look
        .has_draft
        .then(|| view! { <p class="meta">"Changes to the agenda are waiting to be published. They keep waiting; if the sessions move, those in the draft move too."</p> });
    let dated = look.dated_name.clone().map(|name| {
        view! { <p class="wait">{format!("The neutral name stays \u{201c}{name}\u{201d}. If that names the day, change it below.")}</p> }
    });
    let flash = kept.problems.0.is_empty();
    view! {
        <section class="waits stack" aria-labelledby="look" tabindex="-1" autofocus=flash>
            <h2 id="look">"Look at this before it is saved"</h2>
            <dl class="facts">{lines}</dl>
            <p><b>{told}</b></p>
            {along}
            {draft}
            {dated}
            <input type="hidden" name="form[looked]" value=look.version.clone()/>
            <p><button class="btn">{button.to_owned()}</button></p>
            <p class="meta">"Nothing is saved yet. You can also go on changing the details below."</p>
        </section>
    }
    .into_any()
}
