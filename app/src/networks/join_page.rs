//! Asking to join: four fields and one box. The page after it is the same for everybody.

use super::{api, network_page::framed};
use crate::{
    forms, ssr,
    ui::{Choice, Field, Form, page, unsent},
};
use domain::{
    Error,
    networks::{join::JoinForm, service},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn JoinPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let shown = service::show(&ssr::services(), &ssr::asking().actor, &slug).await?;
        let wording = shown.wording.clone().ok_or(Error::NotFound)?;
        let (kept, form) = forms::kept::<JoinForm>().await?;
        let asked = ssr::asking().query_value("asked").is_some();
        Ok((shown, wording, kept, form, asked))
    };
    page(load, |(shown, wording, kept, form, asked)| {
        let (network, organisation) = (shown.network, shown.organisation);
        let back = format!("/networks/{}", network.slug);
        if asked {
            let body = view! {
                <div class="stack">
                    <p class="kicker"><a href=back>{network.name.clone()}</a></p>
                    <h1>"Check your email"</h1>
                    <p class="lede">"We have sent a mail to the address you gave. Follow the link in it to confirm your request."</p>
                    {unsent()}
                    <p>"The link works for seven days. An organiser then decides, and you hear by mail. Nothing there? Look in the junk folder, or ask again."</p>
                </div>
            };
            return framed(
                &network,
                &organisation,
                format!("Check your email – {}", network.shown_name()),
                body,
            )
            .unlisted();
        }
        let contact = network.contact_email.clone().unwrap_or_else(|| organisation.email.clone());
        let (slug, name) = (network.slug.clone(), network.name.clone());
        let keeps = format!(
            "{} keeps what you type here for as long as you are on the list, to invite you and to know who came. It is shown to the organisers only.",
            organisation.name
        );
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href=back>{name}</a></p>
                <h1>"Ask to join"</h1>
                <p class="lede">"You get an invite to each meeting, in your own calendar. Nobody sees who else is on the list, and you can leave in one click."</p>
            </div>
            <div class="two"><div>
                <Form to=api::Join::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug/>
                    <Field kept=kept.clone() name="form[name]" label="Full name" value=form.name autocomplete="name"/>
                    <Field kept=kept.clone() name="form[job_role]" label="Job role" value=form.job_role autocomplete="organization-title"/>
                    <Field kept=kept.clone() name="form[email]" label="Email address" value=form.email kind="email" autocomplete="email" hint="Your work address, if you have one: the invites go there."/>
                    <Field kept=kept.clone() name="form[agency]" label="Where you work (optional)" value=form.agency autocomplete="organization"/>
                    <Choice kept=kept.clone() name="form[consent]" label=wording.wording checked={form.consent == "true"}/>
                    <p><button class="btn">"Send request"</button></p>
                </Form>
                </div>
                <aside class="slip stack" aria-labelledby="kept">
                    <h2 id="kept">"What is kept"</h2>
                    <p>{keeps}</p>
                    <p>"Questions? "<a href=format!("mailto:{contact}")>{contact.clone()}</a></p>
                </aside>
            </div>
        };
        framed(&network, &organisation, format!("Ask to join – {}", network.shown_name()), body)
    })
}
