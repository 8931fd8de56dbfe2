//! The printed programme: what is on when and where, what it is worth, who speaks; as one PDF for the table at the door.

use super::queries::{Agenda, Item};
use crate::{
    Services,
    access::Actor,
    certificates::hours::hours_in_words,
    error::{Error, Result},
    events::{
        calendar::location,
        service::{self, Shown},
    },
    platform::{
        markdown,
        pdf::{
            self, MM, Meta, Style,
            flow::{Flow, INK, QUIET},
        },
        zones,
    },
};

/// The programme of the event at `slug`, as anybody may see it: its file name, and the PDF.
pub async fn programme(services: &Services, actor: &Actor, slug: &str) -> Result<(String, Vec<u8>)> {
    let shown = service::show(services, actor, slug).await?;
    let drawn = draw(&shown).and_then(|pages| {
        let meta = Meta {
            title: &format!("Programme: {}", shown.event.shown_title()),
            author: &shown.organisation.name,
            lang: "en-GB",
            at: shown.event.updated_at,
        };
        pdf::finish(&pages, &meta, &[])
    });
    let name = format!("programme-{}.pdf", shown.event.name_in_files());
    Ok((name, drawn.map_err(|cause| Error::Unexpected(cause.into()))?))
}

fn draw(shown: &Shown) -> pdf::Result<Vec<pdf::Page>> {
    let (event, agenda) = (&shown.event, &shown.agenda);
    let mut flow = Flow::new();
    flow.words(&shown.organisation.name, Style::Regular, QUIET, 10.5, 15.0)?;
    flow.words(&event.title, Style::Display, INK, 26.0, 31.0)?;
    if !event.summary.is_empty() {
        flow.words(&event.summary, Style::Italic, QUIET, 11.0, 16.0)?;
    }
    flow.gap(4.0 * MM);
    flow.fact("When", &zones::span(event.starts_wall, event.ends_wall))?;
    flow.fact("Where", &location(event))?;
    if shown.offered.minutes > 0 {
        let statement = event.cpd_statement.as_ref().map(|words| format!(", {words}"));
        let words = format!("{}{}", hours_in_words(shown.offered.minutes), statement.unwrap_or_default());
        flow.fact("CPD", &words)?;
    }
    let several = event.starts_wall.date() != event.ends_wall.date();
    let mut day = None;
    if !several {
        flow.heading("Programme")?;
    }
    for item in &agenda.items {
        let date = item.session.starts_wall.date();
        if several && day.replace(date) != Some(date) {
            flow.heading(&zones::date(date))?;
        }
        flow.row(
            &zones::times(item.session.starts_wall.time(), item.session.ends_wall.time()),
            &about(agenda, item),
        )?;
    }
    let told: Vec<_> = agenda
        .speakers
        .iter()
        .filter(|speaker| speaker.bio.is_some() || speaker.role.is_some())
        .collect();
    if !told.is_empty() {
        flow.heading("Speakers")?;
    }
    for speaker in told {
        let base = [&speaker.role, &speaker.organisation].into_iter().flatten();
        let base = base.map(String::as_str).collect::<Vec<_>>().join(", ");
        flow.keep(34.0);
        flow.words(&speaker.name, Style::Semibold, INK, 10.5, 15.0)?;
        if !base.is_empty() {
            flow.words(&base, Style::Regular, QUIET, 9.5, 13.5)?;
        }
        for line in markdown::plain(speaker.bio.as_deref().unwrap_or_default()).lines() {
            flow.words(line, Style::Regular, INK, 9.5, 13.5)?;
        }
        flow.gap(2.0 * MM);
    }
    if event.sensitive && !event.support.0.is_empty() {
        flow.heading("If you want to talk to somebody")?;
        for line in &event.support.0 {
            let note = line.note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            flow.fact(&line.name, &format!("{}{note}", line.contact))?;
        }
    }
    flow.finish()
}

/// A session's title, and under it who speaks, where, and what it is worth.
fn about(agenda: &Agenda, item: &Item) -> (String, String) {
    let session = &item.session;
    let mut parts = vec![agenda.names(item).join(", ")];
    parts.extend(item.room.clone());
    parts.extend(item.track.clone());
    if session.cpd && session.kind.may_count() {
        let minutes = (session.ends_at - session.starts_at).num_minutes();
        let kind = if session.participatory { ", participatory" } else { "" };
        parts.push(format!("{minutes} minutes of CPD{kind}"));
    }
    if let Some(places) = session.sign_up_places {
        parts.push(format!("{places} places, by sign-up"));
    }
    if let Some(note) = &session.content_note {
        parts.push(format!("Content note: {note}"));
    }
    parts.retain(|part| !part.is_empty());
    (session.title.clone(), parts.join(" · "))
}
