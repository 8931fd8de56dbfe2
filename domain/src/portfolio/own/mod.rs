//! The only way to what people enter and write in their portfolios.
//!
//! Its tables are private to this module, so nothing else in the program can ask for a row of them. Every function that
//! reads takes a [`Reader`], every one that changes something an [`Owner`]; both hold the person they were made for and
//! every query is limited to that person. An [`Owner`] comes from the person's own sign-in alone, whatever their role; a
//! [`Reader`] from an owner, or from a link that the owner gave out and has not withdrawn, and then it reads no more than
//! the link says.

mod entity;
mod entries;
mod files;
mod items;
mod reflections;
mod settings;
mod sharing;
mod typed;

pub use entries::{EntryForm, delete, save};
pub(super) use files::read_listed;
pub use files::{FILE_LIMIT, FileError, PERSON_LIMIT, Served, add_file, load_file, remove_file};
pub use items::{Account, Attached, Certificate, Item, Portfolio, find_item, list};
pub use reflections::{ReflectForm, delete_account, save_account};
pub use settings::{Follows, SettingsForm, follows, save_settings};
pub use sharing::{LinkForm, MOST_DAYS, Shared, SharedLink, list_links, make_link, open_link, withdraw_link};

use crate::{
    Services,
    access::Actor,
    error::{Error, Result},
    ids::PersonId,
    people::entity::person,
    platform::db::begin_write,
};
use chrono::NaiveDate;
use sea_orm::{DatabaseTransaction, EntityTrait, QuerySelect};

/// The columns by which a portfolio holds its person here, each with its table.
pub(crate) const TIES: &[(&str, &str)] = &[
    ("appraiser_link", "person_id"),
    ("portfolio_entry", "person_id"),
    ("portfolio_file", "person_id"),
    ("portfolio_setting", "person_id"),
    ("reflection", "person_id"),
];

/// Somebody at their own portfolio.
#[derive(Clone, Copy, Debug)]
pub struct Owner(PersonId);

/// Somebody who may read one person's portfolio: the person, or whoever holds their link.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    person: PersonId,
    limits: Option<Limits>,
}

/// What a link shows of a portfolio.
#[derive(Clone, Copy, Debug)]
struct Limits {
    first: NaiveDate,
    last: NaiveDate,
    reflections: bool,
    files: bool,
}

impl Owner {
    /// The signed-in person, at their own portfolio and no other. A role in an organisation opens nobody's.
    pub fn of(actor: &Actor) -> Result<Self> {
        Ok(Self(actor.signed_in()?.id))
    }

    /// May read all of it.
    #[must_use]
    pub fn reader(self) -> Reader {
        Reader {
            person: self.0,
            limits: None,
        }
    }
}

impl Reader {
    /// A word for whose portfolio it is, for counting how often something is asked for.
    pub(super) fn whom(&self) -> String {
        self.person.to_string()
    }

    /// The name of whose portfolio it is, if they ever gave one.
    pub async fn name(&self, services: &Services) -> Result<Option<String>> {
        let row = person::Entity::find_by_id(self.person).one(&services.db.read).await?;
        Ok(row.and_then(|row| row.name))
    }
}

/// Begins to change a portfolio, one change at a time for one person: the row of the person is locked, so that two tabs
/// neither make two of one nor pass a limit together.
async fn begin(services: &Services, owner: Owner) -> Result<DatabaseTransaction> {
    let tx = begin_write(&services.db).await?;
    person::Entity::find_by_id(owner.0)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(tx)
}
