//! What a mail is, told from its bytes alone. Nothing is looked up or fetched; whatever the bytes are, reading ends soon
//! and never panics. Nothing here says that a mail is to be believed.

use super::{
    Why,
    report::{self, Report},
};
use crate::{
    networks::Reply,
    platform::{
        ics,
        letter::plain::{lines, one_line},
        mail::imap::MOST_BYTES,
    },
};
use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders};

/// The most parts a mail may have.
const MOST_PARTS: usize = 100;
/// The most mails within mails and lists of parts that are looked into.
const MOST_NESTED: usize = 60;
/// The most lines of a head that are looked at.
const MOST_HEADERS: usize = 1_000;
/// The most characters of what a mail says that are kept.
const MOST_TEXT: usize = 2_000;

/// A mail from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// As it stands in the head, without the brackets; empty when there is none.
    pub message_id: String,
    pub from_name: String,
    /// In small letters; empty where it names nobody, or more than one.
    pub from_address: String,
    pub subject: String,
    /// The beginning of what it says, as plain text.
    pub text: String,
    /// The Message-IDs of what it answers.
    pub answers: Vec<String>,
    /// The addresses it was sent to.
    pub to: Vec<String>,
    /// Every `Authentication-Results`, topmost first.
    pub results: Vec<String>,
    pub kind: Kind,
}

/// What a mail is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Written by a machine, to nobody.
    Ignored,
    /// An answer from a calendar.
    Answer(Answer),
    /// What became of a message of ours.
    Report(Report),
    /// For a person to look at.
    Other(Why),
}

/// An answer from a calendar (RFC 5546, METHOD:REPLY). ORGANIZER is not asked for: Exchange leaves it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub uid: String,
    /// Who answers, as their calendar names them, in small letters.
    pub attendee: String,
    pub reply: Reply,
    pub stamp: Option<DateTime<Utc>>,
    /// What they typed beside it.
    pub comment: Option<String>,
}

/// Tells what a mail is; of one that is not whole, its head only.
#[must_use]
pub fn read(raw: &[u8], is_whole: bool) -> Mail {
    // The parser is not ours: should it fail on a mail, that mail is for a person, and the next is read.
    std::panic::catch_unwind(|| told(raw, is_whole)).unwrap_or_else(|_| Mail::of_nobody(Kind::Other(Why::Broken)))
}

fn told(raw: &[u8], is_whole: bool) -> Mail {
    let parser = MessageParser::default();
    let whole = if !is_whole || raw.len() > MOST_BYTES {
        Err(Why::TooLarge)
    } else if is_costly(raw) {
        Err(Why::Broken)
    } else {
        let message = parser.parse(raw).filter(|message| (1..=MOST_PARTS).contains(&message.parts.len()));
        message.ok_or(Why::Broken)
    };
    match whole {
        Ok(message) => {
            let head = Head::of(&message);
            let kind = kind(&message, &head);
            let comment = match &kind {
                Kind::Answer(answer) => answer.comment.clone(),
                _ => None,
            };
            let text = comment.unwrap_or_else(|| message.body_text(0).unwrap_or_default().into_owned());
            mail(&message, &head, &text, kind)
        }
        Err(why) => {
            let head = &raw[..raw.len().min(MOST_BYTES)];
            match parser.parse_headers(head).filter(|message| !message.parts.is_empty()) {
                Some(message) => mail(&message, &Head::of(&message), "", Kind::Other(why)),
                None => Mail::of_nobody(Kind::Other(why)),
            }
        }
    }
}

impl Mail {
    /// One of which nothing is known.
    fn of_nobody(kind: Kind) -> Self {
        Self {
            message_id: String::new(),
            from_name: String::new(),
            from_address: String::new(),
            subject: String::new(),
            text: String::new(),
            answers: Vec::new(),
            to: Vec::new(),
            results: Vec::new(),
            kind,
        }
    }
}

/// Whether reading it would take long or go deep: each list of parts is looked for to the end of the mail, and the parser
/// keeps a mail within a mail within itself.
fn is_costly(raw: &[u8]) -> bool {
    let count = |word: &[u8]| {
        raw.windows(word.len())
            .filter(|window| window.eq_ignore_ascii_case(word))
            .take(MOST_NESTED + 1)
            .count()
    };
    count(b"boundary") > MOST_NESTED || count(b"/rfc822") + count(b"/global") + count(b"/digest") > MOST_NESTED
}

/// The head of a mail: names in small letters, values on one line, in their order.
pub(super) struct Head(Vec<(String, String)>);

impl Head {
    fn of(message: &Message<'_>) -> Self {
        Self(
            message
                .headers_raw()
                .take(MOST_HEADERS)
                .map(|(name, value)| (name.to_ascii_lowercase(), one_line(value)))
                .collect(),
        )
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn first<'a>(&'a self, name: &'a str) -> &'a str {
        self.all(name).next().unwrap_or_default()
    }
}

fn mail(message: &Message<'_>, head: &Head, text: &str, kind: Kind) -> Mail {
    let short = |text: &str, most: usize| one_line(text).chars().take(most).collect::<String>();
    let (mut from_name, mut from_address) = (String::new(), String::new());
    let senders: Vec<_> = message
        .from()
        .into_iter()
        .flat_map(|from| from.iter().collect::<Vec<_>>())
        .take(2)
        .collect();
    if head.all("from").count() == 1
        && let [sender] = senders.as_slice()
    {
        from_name = short(sender.name().unwrap_or_default(), 120);
        from_address = short(sender.address().unwrap_or_default(), 254).to_lowercase();
    }
    let addresses = |name: &'static str| head.all(name).flat_map(ids).collect::<Vec<_>>();
    let to = message
        .to()
        .into_iter()
        .chain(message.cc())
        .flat_map(|list| list.iter().collect::<Vec<_>>());
    let mut answers = addresses("in-reply-to");
    answers.extend(addresses("references"));
    answers.truncate(20);
    Mail {
        message_id: ids(head.first("message-id")).next().unwrap_or_default(),
        from_name,
        from_address,
        subject: short(message.subject().unwrap_or_default(), 250),
        text: lines(text).chars().take(MOST_TEXT).collect::<String>().trim_end().to_owned(),
        answers,
        to: to
            .filter_map(|one| one.address())
            .take(50)
            .map(|one| short(one, 254).to_lowercase())
            .collect(),
        results: head.all("authentication-results").take(20).map(str::to_owned).collect(),
        kind,
    }
}

/// What stands in angle brackets, without them.
pub(super) fn ids(value: &str) -> impl Iterator<Item = String> {
    value.split('<').skip(1).filter_map(|rest| {
        let (id, _) = rest.split_once('>')?;
        (!id.is_empty() && id.len() <= 250).then(|| id.trim().to_owned())
    })
}

fn kind(message: &Message<'_>, head: &Head) -> Kind {
    if let Some(report) = report::read(message, head) {
        return Kind::Report(report);
    }
    let calendar = calendar(message);
    // A calendar that answers for somebody who pressed a button says that it writes by itself: Google's does. Whatever
    // answers without anybody pressing anything says so in another word (RFC 3834).
    let generated = head
        .first("auto-submitted")
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let by_itself = match generated.as_str() {
        "" | "no" => false,
        "auto-generated" => !matches!(calendar, Some(Found::Answer(_))),
        _ => true,
    };
    let precedence = head.first("precedence").to_ascii_lowercase();
    let to_many = matches!(precedence.as_str(), "bulk" | "junk" | "list" | "auto_reply");
    let from_nobody = head.all("return-path").next().is_some_and(|path| path == "<>");
    let says_so = head.all("x-autoreply").chain(head.all("x-autorespond")).next().is_some();
    if by_itself || to_many || from_nobody || says_so {
        return Kind::Ignored;
    }
    match calendar {
        Some(Found::Answer(answer)) => Kind::Answer(answer),
        Some(Found::Other) => Kind::Other(Why::Calendar),
        None => Kind::Other(Why::Mail),
    }
}

enum Found {
    Answer(Answer),
    /// Something of a calendar that is no answer we know what to do with.
    Other,
}

/// What calendars the mail brings, itself and not in a mail it passes on. Two that differ are for a person.
fn calendar(message: &Message<'_>) -> Option<Found> {
    let mut found: Option<Found> = None;
    for part in message.parts.iter().filter(|part| is_calendar(part)).take(4) {
        let text = part
            .text_contents()
            .map_or_else(|| String::from_utf8_lossy(part.contents()), Into::into);
        let read = ics::read::read(&text);
        // What is handed on as a file is no word of the sender's calendar.
        if read
            .as_ref()
            .is_some_and(|calendar| matches!(calendar.method.as_str(), "" | "PUBLISH"))
        {
            continue;
        }
        let this = read.and_then(answer);
        found = Some(match (found, this) {
            (None, Some(this)) => Found::Answer(this),
            (Some(Found::Answer(other)), Some(this)) if says_the_same(&other, &this) => Found::Answer(other),
            _ => Found::Other,
        });
    }
    found
}

fn says_the_same(one: &Answer, other: &Answer) -> bool {
    (&one.uid, &one.attendee, one.reply) == (&other.uid, &other.attendee, other.reply)
}

fn is_calendar(part: &MessagePart<'_>) -> bool {
    let is_file = part
        .attachment_name()
        .is_some_and(|name| name.to_ascii_lowercase().ends_with(".ics"));
    part.content_type().is_some_and(|kind| {
        match (
            kind.ctype().to_ascii_lowercase().as_str(),
            kind.subtype().unwrap_or_default().to_ascii_lowercase().as_str(),
        ) {
            ("text", "calendar") | ("application", "ics") => true,
            ("application", "octet-stream") => is_file,
            _ => false,
        }
    })
}

/// The answer in a calendar: one entry, and exactly one person who says something about it.
fn answer(calendar: ics::read::Calendar) -> Option<Answer> {
    let [event] = calendar.events.as_slice() else { return None };
    let mut answering = event.attendees.iter().filter_map(|one| Some((one, one.status.as_deref()?)));
    let (Some((attendee, status)), None) = (answering.next(), answering.next()) else {
        return None;
    };
    let reply = match status {
        "ACCEPTED" => Reply::Accepted,
        "TENTATIVE" => Reply::Tentative,
        "DECLINED" => Reply::Declined,
        _ => return None,
    };
    let is_plain = |text: &str, most: usize| !text.is_empty() && text.len() <= most && !text.contains(char::is_control);
    (calendar.method == "REPLY" && is_plain(&event.uid, 250) && is_plain(&attendee.address, 320)).then(|| Answer {
        uid: event.uid.clone(),
        attendee: attendee.address.to_lowercase(),
        reply,
        stamp: event.stamp,
        comment: event.comment.clone().filter(|comment| !comment.trim().is_empty()),
    })
}
