//! The report of a meeting held online: handed in as a file, looked through person by person, those nobody knows matched
//! by hand, and its stays added only when that is confirmed.

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
    agenda::{entity::session, queries::list_sessions},
    attendance::{
        entity::online_report,
        online::{self, By, Fate, Import, Interval, Matched, Order, Planned, Preview, Stay},
    },
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;

/// The page of the event at `slug`.
#[must_use]
pub fn path(slug: &str) -> String {
    format!("/organise/events/{}/attendance/online", ssr::encode(slug))
}

/// Where its file is posted.
#[must_use]
pub fn upload_path(slug: &str) -> String {
    format!("{}/upload", path(slug))
}

const PER_PAGE: usize = 50;

struct Loaded {
    desk: Desk,
    sessions: Vec<session::Model>,
    before: Vec<online_report::Model>,
    kept: Kept,
    import: Import,
    preview: Option<Preview>,
}

#[component]
pub fn OnlinePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let services = ssr::services();
        let desk = frame::open(&slug, Permission::Edit).await?;
        let sessions = list_sessions(&services.db.read, desk.event.id).await?;
        let before = online::list(&services.db.read, desk.event.id).await?;
        let (kept, import) = forms::kept::<Import>().await?;
        let preview = if import.report.rows.is_empty() {
            None
        } else {
            Some(online::preview(&services, &desk.actor, &slug, &import).await?)
        };
        Ok(Loaded {
            desk,
            sessions,
            before,
            kept,
            import,
            preview,
        })
    };
    page(load, |loaded: Loaded| {
        let Loaded { desk, kept, import, .. } = &loaded;
        let body = match &loaded.preview {
            None => view! { <div class="stack-l">{upload(&loaded, kept)}{advice()}{before(&loaded)}</div> }.into_any(),
            Some(preview) => view! {
                <div class="stack-l">
                    {summary(&loaded, preview)}
                    {people(desk, kept, import, preview)}
                    {problems(preview)}
                    <section class="stack" aria-labelledby="other"><h2 id="other">"Hand in another report"</h2>{upload(&loaded, &quiet(kept))}</section>
                    {before(&loaded)}
                </div>
            }
            .into_any(),
        };
        let desk = loaded.desk;
        desk.page("Import an online meeting", body)
    })
}

fn upload(loaded: &Loaded, kept: &Kept) -> AnyView {
    let desk = &loaded.desk;
    let several = desk.event.starts_wall.date() != desk.event.ends_wall.date();
    let places = loaded
        .sessions
        .iter()
        .map(|session| (session.code.clone(), register_page::session_words(session, several)));
    let places: Vec<_> = [(String::new(), "The whole event".to_owned())].into_iter().chain(places).collect();
    let to = loaded.import.to.clone();
    let (one, two) = (kept.clone(), kept.clone());
    let hint = format!(
        "As Zoom or Teams gives it, CSV, up to 5 MB. Its times are taken to be {}, unless it says otherwise.",
        zones::zone_name(desk.event.zone())
    );
    view! {
        <Form to=upload_path(&desk.event.slug) kept=kept.clone() files=true>
            <Select kept=one name="to" label="What the meeting was" value=to options=places/>
            <FileField kept=two name="file" label="The report" hint=hint accept=".csv,.tsv,.txt,text/csv,text/plain,text/tab-separated-values"/>
            <p><button class="btn">"Look through the report"</button></p>
        </Form>
    }
    .into_any()
}

fn advice() -> AnyView {
    view! {
        <aside class="slip stack" aria-labelledby="which">
            <h2 id="which">"Which report"</h2>
            <p>"Zoom: Reports, Usage, the number of participants, Export, without a tick at “Show unique users”. A webinar’s attendee report will do too."</p>
            <p>"Teams: the meeting’s Attendance tab, Download. Hand the file in as it is."</p>
            <p>"Nothing is written until you have seen who was found and what it comes to. A report handed in twice adds nothing twice."</p>
        </aside>
    }
    .into_any()
}

fn before(loaded: &Loaded) -> Option<AnyView> {
    if loaded.before.is_empty() {
        return None;
    }
    let event = &loaded.desk.event;
    let rows = loaded
        .before
        .iter()
        .map(|report| {
            let day = |at| zones::date(time::wall(at, &event.timezone).date());
            view! {
                <tr>
                    <th scope="row">{report.called()}</th>
                    <td data-label="Added">{day(report.handed_in_at)}</td>
                    <td class="num" data-label="Lines">{report.line_count}</td>
                    <td data-label="Kept until">{day(report.purge_at)}</td>
                </tr>
            }
        })
        .collect_view();
    let csv = format!("{}.csv", path(&event.slug));
    let view = view! {
        <section class="stack" aria-labelledby="before">
            <h2 id="before">"Reports added before"</h2>
            <table class="list">
                <caption class="hidden">"Reports added before, and until when their lines are kept"</caption>
                <thead><tr><th scope="col">"Report"</th><th scope="col">"Added"</th><th scope="col" class="num">"Lines"</th><th scope="col">"Kept until"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="hint">"What was added to the register stays when the lines are removed."</p>
            <p class="links"><a href=csv>"Download their lines as CSV"</a></p>
        </section>
    };
    Some(view.into_any())
}

fn summary(loaded: &Loaded, preview: &Preview) -> AnyView {
    let (desk, kept, import) = (&loaded.desk, &loaded.kept, &loaded.import);
    let (adds, places) = (preview.adds as u64, preview.places as u64);
    let matched = preview.people.iter().filter(|one| one.is_matched()).count() as u64;
    let sum = if preview.order.ambiguous {
        "Say how its dates are to be read.".to_owned()
    } else if adds == 0 {
        "There is nothing to add.".to_owned()
    } else {
        format!(
            "{} of {} would be added. Nothing is written yet.",
            tally(adds, "stay", "stays"),
            tally(places, "person", "people")
        )
    };
    let vendor = import.report.vendor.map_or("", online::Vendor::name);
    let report = if import.report.title.is_empty() {
        vendor.to_owned()
    } else {
        format!("{vendor}: {}", import.report.title)
    };
    let order = match preview.order.order {
        Order::DayFirst => "Day first, as 31/12",
        Order::MonthFirst => "Month first, as 12/31",
    };
    let absent = (preview.absent > 0).then(|| view! { <div><dt>"Registered and not there"</dt><dd>{preview.absent}</dd></div> });
    let notes = import
        .report
        .notes
        .iter()
        .map(|note| view! { <p class="note">{format!("{note}.")}</p> })
        .collect_view();
    let slug = desk.event.slug.clone();
    let next = if preview.order.ambiguous {
        ask_order(&slug, kept, import)
    } else if adds > 0 {
        let (words, count) = (format!("Add {}", tally(adds, "stay", "stays")), preview.adds.to_string());
        view! {
            <Form to=api::ImportOnline::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="form[count]" value=count/>
                <p><button class="btn">{words}</button></p>
            </Form>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <section class="stack" aria-labelledby="sum">
            <h2 id="sum">{sum}</h2>
            <dl class="answers">
                <div><dt>"Report"</dt><dd>{report}</dd></div>
                <div><dt>"People in it"</dt><dd>{preview.people.len()}</dd></div>
                <div><dt>"Place found"</dt><dd>{matched}</dd></div>
                <div><dt>"Nobody yet"</dt><dd>{preview.people.len() as u64 - matched}</dd></div>
                {absent}
                <div><dt>"Dates"</dt><dd>{if preview.order.ambiguous { "Either order" } else { order }}</dd></div>
            </dl>
            {notes}
            {next}
        </section>
    }
    .into_any()
}

/// Whether 03/04 is in April or in March, where nothing in the report tells.
fn ask_order(slug: &str, kept: &Kept, import: &Import) -> AnyView {
    let example = import
        .report
        .rows
        .iter()
        .map(|row| row.joined.clone())
        .find(|text| !text.is_empty());
    let hint = format!(
        "The report says {}, which can be read either way, and the days of the event do not tell which. Below, the day comes first.",
        example.unwrap_or_default()
    );
    let options = [
        ("", "Choose"),
        (Order::DayFirst.word(), "The day comes first, as 31/12"),
        (Order::MonthFirst.word(), "The month comes first, as 12/31"),
    ]
    .map(|(value, words)| (value.to_owned(), words.to_owned()));
    let (slug, order, kept) = (slug.to_owned(), import.order.clone(), quiet(kept));
    view! {
        <Form to=api::SettleOnline::url() kept=kept.clone()>
            <input type="hidden" name="slug" value=slug/>
            <Select kept=kept name="form[order]" label="How its dates are to be read" value=order options=options.to_vec() hint=hint/>
            <p><button class="btn">"Read the dates so"</button></p>
        </Form>
    }
    .into_any()
}

fn people(desk: &Desk, kept: &Kept, import: &Import, preview: &Preview) -> AnyView {
    let asking = ssr::asking();
    let show = asking.query_value("show").unwrap_or_default();
    let mut shown: Vec<&Planned> = preview
        .people
        .iter()
        .filter(|one| match show.as_str() {
            "nobody" => !one.is_matched(),
            "found" => one.is_matched(),
            _ => true,
        })
        .collect();
    // The summary of what is wrong leads to fields on this page.
    shown.sort_by_key(|one| one.wrong.is_none());
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
        &[("", "Everybody"), ("nobody", "Nobody yet"), ("found", "Place found")],
        |word| link(word, 0),
    );
    let rows = shown
        .iter()
        .skip(usize::try_from(at).unwrap_or(0).saturating_mul(PER_PAGE))
        .take(PER_PAGE)
        .map(|one| row(desk, kept, import, one))
        .collect_view();
    let pages = pager(at, shown.len() as u64, PER_PAGE as u64, |page| link(&show, page));
    let choices = preview
        .choices
        .iter()
        .map(|choice| view! { <option value=choice.clone()></option> })
        .collect_view();
    let slug = desk.event.slug.clone();
    let table = if shown.is_empty() {
        view! { <p>"Nobody."</p> }.into_any()
    } else {
        view! {
            <Form to=api::SettleOnline::url() kept=quiet(kept)>
                <input type="hidden" name="slug" value=slug/>
                <datalist id="places">{choices}</datalist>
                <table class="list">
                    <caption class="hidden">"The report, person by person"</caption>
                    <thead><tr><th scope="col">"In the report"</th><th scope="col">"Whose place"</th><th scope="col">"What it comes to"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <p><button class="btn btn--line">"Take these places"</button></p>
            </Form>
        }
        .into_any()
    };
    view! {
        <section class="stack" aria-labelledby="people">
            <h2 id="people">"Person by person"</h2>
            <p>"Whose place somebody has is taken from their address, or from their name if nobody else here has it. Put right what is wrong, by a name or a place code; blank is nobody’s. What you say is remembered for your next reports."</p>
            <p class="links">{ways}</p>
            {table}
            {pages}
        </section>
    }
    .into_any()
}

fn row(desk: &Desk, kept: &Kept, import: &Import, planned: &Planned) -> AnyView {
    let person = &planned.person;
    let lines: Vec<String> = person.lines.iter().take(12).map(u64::to_string).collect();
    let more = if person.lines.len() > lines.len() { " and more" } else { "" };
    let word = if person.lines.len() == 1 { "Line" } else { "Lines" };
    let said = format!("{word} {}{more}", lines.join(", "));
    let email = (!person.email.is_empty() && person.email != person.name).then(|| view! { <br/>{person.email.clone()} });
    let how = match planned.matched {
        Matched::Found(_, By::Address) => view! { <span class="tag tag--go">"By address"</span> }.into_any(),
        Matched::Found(_, By::Name) => view! { <span class="tag tag--go">"By name"</span> }.into_any(),
        Matched::Found(_, By::Memory) => view! { <span class="tag tag--go">"As said before"</span> }.into_any(),
        Matched::Found(_, By::Hand) => view! { <span class="tag tag--go">"As you said"</span> }.into_any(),
        Matched::Several(count) => view! { <span class="tag tag--stop">{format!("{count} fit")}</span> }.into_any(),
        Matched::Nobody => view! { <span class="tag tag--quiet">"Nobody yet"</span> }.into_any(),
    };
    let key = planned.line.to_string();
    let value = match (&planned.wrong, import.hands.get(&key)) {
        (Some(_), Some(typed)) => typed.clone(),
        _ => planned.typed.clone(),
    };
    let label = format!("Place of {}", person.name);
    view! {
        <tr>
            <th scope="row">{person.name.clone()}{email}<br/><span class="hint">{said}</span></th>
            <td data-label="Whose place">
                <p>{how}</p>
                <Field kept=kept.clone() name=format!("form[hands][{key}]") label=label value=value autocomplete="off" list="places"/>
            </td>
            <td data-label="Comes to">{comes_to(desk, planned)}</td>
        </tr>
    }
    .into_any()
}

fn comes_to(desk: &Desk, planned: &Planned) -> AnyView {
    let person = &planned.person;
    let mut words: Vec<AnyView> = Vec::new();
    let mut say = |text: String| words.push(view! { <p>{text}</p> }.into_any());
    if let Some(total) = person.total {
        say(format!("{} by the report, which does not say when.", minutes(total)));
    }
    if person.only_waited {
        say("Only waited to be let in.".to_owned());
    }
    for note in &person.notes {
        say(format!("{note}."));
    }
    if let Some(line) = planned.with {
        say(format!("Counted with line {line}."));
    }
    match &planned.sum {
        None if !planned.is_matched() && !person.was_in.is_empty() => {
            for when in &person.was_in {
                say(between(desk, *when));
            }
        }
        None => {}
        Some(sum) => {
            if sum.minutes > 0 {
                let each: Vec<String> = sum
                    .sessions
                    .iter()
                    .map(|(title, count)| format!("{title}: {}", minutes(*count)))
                    .collect();
                let sessions = if each.is_empty() {
                    "in no session".to_owned()
                } else {
                    each.join(", ")
                };
                say(format!("{} at the event; {sessions}.", minutes(sum.minutes)));
            } else if !person.was_in.is_empty() {
                say("Not in while it ran.".to_owned());
            }
            if let Some(problem) = &sum.problem {
                words.push(view! { <p><span class="tag tag--stop">"Problem"</span>{format!(" {problem}.")}</p> }.into_any());
            }
            words.extend(sum.stays.iter().map(|stay| told(desk, *stay)));
        }
    }
    words.into_any()
}

fn told(desk: &Desk, stay: Stay) -> AnyView {
    let words = format!(" {}", between(desk, stay.when));
    match stay.fate {
        Fate::Add => view! { <p><span class="tag tag--go">"Add"</span>{words}</p> }.into_any(),
        Fate::Known => view! { <p><span class="tag tag--quiet">"There already"</span>{words}</p> }.into_any(),
        Fate::TakenBack => view! { <p><span class="tag tag--quiet">"Taken back before"</span>{words}</p> }.into_any(),
    }
}

fn between(desk: &Desk, when: Interval) -> String {
    let wall = |at| time::wall(at, &desk.event.timezone);
    zones::span(wall(when.from), wall(when.until))
}

fn minutes(count: u64) -> String {
    tally(count, "minute", "minutes")
}

fn problems(preview: &Preview) -> Option<AnyView> {
    if preview.problems.is_empty() {
        return None;
    }
    let shown = preview
        .problems
        .iter()
        .take(100)
        .map(|problem| view! { <li>{format!("Line {}: {}.", problem.line, problem.words)}</li> })
        .collect_view();
    let more = preview.problems.len().saturating_sub(100) as u64;
    let more = (more > 0).then(|| view! { <p>{format!("And {} more.", tally(more, "line", "lines"))}</p> });
    let view = view! {
        <section class="stack" aria-labelledby="wrong">
            <h2 id="wrong">"Lines that count nothing"</h2>
            <ul class="list">{shown}</ul>
            {more}
        </section>
    };
    Some(view.into_any())
}
