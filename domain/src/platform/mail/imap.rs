//! Reading a mailbox: `PLENARY_IMAP_URL`.
//!
//! ```text
//! imaps://USER:PASSWORD@mail.example.org            TLS from the start, port 993; the folder INBOX
//! imaps://USER:PASSWORD@mail.example.org/Replies    another folder
//! imap://USER:PASSWORD@localhost:1143               in the clear: only to this machine; port 143
//! ```
//!
//! USER, PASSWORD and the folder are percent-encoded. Mails are looked at and marked as read; none is ever deleted, moved or
//! written.

use super::server::{credentials, decoded, is_this_machine, split_port};
use super::{BadUrl, Security};
use crate::platform::letter::plain::one_line;
use crate::platform::mail::failure::hide;
use crate::platform::tls;
use async_imap::{Client, Session, error::Error as ImapError};
use chrono::NaiveDate;
use futures::TryStreamExt;
use std::{fmt, io, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

/// The most of a mail that is fetched. Of a longer one only the head is.
pub const MOST_BYTES: usize = 1 << 20;
/// The most of a head that is fetched.
const MOST_HEAD: usize = 64 << 10;

/// A mailbox on a server, and how to sign in to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub host: String,
    pub port: u16,
    /// [`Security::Tls`], or [`Security::Clear`] to this machine.
    pub security: Security,
    /// User and password.
    pub credentials: (String, String),
    pub folder: String,
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailbox")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("credentials", &"hidden")
            .field("folder", &self.folder)
            .finish()
    }
}

/// Why a mailbox's URL cannot be used. Says nothing of what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadMailbox {
    #[error("the mailbox must be given as imaps://user:password@host")]
    Scheme,
    #[error("the mailbox's URL names no host")]
    Host,
    #[error("the mailbox's port must be a number from 1 to 65535")]
    Port,
    #[error("the mailbox's URL needs a user and a password, percent-encoded, with no control characters")]
    Credentials,
    #[error("the mailbox's folder must be percent-encoded, with no control characters")]
    Folder,
    #[error("mail may be read without TLS only on this machine; use imaps://")]
    ClearToAnother,
}

impl Mailbox {
    /// Reads a URL as described at the top of this module.
    pub fn parse(url: &str) -> Result<Self, BadMailbox> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(BadMailbox::Scheme)?;
        let (authority, folder) = rest.split_once('/').unwrap_or((rest, ""));
        let (who, place) = authority.rsplit_once('@').ok_or(BadMailbox::Credentials)?;
        let (host, port) = split_port(place).map_err(|bad| match bad {
            BadUrl::Port => BadMailbox::Port,
            _ => BadMailbox::Host,
        })?;
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(&b)) {
            return Err(BadMailbox::Host);
        }
        let (security, usual) = match scheme.to_ascii_lowercase().as_str() {
            "imaps" => (Security::Tls, 993),
            "imap" if is_this_machine(host) => (Security::Clear, 143),
            "imap" => return Err(BadMailbox::ClearToAnother),
            _ => return Err(BadMailbox::Scheme),
        };
        let folder = match folder.trim_end_matches('/') {
            "" => "INBOX".to_owned(),
            named => decoded(named).map_err(|_| BadMailbox::Folder)?,
        };
        Ok(Self {
            host: host.to_owned(),
            port: port.unwrap_or(usual),
            security,
            credentials: credentials(who).map_err(|_| BadMailbox::Credentials)?,
            folder,
        })
    }

    /// `user@host:port/folder`: tells this mailbox from others. Holds no password.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}@{}:{}/{}", self.credentials.0, self.host, self.port, self.folder)
    }
}

/// How far reading a mailbox came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Connection,
    Tls,
    SignIn,
    Folder,
    Reading,
}

/// Why a mailbox could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub step: Step,
    /// A word for machines: `refused`, `not_reached`, `auth_refused`.
    pub code: &'static str,
    /// What happened and what to do, for people. Never holds a credential.
    pub words: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for Fault {}

/// What a conversation goes over, in the clear or not.
trait Wire: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + Sync + fmt::Debug> Wire for T {}

/// A mailbox that is open.
pub struct Reading {
    session: Session<Box<dyn Wire>>,
    mailbox: Mailbox,
    patience: Duration,
    /// Which numbering of the mails holds; another than before means that they were all numbered anew.
    pub uid_validity: u32,
    /// The number the next mail to arrive will have, if the server tells.
    pub uid_next: Option<u32>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reading").field("mailbox", &self.mailbox).finish_non_exhaustive()
    }
}

/// A mail as it was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub bytes: Vec<u8>,
    /// False if it was too long, so that this is its head alone.
    pub is_whole: bool,
}

impl Mailbox {
    /// Connects, signs in and opens the folder; each step may take `patience`.
    pub async fn open(&self, patience: Duration) -> Result<Reading, Fault> {
        let wire = self.connect(patience).await?;
        let mut client = Client::new(wire);
        let greeting = async {
            client
                .read_response()
                .await?
                .ok_or_else(|| io::Error::from(io::ErrorKind::UnexpectedEof))
        };
        match timeout(patience, greeting).await {
            Ok(Ok(_)) => {}
            Ok(Err(_)) => {
                let words =
                    "What answers there does not speak as a mailbox's server does. Look at the port and at imaps:// in PLENARY_IMAP_URL.";
                return Err(fault(Step::Connection, "not_imap", words));
            }
            Err(_) => return Err(silent(Step::Connection)),
        }
        let (user, password) = &self.credentials;
        let mut session = match timeout(patience, client.login(user, password)).await {
            Ok(Ok(session)) => session,
            Ok(Err((cause, _))) => {
                let words = format!(
                    "The mailbox's server does not take our user and password: {}. Set them anew in PLENARY_IMAP_URL, percent-encoded; some providers want a password of its own for each program.",
                    self.said(&cause)
                );
                return Err(fault(Step::SignIn, "auth_refused", words));
            }
            Err(_) => return Err(silent(Step::SignIn)),
        };
        let opened = match timeout(patience, session.select(&self.folder)).await {
            Ok(Ok(opened)) => opened,
            Ok(Err(cause)) => {
                let words = format!(
                    "The folder {} of the mailbox cannot be opened: {}. Look at the end of PLENARY_IMAP_URL.",
                    self.folder,
                    self.said(&cause)
                );
                return Err(fault(Step::Folder, "no_folder", words));
            }
            Err(_) => return Err(silent(Step::Folder)),
        };
        let Some(uid_validity) = opened.uid_validity else {
            let words = "The mailbox's server does not number its mails for good, so what was read could not be told from what is new.";
            return Err(fault(Step::Folder, "no_numbers", words));
        };
        Ok(Reading {
            session,
            mailbox: self.clone(),
            patience,
            uid_validity,
            uid_next: opened.uid_next,
        })
    }

    async fn connect(&self, patience: Duration) -> Result<Box<dyn Wire>, Fault> {
        let (host, port) = (self.host.as_str(), self.port);
        let stream = match timeout(patience, TcpStream::connect((host, port))).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(cause)) if cause.kind() == io::ErrorKind::ConnectionRefused => {
                let words = format!(
                    "Nothing answers at port {port} of the mailbox's server: the connection was refused. Look at PLENARY_IMAP_URL."
                );
                return Err(fault(Step::Connection, "refused", words));
            }
            Ok(Err(_)) | Err(_) => {
                let words = format!("The mailbox's server cannot be reached at port {port}. Look at the host in PLENARY_IMAP_URL.");
                return Err(fault(Step::Connection, "not_reached", words));
            }
        };
        if self.security == Security::Clear {
            return Ok(Box::new(stream));
        }
        let securing = async {
            let name = ServerName::try_from(self.host.clone()).map_err(io::Error::other)?;
            TlsConnector::from(tls::trust()?).connect(name, stream).await
        };
        match timeout(patience, securing).await {
            Ok(Ok(stream)) => Ok(Box::new(stream)),
            Ok(Err(cause)) => {
                let (code, words) = tls::fault(&cause, "the mailbox's server").unwrap_or_else(|| {
                    (
                        "tls_failed",
                        "No secure connection to the mailbox's server came about. It may speak no TLS at this port.".to_owned(),
                    )
                });
                Err(fault(Step::Tls, code, words))
            }
            Err(_) => Err(silent(Step::Tls)),
        }
    }

    /// The server's own words on one line, with our user and password taken out.
    fn said(&self, cause: &ImapError) -> String {
        let words = match cause {
            ImapError::No(said) | ImapError::Bad(said) => said.clone(),
            ImapError::ConnectionLost => "it broke the connection off".to_owned(),
            other => other.to_string(),
        };
        let words = hide(&one_line(&words), Some(&self.credentials));
        words.chars().take(300).collect::<String>().trim_end_matches('.').to_owned()
    }
}

impl Reading {
    /// The numbers of the mails after `last`, lowest first.
    pub async fn list_after(&mut self, last: u32) -> Result<Vec<u32>, Fault> {
        let found = self.search(&format!("UID {}:*", last.saturating_add(1))).await?;
        // A search to the end of the folder always gives its last mail.
        Ok(found.into_iter().filter(|uid| *uid > last).collect())
    }

    /// The numbers of the mails nobody has looked at that arrived on `day` or later, lowest first.
    pub async fn list_unread(&mut self, day: NaiveDate) -> Result<Vec<u32>, Fault> {
        self.search(&format!("UNSEEN SINCE {}", day.format("%-d-%b-%Y"))).await
    }

    async fn search(&mut self, what: &str) -> Result<Vec<u32>, Fault> {
        let found = timeout(self.patience, self.session.uid_search(what)).await;
        let mut found: Vec<u32> = self.read(found)?.into_iter().collect();
        found.sort_unstable();
        Ok(found)
    }

    /// One mail, or its head if it is too long; nothing if it is no longer there.
    pub async fn fetch(&mut self, uid: u32) -> Result<Option<Fetched>, Fault> {
        let Some(size) = self.look(uid, "(UID RFC822.SIZE)", |mail| mail.size).await? else {
            return Ok(None);
        };
        let is_whole = usize::try_from(size).is_ok_and(|size| size <= MOST_BYTES);
        let bytes = if is_whole {
            self.look(uid, "(UID BODY.PEEK[])", |mail| mail.body().map(<[u8]>::to_vec)).await?
        } else {
            let head = format!("(UID BODY.PEEK[HEADER]<0.{MOST_HEAD}>)");
            self.look(uid, &head, |mail| mail.header().map(<[u8]>::to_vec)).await?
        };
        Ok(bytes.map(|bytes| Fetched { bytes, is_whole }))
    }

    async fn look<T>(&mut self, uid: u32, what: &str, take: impl Fn(&async_imap::types::Fetch) -> Option<T>) -> Result<Option<T>, Fault> {
        let looking = async {
            let mut found = None;
            let mut mails = self.session.uid_fetch(uid.to_string(), what).await?;
            while let Some(mail) = mails.try_next().await? {
                if mail.uid == Some(uid) {
                    found = take(&mail).or(found);
                }
            }
            Ok(found)
        };
        let found = timeout(self.patience, looking).await;
        self.read(found)
    }

    /// Marks a mail as read.
    pub async fn mark_read(&mut self, uid: u32) -> Result<(), Fault> {
        let marking = async {
            let flags = self.session.uid_store(uid.to_string(), "+FLAGS.SILENT (\\Seen)").await?;
            flags.try_for_each(|_| async { Ok(()) }).await
        };
        let marked = timeout(self.patience, marking).await;
        self.read(marked)
    }

    /// Says goodbye.
    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(2), self.session.logout()).await;
    }

    fn read<T>(&self, ended: Result<Result<T, ImapError>, tokio::time::error::Elapsed>) -> Result<T, Fault> {
        match ended {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(cause)) => {
                let words = format!("The mailbox could not be read: {}.", self.mailbox.said(&cause));
                Err(fault(Step::Reading, "broke_off", words))
            }
            Err(_) => Err(silent(Step::Reading)),
        }
    }
}

fn fault(step: Step, code: &'static str, words: impl Into<String>) -> Fault {
    Fault {
        step,
        code,
        words: words.into(),
    }
}

fn silent(step: Step) -> Fault {
    fault(
        step,
        "silent",
        "The mailbox's server fell silent. Try again; if it goes on, ask whoever runs it.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_say_which_mailbox_and_how_it_is_reached() {
        let read = |url: &str| Mailbox::parse(url).map(|it| (it.host.clone(), it.port, it.security, it.folder));
        let ok = |host: &str, port, security, folder: &str| Ok((host.to_owned(), port, security, folder.to_owned()));
        assert_eq!(
            read("imaps://us%40er:p%3Aw@mail.example.org"),
            ok("mail.example.org", 993, Security::Tls, "INBOX")
        );
        assert_eq!(
            read("imaps://u:p@mail.example.org:9993/Replies%20in"),
            ok("mail.example.org", 9993, Security::Tls, "Replies in")
        );
        assert_eq!(read("imap://u:p@localhost"), ok("localhost", 143, Security::Clear, "INBOX"));
        assert_eq!(read("imap://u:p@[::1]:1143/"), ok("::1", 1143, Security::Clear, "INBOX"));
        assert_eq!(read("imap://u:p@mail.example.org"), Err(BadMailbox::ClearToAnother));
        assert_eq!(read("imaps://mail.example.org"), Err(BadMailbox::Credentials));
        assert_eq!(read("imaps://u@mail.example.org"), Err(BadMailbox::Credentials));
        assert_eq!(read("pop3://u:p@mail.example.org"), Err(BadMailbox::Scheme));
        assert_eq!(read("imaps://u:p@:993"), Err(BadMailbox::Host));
        assert_eq!(read("imaps://u:p@mail.example.org:0"), Err(BadMailbox::Port));
        assert_eq!(read("imaps://u:p@mail.example.org/%0d%0a"), Err(BadMailbox::Folder));
    }

    #[test]
    fn a_mailbox_is_never_shown_with_its_password() {
        let mailbox = Mailbox::parse("imaps://replies:s3cret@mail.example.org").unwrap_or_else(|bad| panic!("{bad}"));
        assert!(!format!("{mailbox:?}{}", mailbox.name()).contains("s3cret"));
        assert_eq!(mailbox.name(), "replies@mail.example.org:993/INBOX");
        let echoed = ImapError::No("[AUTHENTICATIONFAILED] replies s3cret is wrong.".to_owned());
        assert_eq!(mailbox.said(&echoed), "[AUTHENTICATIONFAILED] [hidden] [hidden] is wrong");
    }
}
