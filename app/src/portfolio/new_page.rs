//! CPD somebody did elsewhere, entered by themselves.

use super::{api, entry_page::fields};
use crate::{
    forms, ssr,
    ui::{Form, Page, page},
};
use domain::portfolio::own::{EntryForm, Owner, follows};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn NewPage() -> impl IntoView {
    let load = async {
        let services = ssr::services();
        let reader = Owner::of(&ssr::asking().actor)?.reader();
        let follows = follows(&services, &reader).await?;
        let (kept, form) = forms::kept::<EntryForm>().await?;
        Ok((follows, kept, form, services.random.public_id()))
    };
    page(load, |(follows, kept, form, key)| {
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href="/my/cpd">"My CPD"</a></p>
                <h1>"Add your own CPD"</h1>
                <p class="lede">"A course held elsewhere, reading, supervision, a discussion with a colleague. You can add evidence and a reflection once it is saved."</p>
            </div>
            <Form to=api::SaveEntry::url() kept=kept.clone() class="stack-l">
                <input type="hidden" name="key" value=key/>
                {fields(&kept, &form, &follows, true)}
                <p><button class="btn">"Save"</button></p>
            </Form>
        };
        Page::new("Add your own CPD", body).unlisted()
    })
}
