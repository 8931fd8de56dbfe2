//! One certificate on the organiser's desk: as it stands, and the two things that can be done with it, each with a reason.

use super::api::{self, NameForm, ReasonForm};
use crate::{
    forms::{self, Kept},
    organise::frame::{self, Desk, flash},
    ssr,
    ui::{Field, Form, page},
};
use domain::{
    Error,
    access::Permission,
    certificates::{
        CertificateState,
        hours::hours_in_words,
        issue::{self, Given},
        queries::face::{day, moment},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// What is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Do {
    Look,
    Name,
    Reissue,
    Revoke,
}

#[component]
pub fn ChangePage() -> impl IntoView {
    let params = use_params_map().read_untracked().clone();
    let load = async move {
        let slug = params.get("slug").unwrap_or_default();
        let desk = frame::open(&slug, Permission::See).await?;
        let id = params.get("id").unwrap_or_default();
        let holder = issue::holder(&ssr::services(), &desk.actor, &slug, &id).await?;
        let (own, others): (Vec<Given>, Vec<Given>) = holder.given.into_iter().partition(|given| given.row.public_id == id);
        let given = own.into_iter().next().ok_or(Error::NotFound)?;
        let (kept, form) = forms::kept_or(|| NameForm {
            name: given.snapshot.name.clone(),
            reason: String::new(),
        })
        .await?;
        Ok((desk, given, others, kept, form))
    };
    page(
        load,
        |(desk, given, others, kept, form): (Desk, Given, Vec<Given>, Kept, NameForm)| {
            let asking = ssr::asking();
            let has = |name: &str| asking.query_value(name).is_some();
            let task = match asking.query_value("do").as_deref() {
                Some("reissue") if desk.may_edit() => Do::Reissue,
                Some("name") if desk.may_edit() => Do::Name,
                Some("revoke") if desk.may_edit() => Do::Revoke,
                _ => Do::Look,
            };
            let done = match (has("revoked"), has("reissued")) {
                (true, _) => Some(flash("Revoked.", "Its page and the status list say so from now on.")),
                (_, true) => Some(flash(
                    "Issued anew.",
                    "This is the new certificate. Its holder gets a mail with the link.",
                )),
                _ => None,
            };
            let heading = match task {
                Do::Look => format!("Certificate of {}", given.snapshot.name),
                Do::Name => format!("Correct the name of {}?", given.snapshot.name),
                Do::Reissue => format!("Issue the certificate of {} anew?", given.snapshot.name),
                Do::Revoke => format!("Revoke the certificate of {}?", given.snapshot.name),
            };
            let below = match task {
                Do::Look => actions(&desk, &given),
                Do::Name => correct(&desk, &given, &kept, form),
                Do::Reissue => reissue(&desk, &given, &kept, ReasonForm { reason: form.reason }),
                Do::Revoke => revoke(&desk, &given, &kept, ReasonForm { reason: form.reason }),
            };
            let body = view! {
                <div class="stack-l">
                    {done}
                    {facts(&given)}
                    {below}
                    {history(&desk, &others)}
                    <p class="links"><a href=desk.path("certificates")>"All certificates of this event"</a></p>
                </div>
            };
            desk.page(&heading, body)
        },
    )
}

fn facts(given: &Given) -> AnyView {
    let (row, snapshot) = (&given.row, &given.snapshot);
    let zone = &snapshot.zone;
    let state = match row.state {
        CertificateState::Valid => view! { <span class="tag tag--go">"Valid"</span> }.into_any(),
        state => {
            let words = if state == CertificateState::Superseded {
                "Replaced"
            } else {
                "Revoked"
            };
            let on = row.revoked_at.map(|at| moment(at, zone)).unwrap_or_default();
            view! { <span class="tag tag--stop">{words}</span>{format!(" {on}: {}", row.revoked_reason.clone().unwrap_or_default())} }
                .into_any()
        }
    };
    let differs = (!given.differs.is_empty()).then(|| {
        view! { <div><dt>"Would read differently today"</dt><dd>{given.differs.join(", ")}</dd></div> }
    });
    view! {
        <dl class="answers">
            <div><dt>"State"</dt><dd>{state}</dd></div>
            <div><dt>"Name"</dt><dd>{snapshot.name.clone()}</dd></div>
            <div><dt>"Event"</dt><dd>{format!("{}, {}", snapshot.event_title, snapshot.when_words)}</dd></div>
            <div><dt>"CPD"</dt><dd>{format!("{} ({} of {} minutes attended)", hours_in_words(snapshot.shown_minutes), snapshot.minutes, snapshot.offered_minutes)}</dd></div>
            <div><dt>"Issued"</dt><dd>{moment(row.issued_at, zone)}</dd></div>
            <div><dt>"Certificate"</dt><dd><a href=format!("/certificates/{}", row.public_id)>{row.public_id.clone()}</a></dd></div>
            {differs}
        </dl>
    }
    .into_any()
}

fn here(desk: &Desk, given: &Given) -> String {
    format!("{}/{}", desk.path("certificates"), given.row.public_id)
}

fn actions(desk: &Desk, given: &Given) -> AnyView {
    if !desk.may_edit() || given.row.state == CertificateState::Superseded {
        return ().into_any();
    }
    let here = here(desk, given);
    let revoke = (given.row.state == CertificateState::Valid)
        .then(|| view! { <a class="btn btn--danger btn--line" href=format!("{here}?do=revoke")>"Revoke"</a> });
    let name = (given.row.state == CertificateState::Valid)
        .then(|| view! { <a class="btn btn--line" href=format!("{here}?do=name")>"Correct the name"</a> });
    view! { <p class="row">{name}<a class="btn btn--line" href=format!("{here}?do=reissue")>"Issue anew"</a>{revoke}</p> }.into_any()
}

fn correct(desk: &Desk, given: &Given, kept: &Kept, form: NameForm) -> AnyView {
    let (back, slug, id, fresh) = (
        here(desk, given),
        desk.event.slug.clone(),
        given.row.public_id.clone(),
        kept.clone(),
    );
    view! {
        <section class="stack" aria-label="Correct the name">
            <p>"For the same person, written right. The place says the new name from now on, and a new certificate is issued in it, with the hours and the event as they are now. The old certificate stops counting and says so when it is checked; each shows the other on its page."</p>
            <Form to=api::CorrectName::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=id/>
                <Field kept=fresh.clone() name="form[name]" label="Full name" value=form.name hint="As it should read on the certificate." autocomplete="off"/>
                <Field kept=fresh name="form[reason]" label="Reason" value=form.reason hint="Whoever checks the old certificate reads it, for example “Name corrected”." autocomplete="off"/>
                <p class="row"><button class="btn">"Issue it in this name"</button><a href=back>"Leave it as it is"</a></p>
            </Form>
        </section>
    }
    .into_any()
}

fn reissue(desk: &Desk, given: &Given, kept: &Kept, form: ReasonForm) -> AnyView {
    let (back, slug, id, fresh) = (
        here(desk, given),
        desk.event.slug.clone(),
        given.row.public_id.clone(),
        kept.clone(),
    );
    let changes = if given.differs.is_empty() {
        "Nothing about it has changed since, so the new one will read the same.".to_owned()
    } else {
        format!("The new one will differ in: {}.", given.differs.join(", "))
    };
    view! {
        <section class="stack" aria-label="Issue anew">
            <p>{format!("A new certificate is issued with the name, the hours and the event as they are now. {changes} The old one stops counting, and each shows the other on its page.")}</p>
            <Form to=api::Reissue::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=id/>
                <Field kept=fresh name="form[reason]" label="Reason" value=form.reason hint="Whoever checks the old certificate reads it, for example “Name corrected”." autocomplete="off"/>
                <p class="row"><button class="btn">"Issue the new certificate"</button><a href=back>"Leave it as it is"</a></p>
            </Form>
        </section>
    }
    .into_any()
}

fn revoke(desk: &Desk, given: &Given, kept: &Kept, form: ReasonForm) -> AnyView {
    let (back, slug, id, fresh) = (
        here(desk, given),
        desk.event.slug.clone(),
        given.row.public_id.clone(),
        kept.clone(),
    );
    view! {
        <section class="stack" aria-label="Revoke">
            <p>"From then on its page and the status list say that it does not count. This cannot be undone; a new certificate can be issued later."</p>
            <Form to=api::Revoke::url() kept=kept.clone()>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=id/>
                <Field kept=fresh name="form[reason]" label="Reason" value=form.reason hint="Whoever checks the certificate reads it, so write nothing private." autocomplete="off"/>
                <p class="row"><button class="btn btn--danger">"Yes, revoke this certificate"</button><a href=back>"Leave it as it is"</a></p>
            </Form>
        </section>
    }
    .into_any()
}

fn history(desk: &Desk, others: &[Given]) -> Option<AnyView> {
    if others.is_empty() {
        return None;
    }
    let items = others
        .iter()
        .map(|other| {
            let zone = &other.snapshot.zone;
            let ended = other.row.revoked_at.map(|at| format!(", revoked {}: {}", day(at, zone), other.row.revoked_reason.clone().unwrap_or_default()));
            view! { <li><a href=here(desk, other)>{format!("Issued {}", moment(other.row.issued_at, zone))}</a>{format!(", {}", hours_in_words(other.snapshot.shown_minutes))}{ended}</li> }
        })
        .collect_view();
    Some(view! { <section class="todo" aria-labelledby="others"><h2 id="others">"Their other certificates for this event"</h2><ul>{items}</ul></section> }.into_any())
}
