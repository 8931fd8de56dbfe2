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
        pdf::{self, A4, Colour, Line, MM, Meta, Page, Style, Text},
        zones,
    },
};
use std::collections::HashMap;

const INK: Colour = Colour(0x24, 0x1a, 0x24);
const QUIET: Colour = Colour(0x5c, 0x4f, 0x5a);
const RULE: Colour = Colour(0xb9, 0xad, 0xb5);
const LEFT: f32 = 22.0 * MM;
const WIDTH: f32 = A4.0 - 2.0 * LEFT;
const TOP: f32 = 22.0 * MM;
const BOTTOM: f32 = A4.1 - 22.0 * MM;

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
    let pages = flow.finish().map_err(|cause| Error::Unexpected(cause.into()))?;
    let meta = Meta {
        title: &title,
        author: &organisation.name,
        lang: "en-GB",
        at: services.clock.now(),
    };
    let shown = event.name_in_files();
    Ok(Pack {
        file_name: format!("approval-{shown}.pdf"),
        bytes: pdf::finish(&pages, &meta, &[]).map_err(|cause| Error::Unexpected(cause.into()))?,
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
    flow.words(&event.title, Style::Display, INK, 24.0, 28.0)?;
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
        if let Some(bio) = speaker.bio.as_ref().filter(|bio| !bio.trim().is_empty()) {
            flow.words(bio, Style::Regular, INK, 9.5, 13.5)?;
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

/// Words down the page, on as many pages as they need.
struct Flow {
    pages: Vec<Page>,
    y: f32,
}

impl Flow {
    fn new() -> Self {
        Self {
            pages: vec![Page::new()],
            y: TOP,
        }
    }

    fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// Begins a new page, if less than `height` is left of this one.
    fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Page::new());
            self.y = TOP;
        }
    }

    fn line(&mut self, line: Line, x: f32, size: f32, leading: f32) {
        self.keep(leading);
        self.y += leading;
        let last = self.pages.len() - 1;
        self.pages[last].words(line, (x, self.y - leading * 0.28), size);
    }

    fn words(&mut self, words: &str, style: Style, colour: Colour, size: f32, leading: f32) -> pdf::Result<()> {
        for line in Text::plain(words, style, colour)?.lines(size, WIDTH)? {
            self.line(line, LEFT, size, leading);
        }
        Ok(())
    }

    fn heading(&mut self, words: &str) -> pdf::Result<()> {
        self.keep(26.0 * MM);
        self.gap(7.0 * MM);
        self.words(words, Style::Display, INK, 15.0, 19.0)?;
        let (last, y) = (self.pages.len() - 1, self.y + 1.5 * MM);
        self.pages[last].stroke((LEFT, y), (LEFT + WIDTH, y), 0.6, RULE);
        self.gap(3.5 * MM);
        Ok(())
    }

    /// A name, and what it is, beside it.
    fn fact(&mut self, name: &str, words: &str) -> pdf::Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        self.beside(name, Style::Semibold, &[(words, Style::Regular, INK, 10.5, 15.0)])
    }

    fn row(&mut self, times: &str, (title, about): &(String, String)) -> pdf::Result<()> {
        self.beside(
            times,
            Style::Regular,
            &[(title, Style::Semibold, INK, 10.5, 15.0), (about, Style::Regular, QUIET, 9.5, 13.5)],
        )?;
        self.gap(1.5 * MM);
        Ok(())
    }

    fn beside(&mut self, first: &str, style: Style, second: &[(&str, Style, Colour, f32, f32)]) -> pdf::Result<()> {
        const INDENT: f32 = 38.0 * MM;
        self.keep(30.0);
        let mut first = Text::plain(first, style, INK)?.lines(10.0, INDENT - 3.0 * MM)?.into_iter();
        for (words, style, colour, size, leading) in second {
            for line in Text::plain(words, *style, *colour)?.lines(*size, WIDTH - INDENT)? {
                self.line(line, LEFT + INDENT, *size, *leading);
                if let Some(line) = first.next() {
                    let last = self.pages.len() - 1;
                    self.pages[last].words(line, (LEFT, self.y - leading * 0.28), 10.0);
                }
            }
        }
        Ok(())
    }

    fn finish(mut self) -> pdf::Result<Vec<Page>> {
        let count = self.pages.len();
        for (at, page) in self.pages.iter_mut().enumerate() {
            let words = format!("Page {} of {count}", at + 1);
            if let Some(line) = Text::plain(&words, Style::Regular, QUIET)?.lines(8.0, WIDTH)?.into_iter().next() {
                page.words(line, (LEFT, A4.1 - 12.0 * MM), 8.0);
            }
        }
        Ok(self.pages)
    }
}
