//! What an organisation's certificates look like: its words, colour, mark and signature, who approves its events, and
//! under them a specimen. For its owners.

use super::{api, sheet::Sheet};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{desk_banner, flash, quiet},
        lists, others,
    },
    ssr,
    ui::{Field, FileField, Form, Page, Select, TextArea, page},
};
use domain::{
    access::Permission,
    certificates::template::{Approved, HEADING, INTRODUCTION, Kept as Picture, TemplateForm, Which, address, service, specimen},
    organisations::{entity::organisation, service::list_with},
};
use leptos::{prelude::*, server_fn::ServerFn};

const PATH: &str = "/organise/certificates/template";

#[component]
pub fn TemplatePage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let asked = |name| asking.query_value(name).unwrap_or_default();
        let (organisation, template) = service::load_own(&services, &asking.actor, &asked("organisation")).await?;
        let own = list_with(&services, &asking.actor, Permission::Own).await?;
        let (kept, form) = forms::kept_or(|| TemplateForm::of(&template)).await?;
        let sample = specimen::find(&asked("sample"));
        let shown = specimen::show(&services.site, &organisation, &template, sample, services.clock.now())?;
        let done = match asked("now").as_str() {
            "saved" => Some(flash("Saved.", "Certificates issued from now on look like this.")),
            "picture" => Some(flash("Saved.", "The picture is on certificates issued from now on.")),
            "removed" => Some(flash("Removed.", "Certificates issued from now on are without it.")),
            _ => None,
        }
        .filter(|_| kept.problems.0.is_empty());
        Ok((
            organisation,
            own,
            template,
            (kept, form),
            (sample, shown),
            done,
            desk_banner().await?,
        ))
    };
    page(
        load,
        |(organisation, own, template, (kept, form), (sample, (face, code)), done, banner)| {
            let body = view! {
                {done}
                <div class="page__head">
                    <p class="kicker"><a href=settings(&organisation)>"Settings"</a></p>
                    <h1>"What your certificates look like"</h1>
                    <p class="lede">"Certificates issued before stay as they are. What is on one is kept with it, its pictures too."</p>
                    {others(PATH, &organisation, &own)}
                </div>
                <div class="stack-l">
                    <div class="two">
                        {words(&organisation, &kept, form)}
                        <div class="stack-l">
                            {picture(&organisation, &kept, Which::Mark, template.design.mark.as_ref())}
                            {picture(&organisation, &kept, Which::Signature, template.design.signature.as_ref())}
                        </div>
                    </div>
                    <section class="stack" aria-labelledby="specimen">
                        <h2 id="specimen">"Specimen"</h2>
                        <p>"As saved, with names that are hard to set. Nobody signs a specimen, and it has no number."</p>
                        {choice(&organisation, sample)}
                        <Sheet face=face code=code/>
                    </section>
                </div>
            };
            Page::new("What your certificates look like", body)
                .host(&organisation)
                .banner(banner)
                .unlisted()
        },
    )
}

fn settings(organisation: &organisation::Model) -> String {
    lists::address("/organise/settings", &[("organisation", organisation.slug.clone())])
}

fn words(organisation: &organisation::Model, kept: &Kept, form: TemplateForm) -> AnyView {
    let slug = organisation.slug.clone();
    let fields = kept.clone();
    let hint = "On the certificates of every event issued from now on, where an event does not say otherwise itself.".to_owned();
    let approval = say(
        kept,
        (form.status.clone(), form.body.clone(), form.reference.clone(), form.credits.clone()),
        approvals().collect(),
        hint,
    );
    view! {
        <div><Form to=api::SaveTemplate::url() kept=kept.clone()>
            <input type="hidden" name="organisation" value=slug/>
            <fieldset class="group"><legend>"Words and colour"</legend>
                <Field kept=fields.clone() name="form[heading]" label="Heading (optional)" value=form.heading.clone() hint=format!("Blank: “{HEADING}”.")/>
                <Field kept=fields.clone() name="form[introduction]" label="Before the name (optional)" value=form.introduction.clone() hint=format!("Blank: “{INTRODUCTION}”.")/>
                <TextArea kept=fields.clone() name="form[closing]" label="Closing words (optional)" value=form.closing.clone() rows=2 hint="Under the sessions, the same for everybody. No names: each certificate has its own."/>
                <Field kept=fields.clone() name="form[colour]" label="Colour (optional)" value=form.colour.clone() hint="Six digits or letters, like #572059. It has to be dark enough to read on white. Text stays in ink."/>
            </fieldset>
            <fieldset class="group"><legend>"Who signs"</legend>
                <Field kept=fields.clone() name="form[signatory]" label="Name of who signs (optional)" value=form.signatory.clone() hint="Under the signature."/>
                <Field kept=fields.clone() name="form[signatory_role]" label="Their role (optional)" value=form.signatory_role.clone()/>
            </fieldset>
            <fieldset class="group"><legend>"Approval for CPD"</legend>
                {approval}
            </fieldset>
            <p><button class="btn">"Save"</button></p>
        </Form></div>
    }
    .into_any()
}

/// The ways approval may stand, in words.
pub(super) fn approvals() -> impl Iterator<Item = (String, String)> {
    Approved::ALL.iter().map(|status| {
        let words = match status {
            Approved::None => "Nobody was asked to approve it",
            Approved::AppliedFor => "Applied for, not confirmed",
            Approved::Approved => "Approved",
        };
        (status.word().to_owned(), words.to_owned())
    })
}

/// The fields that say how approval stands: its state, whose, reference and credits as typed.
pub(super) fn say(
    kept: &Kept,
    (status, body, reference, credits): (String, String, String, String),
    options: Vec<(String, String)>,
    hint: String,
) -> AnyView {
    view! {
        <Select kept=kept.clone() name="form[status]" label="How approval stands" value=status options=options hint=hint/>
        <Field kept=kept.clone() name="form[body]" label="Whose approval (optional)" value=body hint="Such as a royal college."/>
        <Field kept=kept.clone() name="form[reference]" label="Reference (optional)" value=reference hint="Only once it is confirmed."/>
        <Field kept=kept.clone() name="form[credits]" label="Credits (optional)" value=credits inputmode="decimal" hint="Only once they are confirmed: until then a certificate says “CPD approval applied for” and no number."/>
    }
    .into_any()
}

fn picture(organisation: &organisation::Model, kept: &Kept, which: Which, now: Option<&Picture>) -> AnyView {
    let (heading, label, told, hint, remove) = match which {
        Which::Mark => (
            "Your mark",
            "Picture of your mark",
            organisation.name.clone(),
            "JPEG, PNG or WebP on white or nothing, up to 8 MB. At the top left, at most 62 mm wide and 17 mm high.",
            "Remove the mark",
        ),
        Which::Signature => (
            "Signature",
            "Picture of the signature",
            "The signature that is on certificates now".to_owned(),
            "Signed in dark ink on white paper, as a photo or scan: JPEG, PNG or WebP, up to 8 MB. Whoever has a certificate has this picture.",
            "Remove the signature",
        ),
    };
    let word = which.word();
    let shown = now.map(|picture| {
        let (slug, width, height) = (organisation.slug.clone(), picture.width.to_string(), picture.height.to_string());
        let class = match which {
            Which::Mark => "sheet__mark",
            Which::Signature => "sheet__signature",
        };
        view! {
            <p><img class=class src=address(&picture.name) alt=told width=width height=height/></p>
            <Form to=api::RemovePicture::url() kept=quiet(kept)>
                <input type="hidden" name="organisation" value=slug/>
                <input type="hidden" name="which" value=word/>
                <p><button class="btn btn--line btn--small">{remove}</button></p>
            </Form>
        }
    });
    let to = lists::address(
        &format!("/organise/certificates/pictures/{word}"),
        &[("organisation", organisation.slug.clone())],
    );
    let button = match (which, now.is_some()) {
        (Which::Mark, false) => "Save the mark",
        (Which::Mark, true) => "Put this mark in its place",
        (Which::Signature, false) => "Save the signature",
        (Which::Signature, true) => "Put this signature in its place",
    };
    let field = kept.clone();
    view! {
        <section class="stack" aria-labelledby=word>
            <h2 id=word>{heading}</h2>
            {shown}
            <Form to=to kept=quiet(kept) files=true>
                <FileField kept=field name=word label=label hint=hint accept="image/jpeg,image/png,image/webp"/>
                <p><button class="btn btn--line">{button}</button></p>
            </Form>
        </section>
    }
    .into_any()
}

/// Which specimen is shown, and the same on paper.
fn choice(organisation: &organisation::Model, now: specimen::Sample) -> AnyView {
    let options = specimen::SAMPLES
        .iter()
        .map(|sample| view! { <option value=sample.word selected=*sample == now>{sample.label}</option> })
        .collect_view();
    let slug = organisation.slug.clone();
    let pdf = lists::address(
        "/organise/certificates/specimen.pdf",
        &[("organisation", organisation.slug.clone()), ("sample", now.word.to_owned())],
    );
    view! {
        <form class="filters" method="get" action=PATH aria-label="Specimen">
            <input type="hidden" name="organisation" value=slug/>
            <div class="field"><label for="sample">"Show it for"</label><select class="input" id="sample" name="sample">{options}</select></div>
            <button class="btn btn--line">"Show"</button>
            <a class="btn btn--line" href=pdf>"Specimen on paper (PDF)"</a>
        </form>
    }
    .into_any()
}
