//! What can go wrong between us and a mail server, in words and in what to do about it.

use std::error::Error as _;
use std::io::{Error, ErrorKind};
use std::time::Duration;

use base64ct::{Base64, Encoding};
use lettre::transport::smtp::Error as SmtpError;

use super::mailer::Refused;

/// What went wrong in a conversation.
pub(super) enum Failure {
    /// lettre's account: a 4xx or 5xx reply, a broken connection, words that are not SMTP.
    Smtp(SmtpError),
    /// The network's, before SMTP began.
    Network(Error),
    /// No answer in time.
    Silence,
    /// Ours, with whether waiting may help.
    Plain(&'static str, bool),
}

impl From<SmtpError> for Failure {
    fn from(error: SmtpError) -> Self {
        Failure::Smtp(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure::Network(error)
    }
}

impl Failure {
    fn code(&self) -> Option<u16> {
        match self {
            Failure::Smtp(error) => error.status().map(u16::from),
            _ => None,
        }
    }

    /// The connection ended or was never right, rather than the server saying no.
    pub(super) fn broke(&self) -> bool {
        matches!(self, Failure::Smtp(error) if error.status().is_none()) || self.code() == Some(421)
    }

    /// What to tell the organiser and whether to try again.
    pub(super) fn refusal(&self, stage: Stage, answer: Duration) -> Refused {
        // Said while opening, a 5xx is about us or the server, not the message; so is "sign in first" at any time (RFC 4954).
        let about_us = stage == Stage::Opening || matches!(self.code(), Some(530 | 534 | 535 | 538));
        let (temporary, said) = match self {
            Failure::Plain(why, temporary) => (*temporary, (*why).to_owned()),
            Failure::Silence => (
                true,
                format!("The mail server did not answer within {} seconds.", answer.as_secs().max(1)),
            ),
            Failure::Network(error) => (true, of_network(error)),
            Failure::Smtp(error) => (about_us || !error.is_permanent(), of_smtp(error)),
        };
        let reply = if about_us && self.code().is_some() {
            format!("The mail server refused the connection: {said}")
        } else {
            said
        };
        let unknown = stage == Stage::Content && self.code().is_none();
        Refused {
            temporary: temporary || unknown,
            reply,
            unknown,
        }
    }
}

/// How far a conversation had come.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Stage {
    Opening,
    Naming,
    Content,
}

pub(in crate::platform) fn of_smtp(error: &SmtpError) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    if let Some(code) = error.status() {
        return format!("{code} {cause}");
    }
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(network) = inner.downcast_ref::<Error>() {
            return of_network(network);
        }
        source = inner.source();
    }
    match cause.as_str() {
        "incomplete response" => "The mail server broke the connection off.".to_owned(),
        _ => format!("The mail server could not be used: {cause}."),
    }
}

fn of_network(error: &Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "Nothing answers at the mail server's address: the connection was refused.".to_owned(),
        ErrorKind::TimedOut => "The mail server could not be reached in time.".to_owned(),
        // What rustls reports of certificates and versions arrives as this.
        ErrorKind::InvalidData => format!("No secure connection to the mail server: {error}."),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
            "The mail server broke the connection off.".to_owned()
        }
        _ => format!("The mail server could not be reached: {error}."),
    }
}

/// Takes our user and password out of what a server said, in every form in which AUTH PLAIN and LOGIN put them on the
/// wire. Ones too short to tell from other words are left.
pub(in crate::platform) fn hide(said: &str, credentials: Option<&(String, String)>) -> String {
    let Some((user, password)) = credentials else {
        return said.to_owned();
    };
    let plain = [format!("\0{user}\0{password}"), password.clone(), user.clone()];
    let wire = plain.iter().map(|secret| Base64::encode_string(secret.as_bytes()));
    let secrets = wire.chain(plain.iter().cloned()).filter(|secret| secret.len() >= 4);
    secrets.fold(said.to_owned(), |said, secret| said.replace(&secret, "[hidden]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_credentials_are_hidden_however_they_come_back() {
        let ours = ("post@example.org".to_owned(), "s3cret word".to_owned());
        let plain = Base64::encode_string(b"\0post@example.org\0s3cret word");
        let said = format!(
            "535 no: post@example.org s3cret word {plain} {}",
            Base64::encode_string(b"s3cret word")
        );
        assert_eq!(hide(&said, Some(&ours)), "535 no: [hidden] [hidden] [hidden] [hidden]");
        assert_eq!(hide("250 ok", None), "250 ok");
    }

    #[test]
    fn only_a_lost_answer_to_the_content_is_unknown() {
        let wait = Duration::from_secs(60);
        for (stage, unknown) in [(Stage::Opening, false), (Stage::Naming, false), (Stage::Content, true)] {
            for failure in [Failure::Silence, Failure::Network(ErrorKind::ConnectionReset.into())] {
                let refused = failure.refusal(stage, wait);
                assert!(refused.temporary && refused.unknown == unknown, "{refused:?}");
            }
        }
        assert!(!Failure::Plain("No.", false).refusal(Stage::Naming, wait).temporary);
    }
}
