//! Making an event, and changing one.

use super::{
    api,
    event_form::fields,
    frame::{self, desk_banner},
    lists::tally,
    words,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, Page, Select, page},
};
use domain::{
    access::Permission,
    events::{
        EventStatus, desk,
        edit::{self, EventForm},
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
        let wrong = if kept.problems.0.is_empty() { "" } else { "Error: " };
        let only = (organisations.len() == 1).then(|| organisations[0].clone());
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a></p>
                <h1>"New event"</h1>
                <p class="lede">"A name and two times are enough to begin. It stays a draft until you publish it."</p>
            </div>
            <div class="two"><div><Form to=api::Create::url() kept=kept.clone()>
                {whose(&organisations, &kept, &form.organisation)}
                {fields(&kept, &form, None)}
                {first_ticket(&kept, &form)}
                <p><button class="btn">"Save"</button></p>
            </Form></div></div>
        };
        let page = Page::new(format!("{wrong}New event"), body).banner(banner).unlisted();
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

fn first_ticket(kept: &Kept, form: &EventForm) -> AnyView {
    view! {
        <fieldset class="group">
            <legend>"First ticket"</legend>
            <div class="pair">
                <Field kept=kept.clone() name="form[ticket_name]" label="Ticket name" value=form.ticket_name.clone() hint="You can add more tickets afterwards."/>
                <Field kept=kept.clone() name="form[ticket_price]" label="Price in pounds, without VAT" value=form.ticket_price.clone() inputmode="decimal" class="input--short" hint="Leave it blank if it is free."/>
                <Select kept=kept.clone() name="form[ticket_vat]" label="VAT" value=form.ticket_vat.clone() options=words::vats()/>
            </div>
        </fieldset>
    }
    .into_any()
}

#[component]
pub fn EditPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&slug, Permission::Edit).await?;
        let (kept, form) = forms::kept_or(|| edit::form_of(&desk.event)).await?;
        let told = desk::count_told(&services.db.read, desk.event.id).await?;
        let notes = form.notes(services.clock.now());
        Ok((desk, kept, form, told, notes))
    };
    page(load, |(desk, kept, form, told, notes)| {
        let event = desk.event.clone();
        let shown = kept.clone();
        let advice = (!notes.is_empty()).then(|| {
            let items = notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view();
            view! { <section class="stack" aria-labelledby="advice"><h2 id="advice">"Worth a look"</h2><p class="quiet">"Advice only: you can save as it is."</p><ul>{items}</ul></section> }
        });
        let is_out = matches!(event.status, EventStatus::Published | EventStatus::Closed);
        let news = (is_out && told > 0).then(|| view! { <p class="meta">{format!("Change the time, the place or the link, and {} will be sent the change for their calendar.", tally(told, "person", "people"))}</p> });
        // The version on the screen is always the newest, so that saving a second time after a clash goes through.
        let body = view! {
            <div class="two"><div>
                <Form to=api::Update::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=event.slug.clone()/>
                    <input type="hidden" name="form[seen]" value=edit::version(&event)/>
                    {fields(&shown, &form, Some(&event))}
                    {news}
                    <p><button class="btn">"Save"</button></p>
                </Form>
                </div>
                {advice}
            </div>
        };
        desk.page("Details", &kept, body)
    })
}
