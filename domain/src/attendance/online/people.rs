//! From the lines of a report to who was in when. Pure.

use super::{
    Order, Report, Row, Settled, Tells,
    dates::{self, Moment},
    intervals::{self, Interval},
};
use crate::platform::{search::fold, zones};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::collections::HashMap;

/// Somebody in a report: a mailbox, or where the report gives none a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As the report says it first.
    pub name: String,
    /// Every name they go by in it.
    pub names: Vec<String>,
    /// Empty where the report gives none.
    pub email: String,
    /// Their address, and the one they registered with.
    pub addresses: Vec<String>,
    /// The lines about them.
    pub lines: Vec<u64>,
    /// When they were in, no instant twice.
    pub was_in: Vec<Interval>,
    /// The minutes the report counts, where it does not say when.
    pub total: Option<u64>,
    /// They only waited to be let in.
    pub only_waited: bool,
    /// What a reader should know of their time.
    pub notes: Vec<String>,
}

/// A line that counts nothing, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub line: u64,
    pub words: String,
}

/// What a report comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attended {
    pub order: Settled,
    /// In the order of the report.
    pub people: Vec<Person>,
    pub problems: Vec<Problem>,
    /// Those who registered and did not come.
    pub absent: usize,
}

/// What the lines of `report` come to, by the clock of `zone`, for an event from `first` to `last`. `asked` is the order
/// of day and month, where somebody said it.
#[must_use]
pub fn settle(report: &Report, asked: Option<Order>, zone: Tz, first: NaiveDate, last: NaiveDate) -> Attended {
    let texts = report
        .rows
        .iter()
        .flat_map(|row| [row.joined.as_str(), row.left.as_str()])
        .filter(|text| !text.is_empty());
    let order = dates::settle(texts, asked, first, last);
    let mut reader = Reader {
        order: order.order,
        zone,
        people: Vec::new(),
        found: HashMap::new(),
        problems: Vec::new(),
        absent: 0,
    };
    let mut last_seen = None;
    for row in &report.rows {
        for text in [&row.joined, &row.left] {
            last_seen = last_seen.max(reader.instant(text, row.utc).ok());
        }
    }
    let mut open: HashMap<usize, (u64, DateTime<Utc>)> = HashMap::new();
    for row in &report.rows {
        reader.row(row, last_seen, &mut open);
    }
    let mut open: Vec<_> = open.into_iter().collect();
    open.sort_unstable();
    for (at, (line, from)) in open {
        reader.until_the_end(at, line, from, last_seen);
    }
    for person in &mut reader.people {
        person.was_in = intervals::union(std::mem::take(&mut person.was_in));
        person.only_waited &= person.was_in.is_empty() && person.total.is_none();
    }
    reader.problems.sort_by_key(|problem| problem.line);
    Attended {
        order,
        people: reader.people,
        problems: reader.problems,
        absent: reader.absent,
    }
}

struct Reader {
    order: Order,
    zone: Tz,
    people: Vec<Person>,
    /// Where each is, by address or folded name.
    found: HashMap<String, usize>,
    problems: Vec<Problem>,
    absent: usize,
}

impl Reader {
    fn row(&mut self, row: &Row, last_seen: Option<DateTime<Utc>>, open: &mut HashMap<usize, (u64, DateTime<Utc>)>) {
        if row.tells == Tells::Absent {
            self.absent += 1;
            return;
        }
        let at = self.person(row);
        self.people[at].only_waited &= row.tells == Tells::Waiting;
        match row.tells {
            Tells::Absent | Tells::Waiting => {}
            Tells::Stay => self.stay(at, row, last_seen),
            Tells::Span => self.span(at, row),
            Tells::Total => {
                let minutes = dates::seconds(&row.duration).map(|seconds| seconds / 60);
                let total = self.people[at].total.unwrap_or(0).saturating_add(minutes.unwrap_or(0));
                self.people[at].total = Some(total);
            }
            Tells::Join => {
                if let Some(moment) = self.moment(&row.joined, row) {
                    open.entry(at).or_insert((row.line, moment));
                }
            }
            Tells::Leave => {
                let Some(moment) = self.moment(&row.joined, row) else { return };
                match open.remove(&at) {
                    Some((_, from)) => self.add(at, row, from, moment),
                    None => self.problem(row.line, "They left without having joined, by the report"),
                }
            }
        }
    }

    fn stay(&mut self, at: usize, row: &Row, last_seen: Option<DateTime<Utc>>) {
        let Some(from) = self.moment(&row.joined, row) else { return };
        if row.left.is_empty() {
            self.until_the_end(at, row.line, from, last_seen);
        } else if let Some(until) = self.moment(&row.left, row) {
            self.add(at, row, from, until);
        }
    }

    /// First in and last out: the whole of it only where they were in all that time.
    fn span(&mut self, at: usize, row: &Row) {
        let (Some(from), Some(until)) = (self.moment(&row.joined, row), self.moment(&row.left, row)) else {
            return;
        };
        let counted = dates::seconds(&row.duration).and_then(|seconds| i64::try_from(seconds).ok());
        match counted {
            Some(counted) if TimeDelta::seconds(counted.saturating_add(60)) < until - from => {
                let person = &mut self.people[at];
                person.total = Some(person.total.unwrap_or(0) + u64::try_from(counted / 60).unwrap_or(0));
                self.problem(
                    row.line,
                    "They were not in all the time from their first joining to their last leaving, and the report does not say when they were. Download the report with the part “In-Meeting Activities”",
                );
            }
            _ => self.add(at, row, from, until),
        }
    }

    fn until_the_end(&mut self, at: usize, line: u64, from: DateTime<Utc>, last_seen: Option<DateTime<Utc>>) {
        let person = &mut self.people[at];
        person.was_in.extend(last_seen.and_then(|until| Interval::new(from, until)));
        person.notes.push(format!(
            "Line {line} does not say when they left: counted until the last time in the report"
        ));
    }

    fn add(&mut self, at: usize, row: &Row, from: DateTime<Utc>, until: DateTime<Utc>) {
        if until < from {
            self.problem(row.line, "They left before they joined, by the report");
        }
        self.people[at].was_in.extend(Interval::new(from, until));
    }

    fn problem(&mut self, line: u64, words: &str) {
        self.problems.push(Problem {
            line,
            words: words.to_owned(),
        });
    }

    /// A time of a line, or a problem with it.
    fn moment(&mut self, text: &str, row: &Row) -> Option<DateTime<Utc>> {
        self.instant(text, row.utc).map_err(|words| self.problem(row.line, &words)).ok()
    }

    fn instant(&self, text: &str, utc: bool) -> Result<DateTime<Utc>, String> {
        let by = |wall: NaiveDateTime| {
            zones::wall_to_utc(wall, self.zone)
                .map(|(at, _)| at)
                .map_err(|none| none.to_string())
        };
        match dates::parse(text, self.order) {
            Some(Moment::Exact(at)) => Ok(at),
            Some(Moment::Wall(wall)) if utc => Ok(wall.and_utc()),
            Some(Moment::Wall(wall)) => by(wall),
            None if text.is_empty() => Err("The time is missing".to_owned()),
            None => Err(format!("“{text}” is no date and time that can be read")),
        }
    }

    /// Whoever a line is about, as a place in the list.
    fn person(&mut self, row: &Row) -> usize {
        let email = if row.email.is_empty() { &row.registered } else { &row.email };
        let email = email.trim().to_lowercase();
        let key = if email.is_empty() {
            format!("name {}", fold(&row.name))
        } else {
            email.clone()
        };
        let next = self.people.len();
        let at = *self.found.entry(key).or_insert(next);
        if at == next {
            self.people.push(Person {
                name: if row.name.is_empty() { email.clone() } else { row.name.clone() },
                names: Vec::new(),
                email,
                addresses: Vec::new(),
                lines: Vec::new(),
                was_in: Vec::new(),
                total: None,
                only_waited: true,
                notes: Vec::new(),
            });
        }
        let person = &mut self.people[at];
        person.lines.push(row.line);
        for name in names(&row.name) {
            if !person.names.contains(&name) {
                person.names.push(name);
            }
        }
        for address in [&row.email, &row.registered] {
            let address = address.trim().to_lowercase();
            if !address.is_empty() && !person.addresses.contains(&address) {
                person.addresses.push(address);
            }
        }
        at
    }
}

/// What stands behind a name in brackets and is none.
const NO_NAMES: [&str; 12] = [
    "guest",
    "gast",
    "invite",
    "invitado",
    "external",
    "extern",
    "externe",
    "unverified",
    "host",
    "co host",
    "me",
    "you",
];

/// The names somebody may go by: "Sam (Samantha Jones)" is what they called themselves and what they were called before,
/// "Kofi Mensah (Guest)" one of these, "Jones, Samantha" the same the other way round.
fn names(shown: &str) -> Vec<String> {
    let mut names = vec![shown.trim().to_owned()];
    if let Some((now, before)) = shown.trim().strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        names.push(now.trim().to_owned());
        if !NO_NAMES.contains(&fold(before).as_str()) {
            names.push(before.trim().to_owned());
        }
    }
    for at in 0..names.len() {
        if let Some((last, first)) = names[at].split_once(',')
            && !names[at].contains('(')
        {
            names.push(format!("{} {}", first.trim(), last.trim()));
        }
    }
    names.retain(|name| !name.is_empty());
    names
}
