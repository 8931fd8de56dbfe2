//! Who helps to run an organisation, and as what. For its owners.

use super::{
    api,
    frame::{desk_banner, flash, quiet},
    words,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Field, Form, Page, Select, breaking, page, time},
};
use domain::{
    Error,
    access::Permission,
    events::entity::event,
    ids::PersonId,
    organisations::{
        Role,
        entity::organisation,
        service::list_with,
        settings,
        team::{self, Member, MemberForm},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

#[component]
pub fn TeamPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let organisation = settings::load_own(&services, &asking.actor, &asking.query_value("organisation").unwrap_or_default()).await?;
        let own = list_with(&services, &asking.actor, Permission::Own).await?;
        let team = team::list(&services, &asking.actor, organisation.id).await?;
        let events = team::list_events(&services, &asking.actor, organisation.id).await?;
        let (kept, form) = forms::kept::<MemberForm>().await?;
        let done = done(&asking.query_value("now").unwrap_or_default());
        Ok((organisation, own, (team, events), kept, form, done, desk_banner().await?))
    };
    page(load, |(organisation, own, (team, events), kept, form, done, banner)| {
        let rows = team.iter().map(|member| row(&organisation, member, &events, &kept)).collect_view();
        let body = view! {
            {done}
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a></p>
                <h1>"Team"</h1>
                <p class="lede">{organisation.name.clone()}</p>
                {others("/organise/team", &organisation, &own)}
            </div>
            <div class="stack-l">
                <table class="list">
                    <caption class="hidden">"People in the team"</caption>
                    <thead><tr><th scope="col">"Name"</th><th scope="col">"Email address"</th><th scope="col">"Role"</th><th scope="col">"More"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                {invite(&organisation, &events, &kept, form)}
            </div>
        };
        Page::new("Team", body).host(&organisation).banner(banner).unlisted()
    })
}

fn done(what: &str) -> Option<AnyView> {
    Some(match what {
        "invited" => flash(
            "Asked.",
            "They get a mail with a link that signs them in, and show as asked until they have used it.",
        ),
        "again" => flash("Asked again.", "They get a new mail. The link of the one before no longer works."),
        "changed" => flash("Changed.", "It holds from their next page on."),
        "removed" => flash(
            "Removed.",
            "They can do nothing here any more, even where they are still signed in.",
        ),
        _ => return None,
    })
}

fn invite(organisation: &organisation::Model, events: &[event::Model], kept: &Kept, form: MemberForm) -> AnyView {
    let roles = Role::ALL
        .into_iter()
        .map(|role| (role.word().to_owned(), words::role(role).to_owned()))
        .collect();
    let role = if form.role.is_empty() {
        Role::Organiser.word().to_owned()
    } else {
        form.role
    };
    let every = (String::new(), "Every event".to_owned());
    let events = std::iter::once(every)
        .chain(events.iter().map(|event| (event.slug.clone(), event_words(event))))
        .collect();
    let (slug, fields) = (organisation.slug.clone(), kept.clone());
    view! {
        <div class="two"><section class="stack" aria-labelledby="add">
            <h2 id="add">"Ask somebody to help"</h2>
            <Form to=api::AddMember::url() kept=quiet(kept)>
                <input type="hidden" name="organisation" value=slug/>
                <Field kept=fields.clone() name="form[name]" label="Name" value=form.name/>
                <Field kept=fields.clone() name="form[email]" label="Email address" value=form.email kind="email" hint="They get a mail there, and sign in with it."/>
                <Select kept=fields.clone() name="form[role]" label="Role" value=role options=roles/>
                <Select kept=fields.clone() name="form[event]" label="Where" value=form.event options=events hint="A steward can be limited to one event. Other roles hold everywhere."/>
                <p><button class="btn">"Send the invitation"</button></p>
            </Form>
        </section></div>
    }
    .into_any()
}

fn event_words(event: &event::Model) -> String {
    format!("Only {}, {}", event.title, time::plain_date(event.starts_wall.date()))
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

fn row(organisation: &organisation::Model, member: &Member, events: &[event::Model], kept: &Kept) -> AnyView {
    let name = member.name.clone().unwrap_or_else(|| member.address.clone());
    let (slug, person) = (organisation.slug.clone(), member.person.to_string());
    let (id, where_id) = (format!("role-{}", member.person), format!("where-{}", member.person));
    let options = Role::ALL
        .into_iter()
        .map(|role| view! { <option value=role.word() selected={role == member.role}>{words::role(role)}</option> })
        .collect_view();
    let places = events
        .iter()
        .map(|event| view! { <option value=event.slug.clone() selected={Some(event.id) == member.event}>{event_words(event)}</option> })
        .collect_view();
    // An event that is over is no choice any more, and what it was is not to be changed by saving something else.
    let gone = member.event.filter(|id| events.iter().all(|event| event.id != *id)).is_some();
    let past = gone.then(|| view! { <option value=team::SAME_EVENT selected=true>"Only one that is over or cancelled"</option> });
    let remove = super::lists::address(
        &format!("/organise/team/{person}/remove"),
        &[("organisation", organisation.slug.clone())],
    );
    let asked = (!member.has_joined).then(|| {
        let day = time::wall(member.added_at, "Europe/London").date();
        view! { <br/><span class="tag tag--wait">"Asked, not signed in yet"</span>" "<span class="meta">{format!("since {}", time::plain_date(day))}</span> }
    });
    let again = (!member.has_joined).then(|| {
        let (slug, person, name) = (slug.clone(), person.clone(), name.clone());
        view! {
            <Form to=api::InviteAgain::url() kept=quiet(kept)>
                <input type="hidden" name="organisation" value=slug/>
                <input type="hidden" name="person" value=person/>
                <button class="btn btn--line btn--small">"Ask again"<span class="hidden">{format!(" {name}")}</span></button>
            </Form>
        }
    });
    let (role_of, where_of, change, removed) = (name.clone(), name.clone(), name.clone(), name.clone());
    view! {
        <tr>
            <th scope="row">{name}{asked}</th>
            <td data-label="Email address">{breaking(&member.address)}</td>
            <td data-label="Role">
                <Form to=api::Role::url() kept=quiet(kept) class="row">
                    <input type="hidden" name="organisation" value=slug.clone()/>
                    <input type="hidden" name="person" value=person.clone()/>
                    <label class="hidden" for=id.clone()>{format!("Role of {role_of}")}</label>
                    <select class="input" id=id name="role">{options}</select>
                    <label class="hidden" for=where_id.clone()>{format!("Where {where_of} is steward")}</label>
                    <select class="input" id=where_id name="event"><option value="">"Every event"</option>{past}{places}</select>
                    <button class="btn btn--line btn--small">"Change"<span class="hidden">{format!(" the role of {change}")}</span></button>
                </Form>
            </td>
            <td data-label="More">
                {again}
                <a href=remove>"Remove"<span class="hidden">{format!(" {removed}")}</span></a>
            </td>
        </tr>
    }
    .into_any()
}

#[component]
pub fn RemovePage() -> impl IntoView {
    let person = use_params_map().read_untracked().get("person").unwrap_or_default();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let organisation = settings::load_own(&services, &asking.actor, &asking.query_value("organisation").unwrap_or_default()).await?;
        let person = person.parse().map(PersonId).map_err(|_| Error::NotFound)?;
        let member = team::load(&services, &asking.actor, organisation.id, person).await?;
        let is_own = asking.actor.person_id() == Some(person);
        let (kept, ()) = forms::kept::<()>().await?;
        Ok((organisation, member, is_own, kept, desk_banner().await?))
    };
    page(load, |(organisation, member, is_own, kept, banner)| {
        let name = member.name.clone().unwrap_or_else(|| member.address.clone());
        let back = super::lists::address("/organise/team", &[("organisation", organisation.slug.clone())]);
        let consequence = if is_own {
            "This is you: you will see nothing of this organisation's desk any more, and another owner would have to ask you back."
        } else {
            "What they may do ends at once, even where they are still signed in. What they did stays written down. Their own bookings and certificates stay theirs."
        };
        let (slug, person, heading) = (
            organisation.slug.clone(),
            member.person.to_string(),
            format!("Remove {name} from the team?"),
        );
        let body = view! {
            <div class="page__head">
                <p class="kicker"><a href=back.clone()>"Team"</a></p>
                <h1>{heading}</h1>
            </div>
            <Form to=api::RemoveMember::url() kept=kept>
                <input type="hidden" name="organisation" value=slug/>
                <input type="hidden" name="person" value=person/>
                <div class="stack">
                    <p>{format!("{}, {}.", member.address, words::role(member.role).split(':').next().unwrap_or_default().to_lowercase())}</p>
                    <p>{consequence}</p>
                    <p class="row"><button class="btn btn--danger">{format!("Yes, remove {name}")}</button><a href=back>"Keep them"</a></p>
                </div>
            </Form>
        };
        Page::new("Remove from the team", body)
            .host(&organisation)
            .banner(banner)
            .unlisted()
    })
}
