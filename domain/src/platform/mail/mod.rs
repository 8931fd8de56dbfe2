//! Mail: a [`Letter`] and its calendar made into a message ([`compose`]) and handed to a server or a folder ([`Mailer`]).
//!
//! One message has one addressee; there is no other way to send, so no address list can leak. The Message-ID is the
//! caller's, made from the outbox row, so a retry after an unknown end is recognisable as the same message, and the same
//! [`Outgoing`] always composes to the same bytes.

pub(super) mod failure;
mod folder;
pub mod imap;
mod mailer;
mod server;
mod smtp;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Attached, MultiPart, SinglePart};

pub use lettre::Address;
pub use lettre::message::Mailbox;

pub use self::mailer::{Accepted, Mailer, Refused, wait_before};
pub use self::server::{BadUrl, Security, Server};

use super::ics::Method;
use super::letter::Letter;
use super::letter::plain::one_line;

/// A message as the code that decides to send it sees it.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `<something@host>`, made from the outbox row and the same at every attempt.
    pub message_id: String,
    /// When the message was first due, the Date header; the same at every attempt.
    pub date: DateTime<Utc>,
    /// Must be the calendar's ORGANIZER where there is one.
    pub from: Mailbox,
    /// Where an answer typed by a person should go, if not to `from`.
    pub reply_to: Option<Mailbox>,
    /// The one addressee.
    pub to: Mailbox,
    /// Where the mail system sends word that it could not deliver; `from` if none.
    pub bounces_to: Option<Address>,
    /// Neutral where the event is sensitive: subjects are read over shoulders.
    pub subject: String,
    pub letter: Letter,
    /// A calendar and its method. It goes in twice: beside the text, where programs look for an invite, and as
    /// `invite.ics` for people whose program does not.
    pub calendar: Option<(Method, String)>,
    pub attachments: Vec<Attachment>,
    /// Further headers: `List-*`, `Auto-Submitted`, `Precedence` and `X-*` only.
    pub headers: Vec<(String, String)>,
}

/// A file that goes with a message.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// Shown to the reader and used for saving; anything but ASCII letters, digits, `.`, `-` and `_` becomes `-`.
    pub name: String,
    /// "application/pdf".
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// A message ready to leave.
#[derive(Clone, Debug)]
pub struct Composed {
    pub(crate) envelope: Envelope,
    pub(crate) message_id: String,
    pub(crate) bytes: Vec<u8>,
}

impl Composed {
    /// `<something@host>`, as given.
    pub fn message_id(&self) -> &str {
        &self.message_id
    }

    /// The whole message, headers and all, with CRLF line ends.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why a message cannot be made. None of these gets better by waiting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Uncomposable {
    #[error("The message identifier must look like <something@host>.")]
    MessageId,
    #[error("{0} cannot be written as an e-mail address.")]
    Address(String),
    #[error("The header {0} may not be set on a message.")]
    Header(String),
    #[error("{0} is not a media type.")]
    MediaType(String),
    #[error("The message could not be put together: {0}")]
    Message(String),
}

/// Makes the message: `mixed[alternative[plain, html, calendar], files…]`, without the levels it does not need.
///
/// Everything that came from people is cleaned on the way: a header is one line whatever is in it.
pub fn compose(outgoing: &Outgoing) -> Result<Composed, Uncomposable> {
    let message_id = valid_message_id(&outgoing.message_id).ok_or(Uncomposable::MessageId)?;
    let (from, to) = (clean_mailbox(&outgoing.from)?, clean_mailbox(&outgoing.to)?);
    let bounces_to = clean_address(outgoing.bounces_to.as_ref().unwrap_or(&from.email))?;
    let envelope = Envelope::new(Some(bounces_to), vec![to.email.clone()]).map_err(|e| Uncomposable::Message(e.to_string()))?;

    // A clock set before 1970 would make the date header panic.
    let date = outgoing.date.max(DateTime::UNIX_EPOCH).into();
    let mut message = Message::builder()
        .envelope(envelope.clone())
        .message_id(Some(message_id.to_owned()))
        .date(date)
        .from(from)
        .to(to)
        .subject(header_text(&outgoing.subject, 300));
    if let Some(reply_to) = &outgoing.reply_to {
        message = message.reply_to(clean_mailbox(reply_to)?);
    }
    for (name, value) in &outgoing.headers {
        message = message.raw_header(extra_header(name, value)?);
    }

    let message = message
        .multipart(body(outgoing)?)
        .map_err(|e| Uncomposable::Message(e.to_string()))?;
    Ok(Composed {
        envelope,
        message_id: message_id.to_owned(),
        bytes: message.formatted(),
    })
}

fn body(outgoing: &Outgoing) -> Result<MultiPart, Uncomposable> {
    // Every part is quoted-printable or base64, where "=_" cannot occur, so a boundary that begins with it is safe.
    let seed: String = outgoing.message_id.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    let mut alternative = MultiPart::alternative()
        .boundary(format!("=_alternative_{seed}"))
        .singlepart(quoted(ContentType::TEXT_PLAIN, outgoing.letter.text()))
        .singlepart(quoted(ContentType::TEXT_HTML, outgoing.letter.html()));
    let mut files = Vec::new();
    if let Some((method, calendar)) = &outgoing.calendar {
        let inline = media_type(&format!("text/calendar; charset=UTF-8; method={}", method.as_str()))?;
        alternative = alternative.singlepart(quoted(inline, calendar.clone()));
        let kept = media_type("application/ics; name=\"invite.ics\"")?;
        files.push(file("invite.ics".to_owned(), kept, calendar.clone().into_bytes()));
    }
    for attachment in &outgoing.attachments {
        files.push(file(
            file_name(&attachment.name),
            media_type(&attachment.media_type)?,
            attachment.bytes.clone(),
        ));
    }
    if files.is_empty() {
        return Ok(alternative);
    }
    let mixed = MultiPart::mixed().boundary(format!("=_mixed_{seed}")).multipart(alternative);
    Ok(files.into_iter().fold(mixed, MultiPart::singlepart))
}

fn quoted(kind: ContentType, text: String) -> SinglePart {
    SinglePart::builder()
        .header(kind)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(text)
}

fn file(name: String, kind: ContentType, bytes: Vec<u8>) -> SinglePart {
    let bytes = lettre::message::Body::new_with_encoding(bytes, ContentTransferEncoding::Base64).unwrap_or_else(lettre::message::Body::new);
    Attached::new(name).body(bytes, kind)
}

fn media_type(text: &str) -> Result<ContentType, Uncomposable> {
    let refused = || Uncomposable::MediaType(one_line(text));
    if !text.bytes().all(|b| (32..127).contains(&b)) {
        return Err(refused());
    }
    ContentType::parse(text).map_err(|_| refused())
}

fn file_name(name: &str) -> String {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
            c
        } else {
            '-'
        }
    };
    let name: String = name.chars().take(100).map(safe).collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

fn valid_message_id(id: &str) -> Option<&str> {
    let (left, right) = id.strip_prefix('<')?.strip_suffix('>')?.split_once('@')?;
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+=/$".contains(&b));
    (id.len() <= 250 && plain(left) && plain(right)).then_some(id)
}

fn clean_mailbox(mailbox: &Mailbox) -> Result<Mailbox, Uncomposable> {
    let name = mailbox
        .name
        .as_deref()
        .map(|name| header_text(name, 120))
        .filter(|name| !name.is_empty());
    Ok(Mailbox::new(name, clean_address(&mailbox.email)?))
}

/// An address is never altered: one that cannot be written plainly is refused.
fn clean_address(address: &Address) -> Result<Address, Uncomposable> {
    let text: &str = address.as_ref();
    if text
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';' | '\\' | '(' | ')'))
    {
        return Err(Uncomposable::Address(one_line(text)));
    }
    Ok(address.clone())
}

/// Words for a header: one line, at most `most` characters, and nothing a reader's program would decode.
fn header_text(text: &str, most: usize) -> String {
    let line = one_line(text).replace("=?", "= ?");
    if line.chars().count() <= most {
        return line;
    }
    let mut short: String = line.chars().take(most.saturating_sub(1)).collect();
    short.truncate(short.trim_end().len());
    short + "…"
}

fn extra_header(name: &str, value: &str) -> Result<HeaderValue, Uncomposable> {
    let refused = || Uncomposable::Header(one_line(name));
    let lower = name.to_ascii_lowercase();
    let known = lower.starts_with("list-") || lower.starts_with("x-") || matches!(lower.as_str(), "auto-submitted" | "precedence");
    if !known || !lower.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        return Err(refused());
    }
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|_| refused())?;
    Ok(HeaderValue::new(name, one_line(value).replace("=?", "= ?")))
}
