//! Configuration: environment first (prefix `PLENARY_`), then a file, then what works with no set-up at all.

use anyhow::Context;
use domain::{
    messages::inbox::Inbox,
    platform::{
        db::Sync,
        limits::Limits,
        mail::{Address, imap::Mailbox},
    },
};
use serde::Deserialize;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

/// The file's keys: the variables' names in small letters without the prefix.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct FileConfig {
    database_url: Option<String>,
    data_dir: Option<PathBuf>,
    listen: Option<String>,
    base_url: Option<String>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    imap_url: Option<String>,
    imap_authserv: Option<String>,
    bounce_address: Option<String>,
    trusted_proxies: Option<String>,
    log: Option<String>,
    leave_url: Option<String>,
    smtp_connections: Option<usize>,
    online_rows_days: Option<i64>,
    metrics_token: Option<String>,
    sqlite_sync: Option<String>,
    limits: Option<Limits>,
}

/// Everything that may be set, read and checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub database_url: String,
    pub data_dir: PathBuf,
    pub listen: SocketAddr,
    pub base_url: String,
    pub smtp_url: Option<String>,
    pub mail_from: String,
    /// The mailbox that answers and bounces come to.
    pub imap_url: Option<String>,
    /// What our own mail server calls itself in `Authentication-Results`.
    pub imap_authserv: Option<String>,
    /// Where word comes to if a message cannot be delivered; each message's own has a secret after a `+`.
    pub bounce_address: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    pub log: String,
    pub leave_url: String,
    pub smtp_connections: usize,
    /// For how many days after an event the lines of its Zoom and Teams reports are kept.
    pub online_rows_days: i64,
    pub metrics_token: Option<String>,
    pub sqlite_sync: Sync,
    pub limits: Limits,
}

impl Config {
    /// Reads the environment and the file: the one named, else `./plenary.toml`, else `DATA_DIR/plenary.toml`.
    pub fn read(named: Option<&Path>) -> anyhow::Result<Self> {
        Self::from(named, |name| {
            std::env::var(format!("PLENARY_{name}")).ok().filter(|value| !value.is_empty())
        })
    }

    fn from(named: Option<&Path>, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let early_dir = variable("DATA_DIR").map_or_else(|| PathBuf::from("data"), PathBuf::from);
        let file = match named {
            Some(path) => read_file(path)?,
            None => match [PathBuf::from("plenary.toml"), early_dir.join("plenary.toml")]
                .iter()
                .find(|path| path.is_file())
            {
                Some(path) => read_file(path)?,
                None => FileConfig::default(),
            },
        };
        let data_dir = variable("DATA_DIR").map(PathBuf::from).or(file.data_dir).unwrap_or(early_dir);
        let listen_words = variable("LISTEN").or(file.listen).unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen: SocketAddr = listen_words
            .parse()
            .with_context(|| format!("LISTEN must be an address and a port, like 127.0.0.1:3000; it is {listen_words}"))?;
        let base_url = variable("BASE_URL").or(file.base_url).unwrap_or_else(|| format!("http://{listen}"));
        let host = base_url
            .split_once("://")
            .map_or(base_url.as_str(), |(_, host)| host)
            .split([':', '/'])
            .next()
            .unwrap_or("localhost")
            .to_owned();
        let mail_host = if host.contains('.') && host.parse::<IpAddr>().is_err() {
            host
        } else {
            "plenary.invalid".to_owned()
        };
        let sqlite_sync = match variable("SQLITE_SYNC").or(file.sqlite_sync).as_deref() {
            None | Some("full") => Sync::Full,
            Some("normal") => Sync::Normal,
            Some(other) => anyhow::bail!("SQLITE_SYNC must be full or normal; it is {other}"),
        };
        let smtp_connections = match variable("SMTP_CONNECTIONS") {
            Some(text) => text
                .parse()
                .with_context(|| format!("SMTP_CONNECTIONS must be a number; it is {text}"))?,
            None => file.smtp_connections.unwrap_or(4),
        };
        let online_rows_days = match variable("ONLINE_ROWS_DAYS") {
            Some(text) => text.parse().ok(),
            None => Some(file.online_rows_days.unwrap_or(90)),
        };
        let online_rows_days = online_rows_days
            .filter(|days| (0..=3650).contains(days))
            .context("ONLINE_ROWS_DAYS must be a number of days, at most 3650")?;
        let proxies = variable("TRUSTED_PROXIES").or(file.trusted_proxies).unwrap_or_default();
        let trusted_proxies = proxies
            .split([',', ' '])
            .filter(|text| !text.is_empty())
            .map(|text| {
                text.parse()
                    .with_context(|| format!("TRUSTED_PROXIES must be addresses with commas between them; {text} is none"))
            })
            .collect::<anyhow::Result<_>>()?;
        Ok(Self {
            database_url: variable("DATABASE_URL")
                .or(file.database_url)
                .unwrap_or_else(|| format!("sqlite:{}", data_dir.join("plenary.db").display())),
            mail_from: variable("MAIL_FROM")
                .or(file.mail_from)
                .map_or_else(|| format!("noreply@{mail_host}"), |text| address_in(&text)),
            smtp_url: variable("SMTP_URL").or(file.smtp_url),
            imap_url: variable("IMAP_URL").or(file.imap_url),
            imap_authserv: variable("IMAP_AUTHSERV").or(file.imap_authserv),
            bounce_address: variable("BOUNCE_ADDRESS").or(file.bounce_address).map(|text| address_in(&text)),
            leave_url: variable("LEAVE_URL")
                .or(file.leave_url)
                .unwrap_or_else(|| "https://www.bbc.co.uk/weather".to_owned()),
            log: variable("LOG")
                .or(file.log)
                .unwrap_or_else(|| "info,sea_orm_migration=warn".to_owned()),
            metrics_token: variable("METRICS_TOKEN").or(file.metrics_token),
            limits: file.limits.unwrap_or_default(),
            data_dir,
            listen,
            base_url,
            trusted_proxies,
            smtp_connections: smtp_connections.clamp(1, 32),
            online_rows_days,
            sqlite_sync,
        })
    }

    /// Where answers and bounces come to.
    pub fn inbox(&self) -> anyhow::Result<Inbox> {
        let bounces_to = self.bounce_address.as_deref().map(|text| {
            let address = text.parse::<Address>().ok().filter(|address| !address.user().contains('+'));
            address.with_context(|| format!("BOUNCE_ADDRESS must be an email address without a +; it is {text}"))
        });
        Ok(Inbox {
            mailbox: self.imap_url.as_deref().map(Mailbox::parse).transpose().context("IMAP_URL")?,
            authserv: self.imap_authserv.clone(),
            bounces_to: bounces_to.transpose()?,
        })
    }

    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.database_url.starts_with("postgres")
    }

    /// The database's file; none on PostgreSQL.
    #[must_use]
    pub fn sqlite_file(&self) -> Option<PathBuf> {
        let path = self.database_url.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        Some(PathBuf::from(path.split('?').next().unwrap_or(path)))
    }
}

/// The address alone of `Name <address>`: each mail carries the name of the organisation it is from.
fn address_in(text: &str) -> String {
    text.split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map_or(text, |(address, _)| address)
        .trim()
        .to_owned()
}

fn read_file(path: &Path) -> anyhow::Result<FileConfig> {
    let text = std::fs::read_to_string(path).with_context(|| format!("the configuration file {} could not be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the configuration file {} could not be understood", path.display()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn works_with_no_set_up() {
        let config = Config::from(None, |_| None).unwrap();
        assert_eq!(config.base_url, "http://127.0.0.1:3000");
        assert_eq!(config.database_url, "sqlite:data/plenary.db");
        assert_eq!(config.sqlite_sync, Sync::Full);
        assert_eq!(config.online_rows_days, 90);
    }

    #[test]
    fn a_mailbox_is_read_from_its_url() {
        let config = Config::from(None, |name| match name {
            "IMAP_URL" => Some("imaps://replies:secret@mail.example.org".to_owned()),
            "BOUNCE_ADDRESS" => Some("Bounces <bounces@example.org>".to_owned()),
            "IMAP_AUTHSERV" => Some("mx.example.org".to_owned()),
            _ => None,
        });
        let inbox = config.unwrap().inbox().unwrap();
        assert_eq!(inbox.mailbox.unwrap().name(), "replies@mail.example.org:993/INBOX");
        assert_eq!(inbox.bounces_to.unwrap().to_string(), "bounces@example.org");
        assert_eq!(inbox.authserv.as_deref(), Some("mx.example.org"));
        for (name, value) in [("IMAP_URL", "imap://a:b@mail.example.org"), ("BOUNCE_ADDRESS", "a+b@example.org")] {
            let config = Config::from(None, |asked| (asked == name).then(|| value.to_owned())).unwrap();
            assert!(config.inbox().unwrap_err().to_string().contains(name));
        }
        assert_eq!(Config::from(None, |_| None).unwrap().inbox().unwrap(), Inbox::default());
    }

    #[test]
    fn says_what_is_wrong_in_words() {
        let wrong = Config::from(None, |name| (name == "LISTEN").then(|| "here".to_owned())).unwrap_err();
        assert!(wrong.to_string().contains("LISTEN must be an address and a port"));
        let wrong = Config::from(None, |name| (name == "ONLINE_ROWS_DAYS").then(|| "-1".to_owned())).unwrap_err();
        assert!(wrong.to_string().contains("ONLINE_ROWS_DAYS must be a number of days"));
    }
}
