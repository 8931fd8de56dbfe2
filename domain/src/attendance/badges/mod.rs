//! Badges, and lists to sign and to tick on paper, as PDFs of A4.

mod draw;
mod fit;
mod sheets;
mod signing;

use super::queries::{self, Attendee};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    events::{self, entity::event},
    platform::{
        pdf::{self, Meta, Page},
        search::fold,
        zones,
    },
};

pub use draw::first_name;
pub use sheets::{Layout, Sheet};

/// What is wanted of the badges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub sheet: Sheet,
    /// Which badge of the first sheet is the first that is not used up, from 1.
    pub from: usize,
    /// Organisations are printed. Where it may harm somebody to be known to work there, they are not.
    pub organisations: bool,
    /// One person's alone, by their code.
    pub code: Option<String>,
}

impl Wanted {
    /// What an event's badges are unless somebody says otherwise.
    #[must_use]
    pub fn of(event: &event::Model) -> Self {
        Self {
            sheet: Sheet::L7165,
            from: 1,
            organisations: !event.sensitive,
            code: None,
        }
    }
}

/// One person as printed. Empty words are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Badge {
    name: String,
    job_role: String,
    organisation: String,
    code: String,
    /// What the code of the badge holds: the door's address with the place code, which tells nobody else anything.
    address: String,
}

/// A file to download.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// Which list on paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Codes to sign beside.
    Signing,
    /// Names with their codes, for stewards.
    Names,
}

/// How many people have a badge, and how many places have no name to print yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub named: usize,
    pub unnamed: usize,
}

/// Counts the badges of an event.
pub async fn count(services: &Services, event: &event::Model) -> Result<Count> {
    let attendees = queries::list_attendees(&services.db.read, event.id).await?;
    let standing: Vec<_> = attendees.iter().filter(|attendee| attendee.stands()).collect();
    let named = standing.iter().filter(|attendee| attendee.is_named()).count();
    Ok(Count {
        named,
        unnamed: standing.len() - named,
    })
}

/// Everybody's badge, in the order of the last names, for whoever may see the event's people. Where nobody is named yet, or
/// nobody has the code asked for, [`Error::NotFound`]; where the first label is none of the sheet, [`Error::Invalid`].
pub async fn badges(services: &Services, actor: &Actor, slug: &str, wanted: &Wanted) -> Result<Paper> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::See, slug).await?;
    let layout = wanted.sheet.layout();
    if !(1..=layout.count()).contains(&wanted.from) {
        return Err(FieldErrors::one("from", "no_label", wanted.sheet.which_label()).into());
    }
    let mut badges = load(services, &event).await?;
    if let Some(code) = &wanted.code {
        badges.retain(|badge| &badge.code == code);
    }
    if badges.is_empty() {
        return Err(Error::NotFound);
    }
    if !wanted.organisations {
        badges.iter_mut().for_each(|badge| badge.organisation.clear());
    }
    let skipped = wanted.from - 1;
    let mut pages = Vec::new();
    for (at, badge) in badges.iter().enumerate() {
        let at = at + skipped;
        if pages.is_empty() || at.is_multiple_of(layout.count()) {
            pages.push(Page::new());
        }
        let last = pages.len() - 1;
        draw::badge(&mut pages[last], badge, event.shown_title(), &layout, at % layout.count()).map_err(unprinted)?;
    }
    paper(services, &event, &organisation.name, "badges", "Badges", &pages)
}

/// A list on paper, for whoever may see the event's people.
pub async fn list(services: &Services, actor: &Actor, slug: &str, list: List) -> Result<Paper> {
    let (event, organisation) = events::service::load_for(services, actor, Permission::See, slug).await?;
    let badges = load(services, &event).await?;
    let about = format!("{}. {}", event.shown_title(), zones::span(event.starts_wall, event.ends_wall));
    let (name, title) = match list {
        List::Signing => ("signing", "Please sign in"),
        List::Names => ("names", "Who is expected"),
    };
    let pages = match list {
        List::Signing => signing::sign(&badges, title, &about),
        List::Names => signing::names(&badges, title, &about),
    }
    .map_err(unprinted)?;
    paper(services, &event, &organisation.name, name, title, &pages)
}

fn unprinted(cause: pdf::Error) -> Error {
    Error::Unexpected(cause.into())
}

async fn load(services: &Services, event: &event::Model) -> Result<Vec<Badge>> {
    let attendees = queries::list_attendees(&services.db.read, event.id).await?;
    let of = |attendee: Attendee| {
        let path = format!("/check-in/{}?code={}", event.slug, attendee.code);
        Badge {
            address: services.url(&path),
            name: attendee.name.unwrap_or_default(),
            job_role: attendee.job_role.unwrap_or_default(),
            organisation: attendee.organisation.unwrap_or_default(),
            code: attendee.code,
        }
    };
    let mut badges: Vec<Badge> = attendees
        .into_iter()
        .filter(|attendee| attendee.stands() && attendee.is_named())
        .map(of)
        .collect();
    // By the last word of the name: titles come first in it, and people at a desk look for a last name.
    badges.sort_by_cached_key(|badge| {
        (
            fold(badge.name.split_whitespace().next_back().unwrap_or_default()),
            fold(&badge.name),
        )
    });
    Ok(badges)
}

fn paper(services: &Services, event: &event::Model, author: &str, name: &str, title: &str, pages: &[Page]) -> Result<Paper> {
    let words = format!("{title}: {}", event.shown_title());
    let meta = Meta {
        title: &words,
        author,
        lang: "en-GB",
        at: services.clock.now(),
    };
    let shown = event.name_in_files();
    Ok(Paper {
        file_name: format!("{name}-{shown}.pdf"),
        bytes: pdf::finish(pages, &meta, &[]).map_err(unprinted)?,
    })
}
