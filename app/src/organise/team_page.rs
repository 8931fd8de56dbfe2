//! Who helps to run an organisation, and as what. For its owners.

use super::{
    api,
    frame::{desk_banner, flash, quiet},
    words,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, Page, Select, form::Problems, page},
};
use domain::{
    access::Permission,
    organisations::{
        Role,
        entity::organisation,
        service::list_with,
        settings::{self, Member, MemberForm},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn TeamPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let organisation = settings::load_own(&services, &asking.actor, &asking.query_value("organisation").unwrap_or_default()).await?;
        let own = list_with(&services, &asking.actor, Permission::Own).await?;
        let team = settings::list_team(&services, &asking.actor, organisation.id).await?;
        let (kept, form) = forms::kept::<MemberForm>().await?;
        let done = if asking.query_value("added").is_some() {
            Some(flash(
                "Added.",
                "They sign in with their own address, by the link we mail them when they ask. Tell them so: nothing was sent.",
            ))
        } else {
            asking
                .query_value("changed")
                .map(|_| flash("Changed.", "It holds from their next page on."))
        };
        Ok((organisation, own, team, kept, form, done, desk_banner().await?))
    };
    page(load, |(organisation, own, team, kept, form, done, banner)| {
        let wrong = if kept.problems.0.is_empty() { "" } else { "Error: " };
        let rows = team.iter().map(|member| row(&organisation, member, &kept)).collect_view();
        let roles = Role::ALL
            .into_iter()
            .map(|role| (role.word().to_owned(), words::role(role).to_owned()))
            .collect();
        let role = if form.role.is_empty() {
            Role::Organiser.word().to_owned()
        } else {
            form.role.clone()
        };
        let (slug, fields) = (organisation.slug.clone(), kept.clone());
        let body = view! {
            <Problems kept=kept.clone()/>
            {done}
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a></p>
                <h1>"Team"</h1>
                <p class="lede">{organisation.name.clone()}</p>
                {others("/organise/team", &organisation, &own)}
            </div>
            <div class="stack-l">
                <table class="list">
                    <thead><tr><th scope="col">"Name"</th><th scope="col">"Email address"</th><th scope="col">"Role"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <div class="two"><section class="stack" aria-labelledby="add">
                    <h2 id="add">"Add somebody"</h2>
                    <Form to=api::AddMember::url() kept=quiet(&kept)>
                        <input type="hidden" name="organisation" value=slug/>
                        <Field kept=fields.clone() name="form[name]" label="Name" value=form.name.clone()/>
                        <Field kept=fields.clone() name="form[email]" label="Email address" value=form.email.clone() kind="email" hint="They sign in with it."/>
                        <Select kept=fields.clone() name="form[role]" label="Role" value=role options=roles/>
                        <p><button class="btn">"Add to the team"</button></p>
                    </Form>
                </section></div>
            </div>
        };
        Page::new(format!("{wrong}Team"), body)
            .host(&organisation)
            .banner(banner)
            .unlisted()
    })
}

/// The same page of the other organisations they own, where there are any.
pub fn others(page: &'static str, here: &organisation::Model, own: &[organisation::Model]) -> Option<AnyView> {
    let links: Vec<_> = own
        .iter()
        .filter(|row| row.id != here.id)
        .map(|row| view! { <a href=super::lists::address(page, &[("organisation", row.slug.clone())])>{row.name.clone()}</a> })
        .collect();
    (!links.is_empty()).then(|| view! { <p class="links">{links}</p> }.into_any())
}

fn row(organisation: &organisation::Model, member: &Member, kept: &Kept) -> AnyView {
    let name = member.name.clone().unwrap_or_else(|| member.address.clone());
    let (slug, person, heading) = (organisation.slug.clone(), member.person.to_string(), name.clone());
    let id = format!("role-{}", member.person);
    let options = Role::ALL
        .into_iter()
        .map(|role| view! { <option value=role.word() selected={role == member.role}>{words::role(role)}</option> })
        .collect_view();
    view! {
        <tr>
            <th scope="row">{heading}</th>
            <td data-label="Email address">{member.address.clone()}</td>
            <td data-label="Role">
                <Form to=api::Role::url() kept=quiet(kept) class="row">
                    <input type="hidden" name="organisation" value=slug/>
                    <input type="hidden" name="person" value=person/>
                    <label class="hidden" for=id.clone()>{format!("Role of {name}")}</label>
                    <select class="input" id=id name="role">{options}</select>
                    <button class="btn btn--line btn--small">"Change"<span class="hidden">{format!(" the role of {name}")}</span></button>
                </Form>
            </td>
        </tr>
    }
    .into_any()
}
