//! The fields of an event, for making and for changing one.
//!
//! Labels are what a check outside goes by: no other label on the page may hold the words "Title", "Start", "End",
//! "Time zone" or "Capacity".

use crate::{
    forms::Kept,
    ui::{Choice, Field, Select, TextArea},
};
use domain::{
    events::{
        AttendanceMode, EventKind,
        edit::{EventForm, EvidenceForm, SupportForm},
        entity::event,
    },
    schemes::{NO_SCHEME, SCHEMES},
};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// Rows shown beyond those that hold something, and the most there are.
const SPARE: usize = 2;
const MOST: usize = 20;

/// Name, time, place and room: all a new event needs, and the first part of one that is there.
pub fn basics(kept: &Kept, form: &EventForm, event: Option<&event::Model>) -> AnyView {
    let taking_part = AttendanceMode::ALL
        .iter()
        .map(|mode| (mode.word().to_owned(), mode.label().to_owned()))
        .collect();
    // A new event is asked this later, with the rest.
    let window = event.is_some().then(|| {
        view! {
            <div class="pair">
                <Field kept=kept.clone() name="form[bookings_open]" label="Booking opens" value=form.bookings_open.clone() kind="datetime-local" hint="Blank: as soon as it is published."/>
                <Field kept=kept.clone() name="form[bookings_close]" label="Booking closes" value=form.bookings_close.clone() kind="datetime-local" hint="Blank: when the event is over."/>
            </div>
        }
    });
    view! {
        {what(kept, form, event)}
        <fieldset class="group">
            <legend>"When"</legend>
            <div class="pair">
                <Field kept=kept.clone() name="form[starts]" label="Start" value=form.starts.clone() kind="datetime-local"/>
                <Field kept=kept.clone() name="form[ends]" label="End" value=form.ends.clone() kind="datetime-local"/>
            </div>
            {event.is_some().then(|| view! { <p class="hint">"You are asked whether the sessions move along."</p> })}
            <Field kept=kept.clone() name="form[timezone]" label="Time zone" value=form.timezone.clone() class="input--short" hint="Times are those on the clock there. Like Europe/London or America/New_York."/>
        </fieldset>
        <fieldset class="group">
            <legend>"Where"</legend>
            <Select kept=kept.clone() name="form[attendance_mode]" label="How people take part" value=form.attendance_mode.clone() options=taking_part/>
            <Field kept=kept.clone() name="form[venue_name]" label="Venue" value=form.venue_name.clone()/>
            <div class="pair">
                <Field kept=kept.clone() name="form[venue_address]" label="Street and town" value=form.venue_address.clone()/>
                <Field kept=kept.clone() name="form[venue_postcode]" label="Postcode" value=form.venue_postcode.clone() class="input--short"/>
            </div>
            <Field kept=kept.clone() name="form[online_url]" label="Link for taking part online" value=form.online_url.clone() kind="url" hint="Only those who hold a place get it."/>
        </fieldset>
        <fieldset class="group">
            <legend>"Places"</legend>
            <Field kept=kept.clone() name="form[capacity]" label="Capacity" value=form.capacity.clone() inputmode="numeric" class="input--tiny" hint="How many people there is room for. Leave it blank for no limit."/>
            {window}
        </fieldset>
    }
    .into_any()
}

fn options(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, words)| ((*key).to_owned(), (*words).to_owned())).collect()
}

fn what(kept: &Kept, form: &EventForm, event: Option<&event::Model>) -> AnyView {
    let mut kinds = options(&[("conference", "Conference"), ("course", "Course")]);
    if event.is_some_and(|event| event.kind == EventKind::Meeting) {
        kinds = options(&[("meeting", "Meeting of a network")]);
    }
    let address = match event {
        Some(event) => view! { <p class="hint">"Address of its page: "<code>{format!("/events/{}", event.slug)}</code>". It stays, so that links to it go on working."</p> }.into_any(),
        None => {
            let is_open = !form.slug.is_empty();
            view! {
                <details open=is_open>
                    <summary>"Choose the address of its page yourself"</summary>
                    <Field kept=kept.clone() name="form[slug]" label="Address of its page (optional)" value=form.slug.clone() hint="Letters a to z, digits and hyphens, like safer-schools-2027. Blank: made from the name. It cannot be changed later."/>
                </details>
            }
            .into_any()
        }
    };
    view! {
        <fieldset class="group">
            <legend>"What"</legend>
            <Field kept=kept.clone() name="form[title]" label="Title" value=form.title.clone()/>
            <Select kept=kept.clone() name="form[kind]" label="Kind" value=form.kind.clone() options=kinds/>
            <Choice kept=kept.clone() name="form[sensitive]" label="The subject is sensitive" checked={form.sensitive == "true"} hint="Tabs, mail subjects and diaries show the neutral name, and lines of help show on its pages."/>
            <Field kept=kept.clone() name="form[neutral_title]" label="Neutral name" value=form.neutral_title.clone() hint="Like \u{201c}Study day, 11 March\u{201d}: what a colleague looking over a shoulder may read."/>
            {address}
        </fieldset>
    }
    .into_any()
}

/// What its page says about it.
pub fn page_fields(kept: &Kept, form: &EventForm) -> AnyView {
    view! {
        <fieldset class="group">
            <legend>"On its page"</legend>
            <TextArea kept=kept.clone() name="form[summary]" label="Summary" value=form.summary.clone() rows=3 hint="One or two sentences, for the list of events too."/>
            <TextArea kept=kept.clone() name="form[overview]" label="About the day" value=form.overview.clone() rows=10 hint="Markdown: a blank line between paragraphs, - before a point, ## before a heading."/>
            <TextArea kept=kept.clone() name="form[outcomes]" label="Outcomes, one a line" value=form.outcomes.clone() rows=6 hint="What people will be able to do afterwards."/>
            <TextArea kept=kept.clone() name="form[audience]" label="Who it is for" value=form.audience.clone() rows=2/>
            <Field kept=kept.clone() name="form[hashtag]" label="Hashtag" value=form.hashtag.clone() class="input--short"/>
        </fieldset>
    }
    .into_any()
}

/// The numbers of the rows to show.
fn numbers<T: Default + PartialEq>(rows: &BTreeMap<String, T>) -> Vec<String> {
    let filled = rows.iter().filter(|(_, row)| **row != T::default());
    let last = filled.filter_map(|(key, _)| key.parse::<usize>().ok()).max().unwrap_or(0).min(100);
    (1..=(last + SPARE).min(MOST.max(last))).map(|n| n.to_string()).collect()
}

/// Lines of help, for events and networks alike. No label may hold "Title" or be "Name": see above.
pub fn support(kept: &Kept, lines: &BTreeMap<String, SupportForm>, whose: &str) -> AnyView {
    let rows = numbers(lines)
        .into_iter()
        .map(|n| {
            let SupportForm { name, contact, note, checked_on } = lines.get(&n).cloned().unwrap_or_default();
            let field = |key: &str| format!("form[support][{n}][{key}]");
            view! {
                <div class="pair">
                    <Field kept=kept.clone() name=field("name") label=format!("Line {n} is called") value=name/>
                    <Field kept=kept.clone() name=field("contact") label=format!("Number or address of line {n}") value=contact/>
                    <Field kept=kept.clone() name=field("note") label=format!("Note on line {n}") value=note hint="Like: free, day or night"/>
                    <Field kept=kept.clone() name=field("checked_on") label=format!("Line {n} checked on") value=checked_on kind="date"/>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="group">
            <legend>"Lines of help"</legend>
            <p class="hint hold">{format!("Shown on every page of a sensitive {whose}. Ring each before you enter it, and say when you did. Save to get more rows.")}</p>
            <div class="stack-l">{rows}</div>
        </fieldset>
    }
    .into_any()
}

/// Figures and findings, each with who says so.
pub fn evidence(kept: &Kept, form: &EventForm) -> AnyView {
    let rows = numbers(&form.evidence)
        .into_iter()
        .map(|n| {
            let EvidenceForm { quote, source, published, url } = form.evidence.get(&n).cloned().unwrap_or_default();
            let field = |key: &str| format!("form[evidence][{n}][{key}]");
            view! {
                <div>
                    <TextArea kept=kept.clone() name=field("quote") label=format!("Figure or finding {n}") value=quote rows=2/>
                    <div class="pair">
                        <Field kept=kept.clone() name=field("source") label=format!("Source {n}") value=source/>
                        <Field kept=kept.clone() name=field("published") label=format!("Published {n}") value=published hint="Like 2025, 2025-06 or 2025-06-30"/>
                    </div>
                    <Field kept=kept.clone() name=field("url") label=format!("Web address {n}") value=url kind="url"/>
                </div>
            }
        })
        .collect_view();
    view! {
        <fieldset class="group">
            <legend>"Evidence"</legend>
            <p class="hint hold">"Why the subject matters, each with who says so. Save to get more rows."</p>
            <div class="stack-l">{rows}</div>
        </fieldset>
    }
    .into_any()
}

/// Which schemes' lines its certificates carry.
fn schemes(kept: &Kept, form: &EventForm) -> AnyView {
    let choices = SCHEMES
        .iter()
        .filter(|scheme| scheme.code != NO_SCHEME)
        .map(|scheme| {
            let checked = form.cpd_schemes.get(scheme.code).is_some_and(|chosen| chosen == "true");
            view! {
                <Choice kept=kept.clone() name=format!("form[cpd_schemes][{}]", scheme.code) label=scheme.name checked=checked hint=scheme.regulator/>
            }
        })
        .collect_view();
    view! {
        <fieldset class="group">
            <legend>"Lines for schemes on the certificate"</legend>
            <p class="hint hold">"Each says what the body\u{2019}s members enter in their own log: hours, never credits. Choose those your delegates belong to."</p>
            {choices}
        </fieldset>
    }
    .into_any()
}

/// How its hours are counted.
pub fn cpd(kept: &Kept, form: &EventForm) -> AnyView {
    let rules = options(&[
        ("proportional", "The minutes somebody was there"),
        ("per_session_threshold", "A session in full, for enough of it"),
        ("all_or_nothing", "The whole event or nothing"),
    ]);
    let participatory = options(&[("by_session", "The sessions marked so"), ("whole_event", "The whole event")]);
    view! {
        <fieldset class="group">
            <legend>"CPD"</legend>
            <Field kept=kept.clone() name="form[cpd_statement]" label="Statement about CPD" value=form.cpd_statement.clone() hint="Printed on certificates, like \u{201c}subject to peer group approval\u{201d}."/>
            <Select kept=kept.clone() name="form[cpd_rule]" label="How hours are counted" value=form.cpd_rule.clone() options=rules/>
            <div class="pair">
                <Field kept=kept.clone() name="form[cpd_threshold_percent]" label="Share of a session, in percent" value=form.cpd_threshold_percent.clone() inputmode="numeric" class="input--tiny" hint="Only for sessions counted in full. Blank: 80."/>
                <Field kept=kept.clone() name="form[cpd_grace_minutes]" label="Minutes that may be missed" value=form.cpd_grace_minutes.clone() inputmode="numeric" class="input--tiny" hint="Only for the whole event or nothing."/>
                <Field kept=kept.clone() name="form[cpd_day_cap_minutes]" label="Most minutes a day" value=form.cpd_day_cap_minutes.clone() inputmode="numeric" class="input--tiny" hint="Blank: no cap. Some schemes have 480."/>
                <Field kept=kept.clone() name="form[cpd_round_down_to]" label="Round down to, in minutes" value=form.cpd_round_down_to.clone() inputmode="numeric" class="input--tiny"/>
                <Field kept=kept.clone() name="form[cpd_min_minutes]" label="Fewest minutes for a certificate" value=form.cpd_min_minutes.clone() inputmode="numeric" class="input--tiny"/>
            </div>
            <Select kept=kept.clone() name="form[cpd_participatory]" label="Participatory time" value=form.cpd_participatory.clone() options=participatory/>
            <Field kept=kept.clone() name="form[cpd_certificate_days]" label="Certificates within, in days" value=form.cpd_certificate_days.clone() inputmode="numeric" class="input--tiny" hint="Said on the event\u{2019}s page: certificates come within so many days of its end. Blank: nothing is promised."/>
        </fieldset>
        {schemes(kept, form)}
    }
    .into_any()
}
