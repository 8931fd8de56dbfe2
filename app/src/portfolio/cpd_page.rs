//! My CPD: how far each period has got, what every year came to, and everything in it, certified or entered.

use super::{
    chart::{Key, Strokes, step},
    entry_page,
    parts::minutes,
    reflect_page,
    working::{Own, working},
};
use crate::{
    ssr,
    ui::{Page, flash, icons::Ticks, page},
};
use chrono::Datelike;
use domain::{
    certificates::hours::hours_in_words,
    platform::zones,
    portfolio::{
        Approval, Progress, Totals, Waiting,
        own::{Item, Owner, follows, list},
        totals::Line,
    },
};
use leptos::prelude::*;

#[component]
pub fn CpdPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        let reader = Owner::of(&asking.actor)?.reader();
        let portfolio = list(&services, &reader).await?;
        let today = services.clock.now().date_naive();
        let schemes = follows(&services, &reader).await?.into_iter();
        let schemes: Vec<Progress> = schemes
            .map(|one| Progress::of(one.scheme, one.starts, today, &portfolio.items))
            .collect();
        Ok((portfolio, schemes, today, Own::asked_for().await?, asking.query_value("done")))
    };
    page(load, |(portfolio, schemes, today, worked, done)| {
        let title = if worked.is_some() {
            "How it was counted – My CPD"
        } else {
            "My CPD"
        };
        let items = portfolio.items;
        let nothing = items.is_empty() && portfolio.waiting.is_empty();
        let scheme = schemes.first().map(|progress| progress.scheme.code).unwrap_or("none");
        let body = view! {
            <div class="page__head">
                <h1>"My CPD"</h1>
                <p class="lede">"What you attended, certified by whoever held it, and what you add yourself. Each certificate can be checked by your appraiser or regulator without an account; what you write is read by nobody but you."</p>
                <p class="links"><a href="/my/cpd/new">"Add your own CPD"</a><a href="/my/cpd/pack">"Evidence pack and appraiser links"</a><a href="/my/cpd/settings">"Your regulator and period"</a></p>
            </div>
            {said(done.as_deref())}
            {worked.map(working)}
            {if nothing {
                view! {
                    <div class="empty">
                        <h2>"No CPD yet"</h2>
                        <p>"After an event you attended, its certificate shows here. What you did elsewhere you can add yourself."</p>
                        <p class="row"><a class="btn" href="/my/cpd/new">"Add your own CPD"</a><a class="btn btn--line" href="/events">"See all events"</a></p>
                    </div>
                }.into_any()
            } else {
                figures(&items, today.year())
            }}
            {periods(&schemes, nothing)}
            {years_chart(&items)}
            {waiting(portfolio.waiting)}
            {by_year(items).into_iter().map(|(number, items)| year(number, &items, scheme)).collect_view()}
        };
        Page::new(title, body).unlisted()
    })
}

fn said(done: Option<&str>) -> Option<AnyView> {
    Some(match done? {
        "withdrawn" => flash(
            "Removed.",
            "This site keeps nothing of the certificate but its number. Your file can be checked as before.",
        ),
        "deleted" => flash("Deleted.", "With what you wrote about it and the files kept with it."),
        "schemes" => flash("Saved.", "Totals below are counted as your schemes do."),
        _ => return None,
    })
}

/// The items of each year, the newest first.
fn by_year(items: Vec<Item>) -> Vec<(i32, Vec<Item>)> {
    let mut years: Vec<(i32, Vec<Item>)> = Vec::new();
    for item in items {
        let year = item.first.year();
        match years.last_mut() {
            Some((last, items)) if *last == year => items.push(item),
            _ => years.push((year, vec![item])),
        }
    }
    years
}

fn figures(items: &[Item], this_year: i32) -> AnyView {
    let now = Totals::of(items.iter().filter(|item| item.first.year() == this_year));
    let all = Totals::of(items);
    let figure = |words: String, count: u32| {
        view! { <div><dt>{words}</dt><dd>{hours_in_words(count)}</dd><dd>{format!("{count} minutes")}</dd></div> }
    };
    let split = (all.clinical + all.non_clinical > 0).then(|| {
        view! {
            {figure(format!("Clinical in {this_year}"), now.clinical)}
            {figure(format!("Non-clinical in {this_year}"), now.non_clinical)}
        }
    });
    view! {
        <dl class="figure-row">
            {figure(format!("In {this_year}"), now.minutes)}
            {figure(format!("Participatory in {this_year}"), now.participatory)}
            {split}
            {figure("CPD so far".to_owned(), all.minutes)}
        </dl>
    }
    .into_any()
}

/// How far the period of each scheme has got.
fn periods(schemes: &[Progress], nothing: bool) -> Option<AnyView> {
    if schemes.is_empty() {
        return (!nothing).then(|| {
            view! {
                <section class="sec" aria-labelledby="period">
                    <h2 id="period">"Your period"</h2>
                    <div class="stack">
                        <p>"Say who your regulator is and when your period began, and this page counts towards it."</p>
                        <p><a class="btn btn--line" href="/my/cpd/settings">"Choose your regulator"</a></p>
                    </div>
                </section>
            }
            .into_any()
        });
    }
    let all = schemes.iter().map(period).collect_view();
    Some(
        view! {
            <section class="sec" aria-labelledby="period">
                <div class="sec__head"><h2 id="period">"Your period"</h2><p class="meta">"As each scheme counts: rounded entry by entry, and no day over its cap."</p></div>
                <div class="stack-l">{all}</div>
            </section>
        }
        .into_any(),
    )
}

fn period(progress: &Progress) -> AnyView {
    let version = progress.version;
    let dates = zones::dates(progress.first, progress.last);
    let usual = (!progress.is_own).then(|| {
        view! { " (the usual one; "<a href="/my/cpd/settings">"say when yours began"<span class="hidden">{format!(" for {}", progress.scheme.name)}</span></a>")" }
    });
    let lines = progress.lines();
    let longest = lines
        .iter()
        .filter(|line| line.is_minutes)
        .map(|line| line.want.max(line.have))
        .max();
    let each = step(longest.unwrap_or(0));
    let width = longest.unwrap_or(0).div_ceil(each);
    let has_minutes = longest.is_some();
    let drawn = lines.into_iter().map(|line| asked(progress, line, each, width)).collect_view();
    let summed = (!has_minutes && progress.minutes > 0).then(|| {
        let units = match version.in_units(progress.minutes) {
            units if units.is_empty() => hours_in_words(progress.minutes),
            units => units,
        };
        let entries = if progress.entries == 1 {
            "1 entry".to_owned()
        } else {
            format!("{} entries", progress.entries)
        };
        view! { <p>{format!("{entries}, {units}")}</p> }
    });
    view! {
        <div class="stack">
            <h3>{progress.scheme.name}</h3>
            <p class="meta">{dates}{usual}</p>
            <dl class="goals">{drawn}</dl>
            {has_minutes.then(|| view! { <Key each=each target=true/> })}
            {summed}
        </div>
    }
    .into_any()
}

/// One thing a scheme asks for: what there is of it, in words and drawn.
fn asked(progress: &Progress, line: Line, each: u32, width: u32) -> AnyView {
    let words = if line.is_minutes {
        let of = |minutes| match progress.version.in_units(minutes) {
            units if units.is_empty() => hours_in_words(minutes),
            units => units,
        };
        format!("{} of {}", of(line.have), of(line.want))
    } else {
        format!("{} of {}", line.have, line.want)
    };
    let done = (line.have >= line.want).then(|| view! { " "<span class="tag tag--go">"Enough"</span> });
    let drawn = line.is_minutes.then(|| {
        let part = match line.words {
            "In all" => progress.participatory,
            "Participatory" => line.have,
            _ => 0,
        };
        view! { <dd><Strokes minutes=line.have part=part all=line.want each=each width=width label=format!("{}: {words}", line.words)/></dd> }
    });
    view! { <div><dt>{line.words}</dt><dd>{words.clone()}{done}</dd>{drawn}</div> }.into_any()
}

/// Every year beside the others.
fn years_chart(items: &[Item]) -> Option<AnyView> {
    let mut years: Vec<(i32, Totals)> = Vec::new();
    for item in items {
        let one = Totals::of([item]);
        match years.last_mut() {
            Some((year, totals)) if *year == item.first.year() => *totals = totals.and(one),
            _ => years.push((item.first.year(), one)),
        }
    }
    let longest = years
        .iter()
        .map(|(_, totals)| totals.minutes)
        .max()
        .filter(|longest| *longest > 0)?;
    if years.len() < 2 {
        return None;
    }
    let each = step(longest);
    let width = longest.div_ceil(each);
    let rows = years
        .into_iter()
        .take(10)
        .map(|(year, totals)| {
            let words = format!(
                "{}, {} participatory",
                hours_in_words(totals.minutes),
                hours_in_words(totals.participatory)
            );
            let label = format!("{year}: {words}");
            view! {
                <div><dt>{year}</dt><dd>{words}</dd><dd><Strokes minutes=totals.minutes part=totals.participatory all=totals.minutes each=each width=width label=label/></dd></div>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="sec" aria-labelledby="years">
                <h2 id="years">"Year by year"</h2>
                <div class="stack"><dl class="goals">{rows}</dl><Key each=each/></div>
            </section>
        }
        .into_any(),
    )
}

fn year(year: i32, items: &[Item], scheme: &'static str) -> AnyView {
    let id = format!("year-{year}");
    let totals = Totals::of(items);
    let rows = items.iter().map(|item| row(item, scheme)).collect_view();
    view! {
        <section class="sec" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{year}</h2>
            <table class="list cpd">
                <caption class="hidden">{format!("CPD of {year}")}</caption>
                <thead><tr><th scope="col">"What"</th><th scope="col">"Date"</th><th scope="col">"CPD"</th><th scope="col">"Participatory"</th><td><span class="hidden">"What you can do"</span></td></tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row" colspan="2">{format!("Together in {year}")}</th><td data-label="CPD">{minutes(totals.minutes)}</td><td data-label="Participatory">{part(totals.participatory)}</td><td><span class="hidden">"What you can do"</span></td></tr></tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn part(count: u32) -> String {
    if count > 0 { hours_in_words(count) } else { "None".to_owned() }
}

fn row(item: &Item, scheme: &'static str) -> AnyView {
    let of = format!(" {}", item.title);
    let own = entry_page::path(&item.of);
    let (path, tag) = match &item.certificate {
        Some(certificate) => (
            format!("/certificates/{}", certificate.snapshot.id),
            view! { <span class="tag tag--go">"Certificate"</span> }.into_any(),
        ),
        None if item.is_withdrawn => (
            own.clone(),
            view! { <span class="tag tag--stop">"Its certificate does not count any more"</span> }.into_any(),
        ),
        None => (
            own.clone(),
            view! { <span class="tag tag--quiet">"Your own entry"</span> }.into_any(),
        ),
    };
    let approval = (item.approval != Approval::None).then(|| view! { " "<span class="tag tag--quiet">{item.approval.label()}</span> });
    let reflected = (!item.accounts.is_empty()).then(|| view! { " "<span class="tag">"Reflected"</span> });
    let certificate = item.certificate.as_ref().map(|certificate| {
        view! {
            {(!certificate.code.is_empty()).then(|| view! { <a href=format!("/my/cpd?working={}", certificate.code)>"How it was counted"<span class="hidden">{of.clone()}</span></a> })}
            <a href=format!("{path}.pdf")>"Download certificate (PDF)"<span class="hidden">{of.clone()}</span></a>
        }
    });
    let reflect = item.accounts.is_empty().then(|| {
        view! { <a href=reflect_page::path(&item.of, scheme)>"Reflect"<span class="hidden">{format!(" on{of}")}</span></a> }
    });
    view! {
        <tr class=item.is_withdrawn.then_some("gone")>
            <th scope="row"><a href=path.clone()>{item.title.clone()}</a><br/><span class="meta">{tag}{approval}{reflected}</span></th>
            <td data-label="Date">{zones::dates(item.first, item.last)}</td>
            <td data-label="CPD">{minutes(item.minutes)}{(item.minutes > 0).then(|| view! { <br/><Ticks minutes=item.minutes/> })}</td>
            <td data-label="Participatory">{part(item.participatory)}</td>
            <td class="act">
                {reflect}
                <a href=own>{if item.certificate.is_some() { "Details and evidence" } else { "Change" }}<span class="hidden">{of.clone()}</span></a>
                {certificate}
            </td>
        </tr>
    }
    .into_any()
}

fn waiting(waiting: Vec<Waiting>) -> Option<AnyView> {
    if waiting.is_empty() {
        return None;
    }
    let items = waiting
        .into_iter()
        .map(|waiting| {
            let event = waiting.event;
            let of = format!(" {}", event.title);
            view! {
                <li>
                    <div><b>{event.title.clone()}</b>{zones::span(event.starts_wall, event.ends_wall)}</div>
                    <a href=format!("/my/cpd?working={}", waiting.code)>"How your hours are counted"<span class="hidden">{of}</span></a>
                </li>
            }
        })
        .collect_view();
    Some(
        view! {
            <section class="sec" aria-labelledby="waiting">
                <div class="sec__head">
                    <h2 id="waiting">"No certificate yet"</h2>
                    <p class="meta">"The organiser issues certificates after the event, to everybody with enough minutes."</p>
                </div>
                <ul class="asks">{items}</ul>
            </section>
        }
        .into_any(),
    )
}
