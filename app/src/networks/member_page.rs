//! One member: what is known of them, what they agreed to and when, and taking them off the list.

use super::{api, desk, members_page::words};
use crate::{
    forms,
    organise::frame::{flash, quiet},
    ssr,
    ui::{Field, Form, breaking, or_none, page, time},
};
use domain::{
    Error,
    access::Permission,
    ids::MembershipId,
    networks::{
        ConsentAction, MembershipState, Way, consent,
        members::{self, MemberForm},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

fn action(action: ConsentAction) -> &'static str {
    match action {
        ConsentAction::Asked => "Asked to join",
        ConsentAction::Given => "Agreed",
        ConsentAction::Approved => "Taken on the list",
        ConsentAction::Declined => "Request declined",
        ConsentAction::Withdrawn => "Left the list",
    }
}

fn way(how: Way) -> &'static str {
    match how {
        Way::Page => "on this site",
        Way::Link => "by the link in a mail",
        Way::OneClick => "by one click in their mail program",
        Way::Organiser => "written down by an organiser",
        Way::Import => "from a file",
        Way::Calendar => "from their calendar",
    }
}

#[component]
pub fn MemberPage() -> impl IntoView {
    let params = use_params_map();
    let given = |name: &str| params.read_untracked().get(name).unwrap_or_default();
    let (slug, member) = (given("slug"), given("member"));
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let desk = desk::open(&slug, Permission::See).await?;
        let id = MembershipId(member.parse().map_err(|_| Error::NotFound)?);
        let (membership, address) = members::load(&services, &asking.actor, &slug, id).await?;
        let records = consent::list_of(&services.db.read, id).await?;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (kept, form) = forms::kept_or(|| MemberForm {
            name: membership.name.clone(),
            job_role: text(&membership.job_role),
            agency: text(&membership.agency),
        })
        .await?;
        let done = match (asking.query_value("saved"), asking.query_value("now").as_deref()) {
            (Some(_), _) => Some(flash("Saved.", "Invites and certificates from now on say so.")),
            (_, Some("paused")) => Some(flash("Paused.", "They get no invites until you send them some again.")),
            (_, Some("member")) => Some(flash(
                "They get invites again.",
                "Entries for the meetings to come are on their way.",
            )),
            _ => None,
        };
        Ok((desk, membership, address, records, kept, form, done))
    };
    page(load, |(desk, membership, address, records, kept, form, done)| {
        let on_list = matches!(membership.state, MembershipState::Member | MembershipState::Paused);
        let open = !matches!(membership.state, MembershipState::Left | MembershipState::Declined);
        let rows = records
            .into_iter()
            .map(|row| {
                let version = row.version.map(|version| format!("wording of {version}")).unwrap_or_default();
                view! { <tr><th scope="row">{action(row.action)}</th><td data-label="On">{time::plain_date(row.given_on)}</td><td data-label="How">{way(row.how)}</td><td data-label="To">{or_none(version)}</td></tr> }
            })
            .collect_view();
        let edit = (desk.may_edit() && open).then(|| {
            let (kept, slug) = (kept.clone(), desk.network.slug.clone());
            view! {
                <Form to=api::ChangeMember::url() kept=kept.clone()>
                    <input type="hidden" name="slug" value=slug/>
                    <input type="hidden" name="member" value=membership.id.to_string()/>
                    <Field kept=kept.clone() name="form[name]" label="Full name" value=form.name/>
                    <Field kept=kept.clone() name="form[job_role]" label="Job role" value=form.job_role/>
                    <Field kept=kept.clone() name="form[agency]" label="Where they work" value=form.agency/>
                    <p><button class="btn">"Save"</button></p>
                </Form>
            }
        });
        let pause = match membership.state {
            MembershipState::Member => Some((
                "Pause",
                "Paused, they stay on the list and get no new invites. Entries they have already stay in their calendar.",
                MembershipState::Paused,
                format!("Pause {}", membership.name),
            )),
            MembershipState::Paused => Some((
                "Paused",
                "They get no invites. Once they do again, they are invited to every meeting still to come.",
                MembershipState::Member,
                format!("Send invites to {} again", membership.name),
            )),
            _ => None,
        };
        let pause = pause.filter(|_| desk.may_edit()).map(|(heading, words, to, button)| {
            let slug = desk.network.slug.clone();
            view! {
                <section class="slip stack" aria-labelledby="pause">
                    <h2 id="pause">{heading}</h2>
                    <p>{words}</p>
                    <Form to=api::Pause::url() kept=quiet(&kept)>
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="member" value=membership.id.to_string()/>
                        <input type="hidden" name="state" value=to.word()/>
                        <p><button class="btn btn--line">{button}</button></p>
                    </Form>
                </section>
            }
        });
        let remove = (desk.may_edit() && on_list).then(|| {
            let (slug, name) = (desk.network.slug.clone(), membership.name.clone());
            view! {
                <aside class="slip stack" aria-labelledby="remove">
                    <h2 id="remove">"Take off the list"</h2>
                    <p>"Only if they asked you to. Meetings still to come are taken out of their calendar."</p>
                    <Form to=api::Remove::url() kept=quiet(&kept)>
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="member" value=membership.id.to_string()/>
                        <p><button class="btn btn--danger btn--line">{format!("Take {name} off the list")}</button></p>
                    </Form>
                </aside>
            }
        });
        let body = view! {
            {done}
            <p class="lede">{breaking(&address)}" · "{words(membership.state)}</p>
            <div class="two"><div>{edit}</div><div class="stack-l">{pause}{remove}</div></div>
            <section class="sec" aria-labelledby="consent">
                <div class="sec__head"><h2 id="consent">"What they agreed to"</h2><p class="meta">"Written down as it happened, and never changed."</p></div>
                <table class="list">
                    <caption class="hidden">"What they agreed to"</caption>
                    <thead><tr><th scope="col">"What"</th><th scope="col">"On"</th><th scope="col">"How"</th><th scope="col">"To"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        };
        let heading = membership.name.clone();
        desk.page(&heading, body)
    })
}
