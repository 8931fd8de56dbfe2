//! One person's attendance: their hours line by line, everything recorded, and corrections, each with a reason.

use super::{
    api::{self, AdditionPost, AdjustPost, AnswerPost, ReasonsPost},
    person_asks::Asks,
    working::WorkingTable,
};
use crate::{
    forms::{self, Kept},
    organise::{
        frame::{self, quiet},
        lists::tally,
    },
    ssr,
    ui::{Field, Form, Select, page, time},
};
use domain::{
    access::Permission,
    agenda::SessionStatus,
    attendance::{
        Action, How, asked,
        entity::{attendance_record, correction},
        working::{self, Worked},
    },
    ids::PersonId,
    platform::zones,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_params_map;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The page of the participant with this place code.
pub fn path(slug: &str, code: &str) -> String {
    format!("/organise/events/{}/attendance/{}", ssr::encode(slug), ssr::encode(code))
}

/// Both forms of the page, as kept.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Typed {
    #[serde(flatten)]
    reasons: ReasonsPost,
    #[serde(flatten)]
    addition: AdditionPost,
    #[serde(flatten)]
    adjust: AdjustPost,
    #[serde(flatten)]
    answer: AnswerPost,
}

#[derive(Clone, Debug)]
struct Loaded {
    worked: Worked,
    by: BTreeMap<PersonId, String>,
    asked: Vec<correction::Model>,
    kept: Kept,
    typed: Typed,
    may_edit: bool,
}

#[component]
pub fn PersonPage() -> impl IntoView {
    let params = use_params_map().read_untracked().clone();
    let load = async move {
        let (services, asking) = (ssr::services(), ssr::asking());
        // A delegate sees their own working under My CPD, not here.
        let desk = frame::open(&params.get("slug").unwrap_or_default(), Permission::See).await?;
        let worked = working::working_of_code(&services, &desk.actor, &params.get("code").unwrap_or_default()).await?;
        if worked.event.id != desk.event.id {
            return Err(domain::Error::NotFound);
        }
        let asked = asked::list_of(&services.db.read, worked.attendee.participant_id).await?;
        let by = working::recorders(&services, &worked, &asked).await?;
        let (kept, typed) = forms::kept::<Typed>().await?;
        let done = ["undone", "added", "adjusted", "answered"]
            .into_iter()
            .find(|name| asking.query_value(name).is_some() && kept.id.is_empty());
        let may_edit = desk.may_edit();
        Ok((
            desk,
            Loaded {
                worked,
                by,
                asked,
                kept,
                typed,
                may_edit,
            },
            done,
        ))
    };
    page(load, |(desk, loaded, done)| {
        let Worked {
            event,
            attendee,
            working,
            offered,
            ..
        } = loaded.worked.clone();
        let name = attendee.name().to_owned();
        let about = [
            attendee.role_line(),
            attendee.reference.clone(),
            format!("place code {}", attendee.code),
        ];
        let about = about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        let done = done.map(|done| match done {
            "adjusted" => frame::flash("Recorded.", "The hours below count it, and say why."),
            "answered" => frame::flash("Answered.", "They are told by mail."),
            "undone" => frame::flash("Taken back.", "The record stays in the history with its reason."),
            _ => frame::flash("Added.", "The hours below count it."),
        });
        let body = view! {
            <div class="stack-l">
                {done}
                <p class="row">
                    <span class="quiet">{about}</span>
                    {attendee.is_cancelled().then(|| view! { <span class="tag tag--stop">"Place cancelled"</span> })}
                </p>
                <Asks worked=loaded.worked.clone() asked=loaded.asked.clone() by=loaded.by.clone() kept=loaded.kept.clone() typed=loaded.typed.answer.clone() may_edit=loaded.may_edit/>
                <section aria-labelledby="hours" class="stack">
                    <h2 id="hours">"Hours"</h2>
                    <WorkingTable working=working offered=offered timezone=event.timezone.clone() caption=format!("How the hours of {name} were counted")/>
                </section>
                <section aria-labelledby="records" class="stack">
                    <h2 id="records">"What was recorded"</h2>
                    <Records loaded=loaded.clone()/>
                </section>
                {(loaded.may_edit && !attendee.is_cancelled()).then(|| view! { <Add loaded=loaded.clone()/><Adjust loaded=loaded.clone()/> })}
                <p><a href=format!("/organise/events/{}/attendance", event.slug)>"Everybody's attendance"</a></p>
            </div>
        };
        desk.page(&name, body)
    })
}

#[component]
fn Records(loaded: Loaded) -> impl IntoView {
    let Worked {
        event,
        attendee,
        records,
        sessions,
        ..
    } = loaded.worked.clone();
    if records.is_empty() {
        return view! { <div class="empty"><p>"Nothing was recorded of this person."</p></div> }.into_any();
    }
    let place = |record: &attendance_record::Model| match record.session_id {
        None => "The event".to_owned(),
        Some(id) => sessions
            .iter()
            .find(|session| session.id == id)
            .map_or_else(|| "A session".to_owned(), |session| session.title.clone()),
    };
    let who = |person: Option<PersonId>, otherwise: &str| {
        person
            .and_then(|id| loaded.by.get(&id).cloned())
            .unwrap_or_else(|| otherwise.to_owned())
    };
    let rows = records
        .iter()
        .filter(|record| record.action != Action::Withdraw)
        .map(|record| {
            let taken_back = records.iter().find(|other| other.withdraws_id == Some(record.id));
            let at = zones::moment(time::wall(record.at, &event.timezone));
            let action = happened(record);
            let recorder = who(record.recorded_by, "imported");
            let how = format!(
                "{}, {recorder}{}",
                if record.action == Action::Adjust {
                    "By the organiser"
                } else {
                    how(record.how)
                },
                record.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
            );
            let correct = match taken_back {
                Some(by) => {
                    let words = format!(
                        "Taken back by {} on {}: {}",
                        who(by.recorded_by, "a command"),
                        zones::moment(time::wall(by.at, &event.timezone)),
                        by.reason.clone().unwrap_or_default()
                    );
                    view! { <span class="tag tag--quiet">"Taken back"</span>" "<span class="meta">{words}</span> }.into_any()
                }
                None if loaded.may_edit => {
                    let about = format!("{action}, {at}");
                    view! { <TakeBack loaded=loaded.clone() id=record.id.to_string() about=about/> }.into_any()
                }
                None => ().into_any(),
            };
            view! {
                <tr class=taken_back.is_some().then_some("gone")>
                    <th scope="row">{action}</th>
                    <td data-label="When">{at}</td>
                    <td data-label="Where">{place(record)}</td>
                    <td data-label="How">{how}</td>
                    <td data-label="Correction">{correct}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="list">
            <caption class="hidden">{format!("Records of {}", attendee.name())}</caption>
            <thead><tr><th scope="col">"What"</th><th scope="col">"When"</th><th scope="col">"Where"</th><th scope="col">"How"</th><th scope="col">"Correction"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn happened(record: &attendance_record::Model) -> String {
    match (record.action, record.minutes) {
        (Action::Leave, _) => "Left".to_owned(),
        (Action::Adjust, Some(minutes)) => {
            let count = tally(u64::from(minutes.unsigned_abs()), "minute", "minutes");
            format!("{count} {}", if minutes < 0 { "taken" } else { "given" })
        }
        _ => "Arrived".to_owned(),
    }
}

fn how(how: How) -> &'static str {
    match how {
        How::Steward => "At the door",
        How::Scan => "Scanned",
        How::SelfService => "By themself",
        How::Register => "From a register",
        How::Online => "Online",
    }
}

#[component]
fn TakeBack(loaded: Loaded, id: String, about: String) -> impl IntoView {
    let field = format!("form[reasons][{id}]");
    let open = loaded.kept.problems.of(&field).is_some();
    let value = loaded.typed.reasons.reasons.get(&id).cloned().unwrap_or_default();
    view! {
        <details open=open>
            <summary>"Take back"<span class="hidden">{format!(" {about}")}</span></summary>
            <Form to=api::Withdraw::url() kept=quiet(&loaded.kept)>
                <input type="hidden" name="slug" value=loaded.worked.event.slug.clone()/>
                <input type="hidden" name="person" value=loaded.worked.attendee.code.clone()/>
                <input type="hidden" name="record" value=id/>
                <Field kept=loaded.kept.clone() name=field label="Reason" value=value hint="It stays beside the record."/>
                <button class="btn btn--danger btn--small">"Take this record back"</button>
            </Form>
        </details>
    }
}

#[component]
fn Add(loaded: Loaded) -> impl IntoView {
    let Worked {
        event, attendee, sessions, ..
    } = loaded.worked.clone();
    let (kept, typed) = (loaded.kept.clone(), loaded.typed.addition.clone());
    let several = event.starts_wall.date() != event.ends_wall.date();
    let planned = sessions
        .iter()
        .filter(|session| session.status == SessionStatus::Planned)
        .map(|session| (session.code.clone(), super::register_page::session_words(session, several)));
    let places = [(String::new(), "The event".to_owned())]
        .into_iter()
        .chain(planned)
        .collect::<Vec<_>>();
    let actions = vec![("arrive".to_owned(), "Arrived".to_owned()), ("leave".to_owned(), "Left".to_owned())];
    let at = if typed.at.is_empty() {
        event.starts_wall.format("%Y-%m-%dT%H:%M").to_string()
    } else {
        typed.at
    };
    let zone = format!("By the clock at the event, {}.", zones::zone_name(event.zone()));
    view! {
        <section aria-labelledby="add">
            <h2 id="add">"Add a record that was missed"</h2>
            <Form to=api::Add::url() kept=quiet(&kept)>
                <input type="hidden" name="slug" value=event.slug.clone()/>
                <input type="hidden" name="person" value=attendee.code.clone()/>
                <div class="pair">
                    <Select kept=kept.clone() name="form[action]" label="What happened" value=typed.action options=actions/>
                    <Select kept=kept.clone() name="form[session]" label="Where" value=typed.session options=places/>
                </div>
                <div class="pair"><Field kept=kept.clone() name="form[at]" label="When" value=at kind="datetime-local" hint=zone/></div>
                <Field kept=kept name="form[reason]" label="Reason for adding it" value=typed.reason hint="As: signed the paper register. It stays beside the record."/>
                <button class="btn">"Add record"</button>
            </Form>
        </section>
    }
}

#[component]
fn Adjust(loaded: Loaded) -> impl IntoView {
    let Worked {
        event, attendee, sessions, ..
    } = loaded.worked.clone();
    let (kept, typed) = (loaded.kept.clone(), loaded.typed.adjust.clone());
    let several = event.starts_wall.date() != event.ends_wall.date();
    let mut counted: Vec<_> = sessions
        .iter()
        .filter(|session| session.status == SessionStatus::Planned && session.cpd && session.kind.may_count())
        .map(|session| (session.code.clone(), super::register_page::session_words(session, several)))
        .collect();
    if counted.is_empty() {
        return ().into_any();
    }
    counted.insert(0, (String::new(), "Choose a session".to_owned()));
    view! {
        <section aria-labelledby="adjust">
            <h2 id="adjust">"Give or take minutes"</h2>
            <p class="quiet">"For what no record of arriving or leaving can say. The certificate counts it; whoever it is about reads the reason."</p>
            <Form to=api::Adjust::url() kept=quiet(&kept)>
                <input type="hidden" name="slug" value=event.slug.clone()/>
                <input type="hidden" name="person" value=attendee.code.clone()/>
                <div class="pair">
                    <Select kept=kept.clone() name="form[adjust_session]" label="Session" value=typed.adjust_session options=counted/>
                    <Field kept=kept.clone() name="form[minutes]" label="Minutes" value=typed.minutes class="input--tiny" hint="As 15 to give, -15 to take."/>
                </div>
                <Field kept=kept name="form[adjust_reason]" label="Reason for it" value=typed.adjust_reason hint="As: helped set up the room during the first talk."/>
                <button class="btn">"Record minutes"</button>
            </Form>
        </section>
    }
    .into_any()
}
