//! One period of somebody's CPD, for whoever they gave a link to: to be read, without signing in.

use super::parts::{account, minutes, paragraphs, said, size};
use crate::{
    ssr,
    ui::{Page, page, time},
};
use axum::http::header;
use chrono::NaiveDate;
use domain::{
    agenda::Domain,
    certificates::credential::UNNAMED,
    platform::zones,
    portfolio::{
        Approval, Progress, Totals,
        own::{Item, Shared, follows, list, open_link},
    },
    schemes::find,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

#[component]
pub fn AppraiserPage() -> impl IntoView {
    let token = use_params_map().read_untracked().get("token").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        // Signed in or not: what the link shows stays on nobody's machine.
        if ssr::asking().actor.person().is_none() {
            ssr::header(header::CACHE_CONTROL, "no-store");
        }
        let shared = open_link(&services, &token).await?;
        let items = list(&services, &shared.reader).await?.items;
        let name = shared.reader.name(&services).await?.or_else(|| {
            let certificate = items.iter().find_map(|item| item.certificate.as_ref())?;
            Some(certificate.snapshot.name.clone())
        });
        let period = (shared.first, shared.last);
        let schemes = follows(&services, &shared.reader).await?.into_iter();
        let schemes: Vec<Progress> = schemes
            .map(|one| Progress::over(one.scheme, one.scheme.on(shared.last), period, &items))
            .collect();
        let today = services.clock.now().date_naive();
        Ok((token, shared, items, name, schemes, today))
    };
    page(load, |(token, shared, items, name, schemes, today)| {
        let title = name.map_or_else(|| "A CPD record".to_owned(), |name| format!("CPD record of {name}"));
        Page::new(title.clone(), draw(&title, &token, &shared, items, &schemes, today)).unlisted()
    })
}

fn draw(title: &str, token: &str, shared: &Shared, items: Vec<Item>, schemes: &[Progress], today: NaiveDate) -> AnyView {
    let totals = Totals::of(&items);
    let until = zones::date(time::wall(shared.expires_at, "Europe/London").date());
    let left_out = match (shared.with_reflections, shared.with_files) {
        (true, true) => "",
        (true, false) => " Files kept as evidence are not shown.",
        (false, true) => " Reflections are not shown.",
        (false, false) => " Reflections and files kept as evidence are not shown.",
    };
    let split = (totals.clinical + totals.non_clinical > 0).then(|| {
        view! {
            <div><dt>"Clinical"</dt><dd>{minutes(totals.clinical)}</dd></div>
            <div><dt>"Non-clinical"</dt><dd>{minutes(totals.non_clinical)}</dd></div>
        }
    });
    let counted = schemes
        .iter()
        .flat_map(|progress| progress.lines().into_iter().map(move |line| (progress, line)))
        .map(|(progress, line)| {
            let of = |count: u32| {
                if line.is_minutes {
                    progress.version.in_units(count)
                } else {
                    count.to_string()
                }
            };
            let name = format!("{}: {}", progress.scheme.name, line.words.to_lowercase());
            view! { <div><dt>{name}</dt><dd>{format!("{} of {}", of(line.have), of(line.want))}</dd></div> }
        })
        .collect_view();
    let none = items.is_empty();
    let token = ssr::encode(token);
    let each = items
        .iter()
        .enumerate()
        .map(|(number, one)| item(number, one, &token, schemes, today))
        .collect_view();
    view! {
        <div class="page__head">
            <h1>{title.to_owned()}</h1>
            <p class="lede">{zones::dates(shared.first, shared.last)}</p>
            <p class="meta">{format!("Shown to you by its owner, until {until}.{left_out} Certified hours were worked out from attendance and signed by whoever held the event; all else is the owner’s own record.")}</p>
            <p class="links"><a href=format!("/appraiser/{token}/pack.pdf")>"Download as PDF"</a></p>
        </div>
        <section class="sec" aria-labelledby="totals">
            <h2 id="totals">"In all"</h2>
            <dl class="facts">
                <div><dt>"Entries"</dt><dd>{totals.entries}</dd></div>
                <div><dt>"CPD"</dt><dd>{minutes(totals.minutes)}</dd></div>
                <div><dt>"Participatory"</dt><dd>{minutes(totals.participatory)}</dd></div>
                {split}
                {counted}
            </dl>
        </section>
        {none.then(|| view! { <div class="empty"><h2>"Nothing in these days"</h2><p>"There is no entry in the period this link shows."</p></div> })}
        {each}
    }
    .into_any()
}

fn item(number: usize, item: &Item, token: &str, schemes: &[Progress], today: NaiveDate) -> AnyView {
    let id = format!("item-{number}");
    let fact = |name: String, words: String| (!words.is_empty()).then(|| view! { <div><dt>{name}</dt><dd>{words}</dd></div> });
    let domain = match item.domain {
        Some(Domain::Clinical) => "Clinical",
        Some(Domain::NonClinical) => "Non-clinical",
        None => "",
    };
    let approval = match item.approval {
        Approval::None => "",
        other => other.label(),
    };
    let certificate = match &item.certificate {
        Some(certificate) => {
            let path = format!("/certificates/{}", certificate.snapshot.id);
            let of = format!(" for {}", item.title);
            let unnamed = certificate.snapshot.unnamed_minutes();
            let sessions = certificate
                .snapshot
                .sessions
                .iter()
                .map(|line| {
                    let part = if line.participatory { ", participatory" } else { "" };
                    view! { <li>{format!("{} {} – {} of {} minutes{part}", line.began, line.title, line.minutes, line.of_minutes)}</li> }
                })
                .collect_view();
            view! {
                <details>
                    <summary>"Sessions attended"<span class="hidden">{format!(" at {}", item.title)}</span></summary>
                    <ul class="list">{sessions}{(unnamed > 0).then(|| view! { <li>{format!("{UNNAMED} – {unnamed} minutes")}</li> })}</ul>
                </details>
                <p class="links"><a href=path.clone()>"Check the certificate"<span class="hidden">{of.clone()}</span></a><a href=format!("{path}.pdf")>"Certificate (PDF)"<span class="hidden">{of}</span></a></p>
            }
            .into_any()
        }
        None if item.is_withdrawn => {
            view! { <p class="wait">"Its certificate does not count any more; its minutes are in no total."</p> }.into_any()
        }
        None => ().into_any(),
    };
    let files = item
        .files
        .iter()
        .map(|file| {
            view! { <li><a href=format!("/appraiser/{token}/files/{}", file.id)>{file.name.clone()}</a>{format!(" ({})", size(file.size))}</li> }
        })
        .collect_view();
    let accounts = item
        .accounts
        .iter()
        .map(|one| {
            let name = find(&one.scheme).map_or("", |scheme| scheme.name);
            view! { <h3>{format!("Reflective account ({name})")}</h3>{account(one, today)} }
        })
        .collect_view();
    let lines = schemes
        .iter()
        .map(|progress| fact(progress.scheme.name.to_owned(), item.line(progress.scheme)))
        .collect_view();
    let said = said(item).into_iter().map(|(name, words)| fact(name, words)).collect_view();
    view! {
        <section class="sec" aria-labelledby=id.clone()>
            <div class="sec__head"><h2 id=id.clone()>{item.title.clone()}</h2><p class="meta">{zones::dates(item.first, item.last)}</p></div>
            <div class="stack">
                <dl class="facts">
                    {fact("CPD method".to_owned(), item.method.label().to_owned())}
                    {fact("Held by".to_owned(), item.provider.clone())}
                    {fact("Hours".to_owned(), minutes(item.minutes))}
                    {fact("Participatory hours".to_owned(), minutes(item.participatory))}
                    {fact("Domain".to_owned(), domain.to_owned())}
                    {fact("Peer group".to_owned(), approval.to_owned())}
                    {lines}
                    {said}
                </dl>
                {(!item.what.is_empty()).then(|| view! { <h3>"Topic and how it relates to their practice"</h3>{paragraphs(&item.what)} })}
                {certificate}
                {(!item.files.is_empty()).then(|| view! { <h3>"Evidence"</h3><ul class="list">{files}</ul> })}
                {accounts}
            </div>
        </section>
    }
    .into_any()
}
