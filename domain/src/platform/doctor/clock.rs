//! Whether the clock is right, as far as that can be told from here: certificates, holds and sign-in links go by it.

use super::Check;
use chrono::{DateTime, TimeDelta, Utc};

/// How far off a clock may be.
const SLACK: TimeDelta = TimeDelta::seconds(90);

/// Compares the clock with the newest thing written down and with the time the site answered with.
pub fn check(now: DateTime<Utc>, newest: Option<DateTime<Utc>>, served_at: Option<DateTime<Utc>>) -> Check {
    let show = |at: DateTime<Utc>| at.format("%-d %B %Y, %H:%M:%S UTC");
    let advice = "Set the machine's clock, and let it keep itself right (timedatectl set-ntp true)";
    if let Some(newest) = newest.filter(|newest| *newest > now + SLACK) {
        let words = format!(
            "The clock is behind: it says {}, and the newest entry in the database was written at {}. {advice}.",
            show(now),
            show(newest)
        );
        return Check::fault("clock", "behind", words);
    }
    if let Some(served_at) = served_at {
        let (code, side) = if served_at > now {
            ("behind", "behind")
        } else {
            ("ahead", "ahead")
        };
        if (served_at - now).abs() > SLACK {
            let words = format!(
                "The clock is {side}: it says {}, and the site answered at {}. {advice}.",
                show(now),
                show(served_at)
            );
            return Check::fault("clock", code, words);
        }
    }
    Check::well("clock", format!("It says {}.", show(now)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_held_against_what_is_written_and_what_is_answered() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let now = at("2026-11-20T10:00:00Z");
        let code = |newest, served| check(now, newest, served).code;
        assert_eq!(code(None, None), "well");
        assert_eq!(code(Some(at("2026-11-20T09:00:00Z")), Some(at("2026-11-20T10:01:00Z"))), "well");
        assert_eq!(code(Some(at("2026-11-20T11:00:00Z")), None), "behind");
        assert_eq!(code(None, Some(at("2026-11-20T10:05:00Z"))), "behind");
        assert_eq!(code(None, Some(at("2026-11-20T09:55:00Z"))), "ahead");
    }
}
