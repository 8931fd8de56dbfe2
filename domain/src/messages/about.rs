//! An event with what letters about it need: whose it is, its days, and the network of a meeting.

use super::{Content, ListHeaders, outbox::Addressed};
use crate::{
    Services,
    agenda::queries::list_sessions,
    error::Result,
    events::{
        self,
        calendar::{Day, days},
        entity::event,
    },
    ids::EventId,
    networks::{
        entity::{meeting, network},
        queries::find_meeting_of,
    },
    organisations::entity::organisation,
    platform::{
        ics::Method,
        letter::{self, Block, Letter},
        links::Link,
        zones,
    },
};
use sea_orm::ConnectionTrait;

/// An event with what letters about it need.
pub struct About {
    pub event: event::Model,
    pub organisation: organisation::Model,
    pub days: Vec<Day>,
    /// Of a network's meeting.
    pub meeting: Option<(meeting::Model, network::Model)>,
}

impl About {
    pub async fn load<C: ConnectionTrait>(db: &C, id: EventId) -> Result<Self> {
        let (event, organisation) = events::queries::load(db, id).await?;
        let sessions = list_sessions(db, id).await?;
        let days = days(&event, &sessions);
        let meeting = find_meeting_of(db, &event).await?;
        Ok(Self {
            event,
            organisation,
            days,
            meeting,
        })
    }

    /// What it is called where others may read it. A meeting is named with its network.
    #[must_use]
    pub fn shown_title(&self) -> String {
        match &self.meeting {
            Some((_, network)) if !self.event.sensitive => format!("{}: {}", network.name, self.event.title),
            _ => self.event.shown_title().to_owned(),
        }
    }

    /// Where anybody may read about it.
    #[must_use]
    pub fn page(&self, services: &Services) -> String {
        services.url(&match &self.meeting {
            Some((meeting, network)) => format!("/networks/{}/meetings/{}", network.slug, meeting.code),
            None => format!("/events/{}", self.event.slug),
        })
    }

    /// "Friday 12 June 2026, 9:30am to 4pm", with the zone where it is not the reader's.
    #[must_use]
    pub fn when(&self) -> String {
        let words = zones::span(self.event.starts_wall, self.event.ends_wall);
        if self.event.timezone == "Europe/London" {
            words
        } else {
            format!("{words} ({})", zones::zone_name(self.event.zone()))
        }
    }

    /// Whom to ask: of a meeting the network's own contact.
    #[must_use]
    pub fn contact(&self) -> &str {
        self.meeting
            .as_ref()
            .and_then(|(_, network)| network.contact_email.as_deref())
            .unwrap_or(&self.organisation.email)
    }

    /// A letter about it, with lines of support where its subject is sensitive.
    pub fn letter(&self, title: impl Into<String>) -> Letter {
        let mut letter = Letter::new(&self.organisation.name, title);
        if self.event.sensitive {
            letter = with_support(letter, &self.event.support);
        }
        letter.ending(Block::Para(format!("Questions? Answer this mail, or write to {}.", self.contact())))
    }

    pub fn content(&self, letter: Letter, links: Vec<Link>, calendar: Option<(Method, String)>) -> Content {
        Content {
            letter,
            links,
            calendar: calendar.map(|(method, text)| (method.as_str().to_owned(), text)),
            from_name: self.organisation.name.clone(),
            reply_to: Some(self.contact().to_owned()),
            was: Vec::new(),
            list: self.meeting.as_ref().map(|(_, network)| ListHeaders::of(network)),
        }
    }

    pub fn addressed<'a>(&self, name: &'a str, address: &'a str) -> Addressed<'a> {
        Addressed {
            organisation: Some(self.organisation.id),
            event: Some(self.event.id),
            network: self.meeting.as_ref().map(|(_, network)| network.id),
            name,
            address,
        }
    }
}

/// The letter with these lines of support at its end, if there are any.
#[must_use]
pub fn with_support(letter: Letter, support: &events::SupportLines) -> Letter {
    if support.0.is_empty() {
        return letter;
    }
    let lines = support.0.iter().map(|line| letter::SupportLine {
        name: line.name.clone(),
        contact: line.contact.clone(),
        note: line.note.clone().unwrap_or_default(),
    });
    letter.ending(Block::Support(lines.collect()))
}
