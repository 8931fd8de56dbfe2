//! What a college or a scheme asks for before it approves an event, as one PDF: what it is for, the programme with the
//! start and end of everything in it, breaks too, how it is taught, who speaks and what they declare (domain.md 1.5).

use super::{
    SessionKind, Shown, SpeakingState,
    entity::speaking,
    queries::{Agenda, Item},
    speaking::list,
};
use crate::{
    Services,
    access::{Actor, Permission},
    certificates::hours::{Offered, hours_in_words},
    error::{Error, Result},
    events::{calendar::location, entity::event, service},
    ids::SpeakerId,
    organisations::entity::organisation,
    platform::{
        markdown,
        pdf::{
            self, MM, Meta, Style,
            flow::{Flow, INK, QUIET},
        },
        zones,
    },
};
use std::collections::HashMap;

/// A file to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// The approval pack of the event at `slug`, from the agenda that is out, for organisers.
pub async fn pack(services: &Services, actor: &Actor, slug: &str) -> Result<Pack> {
    let (event, organisation) = service::load_for(services, actor, Permission::Edit, slug).await?;
    let db = &services.db.read;
    let agenda = super::queries::load_unveiled(db, event.id).await?;
    let said = list(db, event.id).await?;
    let sessions: Vec<_> = agenda.items.iter().map(|item| item.session.clone()).collect();
    let offered = service::offered(&event, &sessions);
    let title = format!("For approval: {}", event.title);
    let mut flow = Flow::new();
    draw(&mut flow, &event, &organisation, &agenda, &said, offered).map_err(|cause| Error::Unexpected(cause.into()))?;
    let meta = Meta {
        title: &title,
        author: &organisation.name,
        lang: "en-GB",
        at: services.clock.now(),
    };
    let shown = event.name_in_files();
    Ok(Pack {
        file_name: format!("approval-{shown}.pdf"),
        bytes: flow.accessible(&meta, &[]).map_err(|cause| Error::Unexpected(cause.into()))?,
    })
}

fn draw(
    flow: &mut Flow,
    event: &event::Model,
    organisation: &organisation::Model,
    agenda: &Agenda,
    said: &HashMap<SpeakerId, speaking::Model>,
    offered: Offered,
) -> pdf::Result<()> {
    flow.title(&event.title, 24.0, 28.0)?;
    flow.words(
        &format!("{}, {}", organisation.name, organisation.email),
        Style::Regular,
        QUIET,
        10.5,
        15.0,
    )?;
    flow.gap(4.0 * MM);
    let days = zones::span(event.starts_wall, event.ends_wall);
    let participatory = if offered.participatory_minutes > 0 {
        format!(", of which {} participatory", hours_in_words(offered.participatory_minutes))
    } else {
        String::new()
    };
    for (name, words) in [
        ("When", format!("{days} ({})", zones::zone_name(event.zone()))),
        ("Where", location(event)),
        (
            "CPD offered",
            format!(
                "{} ({} minutes){participatory}. Breaks, registration and business are not counted.",
                hours_in_words(offered.minutes),
                offered.minutes
            ),
        ),
        ("For whom", event.audience.clone()),
        ("How it is taught", methods(agenda)),
    ] {
        flow.fact(name, &words)?;
    }
    if !event.outcomes.0.is_empty() {
        flow.heading("Aims: what people will be able to do")?;
        for outcome in &event.outcomes.0 {
            flow.words(&format!("•  {outcome}"), Style::Regular, INK, 10.5, 15.0)?;
        }
    }
    flow.heading("Programme")?;
    let mut day = None;
    for item in &agenda.items {
        let date = item.session.starts_wall.date();
        if day.replace(date) != Some(date) && event.starts_wall.date() != event.ends_wall.date() {
            flow.gap(2.0 * MM);
            flow.words(&zones::date(date), Style::Semibold, INK, 11.0, 16.0)?;
        }
        flow.row(&times(item), &session(agenda, item))?;
    }
    flow.heading("Speakers, and what they declare")?;
    for speaker in &agenda.speakers {
        let about = [&speaker.role, &speaker.organisation]
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let name = if about.is_empty() {
            speaker.name.clone()
        } else {
            format!("{}, {about}", speaker.name)
        };
        let said = said.get(&speaker.id);
        let declared = match said {
            Some(row) if row.state != SpeakingState::Invited => {
                let shown = match row.shown {
                    Shown::Named => "",
                    Shown::Other => " Shown to the public under another name.",
                    Shown::Hidden => " Not shown to the public.",
                };
                let declared = row
                    .declaration
                    .as_ref()
                    .map_or_else(|| "Nothing to declare.".to_owned(), |words| format!("Declares: {words}"));
                format!("{declared}{shown}")
            }
            Some(_) => "Asked; has not answered yet.".to_owned(),
            None => "Not asked for a declaration yet.".to_owned(),
        };
        flow.keep(34.0);
        flow.words(&name, Style::Semibold, INK, 10.5, 15.0)?;
        for line in markdown::plain(speaker.bio.as_deref().unwrap_or_default()).lines() {
            flow.words(line, Style::Regular, INK, 9.5, 13.5)?;
        }
        flow.words(&declared, Style::Regular, QUIET, 9.5, 13.5)?;
        flow.gap(2.0 * MM);
    }
    Ok(())
}

fn times(item: &Item) -> String {
    let session = &item.session;
    format!(
        "{} to {}",
        zones::time(session.starts_wall.time()),
        zones::time(session.ends_wall.time())
    )
}

fn session(agenda: &Agenda, item: &Item) -> (String, String) {
    let session = &item.session;
    let minutes = (session.ends_at - session.starts_at).num_minutes();
    let counts = if session.cpd && session.kind.may_count() {
        if session.participatory { ", CPD, participatory" } else { ", CPD" }
    } else {
        ", not CPD"
    };
    let mut about = format!("{}, {minutes} minutes{counts}", session.kind.label());
    let names = agenda.names(item).join(", ");
    for more in [names, item.room.clone().unwrap_or_default()] {
        if !more.is_empty() {
            about.push_str(". ");
            about.push_str(&more);
        }
    }
    (session.title.clone(), about)
}

/// The kinds of teaching, each with its minutes.
fn methods(agenda: &Agenda) -> String {
    let mut by_kind: Vec<(SessionKind, i64)> = Vec::new();
    for item in agenda.items.iter().filter(|item| item.session.cpd && item.session.kind.may_count()) {
        let minutes = (item.session.ends_at - item.session.starts_at).num_minutes();
        match by_kind.iter_mut().find(|(kind, _)| *kind == item.session.kind) {
            Some((_, sum)) => *sum += minutes,
            None => by_kind.push((item.session.kind, minutes)),
        }
    }
    let words = by_kind
        .into_iter()
        .map(|(of, minutes)| format!("{} {minutes} minutes", of.label().to_lowercase()));
    let words = words.collect::<Vec<_>>().join(", ");
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
