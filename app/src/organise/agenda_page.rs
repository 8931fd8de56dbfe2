//! The agenda as it stands, to be read. It is changed by importing the event again with `--update`.

use super::frame;
use crate::{
    forms::Kept,
    ssr,
    ui::{page, time},
};
use domain::{
    access::Permission,
    agenda::queries::{self, Agenda, Item},
    certificates::hours::hours_in_words,
    events::service::offered,
    platform::zones,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn AgendaPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::See).await?;
        let agenda = queries::load(&ssr::services().db.read, desk.event.id).await?;
        Ok((desk, agenda))
    };
    page(load, |(desk, agenda)| {
        let offered = offered(&desk.event, agenda.items.iter().map(|item| &item.session));
        let command = format!("plenary export event {slug} > {slug}.json", slug = desk.event.slug);
        let again = format!("plenary import {}.json --update", desk.event.slug);
        let list = if agenda.items.is_empty() {
            view! { <div class="empty"><h2>"No sessions yet"</h2><p>"Hours of CPD are counted from the sessions, so an event without any certifies none."</p></div> }.into_any()
        } else {
            table(&agenda)
        };
        let body = view! {
            <div class="stack-l">
                <div class="stack">
                    <p>"Changing the agenda by form comes with the next release. Until then, take the event out as a file, change it there, and bring it back: sessions are matched by their code, nothing is deleted, and whoever holds a place is told when the time or the place of the event changes."</p>
                    <p><code>{command}</code><br/><code>{again}</code></p>
                    {(offered.minutes > 0).then(|| view! { <p><b>{format!("{} of CPD offered", hours_in_words(offered.minutes))}</b>{format!(", {} of it participatory at most.", hours_in_words(offered.participatory_minutes))}</p> })}
                </div>
                {list}
            </div>
        };
        desk.page("Agenda", &Kept::default(), body)
    })
}

fn table(agenda: &Agenda) -> AnyView {
    let rows = agenda.items.iter().map(|item| row(agenda, item)).collect_view();
    view! {
        <table class="list">
            <thead><tr><th scope="col">"Session"</th><th scope="col">"When"</th><th scope="col">"Kind"</th><th scope="col">"Where"</th><th scope="col">"Speakers"</th><th scope="col">"CPD"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn row(agenda: &Agenda, item: &Item) -> AnyView {
    let session = &item.session;
    let cpd = match (session.cpd && session.kind.may_count(), session.participatory) {
        (false, _) => "No",
        (true, false) => "Yes",
        (true, true) => "Yes, participatory",
    };
    let place = [&item.room, &item.track]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let when = format!(
        "{}, {}",
        time::plain_date(session.starts_wall.date()),
        zones::times(session.starts_wall.time(), session.ends_wall.time())
    );
    view! {
        <tr>
            <th scope="row">{session.title.clone()}<span class="meta">" "{session.code.clone()}</span></th>
            <td data-label="When">{when}</td>
            <td data-label="Kind">{session.kind.label()}</td>
            <td data-label="Where">{place}</td>
            <td data-label="Speakers">{agenda.names(item).join(", ")}</td>
            <td data-label="CPD">{cpd}</td>
        </tr>
    }
    .into_any()
}
