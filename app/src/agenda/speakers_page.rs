//! Speakers: what there is, in the order the event's page lists them, and a form to add one or change one.

use super::{
    api::{self, AskSpeakerPost},
    parts::{sessions, ways},
    photo_form::photo_form,
};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{self, Desk, flash, quiet},
        lists::{address, row_button},
    },
    ssr,
    ui::{Field, Form, TextArea, or_none, page},
};
use domain::{
    Error,
    access::Permission,
    agenda::{
        Shown, SpeakingState,
        edit::{Board, SpeakerForm, Working},
        entity::{speaker, speaking as speaking_row},
        speaking,
    },
    ids::SpeakerId,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use std::collections::HashMap;

#[component]
pub fn SpeakersPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = frame::open(&slug, Permission::See).await?;
        let board = Working::load(&services.db.read, desk.event.id).await?.board;
        let edited = match asking.query_value("edit") {
            Some(code) => Some(board.speakers.iter().find(|row| row.code == code).cloned().ok_or(Error::NotFound)?),
            None => None,
        };
        let pictured = match asking.query_value("photo") {
            Some(code) if desk.may_edit() => Some(board.speakers.iter().find(|row| row.code == code).cloned().ok_or(Error::NotFound)?),
            _ => None,
        };
        let asked = match asking.query_value("ask") {
            Some(code) if desk.may_edit() => Some(board.speakers.iter().find(|row| row.code == code).cloned().ok_or(Error::NotFound)?),
            _ => None,
        };
        let said = speaking::list(&services.db.read, desk.event.id).await?;
        let typed = forms::kept::<AskSpeakerPost>().await?.1;
        let (kept, form) = forms::kept_or(|| edited.as_ref().map(SpeakerForm::of).unwrap_or_default()).await?;
        let done = match asking.query_value("done").as_deref() {
            Some("saved") => Some(flash("Saved.", "")),
            Some("asked") => Some(flash("Asked.", "They are sent a link of their own. What they answer shows here.")),
            Some("photo") => Some(flash("Saved.", "The photo shows on the event's page.")),
            Some("removed") => Some(flash("Removed.", "Initials show in place of the photo.")),
            Some("moved") => Some(flash("Moved.", "The event's page lists them in this order.")),
            Some("deleted") => Some(flash("Deleted.", "")),
            _ => None,
        };
        Ok((desk, board, edited, pictured, asked, (said, typed), kept, form, done))
    };
    page(load, |(desk, board, edited, pictured, asked, (said, typed), kept, form, done)| {
        if let Some(speaker) = pictured {
            let body = view! { <div class="two">{photo_form(&desk, &speaker, &kept)}</div> };
            return desk.page("Speakers", body);
        }
        if let Some(speaker) = asked {
            let body = ask_form(&desk, &speaker, said.get(&speaker.id), kept, typed);
            return desk.page("Speakers", body);
        }
        let form = desk.may_edit().then(|| speaker_form(&desk, &board, edited.as_ref(), &kept, form));
        let list = if board.speakers.is_empty() {
            view! { <div class="empty"><h2>"No speakers yet"</h2><p>"Speakers show on the event's page, and by name beside their sessions."</p></div> }.into_any()
        } else {
            table(&desk, &board, &said)
        };
        let body = view! { {done}<div class="stack-l">{ways(&desk)}{list}{form}</div> };
        desk.page("Speakers", body)
    })
}

fn table(desk: &Desk, board: &Board, said: &HashMap<SpeakerId, speaking_row::Model>) -> AnyView {
    let may_edit = desk.may_edit();
    let last = board.speakers.len().saturating_sub(1);
    let rows = board
        .speakers
        .iter()
        .enumerate()
        .map(|(n, speaker)| {
            let about = [&speaker.role, &speaker.organisation].into_iter().flatten().cloned().collect::<Vec<_>>().join(", ");
            let titles = board.sessions_of(speaker.id).map(|session| session.title.as_str()).collect::<Vec<_>>().join("; ");
            let acts = may_edit.then(|| {
                let name = speaker.name.clone();
                view! {
                    <td class="act">
                        <a href=address(&desk.path("agenda/speakers"), &[("edit", speaker.code.clone())])>"Change"<span class="hidden">{format!(" {name}")}</span></a>
                        <a href=address(&desk.path("agenda/speakers"), &[("ask", speaker.code.clone())])>"Ask"<span class="hidden">{format!(" {name}")}</span></a>
                        <a href=address(&desk.path("agenda/speakers"), &[("photo", speaker.code.clone())])>"Photo"<span class="hidden">{format!(" of {name}")}</span></a>
                        {(n > 0).then(|| step(desk, speaker, "up", "Up"))}
                        {(n < last).then(|| step(desk, speaker, "down", "Down"))}
                    </td>
                }
            });
            view! {
                <tr>
                    <th scope="row">{speaker.name.clone()}</th>
                    <td data-label="Who they are">{or_none(about)}</td>
                    <td data-label="Sessions">{or_none(titles)}</td>
                    <td data-label="Answer">{answered(said.get(&speaker.id))}</td>
                    {acts}
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <caption class="hidden">"Speakers"</caption>
            <thead><tr><th scope="col">"Name"</th><th scope="col">"Who they are"</th><th scope="col">"Sessions"</th><th scope="col">"Answer"</th>{may_edit.then(|| view! { <td><span class="hidden">"What you can do"</span></td> })}</tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// What they answered, and how they are shown.
fn answered(said: Option<&speaking_row::Model>) -> AnyView {
    let Some(said) = said else {
        return view! { <span class="quiet">"Not asked"</span> }.into_any();
    };
    let (words, class) = match said.state {
        SpeakingState::Invited => ("Asked", "tag tag--wait"),
        SpeakingState::Confirmed => ("Speaks", "tag tag--go"),
        SpeakingState::Declined => ("Cannot come", "tag tag--stop"),
    };
    let shown = match said.shown {
        Shown::Named => String::new(),
        Shown::Other => format!("Shown as {}", said.shown_name.clone().unwrap_or_default()),
        Shown::Hidden => "Not shown to the public".to_owned(),
    };
    view! { <span class=class>{words}</span>" "<span class="meta">{shown}</span> }.into_any()
}

fn ask_form(desk: &Desk, speaker: &speaker::Model, said: Option<&speaking_row::Model>, kept: Kept, typed: AskSpeakerPost) -> AnyView {
    let (slug, code, back) = (desk.event.slug.clone(), speaker.code.clone(), desk.path("agenda/speakers"));
    let address = if typed.address.is_empty() {
        said.map(|said| said.address.clone()).unwrap_or_default()
    } else {
        typed.address
    };
    let button = if said.is_some() { "Ask again" } else { "Ask them" };
    let stands = said.map(|said| {
        let declared = match (&said.declaration, said.answered_at) {
            (_, None) => "They have not answered yet.".to_owned(),
            (Some(words), _) => format!("They declare: {words}"),
            (None, _) => "They declare nothing.".to_owned(),
        };
        let state = answered(Some(said));
        view! { <p class="row">{state}</p><p class="said">{declared}</p> }
    });
    view! {
        <section class="stack" aria-labelledby="ask">
            <h2 id="ask">{format!("Ask {}", speaker.name)}</h2>
            {stands}
            <p>"They get a link of their own, by which they say whether they come, tell about themselves, declare their interests, and choose how they are shown: by name, under another name, or not at all. Asked again, the old link ends."</p>
            <Form to=api::AskSpeaker::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="speaker" value=code/>
                <Field kept=kept name="form[address]" label="Email address" value=address kind="email" autocomplete="off"/>
                <p class="row"><button class="btn">{button}</button><a href=back>"Back to all speakers"</a></p>
            </Form>
        </section>
    }
    .into_any()
}

fn step(desk: &Desk, speaker: &speaker::Model, to: &'static str, words: &'static str) -> AnyView {
    let fields = [("slug", desk.event.slug.as_str()), ("speaker", &speaker.code), ("to", to)];
    row_button(api::MoveSpeaker::url(), &fields, words, &speaker.name)
}

fn speaker_form(desk: &Desk, board: &Board, edited: Option<&speaker::Model>, kept: &Kept, form: SpeakerForm) -> AnyView {
    let heading = edited.map_or_else(
        || "Add a speaker".to_owned(),
        |speaker| format!("Change \u{201c}{}\u{201d}", speaker.name),
    );
    let button = if edited.is_some() { "Save" } else { "Add the speaker" };
    let code = edited.map(|speaker| speaker.code.clone()).unwrap_or_default();
    let delete = edited.map(|speaker| {
        let count = board.sessions_of(speaker.id).count();
        let (slug, code, back) = (desk.event.slug.clone(), speaker.code.clone(), desk.path("agenda/speakers"));
        let words = match count {
            0 => "They are in no session.".to_owned(),
            count => format!("They are taken out of {}.", sessions(count)),
        };
        view! {
            <Form to=api::DeleteSpeaker::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="speaker" value=code/>
                <input type="hidden" name="sessions" value=count.to_string()/>
                <div class="stack">
                    <p class="meta">{words}</p>
                    <p class="row"><button class="btn btn--danger btn--line">"Delete this speaker"</button><a href=back>"Back to all speakers"</a></p>
                </div>
            </Form>
        }
    });
    let (slug, fields) = (desk.event.slug.clone(), kept.clone());
    view! {
        <div class="two"><section class="stack" aria-labelledby="speaker">
            <h2 id="speaker">{heading}</h2>
            <Form to=api::Speaker::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="speaker" value=code/>
                <Field kept=fields.clone() name="form[name]" label="Name" value=form.name.clone() hint="As it is to be shown, like Dr Ama Owusu."/>
                <div class="pair">
                    <Field kept=fields.clone() name="form[role]" label="Role" value=form.role.clone()/>
                    <Field kept=fields.clone() name="form[organisation]" label="Organisation" value=form.organisation.clone()/>
                </div>
                <TextArea kept=fields.clone() name="form[bio]" label="About them" value=form.bio.clone() rows=5 hint="Markdown: a blank line between paragraphs."/>
                <p><button class="btn">{button}</button></p>
            </Form>
            {delete}
        </section></div>
    }
    .into_any()
}
