//! A whole event again on another day.

use super::{api, frame, lists::tally};
use crate::{
    forms, ssr,
    ui::{Field, Form, page},
};
use domain::{
    access::Permission,
    agenda::edit::Board,
    events::edit::{CopyForm, tickets},
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn CopyPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&slug, Permission::Edit).await?;
        let board = Board::load(&services.db.read, desk.event.id).await?;
        let tickets = tickets::list(&services, &desk.event).await?.len();
        let now = services.clock.now();
        let (kept, form) = forms::kept_or(|| CopyForm::of(&desk.event, now)).await?;
        Ok((desk, board, tickets, kept, form))
    };
    page(load, |(desk, board, tickets, kept, form)| {
        let count = |number: usize, one: &str, many: &str| tally(u64::try_from(number).unwrap_or(u64::MAX), one, many);
        let goes = format!(
            "{}, {}, {}, {} and {} go along, each at the same time of day.",
            count(board.planned().count(), "session", "sessions"),
            count(board.rooms.len(), "room", "rooms"),
            count(board.tracks.len(), "track", "tracks"),
            count(board.speakers.len(), "speaker", "speakers"),
            count(tickets, "ticket", "tickets"),
        );
        let when = zones::span(desk.event.starts_wall, desk.event.ends_wall);
        let neutral = desk.event.sensitive.then(|| {
            view! { <Field kept=kept.clone() name="form[neutral_title]" label="Neutral name" value=form.neutral_title.clone() hint="If the date is in it, change it too."/> }
        });
        let (slug, fields, back) = (desk.event.slug.clone(), kept.clone(), desk.path(""));
        // Where there is no field for it the neutral name goes along as it is.
        let kept_name =
            (!desk.event.sensitive).then(|| view! { <input type="hidden" name="form[neutral_title]" value=form.neutral_title.clone()/> });
        let body = view! {
            <div class="two"><div class="stack-l">
                <div class="stack">
                    <p>{format!("Details and dates of booking go along too. {goes}")}</p>
                    <p>"Places, attendance, certificates and cancelled sessions stay here. The copy is a draft: only your team sees it until you publish it."</p>
                    <p class="meta">{format!("This one: {when}")}</p>
                </div>
                <Form to=api::CopyEvent::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug/>
                    {kept_name}
                    <Field kept=fields.clone() name="form[title]" label="Title" value=form.title.clone()/>
                    {neutral}
                    <Field kept=fields.clone() name="form[on]" label="First day" value=form.on.clone() kind="date" class="input--short"/>
                    <Field kept=fields.clone() name="form[slug]" label="Address of its page (optional)" value=form.slug.clone() hint="Letters a to z, digits and hyphens. Blank: made from the name. It cannot be changed later."/>
                    <p class="row"><button class="btn">"Make the copy"</button><a href=back>"Back to the event"</a></p>
                </Form>
            </div></div>
        };
        desk.page("Copy this event", body)
    })
}
