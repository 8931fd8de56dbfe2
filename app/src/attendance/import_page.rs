//! A door list brought in: handed in as a file, looked through line by line, and added only when that is confirmed.

use super::{api, register_page};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{self, Desk, quiet},
        lists::{address, narrowings, page_number, pager, tally},
    },
    ssr,
    ui::{Field, FileField, Form, Select, page, time},
};
use domain::{
    access::Permission,
    agenda::{SessionStatus, entity::session},
    attendance::{
        Action,
        doorlist::{self, Fate, Import, Planned, Preview, Written},
        queries::list_all_sessions,
    },
    events::calendar::days,
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// The page of the event at `slug`.
#[must_use]
pub fn path(slug: &str) -> String {
    format!("/organise/events/{}/attendance/import", ssr::encode(slug))
}

/// Where its file is posted.
#[must_use]
pub fn upload_path(slug: &str) -> String {
    format!("/organise/events/{}/attendance/upload", ssr::encode(slug))
}

const PER_PAGE: usize = 100;

#[component]
pub fn ImportPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&slug, Permission::Edit).await?;
        let sessions: Vec<_> = list_all_sessions(&services.db.read, desk.event.id)
            .await?
            .into_iter()
            .filter(|session| session.status == SessionStatus::Planned)
            .collect();
        let (kept, import) = forms::kept::<Import>().await?;
        let preview = if import.list.lines.is_empty() {
            None
        } else {
            Some(doorlist::preview(&services, &desk.actor, &slug, &import).await?)
        };
        Ok((desk, sessions, kept, import, preview))
    };
    page(
        load,
        |(desk, sessions, kept, import, preview): (Desk, Vec<session::Model>, Kept, Import, Option<Preview>)| {
            let body = match &preview {
                None => view! { <div class="stack-l">{upload(&desk, &sessions, &kept, &import)}{advice()}</div> }.into_any(),
                Some(preview) => {
                    let other = quiet(&kept);
                    view! {
                        <div class="stack-l">
                            {confirm(&desk, &kept, &import, preview)}
                            {lines(&desk, &kept, preview)}
                            <section class="stack" aria-labelledby="other"><h2 id="other">"Hand in another file"</h2>{upload(&desk, &sessions, &other, &import)}</section>
                        </div>
                    }
                    .into_any()
                }
            };
            desk.page("Import a door list", body)
        },
    )
}

fn upload(desk: &Desk, sessions: &[session::Model], kept: &Kept, import: &Import) -> AnyView {
    let several = desk.event.starts_wall.date() != desk.event.ends_wall.date();
    let places = sessions
        .iter()
        .map(|session| (session.code.clone(), register_page::session_words(session, several)));
    let places: Vec<_> = [(String::new(), "The event".to_owned())].into_iter().chain(places).collect();
    let day = several.then(|| {
        let days = days(&desk.event, sessions)
            .into_iter()
            .map(|day| (day.date.to_string(), zones::date(day.date)))
            .collect::<Vec<_>>();
        view! { <Select kept=kept.clone() name="day" label="Day of times without a date" value=import.day.clone() options=days/> }
    });
    let (to, at) = (import.to.clone(), import.at.clone());
    let (one, two, three) = (kept.clone(), kept.clone(), kept.clone());
    let zone = format!(
        "Like 09:00. Blank: lines without a time are left out. Times are by the clock at the event, {}.",
        zones::zone_name(desk.event.zone())
    );
    view! {
        <Form to=upload_path(&desk.event.slug) kept=kept.clone() files=true>
            <Select kept=one name="to" label="Where, for lines that name no session" value=to options=places/>
            {day}
            <Field kept=two name="at" label="Arrival of those without a time (optional)" value=at hint=zone class="input--short" autocomplete="off"/>
            <FileField kept=three name="file" label="The list" hint="A spreadsheet saved as CSV, up to 1 MB." accept=".csv,.txt,text/csv,text/plain"/>
            <p><button class="btn">"Look through the list"</button></p>
        </Form>
    }
    .into_any()
}

fn advice() -> AnyView {
    view! {
        <aside class="slip stack" aria-labelledby="how">
            <h2 id="how">"What the list should hold"</h2>
            <p>"The first line names the columns. Who it is: Name, Email, Code (of the place) or Reference (of the booking). When: In and Out. Where, if the list has several sessions: Session, by its title or code. Other columns are left alone."</p>
            <p>"Nothing is written until you have seen what each line comes to. A list handed in twice adds nothing twice."</p>
        </aside>
    }
    .into_any()
}

fn confirm(desk: &Desk, kept: &Kept, import: &Import, preview: &Preview) -> AnyView {
    let problems = preview.lines.iter().filter(|line| line.problem.is_some()).count() as u64;
    let (adds, people) = (preview.adds as u64, preview.people as u64);
    let columns = import
        .list
        .columns
        .iter()
        .map(|(heading, what)| {
            if heading == what {
                what.clone()
            } else {
                format!("{what} (“{heading}”)")
            }
        })
        .collect::<Vec<_>>()
        .join(", ");
    let ignored = (!import.list.ignored.is_empty())
        .then(|| view! { <div><dt>"Columns left alone"</dt><dd>{import.list.ignored.join(", ")}</dd></div> });
    let notes = import
        .list
        .notes
        .iter()
        .map(|note| view! { <p class="note">{format!("{note}.")}</p> })
        .collect_view();
    let mend = (problems > 0).then(|| {
        let words = format!(
            "{} a problem and will be left out. Mend them in your file and hand it in again; what is there by then is not added twice.",
            if problems == 1 {
                "1 line has".to_owned()
            } else {
                format!("{problems} lines have")
            }
        );
        view! { <p class="note">{words}</p> }
    });
    let (slug, count) = (desk.event.slug.clone(), preview.adds.to_string());
    let button = (adds > 0).then(|| {
        let words = format!("Add {}", tally(adds, "record", "records"));
        view! {
            <Form to=api::Import::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="form[count]" value=count/>
                <p><button class="btn">{words}</button></p>
            </Form>
        }
    });
    let sum = if adds == 0 {
        "There is nothing to add.".to_owned()
    } else {
        format!(
            "{} of {} would be added. Nothing is written yet.",
            tally(adds, "record", "records"),
            tally(people, "person", "people")
        )
    };
    view! {
        <section class="stack" aria-labelledby="sum">
            <h2 id="sum">{sum}</h2>
            <dl class="answers">
                <div><dt>"Lines"</dt><dd>{preview.lines.len()}</dd></div>
                <div><dt>"With a problem"</dt><dd>{problems}</dd></div>
                <div><dt>"Columns found"</dt><dd>{columns}</dd></div>
                {ignored}
            </dl>
            {notes}
            {mend}
            {button}
        </section>
    }
    .into_any()
}

fn lines(desk: &Desk, kept: &Kept, preview: &Preview) -> AnyView {
    let asking = ssr::asking();
    let show = asking.query_value("show").unwrap_or_default();
    let shown: Vec<&Planned> = preview
        .lines
        .iter()
        .filter(|line| match show.as_str() {
            "problems" => line.problem.is_some(),
            "adds" => line.adds(),
            _ => true,
        })
        .collect();
    let at = page_number(&asking);
    let here = path(&desk.event.slug);
    let link = |show: &str, page: u64| {
        let pairs = [
            ("draft", kept.id.clone()),
            ("show", show.to_owned()),
            ("page", (page + 1).to_string()),
        ];
        address(&here, &pairs)
    };
    let ways = narrowings(
        &show,
        &[("", "All lines"), ("problems", "With a problem"), ("adds", "That add something")],
        |word| link(word, 0),
    );
    let rows = shown
        .iter()
        .skip(usize::try_from(at).unwrap_or(0).saturating_mul(PER_PAGE))
        .take(PER_PAGE)
        .map(|line| row(desk, line))
        .collect_view();
    let pages = pager(at, shown.len() as u64, PER_PAGE as u64, |page| link(&show, page));
    view! {
        <section class="stack" aria-labelledby="lines">
            <h2 id="lines">"Line by line"</h2>
            <p class="links">{ways}</p>
            <table class="list">
                <caption class="hidden">"The list, line by line"</caption>
                <thead><tr><th scope="col">"Line"</th><th scope="col">"In the list"</th><th scope="col">"Who that is"</th><th scope="col">"What it comes to"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {pages}
        </section>
    }
    .into_any()
}

fn row(desk: &Desk, planned: &Planned) -> AnyView {
    let line = &planned.line;
    let said = [
        &line.name,
        &line.email,
        &line.code,
        &line.reference,
        &line.session,
        &line.arrived,
        &line.left,
    ]
    .into_iter()
    .filter(|cell| !cell.is_empty())
    .cloned()
    .collect::<Vec<_>>()
    .join(" · ");
    let who = planned.who.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
    let comes_to = match &planned.problem {
        Some(problem) => view! { <span class="tag tag--stop">"Problem"</span>{format!(" {problem}.")} }.into_any(),
        None if planned.absent => view! { <span class="tag tag--quiet">"Nothing"</span>" Not there, by the list." }.into_any(),
        None => planned
            .records
            .iter()
            .map(|record| view! { <p>{told(desk, record)}</p> })
            .collect_view()
            .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{format!("Line {}", line.line)}</th>
            <td data-label="In the list">{said}</td>
            <td data-label="Who that is">{who}</td>
            <td data-label="Comes to">{comes_to}</td>
        </tr>
    }
    .into_any()
}

fn told(desk: &Desk, record: &Written) -> AnyView {
    let moment = |at| zones::moment(time::wall(at, &desk.event.timezone));
    let what = if record.action == Action::Leave { "Left" } else { "Arrived" };
    let place = record.title.clone().unwrap_or_else(|| "the event".to_owned());
    let words = format!("{what}, {place}, {}", moment(record.at));
    match record.fate {
        Fate::Add => view! { <span class="tag tag--go">"Add"</span>{format!(" {words}")} }.into_any(),
        Fate::Known => view! { <span class="tag tag--quiet">"There already"</span>{format!(" {words}")} }.into_any(),
        Fate::AlreadyIn(since) => {
            view! { <span class="tag tag--quiet">"In already"</span>{format!(" {words}; here since {}", moment(since))} }.into_any()
        }
    }
}
