//! An organisation's settings, and the facts of this installation that only its configuration changes.

use super::{
    api,
    frame::{desk_banner, flash},
    team_page::others,
};
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Choice, Field, Form, Page, page},
};
use domain::{
    Services,
    access::Permission,
    organisations::{
        service::list_with,
        settings::{self, SettingsForm},
    },
    platform::doctor::{Check, Verdict},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn SettingsPage() -> impl IntoView {
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        let organisation = settings::load_own(&services, &asking.actor, &asking.query_value("organisation").unwrap_or_default()).await?;
        let own = list_with(&services, &asking.actor, Permission::Own).await?;
        // What a check found is kept like a form, to be shown once; nothing was typed then.
        let found = serde_json::from_value::<Vec<Check>>(ssr::draft().await?.form["checks"].clone()).ok();
        let (kept, form) = if found.is_some() {
            (Kept::default(), SettingsForm::of(&organisation))
        } else {
            forms::kept_or(|| SettingsForm::of(&organisation)).await?
        };
        let done = asking.query_value("saved").map(|_| flash("Saved.", ""));
        let facts = facts(&services);
        Ok((organisation, own, kept, form, (done, found), facts, desk_banner().await?))
    };
    page(load, |(organisation, own, kept, form, (done, found), facts, banner)| {
        let facts = facts
            .into_iter()
            .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
            .collect_view();
        let template = crate::certificates::api::template_path(&organisation.slug, "");
        let (slug, checked, fields) = (organisation.slug.clone(), organisation.slug.clone(), kept.clone());
        let body = view! {
            {done}
            <div class="page__head">
                <p class="kicker"><a href="/organise">"Organiser home"</a></p>
                <h1>"Settings"</h1>
                {others("/organise/settings", &organisation, &own)}
            </div>
            <div class="stack-l">
            {found.map(report)}
            <div class="two">
                <div><Form to=api::SaveSettings::url() kept=kept.clone()>
                    <input type="hidden" name="organisation" value=slug/>
                    <Field kept=fields.clone() name="form[name]" label="Name of the organisation" value=form.name.clone() hint="At the top of every page, on mail and on certificates still to be issued." autocomplete="organization"/>
                    <Field kept=fields.clone() name="form[email]" label="Email address" value=form.email.clone() kind="email" hint="Where people's answers to mail go." autocomplete="email"/>
                    <Choice kept=fields.clone() name="form[leave_link]" label="Show a quick way off the site at the top of every page" checked={form.leave_link == "true"} hint="For readers who are not safe being seen with these pages. Leave it on unless you have reason not to."/>
                    <p><button class="btn">"Save"</button></p>
                </Form>
                <p><a href=template>"What your certificates look like"</a></p></div>
                <aside class="slip" aria-labelledby="facts">
                    <h2 id="facts">"This installation"</h2>
                    <dl class="facts">{facts}</dl>
                    <p><small>"Whoever runs the machine changes these in its configuration."</small></p>
                    <Form to=api::CheckInstallation::url() kept=Kept::default()>
                        <input type="hidden" name="organisation" value=checked/>
                        <p><button class="btn btn--line">"Check this installation"</button></p>
                    </Form>
                    <p><small>"Looks at database, folder, address, mail server, clock and disk. Takes a few seconds, sends nothing and changes nothing."</small></p>
                </aside>
            </div>
            </div>
        };
        Page::new("Settings", body).host(&organisation).banner(banner).unlisted()
    })
}

/// What a check of the installation found: faults first, since there may be only one among a dozen.
fn report(mut checks: Vec<Check>) -> AnyView {
    let faults = checks.iter().filter(|check| check.is_fault()).count();
    checks.sort_by_key(|check| match check.verdict {
        Verdict::Fault => 0,
        Verdict::Note => 1,
        Verdict::Well => 2,
    });
    let summary = match faults {
        0 => "Nothing is wrong.".to_owned(),
        1 => "One thing is wrong.".to_owned(),
        many => format!("{many} things are wrong."),
    };
    let items = checks
        .into_iter()
        .map(|check| {
            let (class, words) = match check.verdict {
                Verdict::Fault => ("tag tag--stop", "Wrong"),
                Verdict::Note => ("tag tag--wait", "Could be better"),
                Verdict::Well => ("tag tag--go", "Fine"),
            };
            let name = check.name().to_owned();
            view! { <li><p><b>{name}</b><span class="meta">{check.words}</span></p><span class=class>{words}</span></li> }
        })
        .collect_view();
    view! {
        <section class="slip stack" aria-labelledby="checked" role="status">
            <h2 id="checked">"This installation was checked"</h2>
            <p><strong>{summary}</strong></p>
            <ul class="asks">{items}</ul>
        </section>
    }
    .into_any()
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
