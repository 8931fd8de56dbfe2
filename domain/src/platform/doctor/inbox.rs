//! Whether the mailbox that answers come to can be read. It is opened and looked at, and nothing in it is changed.

use super::{Check, Installation, PATIENCE};
use crate::platform::mail::{Security, imap::Step};

/// What the mailbox makes of us; nothing where none is set.
pub async fn examine(of: &Installation) -> Vec<Check> {
    let mailbox = match &of.inbox {
        Ok(Some(mailbox)) => mailbox,
        Ok(None) => return Vec::new(),
        Err(cause) => {
            return vec![Check::fault(
                "inbox",
                "wrong_url",
                format!("PLENARY_IMAP_URL cannot be used: {cause}."),
            )];
        }
    };
    let opened = Box::pin(mailbox.open(PATIENCE)).await;
    let reached = match &opened {
        Ok(_) => Step::Reading,
        Err(fault) => fault.step,
    };
    let mut checks = Vec::new();
    for (step, words) in [
        (Step::Connection, "The mailbox's server answers."),
        (Step::Tls, "The connection is secure, and the certificate is right."),
        (Step::SignIn, "It takes our user and password."),
        (Step::Folder, "The folder is there and can be read."),
    ] {
        if step == reached {
            break;
        }
        if step != Step::Tls || mailbox.security == Security::Tls {
            checks.push(Check::well(name(step), words));
        }
    }
    match opened {
        Ok(reading) => reading.close().await,
        Err(fault) => checks.push(Check::fault(name(fault.step), fault.code, fault.words)),
    }
    checks
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Connection => "inbox-connection",
        Step::Tls => "inbox-tls",
        Step::SignIn => "inbox-sign-in",
        Step::Folder | Step::Reading => "inbox-folder",
    }
}
