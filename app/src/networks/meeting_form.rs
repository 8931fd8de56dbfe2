//! Making a meeting, a year's at once, and changing one.

use super::{api, desk};
use crate::{
    forms::{self, Kept},
    organise::lists::tally,
    ssr,
    ui::{Choice, Field, Form, page},
};
use domain::{
    Error,
    access::Permission,
    agenda::queries::list_sessions,
    networks::{
        meetings::{MeetingForm, YearForm},
        members::count_answers,
        queries,
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

fn param(name: &str) -> String {
    use_params_map().read_untracked().get(name).unwrap_or_default()
}

fn cpd(kept: &Kept, cpd: &str, participatory: &str) -> AnyView {
    view! {
        <Choice kept=kept.clone() name="form[cpd]" label="It counts as CPD" checked={cpd == "true"} hint="Whoever was there gets a certificate with the minutes they attended."/>
        <Choice kept=kept.clone() name="form[participatory]" label="All of it is participatory" checked={participatory == "true"} hint="People talk with each other, rather than listen."/>
    }
    .into_any()
}

fn fields(kept: &Kept, form: MeetingForm) -> AnyView {
    view! {
        <Field kept=kept.clone() name="form[title]" label="Title" value=form.title hint="Like: Spring term meeting"/>
        <div class="pair">
            <Field kept=kept.clone() name="form[starts]" label="Start" value=form.starts kind="datetime-local"/>
            <Field kept=kept.clone() name="form[ends]" label="End" value=form.ends kind="datetime-local"/>
        </div>
        <Field kept=kept.clone() name="form[place]" label="Place" value=form.place hint="Leave it blank for a meeting that is online only."/>
        <Field kept=kept.clone() name="form[online_url]" label="Link for taking part online" value=form.online_url kind="url" hint="Only in the invites; never on a page."/>
        {cpd(kept, &form.cpd, &form.participatory)}
    }
    .into_any()
}

#[component]
pub fn NewPage() -> impl IntoView {
    let slug = param("slug");
    let load = async move {
        let desk = desk::open(&slug, Permission::Edit).await?;
        let (kept, form) = forms::kept_or(MeetingForm::fresh).await?;
        Ok((desk, kept, form))
    };
    page(load, |(desk, kept, form)| {
        let (slug, shown) = (desk.network.slug.clone(), kept.clone());
        let body = view! {
            <p class="lede">"It stays a draft until you publish it. Nobody is invited before you say so."</p>
            <div class="two"><div><Form to=api::CreateMeeting::url() kept=shown.clone()>
                <input type="hidden" name="slug" value=slug/>
                {fields(&shown, form)}
                <p><button class="btn">"Save"</button></p>
            </Form></div></div>
        };
        desk.page("New meeting", body)
    })
}

/// How many dates a year has room for.
const DATES: usize = 6;

#[component]
pub fn YearPage() -> impl IntoView {
    let slug = param("slug");
    let load = async move {
        let desk = desk::open(&slug, Permission::Edit).await?;
        let (kept, form) = forms::kept_or(YearForm::fresh).await?;
        Ok((desk, kept, form))
    };
    page(load, |(desk, kept, form)| {
        let days = (1..=DATES)
            .map(|n| {
                let value = form.days.get(&n.to_string()).cloned().unwrap_or_default();
                view! { <Field kept=kept.clone() name=format!("form[days][{n}]") label=format!("Date {n}") value=value kind="date" class="input--short"/> }
            })
            .collect_view();
        let (slug, shown) = (desk.network.slug.clone(), kept.clone());
        let body = view! {
            <p class="lede">"Each becomes a meeting of its own, named after its term. They stay drafts until you publish them."</p>
            <div class="two"><div><Form to=api::CreateYear::url() kept=shown.clone()>
                <input type="hidden" name="slug" value=slug/>
                <fieldset class="group"><legend>"Dates"</legend><p class="hint hold">"Leave blank what you do not need."</p><div class="pair">{days}</div></fieldset>
                <fieldset class="group">
                    <legend>"The same for all"</legend>
                    <div class="pair">
                        <Field kept=shown.clone() name="form[from]" label="From" value=form.from.clone() kind="time" class="input--short"/>
                        <Field kept=shown.clone() name="form[to]" label="To" value=form.to.clone() kind="time" class="input--short"/>
                    </div>
                    <Field kept=shown.clone() name="form[place]" label="Place" value=form.place.clone() hint="You can change it for each meeting afterwards."/>
                    <Field kept=shown.clone() name="form[online_url]" label="Link for taking part online" value=form.online_url.clone() kind="url" hint="Only in the invites; never on a page."/>
                    {cpd(&shown, &form.cpd, &form.participatory)}
                </fieldset>
                <p><button class="btn">"Save"</button></p>
            </Form></div></div>
        };
        desk.page("Set a year's dates", body)
    })
}

#[component]
pub fn EditPage() -> impl IntoView {
    let (slug, code) = (param("slug"), param("code"));
    let load = async move {
        let services = ssr::services();
        let db = &services.db.read;
        let desk = desk::open(&slug, Permission::Edit).await?;
        let (meeting, event) = queries::find_meeting(db, desk.network.id, &code).await?.ok_or(Error::NotFound)?;
        let sessions = list_sessions(db, event.id).await?;
        let (kept, form) = forms::kept_or(|| MeetingForm::of(&event, sessions.first())).await?;
        let told = count_answers(db, &[event.id]).await?.remove(&event.id).unwrap_or_default().invited;
        Ok((desk, meeting, event, kept, form, told))
    };
    page(load, |(desk, meeting, event, kept, form, told)| {
        let news = (told > 0).then(|| view! { <p class="meta">{format!("Change the time, the place or the link, and {} will be sent the change for their calendar.", tally(told, "person", "people"))}</p> });
        let (slug, shown, back) = (
            desk.network.slug.clone(),
            kept.clone(),
            desk.path(&format!("meetings/{}", meeting.code)),
        );
        let body = view! {
            <p class="lede">{event.title.clone()}</p>
            <div class="two"><div><Form to=api::UpdateMeeting::url() kept=shown.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="code" value=meeting.code.clone()/>
                {fields(&shown, form)}
                {news}
                <p class="row"><button class="btn">"Save"</button><a href=back>"Keep it as it is"</a></p>
            </Form></div></div>
        };
        desk.page("Change the meeting", body)
    })
}
