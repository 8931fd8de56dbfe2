//! One person's certificate held back, or released: who it is, how they stand, and the reason.

use super::api::{self, ReasonForm, list_path};
use crate::{
    forms::{self, Kept},
    organise::frame::{self, Desk},
    ssr,
    ui::{Field, Form, page},
};
use domain::{
    access::Permission,
    certificates::{
        hours::hours_in_words,
        issue::{self, Candidate},
        queries::face::moment,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// The page of whoever has this place code.
#[must_use]
pub fn path(slug: &str, code: &str) -> String {
    format!("{}/hold/{}", list_path(slug), ssr::encode(code))
}

#[component]
pub fn HoldPage() -> impl IntoView {
    let params = use_params_map().read_untracked().clone();
    let load = async move {
        let slug = params.get("slug").unwrap_or_default();
        let desk = frame::open(&slug, Permission::Edit).await?;
        let code = params.get("code").unwrap_or_default();
        let person = issue::person(&ssr::services(), &desk.actor, &slug, &code).await?;
        let (kept, form) = forms::kept::<ReasonForm>().await?;
        Ok((desk, person, kept, form))
    };
    page(load, |(desk, person, kept, form): (Desk, Candidate, Kept, ReasonForm)| {
        let name = person.who.name().to_owned();
        let held = person.hold.is_some();
        let heading = if held {
            format!("Release the certificate of {name}?")
        } else {
            format!("Hold back the certificate of {name}?")
        };
        let stands = person
            .why_not
            .as_ref()
            .map_or_else(|| "Would get one now.".to_owned(), issue::Reason::words);
        let hold = person.hold.as_ref().map(|hold| {
            let words = format!("{} Since {}.", hold.reason, moment(hold.held_at, &desk.event.timezone));
            view! { <div><dt>"Held back"</dt><dd>{words}</dd></div> }
        });
        let below = if held {
            release(&desk, &person, &kept)
        } else {
            ask(&desk, &person, &kept, form)
        };
        let working = format!("{}/{}", desk.path("attendance"), person.who.code);
        let body = view! {
            <div class="stack-l">
                <dl class="answers">
                    <div><dt>"Hours"</dt><dd><a href=working>{hours_in_words(person.working.shown_minutes)}</a></dd></div>
                    <div><dt>"Certificate"</dt><dd>{stands}</dd></div>
                    {hold}
                </dl>
                {below}
            </div>
        };
        desk.page(&heading, body)
    })
}

fn ask(desk: &Desk, person: &Candidate, kept: &Kept, form: ReasonForm) -> AnyView {
    let (slug, code, back, fresh) = (
        desk.event.slug.clone(),
        person.who.code.clone(),
        list_path(&desk.event.slug),
        kept.clone(),
    );
    view! {
        <section class="stack" aria-label="Hold back">
            <p>"No certificate is issued to them, however many hours they have, until somebody releases it. They are not told."</p>
            <Form to=api::Hold::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="code" value=code/>
                <Field kept=fresh name="form[reason]" label="Reason" value=form.reason hint="Your team reads it here, for example “Scans are being checked”." autocomplete="off"/>
                <p class="row"><button class="btn">"Hold it back"</button><a href=back>"Leave it as it is"</a></p>
            </Form>
        </section>
    }
    .into_any()
}

fn release(desk: &Desk, person: &Candidate, kept: &Kept) -> AnyView {
    let (slug, code, back) = (desk.event.slug.clone(), person.who.code.clone(), list_path(&desk.event.slug));
    view! {
        <section class="stack" aria-label="Release">
            <p>"Theirs is issued with the next ones, if they qualify then."</p>
            <Form to=api::Release::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="code" value=code/>
                <p class="row"><button class="btn">"Release it"</button><a href=back>"Keep holding it back"</a></p>
            </Form>
        </section>
    }
    .into_any()
}
