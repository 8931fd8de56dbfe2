//! Taking one's evidence away, and letting an appraiser look at it.

use super::api;
use crate::{
    forms::{self, Kept},
    ssr,
    ui::{Choice, Field, Form, Page, Select, flash, page, time},
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use domain::{
    platform::zones,
    portfolio::own::{Follows, LinkForm, MOST_DAYS, Owner, SharedLink, follows, list_links},
};
use leptos::{prelude::*, server_fn::ServerFn};

pub const PATH: &str = "/my/cpd/pack";

struct Shown {
    follows: Vec<Follows>,
    links: Vec<SharedLink>,
    /// Of the pack.
    from: String,
    until: String,
    reflections: bool,
    /// The address of a link just made.
    made: Option<String>,
    kept: Kept,
    form: LinkForm,
    done: Option<String>,
    now: DateTime<Utc>,
}

#[component]
pub fn PackPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        let owner = Owner::of(&asking.actor)?;
        let follows = follows(&services, &owner.reader()).await?;
        let now = services.clock.now();
        let (first, last) = follows
            .first()
            .map(|one| one.scheme.on(now.date_naive()).period(one.starts, now.date_naive()))
            .unwrap_or_else(|| year(now.year()));
        let asked = |name: &str, usual: NaiveDate| asking.query_value(name).unwrap_or_else(|| usual.to_string());
        let (from, until) = (asked("from", first), asked("until", last));
        let (kept, value) = forms::kept::<serde_json::Value>().await?;
        let made = value.get("made").and_then(|made| made.as_str()).map(|path| services.url(path));
        let form = match serde_json::from_value::<LinkForm>(value) {
            Ok(form) if made.is_none() && form != LinkForm::default() => form,
            _ => LinkForm {
                from: from.clone(),
                until: until.clone(),
                days: "30".to_owned(),
                ..LinkForm::default()
            },
        };
        Ok(Shown {
            links: list_links(&services, &owner).await?,
            // Left out only if somebody said so.
            reflections: asking.query_value("from").is_none() || asking.query_value("reflections").is_some(),
            done: asking.query_value("done"),
            follows,
            from,
            until,
            made,
            kept,
            form,
            now,
        })
    };
    page(load, |shown| {
        Page::new("Evidence pack and appraiser links – My CPD", draw(shown)).unlisted()
    })
}

fn year(year: i32) -> (NaiveDate, NaiveDate) {
    let day = |month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
    (day(1, 1), day(12, 31))
}

fn draw(shown: Shown) -> AnyView {
    let Shown {
        follows,
        links,
        from,
        until,
        reflections,
        made,
        kept,
        form,
        done,
        now,
    } = shown;
    let today = now.date_naive();
    let periods = follows.iter().map(|one| {
        let (first, last) = one.scheme.on(today).period(one.starts, today);
        (format!("{} period", one.scheme.name), first, last)
    });
    let years = [now.year(), now.year() - 1].map(|number| {
        let (first, last) = year(number);
        (number.to_string(), first, last)
    });
    let quick = periods
        .chain(years)
        .map(|(words, first, last)| view! { <a href=format!("{PATH}?from={first}&until={last}&reflections=true")>{words}</a> })
        .collect_view();
    let withdrawn = (done.as_deref() == Some("withdrawn")).then(|| flash("Withdrawn.", "The link shows nothing any more."));
    let made = made.map(|address| {
        view! {
            {flash("Made.", "Copy this address now and send it to your appraiser. It is shown once; make another if you lose it.")}
            <div class="slip stack"><p class="said"><a href=address.clone()>{crate::ui::breaking(&address)}</a></p></div>
        }
    });
    view! {
        <div class="page__head">
            <p class="kicker"><a href="/my/cpd">"My CPD"</a></p>
            <h1>"Evidence pack and appraiser links"</h1>
        </div>
        {withdrawn}
        {made}
        <section class="sec" aria-labelledby="pack">
            <div class="sec__head">
                <h2 id="pack">"Evidence pack"</h2>
                <p class="meta">"Certificates with their sessions, your own entries, hours, evidence and reflections, in the fields of the NMC’s log."</p>
            </div>
            <div class="stack">
                <p class="links">{quick}</p>
                <form method="get" action="/my/cpd/pack.pdf" class="stack">
                    <div class="pair">
                        <Field kept=kept.clone() name="from" label="First day" value=from kind="date"/>
                        <Field kept=kept.clone() name="until" label="Last day" value=until kind="date"/>
                    </div>
                    <Choice kept=kept.clone() name="reflections" label="With my reflections" checked=reflections hint="Without them, the pack holds facts and evidence only."/>
                    <p class="row">
                        <button class="btn">"Download as one PDF"</button>
                        <button class="btn btn--line" formaction="/my/cpd/pack.zip">"Download all as ZIP"</button>
                    </p>
                    <p class="row">
                        <button class="btn btn--line btn--small" formaction="/my/cpd/pack.csv">"Table (CSV)"</button>
                        <button class="btn btn--line btn--small" formaction="/my/cpd/pack.json">"Data (JSON)"</button>
                    </p>
                    <p class="meta">"The ZIP has the PDF, the table and the data, each certificate as it was signed, and your files."</p>
                </form>
            </div>
        </section>
        <section class="sec" aria-labelledby="links">
            <div class="sec__head">
                <h2 id="links">"For my appraiser"</h2>
                <p class="meta">"A link shows one period, to be read and not changed, without signing in. It ends by itself, and when you withdraw it. Whoever has the link can read it, so send it to one person."</p>
            </div>
            <div class="stack-l">
                {given(links, now)}
                {make(&kept, form)}
            </div>
        </section>
    }
    .into_any()
}

fn make(kept: &Kept, form: LinkForm) -> AnyView {
    let kept = kept.clone();
    let days = [7, 14, 30, 60, MOST_DAYS]
        .map(|days| (days.to_string(), format!("{days} days")))
        .to_vec();
    view! {
        <Form to=api::MakeLink::url() kept=kept.clone() class="stack">
            <h3>"Make a link"</h3>
            <Field kept=kept.clone() name="form[label]" label="For whom (optional)" value=form.label hint="For your own list; it is shown to nobody else."/>
            <div class="pair">
                <Field kept=kept.clone() name="form[from]" label="First day it shows" value=form.from kind="date"/>
                <Field kept=kept.clone() name="form[until]" label="Last day it shows" value=form.until kind="date"/>
            </div>
            <Select kept=kept.clone() name="form[days]" label="Works for" value=form.days options=days/>
            <Choice kept=kept.clone() name="form[reflections]" label="Show my reflections" checked={form.reflections == "true"}/>
            <Choice kept=kept.clone() name="form[files]" label="Show the files I kept as evidence" checked={form.files == "true"}/>
            <p><button class="btn">"Make the link"</button></p>
        </Form>
    }
    .into_any()
}

fn given(links: Vec<SharedLink>, now: DateTime<Utc>) -> Option<AnyView> {
    if links.is_empty() {
        return None;
    }
    let day = |at| zones::date(time::wall(at, "Europe/London").date());
    let items = links
        .into_iter()
        .map(|link| {
            let is_open = link.is_open(now);
            let (tag, class) = match link.withdrawn_at {
                Some(_) => ("Withdrawn", "tag tag--quiet"),
                None if is_open => ("Open", "tag tag--go"),
                None => ("Run out", "tag tag--quiet"),
            };
            let name = if link.label.is_empty() {
                "A link".to_owned()
            } else {
                link.label.clone()
            };
            let of = format!(" {name}");
            let shows = match (link.with_reflections, link.with_files) {
                (true, true) => "with reflections and files",
                (true, false) => "with reflections",
                (false, true) => "with files",
                (false, false) => "without reflections and files",
            };
            let until = match link.withdrawn_at {
                Some(at) => format!("withdrawn {}", day(at)),
                None => format!("until {}", day(link.expires_at)),
            };
            let withdraw = is_open.then(|| {
                view! {
                    <Form to=api::WithdrawLink::url() kept=Kept::default()>
                        <input type="hidden" name="link" value=link.id.to_string()/>
                        <button class="btn btn--line btn--small">"Withdraw"<span class="hidden">{of}</span></button>
                    </Form>
                }
            });
            view! {
                <li>
                    <div><b>{name}</b><span class="meta">{format!("{}, {shows}; made {}, {until}", zones::dates(link.first, link.last), day(link.made_at))}</span></div>
                    <span class=class>{tag}</span>
                    {withdraw}
                </li>
            }
        })
        .collect_view();
    Some(view! { <ul class="asks">{items}</ul> }.into_any())
}
