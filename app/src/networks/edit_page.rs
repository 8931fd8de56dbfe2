//! Making a network and changing one.

use super::{api, desk};
use crate::{
    forms::{self, Kept},
    organise::{edit_page::whose, event_form::support, frame::desk_banner},
    ssr,
    ui::{Choice, Field, Form, Page, TextArea, page},
};
use domain::{
    access::Permission,
    networks::{edit::NetworkForm, queries},
    organisations::service::list_with,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn NewPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        asking.actor.require_anywhere(Permission::Edit)?;
        let own = list_with(&services, &asking.actor, Permission::Edit).await?;
        let (kept, form) = forms::kept_or(NetworkForm::fresh).await?;
        Ok((own, kept, form, desk_banner().await?))
    };
    page(load, |(own, kept, form, banner)| {
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a>" · "<a href="/organise/networks">"Your networks"</a></p>
                <h1>"New network"</h1>
                <p class="lede">"A name is enough to begin. With a wording of consent, people can ask to join at once."</p>
            </div>
            <div class="two"><div><Form to=api::Create::url() kept=kept.clone()>
                {whose(&own, &kept, &form.organisation)}
                <Field kept=kept.clone() name="form[name]" label="Name" value=form.name.clone()/>
                <Field kept=kept.clone() name="form[slug]" label="Address of its page (optional)" value=form.slug.clone() hint="Letters a to z, digits and hyphens. Blank: made from the name. It cannot be changed later."/>
                {fields(&kept, &form)}
                <p><button class="btn">"Save"</button></p>
            </Form></div></div>
        };
        Page::new("New network", body).banner(banner).unlisted()
    })
}

#[component]
pub fn EditPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = desk::open(&slug, Permission::Edit).await?;
        let wording = queries::current_wording(&services.db.read, desk.network.id).await?;
        let (kept, form) = forms::kept_or(|| NetworkForm::of(&desk.network, wording.as_ref())).await?;
        Ok((desk, wording, kept, form))
    };
    page(load, |(desk, wording, kept, form)| {
        let (slug, shown) = (desk.network.slug.clone(), kept.clone());
        let version = wording.map(|wording| view! { <p class="meta">{format!("This is the wording of {}. Change it and it becomes a new version; whoever agreed before has agreed to the old one.", wording.version)}</p> });
        let body = view! {
            <div class="two"><div><Form to=api::Update::url() kept=shown.clone()>
                <input type="hidden" name="slug" value=slug/>
                <Field kept=shown.clone() name="form[name]" label="Name" value=form.name.clone()/>
                {fields(&shown, &form)}
                {version}
                <p><button class="btn">"Save"</button></p>
            </Form></div></div>
        };
        desk.page("Details", body)
    })
}

fn fields(kept: &Kept, form: &NetworkForm) -> AnyView {
    view! {
        <Choice kept=kept.clone() name="form[sensitive]" label="The subject is sensitive" checked={form.sensitive == "true"} hint="Tabs, mail subjects and diaries show the neutral name, and lines of help show on its pages."/>
        <Field kept=kept.clone() name="form[neutral_name]" label="Neutral name" value=form.neutral_name.clone() hint="Like \u{201c}North network\u{201d}: what a colleague looking over a shoulder may read."/>
        <fieldset class="group">
            <legend>"On its page"</legend>
            <TextArea kept=kept.clone() name="form[summary]" label="Summary" value=form.summary.clone() rows=2/>
            <TextArea kept=kept.clone() name="form[about]" label="About" value=form.about.clone() rows=8 hint="Markdown: a blank line between paragraphs, - before a point, ## before a heading."/>
            <TextArea kept=kept.clone() name="form[objectives]" label="Objectives, one a line" value=form.objectives.clone() rows=4/>
            <TextArea kept=kept.clone() name="form[open_to]" label="Open to, one a line" value=form.open_to.clone() rows=4 hint="Like: Schools"/>
            <Field kept=kept.clone() name="form[reports_to]" label="Reports to" value=form.reports_to.clone()/>
        </fieldset>
        <fieldset class="group">
            <legend>"Contact"</legend>
            <div class="pair">
                <Field kept=kept.clone() name="form[contact_name]" label="Contact" value=form.contact_name.clone() hint="A team or a person. Leave both blank for the organisation itself."/>
                <Field kept=kept.clone() name="form[contact_email]" label="Contact's email address" value=form.contact_email.clone() kind="email" hint="Answers and requests go here."/>
            </div>
            <Field kept=kept.clone() name="form[timezone]" label="Time zone" value=form.timezone.clone() class="input--short"/>
        </fieldset>
        {support(kept, &form.support, "network")}
        <fieldset class="group">
            <legend>"The list"</legend>
            <TextArea kept=kept.clone() name="form[wording]" label="What people agree to when they ask to join" value=form.wording.clone() rows=3 hint="It stands beside the box they tick. Blank: nobody can ask to join."/>
        </fieldset>
    }
    .into_any()
}
