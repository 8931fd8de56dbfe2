//! Speaking SMTP over a few kept connections.
//!
//! lettre's own pool is not used: it has no time limit on an answer, a send given up half way would put its connection
//! back in the middle of a conversation, and it does not tell whether the message itself had begun to leave, which
//! decides between "failed" and "unknown".

use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::super::letter::plain::one_line;
use super::Composed;
use super::failure::{Failure, Stage, hide};
use super::mailer::{Accepted, Refused};
use super::server::{Security, Server};

/// For the TCP connection to open.
const CONNECT: Duration = Duration::from_secs(10);
/// For each answer.
const ANSWER: Duration = Duration::from_secs(60);
/// How long a connection is kept unused; servers commonly hang up after a minute or more.
const IDLE: Duration = Duration::from_secs(20);

/// A mail server and the connections open to it.
pub struct Smtp {
    server: Server,
    turns: Semaphore,
    idle: Mutex<Vec<(AsyncSmtpConnection, Instant)>>,
    /// The certificates trusted, read once: it takes longer than a whole message.
    trust: OnceLock<TlsParameters>,
    answer: Duration,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.server.fmt(f)
    }
}

impl Smtp {
    pub(super) fn new(server: Server, connections: usize) -> Self {
        Smtp {
            server,
            turns: Semaphore::new(connections.max(1)),
            idle: Mutex::new(Vec::new()),
            trust: OnceLock::new(),
            answer: ANSWER,
        }
    }

    /// For tests that cannot wait a minute.
    #[doc(hidden)]
    #[must_use]
    pub fn answering_within(mut self, answer: Duration) -> Self {
        self.answer = answer;
        self
    }

    /// The server it speaks to.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    pub(super) async fn send(&self, message: &Composed) -> Result<Accepted, Refused> {
        let Ok(_turn) = self.turns.acquire().await else {
            return Err(Refused {
                temporary: true,
                reply: "Sending has stopped.".to_owned(),
                unknown: false,
            });
        };
        if let Some(mut kept) = self.take_idle() {
            match self.converse(&mut kept, message).await {
                // The server had hung up before it heard anything of this message: a new connection is a first try.
                Err((Stage::Naming, failure)) if failure.broke() => {}
                ended => return self.settle(kept, ended).await,
            }
        }
        match self.open().await {
            Ok(mut fresh) => {
                let ended = self.converse(&mut fresh, message).await;
                self.settle(fresh, ended).await
            }
            Err(failure) => Err(self.refusal(Stage::Opening, &failure)),
        }
    }

    pub(super) async fn close(&self) {
        while let Some(mut kept) = self.take_idle() {
            let _ = timeout(Duration::from_secs(2), kept.quit()).await;
        }
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|(_, since)| since.elapsed() < IDLE);
        idle.pop().map(|(connection, _)| connection)
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let hello = self.server.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
        let opening = async {
            let place = (self.server.host.as_str(), self.server.port);
            let mut connection = if self.server.security == Security::Tls {
                AsyncSmtpConnection::connect_tokio1(place, Some(CONNECT), &hello, Some(self.trust()?), None).await?
            } else {
                let stream = timeout(CONNECT, TcpStream::connect(place)).await.map_err(|_| Failure::Silence)??;
                stream.set_nodelay(true)?;
                AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await?
            };
            if self.server.security == Security::StartTls {
                if !connection.can_starttls() {
                    return Err(Failure::Plain(
                        "The mail server does not offer STARTTLS, and mail is not sent in the clear.",
                        true,
                    ));
                }
                connection.starttls(self.trust()?, &hello).await?;
            }
            if let Some((user, password)) = &self.server.credentials {
                let credentials = Credentials::new(user.clone(), password.clone());
                connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
            }
            Ok(connection)
        };
        timeout(self.answer, opening).await.unwrap_or(Err(Failure::Silence))
    }

    fn trust(&self) -> Result<TlsParameters, Failure> {
        if let Some(trust) = self.trust.get() {
            return Ok(trust.clone());
        }
        let trust = TlsParameters::new(self.server.host.clone())?;
        Ok(self.trust.get_or_init(|| trust).clone())
    }

    /// Names the two ends, then hands the content over, in one write: lettre's own way is two, and the second waits
    /// 40 ms for the first to be acknowledged.
    async fn converse(&self, connection: &mut AsyncSmtpConnection, message: &Composed) -> Result<Response, (Stage, Failure)> {
        self.name(connection, message).await.map_err(|failure| (Stage::Naming, failure))?;
        self.answered(connection.command(content(&message.bytes)))
            .await
            .map_err(|failure| (Stage::Content, failure))
    }

    async fn name(&self, connection: &mut AsyncSmtpConnection, message: &Composed) -> Result<(), Failure> {
        let mut options = Vec::new();
        let mut ends = message.envelope.from().into_iter().chain(message.envelope.to());
        if ends.any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Failure::Plain(
                    "This address has letters beyond a to z, and the mail server cannot send to such addresses.",
                    false,
                ));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        if !message.bytes.is_ascii() {
            if !connection.server_info().supports_feature(Extension::EightBitMime) {
                return Err(Failure::Plain(
                    "The mail server takes only plain ASCII messages, and this one is not.",
                    false,
                ));
            }
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        self.answered(connection.command(Mail::new(message.envelope.from().cloned(), options)))
            .await?;
        for to in message.envelope.to() {
            self.answered(connection.command(Rcpt::new(to.clone(), vec![]))).await?;
        }
        self.answered(connection.command(Data)).await?;
        Ok(())
    }

    async fn answered(&self, work: impl Future<Output = Result<Response, SmtpError>>) -> Result<Response, Failure> {
        timeout(self.answer, work)
            .await
            .map_err(|_| Failure::Silence)?
            .map_err(Failure::Smtp)
    }

    /// Keeps the connection if it is at rest, and says what came of the message.
    async fn settle(&self, mut connection: AsyncSmtpConnection, ended: Result<Response, (Stage, Failure)>) -> Result<Accepted, Refused> {
        let at_rest = match &ended {
            Ok(_) => true,
            Err((_, failure)) if failure.broke() || matches!(failure, Failure::Silence) => false,
            Err(_) => self.answered(connection.command(Rset)).await.is_ok(),
        };
        if at_rest {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((connection, Instant::now()));
        }
        match ended {
            Ok(response) => Ok(Accepted {
                reply: self.shown(&format!("{} {}", response.code(), joined(&response))),
            }),
            Err((stage, failure)) => Err(self.refusal(stage, &failure)),
        }
    }

    fn refusal(&self, stage: Stage, failure: &Failure) -> Refused {
        let Refused { temporary, reply, unknown } = failure.refusal(stage, self.answer);
        Refused {
            temporary,
            reply: self.shown(&reply),
            unknown,
        }
    }

    /// One line of sensible length with our own user and password taken out: some servers echo what they were given.
    fn shown(&self, said: &str) -> String {
        hide(&one_line(said), self.server.credentials.as_ref()).chars().take(400).collect()
    }
}

/// A message as it goes over the wire: lines that begin with a dot get another, and a dot alone ends it (RFC 5321 4.5.2).
fn content(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let start = if text.starts_with('.') { "." } else { "" };
    let end = if text.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" };
    format!("{start}{}{end}", text.replace("\r\n.", "\r\n.."))
}

fn joined(response: &Response) -> String {
    response.message().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::content;

    #[test]
    fn dots_at_line_starts_are_doubled_and_one_ends_it() {
        assert_eq!(content(b".a\r\n.\r\n..b\r\nc"), "..a\r\n..\r\n...b\r\nc\r\n.\r\n");
        assert_eq!(content(b"a\r\n"), "a\r\n.\r\n");
    }
}
