//! Handing a message over, and what came of it.

use std::path::PathBuf;
use std::time::Duration;

use super::smtp::Smtp;
use super::{BadUrl, Composed, Server, folder};

/// Where mail goes.
#[derive(Debug)]
pub enum Mailer {
    /// To a server, over a few kept connections.
    Smtp(Box<Smtp>),
    /// No server is set: each message is kept as an `.eml` file in this folder, and nobody gets it.
    Folder(PathBuf),
}

/// A message is somebody else's to deliver now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// What the server said, on one line: "250 2.0.0 Ok: queued as 4F1A2".
    pub reply: String,
}

/// A message was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Trying again may help: a 4xx reply, or the server could not be reached, signed in to or trusted. A 5xx reply to
    /// the message itself is for good.
    pub temporary: bool,
    /// What happened, on one line, for the organiser: the server's own words where it spoke. Never holds a credential.
    pub reply: String,
    /// The whole message may have gone over and only the answer been lost. Sending again may deliver it twice, under
    /// the same Message-ID. Always temporary as well.
    pub unknown: bool,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reply)
    }
}

impl std::error::Error for Refused {}

impl Mailer {
    /// A mailer for a server's URL (see [`Server`] for what it may say), over at most `connections` at once. Opens none
    /// until there is something to send.
    pub fn smtp(url: &str, connections: usize) -> Result<Mailer, BadUrl> {
        Ok(Mailer::Smtp(Box::new(Smtp::new(Server::parse(url)?, connections))))
    }

    /// Whether mail reaches people: false for a folder.
    pub fn delivers(&self) -> bool {
        matches!(self, Mailer::Smtp(_))
    }

    /// Hands one message over. Waits for a free connection, then at most 10 s for it to open and 60 s for each answer.
    pub async fn send(&self, message: &Composed) -> Result<Accepted, Refused> {
        match self {
            Mailer::Smtp(smtp) => smtp.send(message).await,
            Mailer::Folder(folder) => folder::keep(folder, message).await,
        }
    }

    /// Says goodbye on kept connections. Sending may go on afterwards, over new ones.
    pub async fn close(&self) {
        if let Mailer::Smtp(smtp) = self {
            smtp.close().await;
        }
    }
}

/// How long to wait before an attempt, counted from one: none before the first, then 1, 5 and 30 minutes, 2 hours, and
/// every 6 hours until two days have passed. `None` when it is time to give up.
pub fn wait_before(attempt: u32) -> Option<Duration> {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    let seconds = match attempt {
        0 | 1 => 0,
        2 => MINUTE,
        3 => 5 * MINUTE,
        4 => 30 * MINUTE,
        5 => 2 * HOUR,
        6..=12 => 6 * HOUR,
        _ => return None,
    };
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retries_spread_over_two_days_and_stop() {
        let waits: Vec<Duration> = (1..).map_while(wait_before).collect();
        assert_eq!(
            waits[..6].iter().map(Duration::as_secs).collect::<Vec<_>>(),
            [0, 60, 300, 1_800, 7_200, 21_600]
        );
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        let total: Duration = waits.iter().sum();
        assert!(
            total <= Duration::from_secs(48 * 3600) && total > Duration::from_secs(42 * 3600),
            "{total:?}"
        );
        assert_eq!(wait_before(u32::MAX), None);
    }
}
