//! My CPD: every certificate by year, the minutes so far, and how they were counted.

use crate::{
    attendance::{
        api::{self, AskPost},
        working::WorkingTable,
    },
    forms::{self, Kept},
    ssr,
    ui::{Form, Page, Select, TextArea, flash, icons::Ticks, page, time},
};
use domain::{
    agenda::SessionStatus,
    attendance::{
        CorrectionState, asked,
        entity::correction,
        working::{Worked, working_of_code},
    },
    certificates::hours::hours_in_words,
    platform::zones,
    portfolio::{self, Certified, Cpd, Waiting, Year},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub fn CpdPage() -> impl IntoView {
    let load = async {
        let (services, asking) = (ssr::services(), ssr::asking());
        let cpd = portfolio::cpd(&services, &asking.actor).await?;
        let worked = match asking.query_value("working") {
            Some(code) => {
                let worked = working_of_code(&services, &asking.actor, &code).await?;
                let asked = asked::list_own(&services.db.read, worked.attendee.participant_id, &asking.actor).await?;
                Some((worked, asked))
            }
            None => None,
        };
        let (kept, typed) = forms::kept::<AskPost>().await?;
        let worked = worked.map(|(worked, asked)| Own {
            is_own: worked.attendee.person_id.is_some() && worked.attendee.person_id == asking.actor.person_id(),
            has_begun: services.clock.now() >= worked.event.starts_at,
            asked,
            just_asked: asking.query_value("asked").is_some(),
            worked,
            kept,
            typed,
        });
        Ok((cpd, worked))
    };
    page(load, |(cpd, worked)| {
        let title = if worked.is_some() {
            "How it was counted – My CPD"
        } else {
            "My CPD"
        };
        let nothing = cpd.years.is_empty() && cpd.waiting.is_empty();
        let body = view! {
            <div class="page__head">
                <h1>"My CPD"</h1>
                <p class="lede">"What you attended, certified by whoever held it. Each certificate can be checked by your appraiser or regulator without an account."</p>
            </div>
            {worked.map(working)}
            {if nothing {
                view! {
                    <div class="empty">
                        <h2>"No CPD yet"</h2>
                        <p>"After an event you attended, its certificate shows here."</p>
                        <a class="btn btn--line" href="/events">"See all events"</a>
                    </div>
                }.into_any()
            } else {
                figures(&cpd)
            }}
            {waiting(cpd.waiting)}
            {cpd.years.into_iter().map(year).collect_view()}
        };
        Page::new(title, body).unlisted()
    })
}

fn figures(cpd: &Cpd) -> AnyView {
    let certificates: usize = cpd.years.iter().map(|year| year.certificates.len()).sum();
    let by_year = cpd
        .years
        .iter()
        .take(3)
        .map(|year| view! { <div><dt>{format!("In {}", year.year)}</dt><dd>{hours_in_words(year.minutes)}</dd><dd>{format!("{} minutes", year.minutes)}</dd></div> })
        .collect_view();
    view! {
        <dl class="figure-row">
            <div><dt>"CPD so far"</dt><dd>{hours_in_words(cpd.minutes)}</dd><dd>{format!("{} minutes", cpd.minutes)}</dd></div>
            <div><dt>"Of which participatory"</dt><dd>{hours_in_words(cpd.participatory_minutes)}</dd><dd>{format!("{} minutes", cpd.participatory_minutes)}</dd></div>
            <div><dt>"Certificates"</dt><dd>{certificates}</dd></div>
            {by_year}
        </dl>
    }
    .into_any()
}

fn year(year: Year) -> AnyView {
    let id = format!("year-{}", year.year);
    let rows = year.certificates.iter().map(row).collect_view();
    let total = format!("{} ({} minutes)", hours_in_words(year.minutes), year.minutes);
    let part = if year.participatory_minutes > 0 {
        hours_in_words(year.participatory_minutes)
    } else {
        "None".to_owned()
    };
    view! {
        <section class="sec" aria-labelledby=id.clone()>
            <h2 id=id.clone()>{year.year}</h2>
            <table class="list">
                <caption class="hidden">{format!("Certificates of {}", year.year)}</caption>
                <thead><tr><th scope="col">"Event"</th><th scope="col">"Date"</th><th scope="col">"CPD"</th><th scope="col">"Participatory"</th><td><span class="hidden">"What you can do"</span></td></tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row" colspan="2">{format!("Together in {}", year.year)}</th><td data-label="CPD">{total}</td><td data-label="Participatory">{part}</td><td><span class="hidden">"What you can do"</span></td></tr></tfoot>
            </table>
        </section>
    }
    .into_any()
}

fn row(certified: &Certified) -> AnyView {
    let snapshot = &certified.snapshot;
    let path = format!("/certificates/{}", snapshot.id);
    let of = format!(" {}", snapshot.event_title);
    let participatory = domain::certificates::queries::face::shown_participatory(snapshot);
    view! {
        <tr>
            <th scope="row"><a href=path.clone()>{snapshot.event_title.clone()}</a></th>
            <td data-label="Date">{zones::dates(certified.event.starts_wall.date(), certified.event.ends_wall.date())}</td>
            <td data-label="CPD">{format!("{} ({} minutes)", hours_in_words(snapshot.shown_minutes), snapshot.shown_minutes)}<br/><Ticks minutes=snapshot.shown_minutes/></td>
            <td data-label="Participatory">{if participatory > 0 { hours_in_words(participatory) } else { "None".to_owned() }}</td>
            <td class="act">
                <a href=format!("/my/cpd?working={}", certified.code)>"How it was counted"<span class="hidden">{of.clone()}</span></a>
                <a href=format!("{path}.pdf")>"Download certificate (PDF)"<span class="hidden">{of}</span></a>
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

/// The working of one event, with what its delegate asked about it.
struct Own {
    worked: Worked,
    /// They look at their own hours, not as an organiser at another's.
    is_own: bool,
    has_begun: bool,
    /// The newest first.
    asked: Vec<correction::Model>,
    just_asked: bool,
    kept: Kept,
    typed: AskPost,
}

fn working(own: Own) -> AnyView {
    let asks = asks(&own);
    let worked = own.worked;
    let event = worked.event;
    view! {
        <section class="sec" aria-labelledby="working">
            <div class="sec__head">
                <h2 id="working">"How your hours are counted"</h2>
                <p><b>{event.title.clone()}</b></p>
                <p class="meta">{zones::span(event.starts_wall, event.ends_wall)}</p>
                <p class="meta">"From what was scanned, as it stands today."</p>
                <p class="links"><a href="/my/cpd">"Close"</a></p>
            </div>
            <div class="stack"><WorkingTable working=worked.working offered=worked.offered timezone=event.timezone.clone() caption=format!("How your hours at {} were counted", event.title)/>{asks}</div>
        </section>
    }
    .into_any()
}

/// What they asked to be corrected, and the form to ask, where nothing is unanswered.
fn asks(own: &Own) -> AnyView {
    let worked = &own.worked;
    if !own.is_own || !own.has_begun || worked.attendee.is_cancelled() {
        let email = worked.organisation.email.clone();
        return view! { <p class="meta">"Is something wrong? Write to "<a href=format!("mailto:{email}")>{email.clone()}</a>"."</p> }
            .into_any();
    }
    let moment = |at| zones::moment(time::wall(at, &worked.event.timezone));
    let before = own
        .asked
        .iter()
        .map(|row| {
            let (words, class) = match row.state {
                CorrectionState::Open => ("Not answered yet", "tag tag--wait"),
                CorrectionState::Granted => ("Corrected", "tag tag--go"),
                CorrectionState::Declined => ("Not changed", "tag tag--quiet"),
            };
            let answer = row.decided_at.zip(row.answer.clone()).map(|(at, answer)| {
                view! { <p class="meta">{format!("{} answered {}:", worked.organisation.name, moment(at))}</p><p class="said">{answer}</p> }
            });
            view! {
                <li class="stack">
                    <p class="row"><span class=class>{words}</span><span class="meta">{format!("You asked {}:", moment(row.asked_at))}</span></p>
                    <blockquote class="said">{row.words.clone()}</blockquote>
                    {answer}
                </li>
            }
        })
        .collect_view();
    let waits = own.asked.iter().any(|row| row.state == CorrectionState::Open);
    let done = own
        .just_asked
        .then(|| flash("Asked.", format!("{} looks at it, and answers by mail.", worked.organisation.name)));
    let form = (!waits).then(|| {
        let sessions = worked
            .sessions
            .iter()
            .filter(|session| session.status == SessionStatus::Planned && session.cpd)
            .map(|session| (session.code.clone(), session.title.clone()));
        let sessions = [(String::new(), "The whole event".to_owned())].into_iter().chain(sessions).collect();
        let (kept, typed) = (own.kept.clone(), own.typed.clone());
        let (open, place) = (!kept.problems.0.is_empty(), worked.attendee.code.clone());
        view! {
            <details open=open>
                <summary>"Ask for a correction"</summary>
                <Form to=api::Ask::url() kept=kept.clone()>
                    <input type="hidden" name="place" value=place/>
                    <Select kept=kept.clone() name="form[session]" label="What it is about" value=typed.session options=sessions/>
                    <TextArea kept=kept name="form[words]" label="What is wrong" value=typed.words rows=4 hint="When you came and went, as you remember it. The organiser reads this; do not name patients or pupils."/>
                    <button class="btn">"Send to the organiser"</button>
                </Form>
            </details>
        }
    });
    view! {
        {done}
        <ul class="stack">{before}</ul>
        {form}
    }
    .into_any()
}
