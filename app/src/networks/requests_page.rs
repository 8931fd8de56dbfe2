//! Who asks to join: those to decide, those who have not confirmed by mail yet, and a form for what came by mail or phone.

use super::{
    api,
    desk::{self, Desk},
};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{flash, quiet},
        lists::tally,
    },
    ssr,
    ui::{Field, Form, breaking, page, time},
};
use domain::{
    access::Permission,
    ids::{ItemId, MembershipId},
    messages::{entity::inbox_item, inbox::queue},
    networks::{
        MembershipState,
        join::JoinForm,
        members::{self, Row, Search, Sort},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn RequestsPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = desk::open(&slug, Permission::See).await?;
        let of = |state| Search {
            state: Some(state),
            sort: Sort::Joined,
            ..Search::default()
        };
        let (waiting, count) = members::list(&services, &desk.network, &of(MembershipState::Confirmed)).await?;
        let (silent, _) = members::list(&services, &desk.network, &of(MembershipState::Requested)).await?;
        let mail = match asking.query_value("mail").and_then(|id| id.parse().ok()).map(ItemId) {
            Some(id) if desk.may_edit() => Some(queue::load(&services, &asking.actor, id).await?),
            _ => None,
        };
        let (kept, form) = forms::kept_or(|| mail.as_ref().map(|mail| by_mail(mail, &desk.network.timezone)).unwrap_or_default()).await?;
        let is = |name: &str| asking.query_value(name).is_some();
        let decided = async |word: &str| match asking.query_value(word).and_then(|id| id.parse().ok()).map(MembershipId) {
            Some(id) => members::name_of(&services, &desk.network, id).await,
            None => Ok(None),
        };
        let done = if let Some(name) = decided("approved").await? {
            Some(flash(format!("{name} is approved."), "They are on the list, and hear by mail."))
        } else if let Some(name) = decided("declined").await? {
            Some(flash(format!("{name} is declined."), "They hear nothing more."))
        } else if is("added") {
            Some(flash("Written down.", "They are asked by mail to confirm it."))
        } else if is("reminded") {
            Some(flash("Sent again.", ""))
        } else {
            None
        };
        let mail = mail.map(|mail| mail.id.to_string()).unwrap_or_default();
        Ok((desk, waiting, count, silent, kept, (form, mail), done))
    };
    page(load, |(desk, waiting, count, silent, kept, (form, mail), done)| {
        let may_edit = desk.may_edit();
        let decide = if waiting.is_empty() {
            view! { <div class="empty"><h2>"No request is waiting"</h2><p>"Requests show here once the person has confirmed by mail. You are mailed as well."</p></div> }.into_any()
        } else {
            let rows = waiting.iter().map(|row| request(&desk, row, &kept, may_edit)).collect_view();
            view! { <p>{format!("{} to decide{}. Whoever is approved is invited to the meetings to come.", tally(count, "request", "requests"), if count > waiting.len() as u64 { format!(", the first {} shown", waiting.len()) } else { String::new() })}</p><ul class="asks">{rows}</ul> }.into_any()
        };
        let silent = (!silent.is_empty()).then(|| {
            let rows = silent.iter().map(|row| unconfirmed(&desk, row, &kept, may_edit)).collect_view();
            view! { <section class="sec" aria-labelledby="silent"><div class="sec__head"><h2 id="silent">"Not confirmed yet"</h2><p class="meta">"They were asked by mail. Nobody is added who has not confirmed."</p></div><ul class="asks">{rows}</ul></section> }
        });
        let add = may_edit.then(|| add(&desk, &kept, form, mail));
        let body = view! {
            {done}
            <section class="sec" aria-labelledby="waiting"><h2 id="waiting">"Waiting for you"</h2><div>{decide}</div></section>
            {silent}
            {add}
        };
        desk.page("Requests", body)
    })
}

fn who(row: &Row) -> AnyView {
    let work = [&row.job_role, &row.agency]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let source = row.source.as_ref().map(|source| {
        let on = row.source_on.map(|on| format!(", {}", time::plain_date(on))).unwrap_or_default();
        view! { <br/><span class="meta">{format!("Request: {source}{on}")}</span> }
    });
    let agreed = row.consent_on.map(|on| view! { <br/><span class="meta">{format!("Agreed on {} to the wording of {}", time::plain_date(on), row.consent_version.clone().unwrap_or_default())}</span> });
    view! { <div><b>{row.name.clone()}</b>{work}<br/><span class="meta">{breaking(&row.address)}</span>{source}{agreed}</div> }.into_any()
}

fn decision(desk: &Desk, row: &Row, kept: &Kept, decision: &'static str, words: &'static str, class: &'static str) -> AnyView {
    let (slug, id, button) = (desk.network.slug.clone(), row.id.to_string(), format!("{words} {}", row.name));
    view! {
        <Form to=api::Decide::url() kept=quiet(kept)>
            <input type="hidden" name="slug" value=slug/>
            <input type="hidden" name="member" value=id/>
            <input type="hidden" name="decision" value=decision/>
            <button class=class>{button}</button>
        </Form>
    }
    .into_any()
}

fn request(desk: &Desk, row: &Row, kept: &Kept, may_edit: bool) -> AnyView {
    let buttons = may_edit.then(|| {
        view! { <div class="row">{decision(desk, row, kept, "approve", "Approve", "btn")}{decision(desk, row, kept, "decline", "Decline", "btn btn--line")}</div> }
    });
    view! { <li>{who(row)}{buttons}</li> }.into_any()
}

fn unconfirmed(desk: &Desk, row: &Row, kept: &Kept, may_edit: bool) -> AnyView {
    let buttons = may_edit.then(|| {
        let (slug, id, to) = (desk.network.slug.clone(), row.id.to_string(), format!(" to {}", row.name));
        view! {
            <div class="row">
                <Form to=api::Remind::url() kept=quiet(kept)>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="member" value=id/>
                    <button class="btn btn--line">"Send the mail again"<span class="hidden">{to}</span></button>
                </Form>
                {decision(desk, row, kept, "decline", "Decline", "btn btn--line")}
            </div>
        }
    });
    view! { <li>{who(row)}{buttons}</li> }.into_any()
}

/// What a mail tells of the request in it.
fn by_mail(mail: &inbox_item::Model, timezone: &str) -> JoinForm {
    JoinForm {
        name: mail.from_name.clone(),
        email: mail.from_address.clone(),
        source: "by e-mail".to_owned(),
        source_on: time::wall(mail.received_at, timezone).date().to_string(),
        ..JoinForm::default()
    }
}

/// The form for a request that came otherwise; `mail` is the one it came by, if it is known.
fn add(desk: &Desk, kept: &Kept, form: JoinForm, mail: String) -> AnyView {
    let (slug, kept) = (desk.network.slug.clone(), kept.clone());
    view! {
        <section class="sec" aria-labelledby="add">
            <div class="sec__head"><h2 id="add">"Add a request"</h2><p class="meta">"For what came by mail or phone. The person is asked by mail to confirm it, and it then waits above."</p></div>
            <div>
                <Form to=api::AddRequest::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="mail" value=mail/>
                    <div class="pair">
                        <Field kept=kept.clone() name="form[name]" label="Full name" value=form.name/>
                        <Field kept=kept.clone() name="form[job_role]" label="Job role" value=form.job_role/>
                        <Field kept=kept.clone() name="form[email]" label="Email address" value=form.email kind="email"/>
                        <Field kept=kept.clone() name="form[agency]" label="Where they work (optional)" value=form.agency/>
                        <Field kept=kept.clone() name="form[source]" label="How they asked" value=form.source hint="Like: by phone, by e-mail"/>
                        <Field kept=kept.clone() name="form[source_on]" label="When they asked" value=form.source_on kind="date"/>
                    </div>
                    <p><button class="btn">"Add request"</button></p>
                </Form>
            </div>
        </section>
    }
    .into_any()
}
