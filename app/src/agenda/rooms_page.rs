//! Rooms and tracks: what there is, and a form to add one or change one.

use super::{
    api,
    parts::{sessions, ways},
};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{self, Desk, flash, quiet},
        lists::address,
    },
    ssr,
    ui::{Field, Form, Page, or_none, page},
};
use domain::{
    Error,
    access::Permission,
    agenda::edit::{Board, RoomForm, TrackForm, Working},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// A room or a track as both pages list it.
struct Thing {
    code: String,
    name: String,
    /// How many sessions are in it; cancelled ones too.
    sessions: usize,
    more: Option<String>,
}

/// What differs between the two pages.
struct Sort {
    heading: &'static str,
    /// "room", "track": the name of the field too.
    one: &'static str,
    page: &'static str,
    empty: &'static str,
    save: &'static str,
    delete: &'static str,
}

#[component]
pub fn RoomsPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (desk, board, edit) = open(&slug).await?;
        let edited = match &edit {
            Some(code) => Some(board.rooms.iter().find(|row| row.code == *code).cloned().ok_or(Error::NotFound)?),
            None => None,
        };
        let (kept, form) = forms::kept_or(|| match &edited {
            Some(room) => RoomForm {
                name: room.name.clone(),
                places: room.places.map(|places| places.to_string()).unwrap_or_default(),
            },
            None => RoomForm::default(),
        })
        .await?;
        Ok((desk, board, edit, kept, form))
    };
    page(load, |(desk, board, edit, kept, form)| {
        let things = board.rooms.iter().map(|room| Thing {
            code: room.code.clone(),
            name: room.name.clone(),
            sessions: board.sessions.iter().filter(|session| session.room_id == Some(room.id)).count(),
            more: room.places.map(|places| format!("{places} people")),
        });
        let sort = Sort {
            heading: "Rooms",
            one: "room",
            page: "agenda/rooms",
            empty: "Rooms that run side by side are shown side by side on the agenda.",
            save: api::Room::url(),
            delete: api::DeleteRoom::url(),
        };
        let more = view! { <Field kept=kept.clone() name="form[places]" label="Places" value=form.places.clone() inputmode="numeric" class="input--tiny" hint="How many people it holds. Blank: not said."/> };
        draw(desk, &sort, things.collect(), edit, &kept, form.name, more.into_any())
    })
}

#[component]
pub fn TracksPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (desk, board, edit) = open(&slug).await?;
        let edited = match &edit {
            Some(code) => Some(board.tracks.iter().find(|row| row.code == *code).cloned().ok_or(Error::NotFound)?),
            None => None,
        };
        let (kept, form) = forms::kept_or(|| TrackForm {
            name: edited.as_ref().map(|track| track.name.clone()).unwrap_or_default(),
        })
        .await?;
        Ok((desk, board, edit, kept, form))
    };
    page(load, |(desk, board, edit, kept, form)| {
        let things = board.tracks.iter().map(|track| Thing {
            code: track.code.clone(),
            name: track.name.clone(),
            sessions: board.sessions.iter().filter(|session| session.track_id == Some(track.id)).count(),
            more: None,
        });
        let sort = Sort {
            heading: "Tracks",
            one: "track",
            page: "agenda/tracks",
            empty: "A track is a thread of sessions for some of the people, like \u{201c}Schools\u{201d}. Most events need none.",
            save: api::Track::url(),
            delete: api::DeleteTrack::url(),
        };
        draw(desk, &sort, things.collect(), edit, &kept, form.name, ().into_any())
    })
}

async fn open(slug: &str) -> domain::Result<(Desk, Board, Option<String>)> {
    let desk = frame::open(slug, Permission::See).await?;
    let board = Working::load(&ssr::services().db.read, desk.event.id).await?.board;
    Ok((desk, board, ssr::asking().query_value("edit")))
}

fn draw(desk: Desk, sort: &Sort, things: Vec<Thing>, edit: Option<String>, kept: &Kept, name: String, more: AnyView) -> Page {
    let done = match ssr::asking().query_value("done").as_deref() {
        Some("saved") => Some(flash("Saved.", "")),
        Some("deleted") => Some(flash("Deleted.", "")),
        _ => None,
    };
    let form = desk.may_edit().then(|| {
        let edited = edit.as_deref().and_then(|code| things.iter().find(|thing| thing.code == code));
        thing_form(&desk, sort, edited, kept, name, more)
    });
    let list = if things.is_empty() {
        view! { <div class="empty"><h2>{format!("No {}s yet", sort.one)}</h2><p>{sort.empty}</p></div> }.into_any()
    } else {
        table(&desk, sort, &things)
    };
    let body = view! { {done}<div class="stack-l">{ways(&desk)}{list}{form}</div> };
    desk.page(sort.heading, body)
}

fn table(desk: &Desk, sort: &Sort, things: &[Thing]) -> AnyView {
    let may_edit = desk.may_edit();
    let has_more = things.iter().any(|thing| thing.more.is_some());
    let rows = things
        .iter()
        .map(|thing| {
            let change = may_edit.then(|| view! { <td class="act"><a href=address(&desk.path(sort.page), &[("edit", thing.code.clone())])>"Change"<span class="hidden">{format!(" {}", thing.name)}</span></a></td> });
            view! {
                <tr>
                    <th scope="row">{thing.name.clone()}</th>
                    {has_more.then(|| view! { <td data-label="Places">{or_none(thing.more.clone().unwrap_or_default())}</td> })}
                    <td data-label="Sessions">{thing.sessions.to_string()}</td>
                    {change}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <thead><tr><th scope="col">"Name"</th>{has_more.then(|| view! { <th scope="col">"Places"</th> })}<th scope="col">"Sessions"</th>{may_edit.then(|| view! { <td><span class="hidden">"What you can do"</span></td> })}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn thing_form(desk: &Desk, sort: &Sort, edited: Option<&Thing>, kept: &Kept, name: String, more: AnyView) -> AnyView {
    let one = sort.one;
    let heading = edited.map_or_else(|| format!("Add a {one}"), |thing| format!("Change \u{201c}{}\u{201d}", thing.name));
    let button = if edited.is_some() {
        "Save".to_owned()
    } else {
        format!("Add the {one}")
    };
    let code = edited.map(|thing| thing.code.clone()).unwrap_or_default();
    let delete = edited.map(|thing| {
        let (slug, code, back) = (desk.event.slug.clone(), thing.code.clone(), desk.path(sort.page));
        let count = thing.sessions.to_string();
        let words = match thing.sessions {
            0 => "No session is in it.".to_owned(),
            count => format!("{} will have no {one} then.", sessions(count)),
        };
        view! {
            <Form to=sort.delete kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name=one value=code/>
                <input type="hidden" name="sessions" value=count/>
                <div class="stack">
                    <p class="meta">{words}</p>
                    <p class="row"><button class="btn btn--danger btn--line">{format!("Delete this {one}")}</button><a href=back>{format!("Back to all {one}s")}</a></p>
                </div>
            </Form>
        }
    });
    let (slug, fields) = (desk.event.slug.clone(), kept.clone());
    view! {
        <div class="two"><section class="stack" aria-labelledby="thing">
            <h2 id="thing">{heading}</h2>
            <Form to=sort.save kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name=one value=code/>
                <Field kept=fields name="form[name]" label="Name" value=name/>
                {more}
                <p><button class="btn">{button}</button></p>
            </Form>
            {delete}
        </section></div>
    }
    .into_any()
}
