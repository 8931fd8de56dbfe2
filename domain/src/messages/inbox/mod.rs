//! What comes back by mail. A mailbox is read; a mail in it is an answer from somebody's calendar, word that a message
//! could not be delivered, or something a person has to look at. [`read`] only tells which, and may be given anything;
//! what is then done is in `answers`, `bounces` and `queue` (domain.md 3.3).

mod answers;
mod auth;
mod bounces;
mod letters;
pub mod poll;
pub mod queue;
pub mod read;
mod report;
mod take;

pub use answers::list_replies;
pub use bounces::{Suspended, is_suspended, lift};
pub use take::take;

use crate::{Services, error::Result, platform::mail::imap::Mailbox, words::words};
use lettre::Address;

/// Where answers and bounces come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbox {
    pub mailbox: Option<Mailbox>,
    /// The name our own mail server gives itself in `Authentication-Results` (RFC 8601). Without it nothing is said about
    /// who really sent a mail.
    pub authserv: Option<String>,
    /// The address that word comes to when a message cannot be delivered. Each message's own has a secret after a `+`.
    pub bounces_to: Option<Address>,
}

words! {
    /// What came of a mail. `ignored`: written by a machine. `late`: an answer about what is over, cancelled or taken back.
    /// `older`: an answer after which another was given. `report`: nothing about an address. `unreadable`: could not be taken in.
    Outcome {
        Ignored = "ignored", Answered = "answered", Late = "late", Older = "older", Queued = "queued",
        Bounced = "bounced", Report = "report", Unreadable = "unreadable",
    }
}
words! {
    /// Why a mail waits for a person. `mail`: somebody wrote. `stranger`: somebody else than the invitee answers.
    /// `unknown`: an answer about an entry nobody has. `calendar`: something else of a calendar, such as another time proposed.
    /// `forged`: our own mail server says that it is not from whom it says. `report`: a message could not be delivered, and
    /// it is not known which. `too_large`, `broken`: not read.
    Why {
        Mail = "mail", Stranger = "stranger", Unknown = "unknown", Calendar = "calendar", Forged = "forged",
        Report = "report", TooLarge = "too_large", Broken = "broken",
    }
}
words! {
    ItemState { Open = "open", Done = "done" }
}
words! {
    /// What was decided about a mail: counted as the invitee's answer, made a request to join, or nothing.
    Decision { Counted = "counted", Request = "request", Nothing = "nothing" }
}
words! {
    /// `hard`: the address does not exist. `soft`: mail did not reach it this time.
    Trouble { Hard = "hard", Soft = "soft" }
}

/// Forgets what is no longer needed: mails that were decided about three months ago, failures of long ago.
pub async fn sweep(services: &Services) -> Result<()> {
    let (db, now) = (services.db.writer(), services.clock.now());
    queue::sweep(db, now).await?;
    bounces::sweep(db, now).await?;
    take::sweep(db, now).await
}

impl Inbox {
    /// The address that word comes to if the message with this secret cannot be delivered.
    pub(super) fn bounce_address(&self, token: &str) -> Option<Address> {
        let base = self.bounces_to.as_ref()?;
        Address::new(format!("{}+{token}", base.user()), base.domain()).ok()
    }
}
