//! Erasing the personal data of an event that is over: what goes, what stays, and its address typed to confirm.

use super::{api, frame, lists::grouped};
use crate::{
    forms, ssr,
    ui::{Field, Form, page},
};
use domain::{
    access::Permission,
    events::{
        EventStatus,
        erase::{self, EraseForm},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn ErasePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&slug, Permission::Own).await?;
        let (event, reach) = erase::reach(&services, &desk.actor, &slug).await?;
        let is_over = event.ends_at <= services.clock.now() || event.status == EventStatus::Cancelled;
        let (kept, form) = forms::kept::<EraseForm>().await?;
        Ok((desk, reach, is_over, kept, form))
    };
    page(load, |(desk, reach, is_over, kept, form)| {
        let counted = |number: i64| grouped(u64::try_from(number).unwrap_or(0));
        let (slug, back) = (desk.event.slug.clone(), desk.path(""));
        let fields = kept.clone();
        let ask = if is_over {
            view! {
                <Form to=api::EraseEvent::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug.clone()/>
                    <Field kept=fields name="form[slug]" label=format!("Type {slug} to confirm") value=form.slug hint="There is no way back." autocomplete="off" class="input--short"/>
                    <p class="row"><button class="btn btn--danger">"Erase the personal data"</button><a href=back>"Back to the event"</a></p>
                </Form>
            }
            .into_any()
        } else {
            view! { <p class="wait">"The event is not over yet, so its personal data are still needed."</p> }.into_any()
        };
        let body = view! {
            <div class="two"><div class="stack-l">
                <section class="stack" aria-labelledby="goes">
                    <h2 id="goes">"What is erased, for good"</h2>
                    <ul>
                        <li>{format!("Names, job roles, workplaces and mailboxes of {} places and invites, and who booked them.", counted(reach.people))}</li>
                        <li>{format!("{} mails to them, with every link in them.", counted(reach.mails))}</li>
                        <li>"Reasons written beside attendance and certificates, requests for corrections, sign-ups to sessions, online reports, and what people said of their own learning."</li>
                        <li>"Mailboxes nobody here has another use for: no other event, no network, no portfolio, no certificate."</li>
                    </ul>
                </section>
                <section class="stack" aria-labelledby="stays">
                    <h2 id="stays">"What stays"</h2>
                    <ul>
                        <li>{format!("{} certificates, those revoked among them. They belong to the people they were issued to: each can still be checked, with its file for ever, and here unless its holder does not have it shown.", counted(reach.certificates))}</li>
                        <li>"The event and its agenda, with its speakers and what they declared."</li>
                        <li>"Figures without names: how many had a place, when somebody came and went, and what was said in feedback, which never had names."</li>
                        <li>"What people keep in their own CPD portfolios."</li>
                        <li>"The record that this was done, when and by whom."</li>
                    </ul>
                </section>
                {ask}
            </div></div>
        };
        desk.page("Erase personal data", body)
    })
}
