//! The organiser's page about an event's certificates: who gets one, who does not and why, and the one button.

use super::api;
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{self, Desk, flash, quiet},
        lists::{address, page_number, pager, tally},
    },
    ssr::{self, Asking},
    ui::{Field, Form, page},
};
use domain::{
    access::Permission,
    certificates::{
        hours::{WhyNot, hours_in_words},
        issue::{self, Candidate, Figures, Filter, Given, PER_PAGE, Plan, Reason, ReleaseForm, Show},
        queries::face::day,
    },
    events::EventStatus,
    platform::{entity::job, jobs::State, zones},
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Meta;
use leptos_router::hooks::use_params_map;

/// What the list may show: its word in the address and in the page.
const SHOWS: [(Show, &str, &str); 5] = [
    (Show::Everybody, "", "Everybody"),
    (Show::Ready, "ready", "Who qualifies"),
    (Show::Issued, "issued", "Who has one"),
    (Show::Held, "held", "Who is held back"),
    (Show::Without, "without", "Who does not get one"),
];

/// What the address asks of the list.
fn asked_of(asking: &Asking) -> Filter {
    let word = asking.query_value("show").unwrap_or_default();
    Filter {
        show: SHOWS
            .iter()
            .find(|(_, known, _)| *known == word)
            .map_or(Show::Everybody, |(show, ..)| *show),
        words: asking.query_value("q").unwrap_or_default().chars().take(100).collect(),
        page: page_number(asking),
    }
}

#[component]
pub fn OrganisePage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug").unwrap_or_default();
    let load = async move {
        let desk = frame::open(&slug, Permission::See).await?;
        let filter = asked_of(&ssr::asking());
        let plan = issue::plan(&ssr::services(), &desk.actor, &slug, &filter).await?;
        let (kept, typed) = forms::kept::<ReleaseForm>().await?;
        Ok((desk, plan, filter, kept, typed))
    };
    page(load, |(desk, plan, filter, kept, typed)| {
        let asked = ssr::asking().query_value("asked").is_some() && kept.problems.0.is_empty();
        let running = plan.is_running();
        let done = (asked && !running && plan.job.as_ref().is_some_and(|job| job.state == State::Done)).then(|| {
            flash(
                "Issued.",
                "Everybody who qualified has their certificate, and a mail with the link.",
            )
        });
        let has = |name: &str| ssr::asking().query_value(name).is_some() && kept.problems.0.is_empty();
        let done = done.or_else(|| {
            if has("held") {
                Some(flash("Held back.", "No certificate is issued to them until you release it."))
            } else {
                has("released")
                    .then(|| flash("Released.", "Theirs is issued with the next ones."))
                    .or_else(|| (has("release") || has("approval")).then(|| flash("Saved.", "")))
            }
        });
        let look = desk.may_edit().then(|| {
            let template = desk.actor.may(Permission::Own, desk.event.organisation_id).then(|| {
                let to = api::template_path(&desk.organisation.slug, "");
                view! { <a href=to>"What your certificates look like"</a> }
            });
            view! { <p class="links no-print"><a href=desk.path("certificates/approval")>"Approval for CPD"</a>{template}</p> }
        });
        let body = view! {
            {running.then(|| view! { <Meta http_equiv="refresh" content="2"/> })}
            {done}
            {figures(&plan)}
            {plan.job.as_ref().filter(|_| plan.put_off.is_none()).map(work)}
            {button(&desk, &plan, &kept)}
            {release(&desk, &plan, &kept, typed)}
            {all(&desk, &plan)}
            {people(&desk, &plan, &filter)}
            {look}
        };
        desk.page("Certificates", body)
    })
}

fn figures(plan: &Plan) -> AnyView {
    let Figures {
        ready,
        held,
        live,
        differ,
        ended,
        ..
    } = plan.figures;
    // Once everybody has theirs, the promise is kept.
    let promise = issue::promise_words(&plan.event, ssr::services().clock.now())
        .filter(|_| ready > 0 || !plan.has_ended)
        .map(|words| view! { <dd>{words}</dd> });
    view! {
        <dl class="figure-row">
            <div><dt>"Qualify now"</dt><dd>{ready}</dd>{promise}</div>
            <div><dt>"Have a certificate"</dt><dd>{live}</dd>{(differ > 0).then(|| view! { <dd>{format!("{differ} would read differently today")}</dd> })}</div>
            {(held > 0).then(|| view! { <div><dt>"Held back"</dt><dd>{held}</dd></div> })}
            <div><dt>"Revoked or replaced"</dt><dd>{ended}</dd></div>
            <div><dt>"CPD offered"</dt><dd>{hours_in_words(plan.offered_minutes)}</dd></div>
        </dl>
    }
    .into_any()
}

/// The bar of the job that is running, or what became of the last one where that asks for something.
fn work(job: &job::Model) -> AnyView {
    let (done, total) = (job.done_count, job.total_count.unwrap_or(0));
    match job.state {
        State::Ready | State::Leased => {
            let counted = if total > 0 { format!("{done} of {total}") } else { "Starting".to_owned() };
            let again = (job.state == State::Ready && job.problem.is_some()).then(|| view! { <p class="meta">"Some could not be made. They are tried again shortly."</p> });
            view! {
                <div class="job" role="status">
                    <p><b id="issuing">"Issuing certificates"</b><span class="num">{counted}</span></p>
                    <progress max=total.max(1).to_string() value=done.to_string() aria-labelledby="issuing"></progress>
                    {again}
                    <p class="meta">"This page renews itself. You may leave it; the work goes on."</p>
                </div>
            }
            .into_any()
        }
        State::Dead => view! {
            <div class="job job--failed">
                <p><b>"The last round stopped with some left to do"</b><span class="num">{format!("{done} of {total}")}</span></p>
                <p class="meta">"Press the button to go on. Nobody gets a second certificate. If it stops again, tell whoever runs this site."</p>
            </div>
        }
        .into_any(),
        State::Done => ().into_any(),
    }
}

fn button(desk: &Desk, plan: &Plan, kept: &Kept) -> AnyView {
    let ready = plan.figures.ready;
    let words = if !plan.has_ended {
        format!(
            "Certificates can be issued when the event has ended: {}.",
            zones::moment(plan.event.ends_wall)
        )
    } else if plan.is_running() {
        return ().into_any();
    } else if ready == 0 {
        "Nobody is waiting for a certificate. Whoever has none is in the list with the reason.".to_owned()
    } else if !desk.may_edit() {
        format!(
            "{} for a certificate. An organiser can issue them.",
            if ready == 1 {
                "1 person qualifies".to_owned()
            } else {
                format!("{ready} people qualify")
            }
        )
    } else {
        let slug = plan.event.slug.clone();
        let label = if ready == 1 {
            "Issue 1 certificate".to_owned()
        } else {
            format!("Issue {ready} certificates")
        };
        // "1 certificates" is the name other programs know the button by; the words on it are right.
        let name = (ready == 1).then_some("Issue 1 certificates");
        let whom = if ready == 1 {
            "1 person gets a certificate and a mail with its link.".to_owned()
        } else {
            format!("{ready} people each get a certificate and a mail with its link.")
        };
        return view! {
            <section class="todo" aria-labelledby="issue">
                <h2 id="issue">"Ready to issue"</h2>
                <div class="stack">
                    <p>{format!("{whom} It says what is true now; later changes to the event or to attendance change nothing on it until you issue it anew.")}</p>
                    <Form to=api::Issue::url() kept=kept.clone()>
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="count" value=ready.to_string()/>
                        <p><button class="btn" aria-label=name>{label}</button></p>
                    </Form>
                </div>
            </section>
        }
        .into_any();
    };
    view! { <p class="wait">{words}</p> }.into_any()
}

/// When certificates are issued by themselves.
fn release(desk: &Desk, plan: &Plan, kept: &Kept, typed: ReleaseForm) -> Option<AnyView> {
    if !desk.may_edit() || plan.is_running() || plan.event.status == EventStatus::Cancelled {
        return None;
    }
    let slug = plan.event.slug.clone();
    let now = plan
        .put_off
        .map(|at| view! { <p><b>{format!("To be issued {}", zones::moment(at))}</b>", to whoever qualifies then."</p> });
    let value = match plan.put_off {
        Some(at) if typed.at.is_empty() => at.format("%Y-%m-%dT%H:%M").to_string(),
        _ => typed.at,
    };
    let fields = kept.clone();
    let is_open = plan.put_off.is_some() || kept.problems.of("form[at]").is_some();
    Some(
        view! {
            <details open=is_open>
                <summary>"Issue them by themselves at a time to come"</summary>
                <div class="stack">
                    {now}
                    <Form to=api::ReleaseAt::url() kept=quiet(kept)>
                        <input type="hidden" name="slug" value=slug/>
                        <Field kept=fields name="form[at]" label="Day and time (optional)" value=value kind="datetime-local" hint="After the event, by its own clock. Blank: only when you press the button."/>
                        <p><button class="btn btn--line">"Save"</button></p>
                    </Form>
                </div>
            </details>
        }
        .into_any(),
    )
}

/// All certificates at once.
fn all(desk: &Desk, plan: &Plan) -> Option<AnyView> {
    if !desk.may_edit() || plan.figures.live == 0 {
        return None;
    }
    let path = format!("{}.zip", desk.path("certificates"));
    let words = match plan.figures.live {
        1 => "Download the certificate (ZIP)".to_owned(),
        live => format!("Download all {live} certificates (ZIP)"),
    };
    Some(view! { <p><a href=path download="">{words}</a></p> }.into_any())
}

fn people(desk: &Desk, plan: &Plan, filter: &Filter) -> AnyView {
    let words = filter.words.clone();
    let show = SHOWS.iter().find(|(show, ..)| *show == filter.show).map_or("", |(_, word, _)| word);
    let here = desk.path("certificates");
    let rows = plan.people.iter().map(|person| row(desk, plan, person)).collect_view();
    let link = {
        let (here, words) = (here.clone(), words.clone());
        move |page: u64| {
            address(
                &here,
                &[("q", words.clone()), ("show", show.to_owned()), ("page", (page + 1).to_string())],
            )
        }
    };
    let options = SHOWS
        .into_iter()
        .map(|(one, word, label)| view! { <option value=word selected=one == filter.show>{label}</option> })
        .collect_view();
    let total = plan.total;
    let list = if total == 0 {
        let advice = if plan.figures.everybody == 0 {
            "Nobody has a place at this event yet."
        } else {
            "Try another name, or show everybody."
        };
        view! { <div class="empty"><h3>"Nobody here"</h3><p>{advice}</p><a class="btn btn--line" href=here.clone()>"Show everybody"</a></div> }.into_any()
    } else {
        view! {
            <table class="list">
                <caption class="hidden">"Everybody with a place, their hours, and their certificate"</caption>
                <thead><tr><th scope="col">"Name"</th><th scope="col">"Hours"</th><th scope="col">"Certificate"</th><td><span class="hidden">"What you can do"</span></td></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    view! {
        <section class="todo" aria-labelledby="people">
            <h2 id="people">"People"</h2>
            <form class="filters" method="get" action=here role="search" aria-label="People">
                <div class="field"><label for="q">"Name or place code"</label><input class="input" id="q" name="q" type="search" value=words autocomplete="off"/></div>
                <div class="field"><label for="show">"Show"</label><select class="input" id="show" name="show">{options}</select></div>
                <button class="btn btn--line">"Search"</button>
            </form>
            <div class="tally"><p>{tally(total, "person", "people")}</p></div>
            {list}
            {pager(filter.page, total, PER_PAGE, link)}
        </section>
    }
    .into_any()
}

fn row(desk: &Desk, plan: &Plan, person: &Candidate) -> AnyView {
    let name = person.who.name().to_owned();
    let working = format!("{}/{}", desk.path("attendance"), person.who.code);
    let shown = person.working.shown_minutes;
    let hours = if shown == person.working.minutes {
        hours_in_words(shown)
    } else {
        format!("{} ({} minutes)", hours_in_words(shown), person.working.minutes)
    };
    let live = person.live();
    let (state, action) = match (live, &person.why_not) {
        (Some(given), _) => (issued(given), Some((given.row.public_id.clone(), "Look, re-issue or revoke"))),
        (None, why_not) => {
            let tag = match why_not {
                None => {
                    let look = (!person.working.flags.is_empty())
                        .then(|| view! { " "<span class="tag tag--wait">"Look at the hours first"</span> });
                    view! { <span class="tag tag--go">"Qualifies"</span>{look} }.into_any()
                }
                Some(Reason::Held) => {
                    let reason = person.hold.as_ref().map(|hold| hold.reason.clone()).unwrap_or_default();
                    view! { <span class="tag tag--wait">"Held back"</span>" "{reason} }.into_any()
                }
                Some(reason) => view! { <span class="tag tag--quiet">"None"</span>" "{reason.words()} }.into_any(),
            };
            let earlier = person.earlier().map(|old| {
                let on = old.revoked_at.map(|at| day(at, &plan.event.timezone)).unwrap_or_default();
                view! { <br/><span class="meta">{format!("One was revoked on {on}: {}", old.revoked_reason.clone().unwrap_or_default())}</span> }
            });
            (
                view! { {tag}{earlier} }.into_any(),
                person.earlier().map(|old| (old.public_id.clone(), "Look or re-issue")),
            )
        }
    };
    let words = match person.why_not {
        Some(Reason::Held) => Some("Release"),
        Some(Reason::Rule(WhyNot::HasCertificate | WhyNot::Cancelled)) => None,
        _ => Some("Hold back"),
    };
    let hold = words.filter(|_| desk.may_edit()).map(|words| {
        let to = super::hold_page::path(&desk.event.slug, &person.who.code);
        view! { <a href=to>{words}<span class="hidden">{format!(" {name}")}</span></a> }
    });
    let action = action.map(|(id, words)| view! { <a href=format!("{}/{id}", desk.path("certificates"))>{words}<span class="hidden">{format!(" {name}")}</span></a> });
    view! {
        <tr>
            <th scope="row">{name.clone()}<br/><span class="meta code">{person.who.code.clone()}</span></th>
            <td data-label="Hours"><a href=working>{hours}<span class="hidden">{format!(": working for {name}")}</span></a></td>
            <td data-label="Certificate">{state}</td>
            <td class="act">{action}{hold}</td>
        </tr>
    }
    .into_any()
}

fn issued(given: &Given) -> AnyView {
    let on = day(given.row.issued_at, &given.snapshot.zone);
    let hours = hours_in_words(given.snapshot.shown_minutes);
    let differs = (!given.differs.is_empty())
        .then(|| view! { <br/><span class="meta">{format!("Would read differently today: {}.", given.differs.join(", "))}</span> });
    view! { <span class="tag tag--go">"Issued"</span>{format!(" {on}, {hours}")}{differs} }.into_any()
}
