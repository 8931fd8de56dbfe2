//! What every service works with; made once at start, and for each test.

use crate::messages::inbox::Inbox;
use crate::platform::{
    clock::Clock,
    db::Db,
    files::Files,
    limits::Limits,
    mail::Mailer,
    random::Random,
    signing::{Keys, Site},
};
use std::{path::PathBuf, sync::Arc};
use tokio::sync::Notify;

/// The database, the clock, randomness, the keys and the way out for mail.
#[derive(Debug)]
pub struct Services {
    pub db: Db,
    pub clock: Clock,
    pub random: Random,
    /// Where this installation is reached, and what it is called in credentials.
    pub site: Site,
    /// The keys of each issuer, as their folders stand at the moment.
    pub keys: Keys,
    pub mailer: Mailer,
    /// What people handed in.
    pub files: Files,
    /// The address mail comes from.
    pub mail_from: String,
    /// Where answers and bounces come to.
    pub inbox: Inbox,
    pub leave_url: String,
    pub limits: Limits,
    pub data_dir: PathBuf,
    /// For how many days after an event the lines of its online reports are kept.
    pub online_rows_days: i64,
    /// How many messages leave at once.
    pub smtp_connections: usize,
    /// Wakes the worker of this process as soon as a change has committed.
    pub wake: Arc<Notify>,
}

impl Services {
    /// Tells the worker that there may be something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// The host and port this installation is reached at, for message and calendar ids.
    #[must_use]
    pub fn host(&self) -> String {
        let base = self.site.url("");
        base.split_once("://")
            .map_or(base.as_str(), |(_, host)| host)
            .replace([':', '[', ']'], "-")
    }

    /// Whether readers reach it over TLS, so that cookies may insist on it.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.site.url("").starts_with("https://")
    }

    /// An absolute address for `path`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.site.url(path)
    }
}
