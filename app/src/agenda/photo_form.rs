//! A speaker's photo: what is shown now, and a form for another. On a page of its own: a file is never kept when what is
//! beside it is refused, and saving one would lose what was typed beside it.

use super::api;
use crate::{
    forms::Kept,
    organise::frame::{Desk, quiet},
    ssr,
    ui::Form,
};
use domain::agenda::{entity::speaker, photos};
use leptos::{prelude::*, server_fn::ServerFn};

/// Where the photo of a speaker is posted.
#[must_use]
pub fn photo_path(slug: &str, code: &str) -> String {
    let part = |text: &str| ssr::encode(text).replace('/', "%2F");
    format!("/organise/events/{}/agenda/speakers/{}/photo", part(slug), part(code))
}

pub fn photo_form(desk: &Desk, speaker: &speaker::Model, kept: &Kept) -> AnyView {
    let now = speaker.photo.as_ref().map(|photo| {
        let (slug, code) = (desk.event.slug.clone(), speaker.code.clone());
        view! {
            <img class="face" src=photos::address(photo) alt="The photo that shows now" width="400" height="400"/>
            <Form to=api::RemovePhoto::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="speaker" value=code/>
                <p><button class="btn btn--line btn--small">"Remove the photo"</button></p>
            </Form>
        }
    });
    let back = view! { <a href=desk.path("agenda/speakers")>"Back to all speakers"</a> }.into_any();
    let to = photo_path(&desk.event.slug, &speaker.code);
    view! {
        <section class="stack" aria-labelledby="photo">
            <h2 id="photo">{format!("Photo of {}", speaker.name)}</h2>
            {now}
            {upload(kept, to, speaker.photo.is_some(), " Ask them first.", Some(back))}
        </section>
    }
    .into_any()
}

/// The form with the file, posted to `to`. A file needs its own kind of posting, so this is not `Form`.
pub fn upload(kept: &Kept, to: String, has_one: bool, more: &str, beside: Option<AnyView>) -> AnyView {
    let wrong = kept.problems.of("photo").map(str::to_owned);
    let class = if wrong.is_some() { "field field--wrong" } else { "field" };
    let by = if wrong.is_some() {
        "f-photo-hint f-photo-wrong"
    } else {
        "f-photo-hint"
    };
    let invalid = wrong.is_some().then_some("true");
    let button = if has_one { "Put this photo in its place" } else { "Save the photo" };
    let hint = format!(
        "JPEG, PNG or WebP, up to 8 MB. It is cropped to a square, and what the camera noted in it (where and when) is taken out.{more}"
    );
    view! {
        <form method="post" action=to enctype="multipart/form-data" novalidate>
            <div class=class>
                <label for="f-photo">"Photo file"</label>
                <span class="hint" id="f-photo-hint">{hint}</span>
                {wrong.map(|words| view! { <span class="wrong" id="f-photo-wrong"><span class="hidden">"Error: "</span>{words}</span> })}
                <input class="input" id="f-photo" name="photo" type="file" accept="image/jpeg,image/png,image/webp" aria-describedby=by aria-invalid=invalid/>
            </div>
            <p class="row"><button class="btn">{button}</button>{beside}</p>
        </form>
    }
    .into_any()
}
