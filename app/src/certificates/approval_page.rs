//! How approval for CPD stands for one event: an approval is given for one, so it need not be what the organisation says of all.

use super::{
    api::{self, list_path},
    template_page::{approvals, say},
};
use crate::{
    forms::{self, Kept},
    organise::frame::{self, Desk},
    ssr,
    ui::{Form, page},
};
use domain::{
    access::Permission,
    certificates::template::{Accreditation, ApprovalForm, approval},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn ApprovalPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::Edit).await?;
        let (own, usual) = approval::load(&ssr::services(), &desk.actor, &slug).await?;
        let (kept, form) = forms::kept_or(|| ApprovalForm::of(own.as_ref())).await?;
        Ok((desk, usual, kept, form))
    };
    page(load, |(desk, usual, kept, form): (Desk, Accreditation, Kept, ApprovalForm)| {
        let said = match usual.line() {
            line if line.is_empty() => "nothing".to_owned(),
            line => format!("“{line}”"),
        };
        let first = (String::new(), "As for all your events".to_owned());
        let options = std::iter::once(first).chain(approvals()).collect();
        let (slug, back) = (desk.event.slug.clone(), list_path(&desk.event.slug));
        let fields = say(
            &kept,
            (form.status, form.body, form.reference, form.credits),
            options,
            format!("For all your events certificates say {said}."),
        );
        let body = view! {
            <div class="stack">
                <p>"On certificates issued from now on. Those issued before stay as they are."</p>
                <Form to=api::SaveApproval::url() kept=kept>
                    <input type="hidden" name="slug" value=slug/>
                    {fields}
                    <p class="row"><button class="btn">"Save"</button><a href=back>"Back to certificates"</a></p>
                </Form>
            </div>
        };
        desk.page("Approval for CPD", body)
    })
}
