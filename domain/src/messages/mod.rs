//! Messages: every mail Plenary sends, one row a message and recipient, and what became of it. Nobody's address is
//! ever in somebody else's mail. Links with secrets are made when a message leaves; here they are masked.

use crate::{networks::entity::network, platform::letter::Letter, platform::links::Link, words::words};

pub mod about;
pub mod anew;
pub mod calendars;
pub mod entity;
mod former;
pub mod inbox;
pub mod mass;
pub mod outbox;
pub mod queries;
pub mod send;
pub mod service;

words! {
    /// `queued`: to be sent when due. `sending`: handed to a connection. `sent`: the mail server took it.
    /// `unsent`: there is no mail server; kept, and written as a file. `failed`: refused for good, or came back.
    /// `suspended`: not sent, since mail does not reach the address.
    State {
        Queued = "queued", Sending = "sending", Sent = "sent", Unsent = "unsent", Failed = "failed", Suspended = "suspended",
    }
}

words! {
    /// What came of one attempt. `later`: tried again by itself. `asked`: somebody asked for it to be tried again.
    /// `delayed`, `returned`: what the mail system reported after it had taken the message. `suspended`: not tried.
    Outcome {
        Sent = "sent", Later = "later", Failed = "failed", Unsent = "unsent", Asked = "asked",
        Delayed = "delayed", Returned = "returned", Suspended = "suspended",
    }
}

/// What a message says. `{link:N}` in the letter stands for the Nth of `links` until the message leaves.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Content {
    pub letter: Letter,
    #[serde(default)]
    pub links: Vec<Link>,
    /// A calendar object and its method, ready to send.
    #[serde(default)]
    pub calendar: Option<(String, String)>,
    /// The name mail comes from: the organisation's.
    pub from_name: String,
    /// Where answers go.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// Of mail to a circulation list.
    #[serde(default)]
    pub list: Option<ListHeaders>,
    /// What a changed calendar entry said before: what, and as it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<(String, String)>,
}

/// What tells a mail program that this came through a circulation list, and how to leave it (RFC 2919, RFC 8058). The
/// link to leave by is the last of the message's links.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ListHeaders {
    /// A name for people: neutral, since programs show it.
    pub name: String,
    /// Names the list for ever, before the host.
    pub slug: String,
}

impl ListHeaders {
    #[must_use]
    pub fn of(network: &network::Model) -> Self {
        Self {
            name: network.shown_name().to_owned(),
            slug: network.slug.clone(),
        }
    }
}

/// The address that stands in a letter for the `n`th link of its message.
#[must_use]
pub fn link_placeholder(n: usize) -> String {
    format!("https://link.invalid/{n}/")
}
