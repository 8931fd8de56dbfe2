//! One session: added, made like another, changed, cancelled, deleted.

use super::{api, parts::ways, session_form::fields};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{self, Desk, quiet},
        lists::address,
    },
    ssr,
    ui::{Form, page},
};
use domain::{
    Error,
    access::Permission,
    agenda::{
        SessionStatus,
        edit::{SessionForm, Working},
        entity::session,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn SessionPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::Edit).await?;
        let board = Working::load(&services.db.read, desk.event.id).await?.board;
        let named = |key: &str| match asking.query_value(key) {
            Some(code) => board.session(&code).cloned().ok_or(Error::NotFound).map(Some),
            None => Ok(None),
        };
        let (edited, copied) = (named("edit")?, named("copy")?);
        let (kept, form) = forms::kept_or(|| match (&edited, &copied) {
            (Some(session), _) => SessionForm::of(session, &board),
            (None, Some(session)) => SessionForm::copy_of(session, &board, &desk.event),
            (None, None) => SessionForm::fresh(&desk.event, &board),
        })
        .await?;
        Ok((desk, board, edited, kept, form))
    };
    page(load, |(desk, board, edited, kept, form)| {
        let heading = if edited.is_some() { "Change a session" } else { "Add a session" };
        let aside = edited.as_ref().map(|session| more(&desk, session, &kept));
        // The version on the screen is always the newest, so that saving a second time after a clash goes through.
        let seen = edited
            .as_ref()
            .map(|session| SessionForm::of(session, &board).version())
            .unwrap_or_default();
        let code = edited.as_ref().map(|session| session.code.clone()).unwrap_or_default();
        let (slug, shown) = (desk.event.slug.clone(), kept.clone());
        let button = if edited.is_some() { "Save" } else { "Add the session" };
        let inner = fields(&shown, &form, &board);
        let body = view! {
            <div class="stack-l">
                {ways(&desk)}
                <div class="two">
                    <div>
                        <Form to=api::Session::url() kept=kept.clone()>
                            <input type="hidden" name="slug" value=slug/>
                            <input type="hidden" name="session" value=code/>
                            <input type="hidden" name="form[seen]" value=seen/>
                            {inner}
                            <p><button class="btn">{button}</button></p>
                        </Form>
                    </div>
                    {aside}
                </div>
            </div>
        };
        desk.page(heading, body)
    })
}

/// What else can be done with a session.
fn more(desk: &Desk, session: &session::Model, kept: &Kept) -> AnyView {
    let is_off = session.status == SessionStatus::Cancelled;
    let (to, words, about) = if is_off {
        (
            SessionStatus::Planned,
            "Hold it after all",
            "It is cancelled: it counts no hours and shows only to organisers.",
        )
    } else {
        (
            SessionStatus::Cancelled,
            "Cancel this session",
            "A cancelled session counts no hours and shows only to organisers. What was scanned at it is kept.",
        )
    };
    let (slug, code) = (desk.event.slug.clone(), session.code.clone());
    let (slug_again, code_again) = (slug.clone(), code.clone());
    let gone = format!(
        "\u{201c}{}\u{201d} is taken off the agenda for good. If it may be wanted again, cancel it instead.",
        session.title
    );
    view! {
        <aside class="stack-l" aria-label="More with this session">
            <section class="stack" aria-labelledby="elsewhen">
                <h2 id="elsewhen">"Move or copy"</h2>
                <p class="links">
                    <a href=address(&desk.path("agenda/move"), &[("session", session.code.clone())])>"Move by minutes"</a>
                    <a href=address(&desk.path("agenda/session"), &[("copy", session.code.clone())])>"Make one like it"</a>
                </p>
            </section>
            <section class="stack" aria-labelledby="off">
                <h2 id="off">"Cancel or delete"</h2>
                <p class="meta">{about}</p>
                <Form to=api::ChangeStatus::url() kept=quiet(kept)>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="session" value=code/>
                    <input type="hidden" name="status" value=to.word()/>
                    <p><button class="btn btn--line">{words}</button></p>
                </Form>
                <details>
                    <summary>"Delete this session"</summary>
                    <Form to=api::DeleteSession::url() kept=quiet(kept) class="stack">
                        <input type="hidden" name="slug" value=slug_again/>
                        <input type="hidden" name="session" value=code_again/>
                        <p>{gone}</p>
                        <p class="meta">"A session people were checked in to, or certificates count, cannot be deleted."</p>
                        <p><button class="btn btn--danger">"Yes, delete this session"</button></p>
                    </Form>
                </details>
            </section>
            <p class="hint">"Its code in files: "<code>{session.code.clone()}</code></p>
        </aside>
    }
    .into_any()
}
