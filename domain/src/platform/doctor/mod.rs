//! What is wrong with an installation, in words: its database, its folder and keys, its address, its mail server, its
//! clock and its disk. `plenary doctor` and the settings page ask here. Nothing is changed, and nothing secret is told.
//!
//! Everything is asked side by side and within a few seconds: what does not answer in that time is said not to.

mod clock;
mod database;
mod folder;
mod http;
mod inbox;
mod post;
mod site;

use super::{
    db::Db,
    mail::{
        BadUrl, Mailer, Server,
        imap::{BadMailbox, Mailbox},
    },
};
use crate::Services;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// How long one question may take.
const PATIENCE: Duration = Duration::from_secs(4);

/// How something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Well,
    /// Works, and could be better.
    Note,
    /// Does not work, or is not safe.
    Fault,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What it was: `database`, `folder`, `keys`, `disk`, `clock`, `address`, `dns`, `site`, `mail`, and the steps of a
    /// conversation with the mail server, `mail-dns` to `mail-content`, and with the mailbox, `inbox-connection` to `inbox-folder`.
    pub what: String,
    pub verdict: Verdict,
    /// A word for machines that says which fault it is, as `auth_refused`; `well` when there is none.
    pub code: String,
    /// What was found and what to do, for people. Holds no path, no password and nobody's name.
    pub words: String,
    /// The file or folder concerned, for whoever runs the machine only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Check {
    fn new(what: &str, verdict: Verdict, code: &str, words: impl Into<String>) -> Self {
        Self {
            what: what.to_owned(),
            verdict,
            code: code.to_owned(),
            words: words.into(),
            place: None,
        }
    }

    /// Something that is as it should be.
    #[must_use]
    pub fn well(what: &str, words: impl Into<String>) -> Self {
        Self::new(what, Verdict::Well, "well", words)
    }

    /// Something that works and could be better.
    #[must_use]
    pub fn note(what: &str, code: &str, words: impl Into<String>) -> Self {
        Self::new(what, Verdict::Note, code, words)
    }

    /// Something that does not work.
    #[must_use]
    pub fn fault(what: &str, code: &str, words: impl Into<String>) -> Self {
        Self::new(what, Verdict::Fault, code, words)
    }

    fn at(mut self, place: &std::path::Path) -> Self {
        self.place = Some(place.display().to_string());
        self
    }

    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.verdict == Verdict::Fault
    }

    /// What it was, in words.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.what.as_str() {
            "configuration" => "Configuration",
            "database" => "Database",
            "folder" => "Data folder",
            "keys" => "Signing keys",
            "disk" => "Disk space",
            "clock" => "Clock",
            "address" => "Address of this site",
            "dns" => "Name of this site",
            "site" => "The site itself",
            "mail" => "Mail",
            "mail-dns" => "Name of the mail server",
            "mail-connection" => "Connection to the mail server",
            "mail-tls" => "Security of that connection",
            "mail-sign-in" => "Signing in to the mail server",
            "mail-sender" => "Sending in our name",
            "mail-recipient" => "Passing mail on",
            "mail-content" => "Taking the message",
            "test-mail" => "Test mail",
            "inbox" => "Mailbox for answers",
            "inbox-connection" => "Connection to the mailbox",
            "inbox-tls" => "Security of that connection",
            "inbox-sign-in" => "Signing in to the mailbox",
            "inbox-folder" => "Folder of the mailbox",
            other => other,
        }
    }
}

/// The database of an installation: as configured, or open already.
#[derive(Clone, Debug)]
pub enum Database {
    /// `sqlite:PATH` or `postgres://…`, not opened yet.
    Url(String),
    Open(Db),
}

/// What there is to examine.
#[derive(Clone, Debug)]
pub struct Installation {
    pub database: Database,
    pub data_dir: PathBuf,
    pub base_url: String,
    /// The mail server, if one is set.
    pub mail: Result<Option<Server>, BadUrl>,
    pub mail_from: String,
    /// The mailbox answers come to, if one is set.
    pub inbox: Result<Option<Mailbox>, BadMailbox>,
    /// Whom the mail server is asked to take mail for. Without one it is not asked, and nothing is sent to them here.
    pub mail_to: Option<String>,
    pub now: DateTime<Utc>,
}

impl Installation {
    /// The one that is running; the mail server is asked about mail for `mail_to`.
    #[must_use]
    pub fn running(services: &Services, mail_to: Option<&str>) -> Self {
        Self {
            database: Database::Open(services.db.clone()),
            data_dir: services.data_dir.clone(),
            base_url: services.url(""),
            mail: Ok(match &services.mailer {
                Mailer::Smtp(smtp) => Some(smtp.server().clone()),
                Mailer::Folder(_) => None,
            }),
            mail_from: services.mail_from.clone(),
            inbox: Ok(services.inbox.mailbox.clone()),
            mail_to: mail_to.map(str::to_owned),
            now: services.clock.now(),
        }
    }
}

/// Looks at everything, side by side. What cannot be reached because of an earlier fault is left out.
pub async fn examine(of: &Installation) -> Vec<Check> {
    let (data_dir, keys_dir) = (of.data_dir.clone(), of.data_dir.join("keys"));
    let own_keys = keys_dir.clone();
    let on_disk = tokio::task::spawn_blocking(move || (folder::look_at(&data_dir), folder::keys(&keys_dir)));
    let ((database, newest), on_disk, (site, served_at), mail, inbox) = tokio::join!(
        database::examine(&of.database),
        on_disk,
        site::examine(&of.base_url, &own_keys),
        post::examine(of),
        inbox::examine(of),
    );
    let (folder, keys) = on_disk.unwrap_or_default();
    let clock = clock::check(of.now, newest, served_at);
    [database, folder, keys, vec![clock], site, mail, inbox].concat()
}
