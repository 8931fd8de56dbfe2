//! The page of the grid editor.

use super::{editor::GridEditor, parts::ways};
use crate::{
    organise::frame,
    ssr,
    ui::{Scripts, page},
};
use domain::{access::Permission, agenda::edit};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn GridPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::Edit).await?;
        let (grid, rule) = edit::grid(&ssr::services(), &ssr::asking().actor, &slug).await?;
        Ok((desk, grid, rule))
    };
    page(load, |(desk, grid, rule)| {
        let is_public = desk.event.is_public();
        let waits = is_public.then(|| {
            view! { <p class="meta">"The public sees none of this before you "<a href=desk.path("agenda/publish")>"look through the changes and publish them"</a>"."</p> }
        });
        let (slug, to) = (desk.event.slug.clone(), desk.path("agenda"));
        let body = view! {
            <div class="stack-l">
                {ways(&desk)}
                <div class="stack">
                    <p id="gridedit-keys">"Drag a session to move it, its lower edge to make it longer, an empty place to add one. With the keyboard: arrow keys move, with Shift they lengthen and shorten, with Alt by an hour; Enter opens its form, Escape lets go, Ctrl and Z undo."</p>
                    {waits}
                </div>
                <GridEditor slug=slug desk=to grid=grid rule=rule/>
            </div>
            <Scripts/>
        };
        desk.page("Agenda on a grid", body)
    })
}
