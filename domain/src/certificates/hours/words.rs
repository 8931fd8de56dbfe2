//! The working in plain English. Nothing here knows a time zone: whoever shows times says how they read.

use chrono::{DateTime, Utc};

use super::{Flag, FlagKind, Line, Ruling, Why};

/// Minutes as hours, as certificates state them: "4.25 hours", "5 hours", "1 hour", "0.5 hours". At most two
/// decimals, rounded down.
#[must_use]
pub fn hours_in_words(minutes: u32) -> String {
    let hundredths = u64::from(minutes) * 100 / 60;
    let (hours, rest) = (hundredths / 100, hundredths % 100);
    match rest {
        0 if hours == 1 => "1 hour".to_owned(),
        0 => format!("{hours} hours"),
        _ if rest % 10 == 0 => format!("{hours}.{} hours", rest / 10),
        _ => format!("{hours}.{rest:02} hours"),
    }
}

impl Line {
    /// Why the line has the minutes it has, in a sentence or two, without times.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = self.why.words();
        if let Some(ruling) = &self.ruling {
            words.push(' ');
            words.push_str(&ruling.words(self.of_minutes, self.minutes > 0));
        }
        if let Some(adjusted) = &self.adjusted {
            let (count, done) = (
                minutes(adjusted.minutes.unsigned_abs()),
                if adjusted.minutes < 0 { "taken" } else { "added" },
            );
            words.push_str(&format!(
                " {count} {done} by the organiser: {}.",
                adjusted.reasons.join("; ").trim_end_matches('.')
            ));
        }
        words
    }

    /// The same, then when they were there, with `clock` saying how a time reads: "9:35am to 11am".
    #[must_use]
    pub fn words_with_times(&self, clock: impl Fn(DateTime<Utc>) -> String) -> String {
        if !self.why.has_time() {
            return self.words();
        }
        let times: Vec<String> = self
            .spans
            .iter()
            .map(|span| format!("{} to {}", clock(span.from), clock(span.until)))
            .collect();
        format!("{} There {}.", self.words(), list(&times))
    }
}

impl Why {
    fn has_time(&self) -> bool {
        matches!(self, Self::Scanned { .. } | Self::AtEvent { .. })
    }

    fn words(&self) -> String {
        match self {
            Self::NotCpd => "This part of the programme is not CPD.".into(),
            Self::Absent => "No scan of this session, and not at the event while it ran.".into(),
            Self::Scanned { never_left, moved_to } => {
                let first = if *never_left {
                    "Scanned in, with no scan out: counted to the end of the session"
                } else {
                    "Scanned in and out"
                };
                match moved_to {
                    Some(session) => format!("{first}, less the time in ‘{session}’."),
                    None => format!("{first}."),
                }
            }
            Self::AtEvent { never_left, with } => {
                let mut words = "At the event while this ran.".to_owned();
                if *never_left {
                    words = "At the event while this ran, with no scan out: counted to the end of the day.".to_owned();
                }
                if !with.is_empty() {
                    let titles: Vec<String> = with.iter().map(|title| format!("‘{title}’")).collect();
                    words.push_str(&format!(" Counted once with {}, at the same time.", list(&titles)));
                }
                words
            }
            Self::CountedIn { session } => format!("Counted under ‘{session}’, at the same time."),
            Self::MovedTo { session } => format!("Not counted: scanned into ‘{session}’ later, at the same time."),
            Self::ScannedBeside { session } => {
                format!("Not counted: no scan of this session, but one of ‘{session}’ at the same time.")
            }
            Self::Unclear { session } => format!("Not counted: no scan of this session, and ‘{session}’, at the same time, is not CPD."),
            Self::OutsideItsTime => "Not counted: scanned only before it began or after it ended.".into(),
            Self::NeverArrived => "Not counted: scanned out but never in.".into(),
        }
    }
}

impl Ruling {
    fn words(&self, of_minutes: u32, counts: bool) -> String {
        match self {
            Self::InFull { present_minutes } => {
                format!("Counted in full: there for {present_minutes} of {}.", minutes(of_minutes))
            }
            Self::BelowThreshold {
                present_minutes,
                threshold_percent,
            } => format!(
                "Not counted: there for {present_minutes} of {}, and this event asks for {threshold_percent}%.",
                minutes(of_minutes)
            ),
            Self::MissedTooMuch {
                missed_minutes,
                grace_minutes,
            } => format!(
                "Not counted: {} of the event’s CPD missed, and it allows {grace_minutes}.",
                minutes(*missed_minutes)
            ),
            Self::DayIsFull { cap_minutes } if counts => {
                format!("Counted until the day had given {}, the most it can.", hours_in_words(*cap_minutes))
            }
            Self::DayIsFull { cap_minutes } => {
                format!(
                    "Not counted: the day had given {} before, the most it can.",
                    hours_in_words(*cap_minutes)
                )
            }
        }
    }
}

impl Flag {
    /// What is odd, for an organiser.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match (self.kind, &self.session) {
            (FlagKind::NeverLeft, None) => "Arrived at the event, with no leave: counted to the end of the day.",
            (FlagKind::NeverLeft, Some(_)) => "Arrived, with no leave: counted to the end of the session.",
            (FlagKind::NeverArrived, _) => "Left without having arrived: counts nothing.",
            (FlagKind::NoSuchSession, _) => "Scanned a session that is not in the programme: counts nothing.",
        }
    }
}

fn minutes(count: u32) -> String {
    if count == 1 {
        "1 minute".to_owned()
    } else {
        format!("{count} minutes")
    }
}

fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
