//! Word from mail systems that a message could not be delivered (RFC 3464), and from old ones that only name the address.

use super::{
    Trouble,
    read::{Head, ids},
};
use crate::platform::letter::plain::one_line;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

/// The most recipients of one report that are looked at; a message of ours has one.
const MOST_RECIPIENTS: usize = 20;

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The worst that is said of a recipient: what kind of trouble, whether it is given up, and the status as `5.1.1`. Nothing
    /// where all went well.
    pub trouble: Option<Failed>,
    /// The secrets found in addresses of ours it was sent to: 32 hexadecimal digits after a `+`.
    pub tokens: Vec<String>,
    /// The Message-IDs of what came back.
    pub returned: Vec<String>,
}

/// That mail did not reach somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    pub kind: Trouble,
    /// Whether the mail system still tries.
    pub is_delayed: bool,
    /// As the mail system gave it; empty where it did not.
    pub status: String,
    /// What the other side said, on one line.
    pub said: String,
}

/// Reads a report; nothing if the mail is none.
pub(super) fn read(message: &Message<'_>, head: &Head) -> Option<Report> {
    let statuses: Vec<_> = message
        .parts
        .iter()
        .filter(|part| is_kind(part, "message", STATUS))
        .take(4)
        .collect();
    let old: Vec<&str> = head.all("x-failed-recipients").collect();
    let is_report = message.parts.first().is_some_and(|root| {
        is_kind(root, "multipart", &["report"])
            && root
                .content_type()
                .and_then(|kind| kind.attribute("report-type"))
                .is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"))
    });
    if statuses.is_empty() && old.is_empty() && !is_report {
        return None;
    }
    let mut failures: Vec<Failed> = statuses.iter().flat_map(|part| recipients(&text_of(part))).collect();
    // A server of the old kind says only whom it gave up on.
    if statuses.is_empty() && !old.is_empty() {
        failures.push(Failed {
            kind: Trouble::Hard,
            is_delayed: false,
            status: String::new(),
            said: String::new(),
        });
    }
    failures.sort_by_key(|failed| (failed.kind != Trouble::Hard, failed.is_delayed));
    Some(Report {
        trouble: failures.into_iter().next(),
        tokens: tokens(head),
        returned: returned(message),
    })
}

const STATUS: &[&str] = &["delivery-status", "global-delivery-status"];

fn is_kind(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|found| {
        found.ctype().eq_ignore_ascii_case(kind)
            && found
                .subtype()
                .is_some_and(|subtype| subtypes.iter().any(|wanted| subtype.eq_ignore_ascii_case(wanted)))
    })
}

fn text_of(part: &MessagePart<'_>) -> String {
    match &part.body {
        PartType::Message(inner) => String::from_utf8_lossy(inner.raw_message.as_ref()).into_owned(),
        _ => String::from_utf8_lossy(part.contents()).into_owned(),
    }
}

/// The fields of each recipient: groups parted by an empty line, of which the first is about the message.
fn recipients(text: &str) -> Vec<Failed> {
    let text = text.replace("\r\n", "\n");
    text.split("\n\n").filter_map(recipient).take(MOST_RECIPIENTS).collect()
}

fn recipient(group: &str) -> Option<Failed> {
    let (mut action, mut status, mut said) = (String::new(), String::new(), String::new());
    let mut last_is_said = false;
    for line in group.lines().take(100) {
        if line.starts_with([' ', '\t']) {
            if last_is_said {
                said.push(' ');
                said.push_str(line.trim());
            }
            continue;
        }
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        let name = name.trim().to_ascii_lowercase();
        last_is_said = name == "diagnostic-code";
        match name.as_str() {
            "action" => action = value.split_whitespace().next().unwrap_or_default().to_ascii_lowercase(),
            "status" => status = value.split_whitespace().next().unwrap_or_default().to_owned(),
            "diagnostic-code" => said = value.to_owned(),
            _ => {}
        }
    }
    let status = read_status(&status);
    let is_delayed = match action.as_str() {
        "failed" => false,
        "delayed" => true,
        // Delivered, passed on, handed to a list, or no group of a recipient.
        _ => return None,
    };
    // A mailbox that is full may be emptied (RFC 3463, 3.3); so may whatever gives no reason.
    let is_hard = !is_delayed
        && status
            .as_deref()
            .is_some_and(|status| status.starts_with("5.") && status != "5.2.2");
    Some(Failed {
        kind: if is_hard { Trouble::Hard } else { Trouble::Soft },
        is_delayed,
        status: status.unwrap_or_default(),
        said: one_line(&said).chars().take(300).collect(),
    })
}

/// `5.1.1`, if it is a status of RFC 3463.
fn read_status(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split('.').collect();
    let is_number = |part: &&str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    (parts.len() == 3 && matches!(parts[0], "2" | "4" | "5") && parts.iter().all(is_number)).then(|| text.to_owned())
}

/// The secrets in the addresses the report was sent to, by whichever header its delivery left.
fn tokens(head: &Head) -> Vec<String> {
    let names = ["delivered-to", "x-original-to", "envelope-to", "original-recipient", "to"];
    let mut found: Vec<String> = Vec::new();
    for value in names.iter().flat_map(|name| head.all(name)).take(50) {
        for rest in value.split('+').skip(1) {
            let token: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
            if token.len() == TOKEN && rest[TOKEN..].starts_with('@') && !found.contains(&token) {
                found.push(token.to_ascii_lowercase());
            }
        }
    }
    found
}

/// How many characters a secret has.
pub(super) const TOKEN: usize = 32;

/// The Message-ID of the message, or of the head of it, that came back.
fn returned(message: &Message<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for part in message.parts.iter().skip(1).take(50) {
        match &part.body {
            PartType::Message(inner) => found.extend(inner.message_id().map(|id| one_line(id.trim_matches(['<', '>', ' '])))),
            _ if is_kind(part, "text", &["rfc822-headers"]) || is_kind(part, "message", &["global-headers"]) => {
                let text = text_of(part);
                let line = text
                    .lines()
                    .take(1_000)
                    .find(|line| line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:")));
                found.extend(line.into_iter().flat_map(ids));
            }
            _ => {}
        }
    }
    found.truncate(5);
    found
}
