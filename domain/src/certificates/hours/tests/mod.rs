//! The worked example, and the helpers every test of hours uses. Times are written as on the day, in UTC.

mod door;
mod minutes;
mod properties;
mod rules;
mod scanned;
mod words;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::*;
use crate::events::{CpdParticipatory, CpdRule};

/// The nth day of a conference.
fn day(n: i64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, 12).unwrap() + TimeDelta::days(n - 1)
}

/// "9:30" or "9:30:15" on the first day; "2/9:30" on the second.
fn at(text: &str) -> DateTime<Utc> {
    let (n, time) = text.split_once('/').map_or((1, text), |(n, time)| (n.parse().unwrap(), time));
    let time = NaiveTime::parse_from_str(time, "%H:%M").or_else(|_| NaiveTime::parse_from_str(time, "%H:%M:%S"));
    day(n).and_time(time.unwrap()).and_utc()
}

/// A CPD session; its title is its code in capitals.
fn talk(code: &str, starts: &str, ends: &str) -> Session {
    let (starts, ends) = (at(starts), at(ends));
    let (code, title, day) = (code.to_owned(), code.to_uppercase(), starts.date_naive());
    Session {
        code,
        title,
        day,
        starts,
        ends,
        cpd: true,
        participatory: false,
    }
}

fn workshop(code: &str, starts: &str, ends: &str) -> Session {
    Session {
        participatory: true,
        ..talk(code, starts, ends)
    }
}

/// Not CPD.
fn pause(code: &str, starts: &str, ends: &str) -> Session {
    Session {
        cpd: false,
        ..talk(code, starts, ends)
    }
}

/// Scans in the order written: "am1 in 9:30", "door out 16:00".
fn scans<const N: usize>(texts: [&str; N]) -> Vec<Scan> {
    let scan = |(id, text): (i64, &&str)| {
        let [session, action, time] = text.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let at = at(time);
        Scan {
            id,
            session: (session != "door").then(|| session.to_owned()),
            action: if action == "in" { Action::Arrive } else { Action::Leave },
            day: at.date_naive(),
            at,
        }
    };
    (1..).zip(&texts).map(scan).collect()
}

fn work<const N: usize>(sessions: &[Session], texts: [&str; N]) -> Working {
    work_out(sessions, &scans(texts), &Rule::default())
}

impl Working {
    /// The minutes of each line, in order.
    fn each(&self) -> Vec<u32> {
        self.lines.iter().map(|line| line.minutes).collect()
    }

    fn line(&self, code: &str) -> &Line {
        self.lines.iter().find(|line| line.session == code).unwrap()
    }

    /// The codes of the sessions that may be named.
    fn named(&self) -> Vec<&str> {
        self.lines
            .iter()
            .filter(|line| line.named)
            .map(|line| line.session.as_str())
            .collect()
    }

    fn flag_kinds(&self) -> Vec<FlagKind> {
        self.flags.iter().map(|flag| flag.kind).collect()
    }
}

/// The programme of domain.md 1.6.
fn worked_example() -> Vec<Session> {
    vec![
        pause("reg", "9:00", "9:30"),
        talk("am1", "9:30", "11:00"),
        pause("coffee", "11:00", "11:20"),
        talk("am2", "11:20", "12:50"),
        pause("lunch", "12:50", "13:35"),
        workshop("pm1", "13:35", "14:50"),
        pause("tea", "14:50", "15:05"),
        talk("pm2", "15:05", "15:50"),
    ]
}

fn whole_event() -> Rule {
    Rule {
        participatory: CpdParticipatory::WholeEvent,
        ..Rule::default()
    }
}

#[test]
fn the_worked_example_offers_300_minutes() {
    let by_session = offered(&worked_example(), &Rule::default());
    assert_eq!((by_session.minutes, by_session.participatory_minutes), (300, 75));
    assert_eq!(offered(&worked_example(), &whole_event()).participatory_minutes, 300);
}

#[test]
fn the_worked_example_attends_255_minutes() {
    let working = work(&worked_example(), ["door in 9:10", "door out 14:50"]);

    assert_eq!((working.minutes, working.shown_minutes), (255, 255));
    assert_eq!(hours_in_words(working.shown_minutes), "4.25 hours");
    assert_eq!((working.participatory_minutes, working.shown_participatory_minutes), (75, 75));
    assert_eq!(working.each(), [0, 90, 0, 90, 0, 75, 0, 0]);
    assert_eq!(working.named(), ["am1", "am2", "pm1"]);
    assert_eq!(working.line("lunch").why, Why::NotCpd);
    assert_eq!(working.line("pm2").why, Why::Absent);
    assert_eq!(working.flags, []);
}

#[test]
fn the_worked_example_is_participatory_throughout_where_the_event_is() {
    let scans = scans(["door in 9:10", "door out 14:50"]);
    let working = work_out(&worked_example(), &scans, &whole_event());
    assert_eq!((working.minutes, working.participatory_minutes), (255, 255));
}

#[test]
fn the_rows_of_an_online_meeting_are_joined_and_shown_as_two_and_three_quarter_hours() {
    let rows = ["door in 9:25", "door out 10:10", "door in 10:20", "door out 12:55"];
    let working = work(&worked_example(), rows);
    assert_eq!((working.minutes, working.shown_minutes), (170, 165));
    assert_eq!(working.each(), [0, 80, 0, 90, 0, 0, 0, 0]);
    let spans: Vec<_> = working.line("am1").spans.iter().map(|span| (span.from, span.until)).collect();
    assert_eq!(spans, [(at("9:30"), at("10:10")), (at("10:20"), at("11:00"))]);
}
