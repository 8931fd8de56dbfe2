//! An organisation's settings, and the facts of this installation that only its configuration changes.

use super::{
    api,
    frame::{desk_banner, flash},
    team_page::others,
};
use crate::{
    forms, ssr,
    ui::{Choice, Field, Form, Page, page},
};
use domain::{
    Services,
    access::Permission,
    organisations::{
        service::list_with,
        settings::{self, SettingsForm},
    },
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let organisation = settings::load_own(&services, &asking.actor, &asking.query_value("organisation").unwrap_or_default()).await?;
        let own = list_with(&services, &asking.actor, Permission::Own).await?;
        let (kept, form) = forms::kept_or(|| SettingsForm::of(&organisation)).await?;
        let done = asking.query_value("saved").map(|_| flash("Saved.", ""));
        let facts = facts(&services);
        Ok((organisation, own, kept, form, done, facts, desk_banner().await?))
    };
    page(load, |(organisation, own, kept, form, done, facts, banner)| {
        let wrong = if kept.problems.0.is_empty() { "" } else { "Error: " };
        let facts = facts
            .into_iter()
            .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
            .collect_view();
        let (slug, fields) = (organisation.slug.clone(), kept.clone());
        let body = view! {
            {done}
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a></p>
                <h1>"Settings"</h1>
                {others("/organise/settings", &organisation, &own)}
            </div>
            <div class="two">
                <div><Form to=api::SaveSettings::url() kept=kept.clone()>
                    <input type="hidden" name="organisation" value=slug/>
                    <Field kept=fields.clone() name="form[name]" label="Name of the organisation" value=form.name.clone() hint="At the top of every page, on mail and on certificates still to be issued." autocomplete="organization"/>
                    <Field kept=fields.clone() name="form[email]" label="Email address" value=form.email.clone() kind="email" hint="Where people's answers to mail go." autocomplete="email"/>
                    <Choice kept=fields.clone() name="form[leave_link]" label="Show a quick way off the site at the top of every page" checked={form.leave_link == "true"} hint="For readers who are not safe being seen with these pages. Leave it on unless you have reason not to."/>
                    <p><button class="btn">"Save"</button></p>
                </Form></div>
                <aside class="slip" aria-labelledby="facts">
                    <h2 id="facts">"This installation"</h2>
                    <dl class="facts">{facts}</dl>
                    <p><small>"Whoever runs the machine changes these in its configuration."</small></p>
                </aside>
            </div>
        };
        Page::new(format!("{wrong}Settings"), body)
            .host(&organisation)
            .banner(banner)
            .unlisted()
    })
}

fn facts(services: &Services) -> Vec<(&'static str, String)> {
    let mail = if services.mailer.delivers() {
        format!("Sent through a mail server, from {}", services.mail_from)
    } else {
        "Not sent: no mail server is set up. Messages are kept.".to_owned()
    };
    vec![
        ("Address", services.url("/")),
        ("Mail", mail),
        (
            "Database",
            if services.db.is_postgres() {
                "PostgreSQL"
            } else {
                "SQLite, one file"
            }
            .to_owned(),
        ),
        ("Version", env!("CARGO_PKG_VERSION").to_owned()),
    ]
}
