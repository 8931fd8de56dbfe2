//! Moves a session by some minutes, alone or with what comes after it: what a late start needs.

use super::{
    api,
    parts::{sessions, ways},
};
use crate::{
    forms,
    organise::frame,
    ssr,
    ui::{Choice, Field, Form, Select, page},
};
use domain::{
    Error,
    access::Permission,
    agenda::edit::{ShiftForm, Working},
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn MovePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::Edit).await?;
        let board = Working::load(&services.db.read, desk.event.id).await?.board;
        let code = asking.query_value("session").unwrap_or_default();
        let session = board.session(&code).cloned().ok_or(Error::NotFound)?;
        let (kept, form) = forms::kept_or(ShiftForm::fresh).await?;
        Ok((desk, board, session, kept, form))
    };
    page(load, |(desk, board, session, kept, form)| {
        let later = board
            .planned()
            .filter(|other| {
                other.id != session.id && other.starts_at >= session.starts_at && other.starts_wall.date() == session.starts_wall.date()
            })
            .count();
        let which = vec![
            ("one".to_owned(), "Only this session".to_owned()),
            ("room".to_owned(), "This session and those after it in its room".to_owned()),
            ("day".to_owned(), "This session and everything after it that day".to_owned()),
        ];
        let when = zones::span(session.starts_wall, session.ends_wall);
        let after = match later {
            0 => "Nothing comes after it that day.".to_owned(),
            count => format!("{} after it that day.", sessions(count)),
        };
        let (slug, code, fields, back) = (desk.event.slug.clone(), session.code.clone(), kept.clone(), desk.path("agenda"));
        let body = view! {
            <div class="stack-l">
                {ways(&desk)}
                <p><b>{session.title.clone()}</b><br/><span class="meta">{format!("{when}. {after}")}</span></p>
                <div class="two"><div>
                    <Form to=api::Shift::url() kept=kept.clone()>
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="session" value=code/>
                        <Field kept=fields.clone() name="form[minutes]" label="Move by, in minutes" value=form.minutes.clone() class="input--tiny" hint="Like 15 for a quarter of an hour later, or -15 for earlier."/>
                        <Select kept=fields.clone() name="form[which]" label="What moves" value=form.which.clone() options=which/>
                        <Choice kept=fields.clone() name="form[stretch]" label="Let the event begin earlier or end later if it must" checked={form.stretch == "true"} hint="Whoever holds a place is then sent the new times for their calendar."/>
                        <p class="row"><button class="btn">"Move"</button><a href=back>"Leave it as it is"</a></p>
                    </Form>
                </div></div>
            </div>
        };
        desk.page("Move a session", body)
    })
}
