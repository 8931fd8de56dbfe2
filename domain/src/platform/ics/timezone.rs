//! `VTIMEZONE` for any zone, as text: the `icalendar` crate has no type for it.
//!
//! A time zone reference without its definition is an hour out in Outlook, so every calendar with a `TZID` carries one.
//! Where the changes round the entries follow a yearly rule (London: last Sunday of March and of October) that rule is
//! written, anchored in 1970 as calendar programs expect; elsewhere (Casablanca, whose changes follow Ramadan) each
//! change is written out, from the year before the first entry to two years after the last.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::{OffsetComponents, OffsetName, Tz};

/// How many years past the last entry a rule must hold to be believed.
const RULE_YEARS: i32 = 11;

/// The definition of `zone`, right for every wall time in the years `first..=last` and some beyond; CRLF line ends.
pub(super) fn vtimezone(zone: Tz, first: i32, last: i32) -> String {
    let changes = list_changes(zone, first - 1, last + RULE_YEARS);
    let observances = if changes.is_empty() {
        let then = new_year(first).and_utc();
        let offset = State::at(zone, then).offset;
        vec![Observance {
            daylight: false,
            from: offset,
            to: offset,
            name: name_at(zone, then),
            starts: new_year(1970),
            rule: None,
        }]
    } else if let Some(rules) = yearly(&changes, first - 1, last + RULE_YEARS) {
        rules
    } else {
        written_out(zone, &changes, first, last)
    };

    let mut text = format!("BEGIN:VTIMEZONE\r\nTZID:{}\r\n", zone.name());
    for observance in &observances {
        text += &observance.lines();
    }
    text + "END:VTIMEZONE\r\n"
}

/// What a zone's clocks show at some instant.
#[derive(Clone, Copy, Debug, PartialEq)]
struct State {
    /// Seconds east of UTC.
    offset: i32,
    /// The part of it that is summer time, in seconds; below zero in zones whose law calls winter the exception.
    summer: i64,
}

impl State {
    fn at(zone: Tz, at: DateTime<Utc>) -> Self {
        let offset = zone.offset_from_utc_datetime(&at.naive_utc());
        State {
            offset: offset.fix().local_minus_utc(),
            summer: offset.dst_offset().num_seconds(),
        }
    }
}

/// The abbreviation in use then, "BST".
fn name_at(zone: Tz, at: DateTime<Utc>) -> Option<String> {
    zone.offset_from_utc_datetime(&at.naive_utc()).abbreviation().map(str::to_owned)
}

/// One change of the clocks: at the wall time `wall`, by the clocks before it, they go from `from` to `to`.
#[derive(Clone, Debug)]
struct Change {
    wall: NaiveDateTime,
    from: State,
    to: State,
    /// What the clocks' time is called after it.
    name: Option<String>,
}

struct Observance {
    daylight: bool,
    from: i32,
    to: i32,
    name: Option<String>,
    starts: NaiveDateTime,
    rule: Option<String>,
}

impl Observance {
    fn lines(&self) -> String {
        let kind = if self.daylight { "DAYLIGHT" } else { "STANDARD" };
        let mut text = format!(
            "BEGIN:{kind}\r\nTZOFFSETFROM:{}\r\nTZOFFSETTO:{}\r\n",
            signed(self.from),
            signed(self.to)
        );
        if let Some(name) = &self.name {
            text += &format!("TZNAME:{name}\r\n");
        }
        text += &format!("DTSTART:{}\r\n", self.starts.format("%Y%m%dT%H%M%S"));
        if let Some(rule) = &self.rule {
            text += &format!("RRULE:FREQ=YEARLY;{rule}\r\n");
        }
        text + &format!("END:{kind}\r\n")
    }
}

/// Every change whose wall time is in the years `first..=last`, oldest first.
///
/// The zone tables cannot be listed, so the offset is looked at once a week and a difference narrowed to its second.
/// No zone has changed twice within a week and ended where it began since long before conferences had web sites.
fn list_changes(zone: Tz, first: i32, last: i32) -> Vec<Change> {
    let (mut left, end) = (
        new_year(first).and_utc() - TimeDelta::days(2),
        new_year(last + 1).and_utc() + TimeDelta::days(2),
    );
    let mut changes = Vec::new();
    let mut before = State::at(zone, left);
    while left < end {
        let right = left + TimeDelta::weeks(1);
        let after = State::at(zone, right);
        if before.offset != after.offset {
            let (mut low, mut high) = (left.timestamp(), right.timestamp());
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                let state = DateTime::from_timestamp(middle, 0).map(|at| State::at(zone, at).offset);
                if state == Some(before.offset) {
                    low = middle
                } else {
                    high = middle
                }
            }
            if let Some(at) = DateTime::from_timestamp(high, 0) {
                let wall = at.naive_utc() + TimeDelta::seconds(before.offset.into());
                let to = State::at(zone, at);
                changes.push(Change {
                    wall,
                    from: before,
                    to,
                    name: name_at(zone, at),
                });
                (left, before) = (at, to);
                continue;
            }
        }
        (left, before) = (right, after);
    }
    changes.retain(|change| (first..=last).contains(&change.wall.year()));
    changes
}

/// The two yearly rules behind these changes, summer first, if two rules explain all of them.
fn yearly(changes: &[Change], first: i32, last: i32) -> Option<Vec<Observance>> {
    let of_year = |year: i32| changes.iter().filter(move |change| change.wall.year() == year);
    if (first..=last).any(|year| of_year(year).count() != 2) {
        return None;
    }
    let mut rules = Vec::new();
    for which in 0..2 {
        let same: Vec<&Change> = (first..=last).filter_map(|year| of_year(year).nth(which)).collect();
        let model = same.first()?;
        if same
            .iter()
            .any(|change| change.from.offset != model.from.offset || (change.to, &change.name) != (model.to, &model.name))
        {
            return None;
        }
        let walls: Vec<NaiveDateTime> = same.iter().map(|change| change.wall).collect();
        let (day, rule) = Rule::behind(&walls)?.since_1970()?;
        rules.push(Observance {
            daylight: model.to.offset > model.from.offset,
            from: model.from.offset,
            to: model.to.offset,
            name: model.name.clone(),
            starts: day.and_time(model.wall.time()),
            rule: Some(rule),
        });
    }
    rules.sort_by_key(|rule| !rule.daylight);
    Some(rules)
}

/// The day of a yearly change.
struct Rule {
    month: u32,
    weekday: Weekday,
    day: Day,
}

enum Day {
    /// The nth such weekday of the month, from one.
    Nth(u8),
    Last,
    /// The first such weekday on or after this day of the month.
    From(u32),
}

impl Rule {
    fn behind(walls: &[NaiveDateTime]) -> Option<Rule> {
        let first = walls.first()?;
        let (month, weekday) = (first.month(), first.weekday());
        if walls
            .iter()
            .any(|w| w.month() != month || w.weekday() != weekday || w.time() != first.time())
        {
            return None;
        }
        let nth = |wall: &NaiveDateTime| (wall.day() - 1) / 7 + 1;
        let is_last = |wall: &NaiveDateTime| (wall.date() + TimeDelta::weeks(1)).month() != month;
        let day = if walls.iter().all(|wall| nth(wall) == nth(first)) {
            Day::Nth(u8::try_from(nth(first)).ok()?)
        } else if walls.iter().all(is_last) {
            Day::Last
        } else {
            let (low, high) = (walls.iter().map(Datelike::day).min()?, walls.iter().map(Datelike::day).max()?);
            // Only seven different days show where the week begins; fewer would be a guess.
            if high - low != 6 {
                return None;
            }
            Day::From(low)
        };
        Some(Rule { month, weekday, day })
    }

    /// The first day this rule gives in 1970, and the rule in RFC 5545's words.
    fn since_1970(&self) -> Option<(NaiveDate, String)> {
        let (month, weekday) = (self.month, self.weekday);
        let name = &weekday.to_string().to_uppercase()[..2];
        let week_from = |day: u32| {
            let first = NaiveDate::from_ymd_opt(1970, month, day)?;
            first.iter_days().take(7).find(|date| date.weekday() == weekday)
        };
        Some(match self.day {
            Day::Nth(n) => (
                NaiveDate::from_weekday_of_month_opt(1970, month, weekday, n)?,
                format!("BYMONTH={month};BYDAY={n}{name}"),
            ),
            Day::Last => {
                let next = NaiveDate::from_ymd_opt(1970 + i32::from(month == 12), month % 12 + 1, 1)?;
                let last = (1..=7)
                    .map(|back| next - TimeDelta::days(back))
                    .find(|date| date.weekday() == weekday)?;
                (last, format!("BYMONTH={month};BYDAY=-1{name}"))
            }
            Day::From(day) => {
                let days: Vec<String> = (day..day + 7).map(|day| day.to_string()).collect();
                (
                    week_from(day)?,
                    format!("BYMONTH={month};BYDAY={name};BYMONTHDAY={}", days.join(",")),
                )
            }
        })
    }
}

/// Each change as an observance of its own, after one for how the clocks stood before the first.
fn written_out(zone: Tz, changes: &[Change], first: i32, last: i32) -> Vec<Observance> {
    let near: Vec<&Change> = changes.iter().filter(|change| change.wall.year() <= last + 2).collect();
    let start = new_year(first - 1);
    // What was in force just before the first change, in its zone's own year, is what was in force since the start.
    let opens = near.first().map_or(start, |change| change.wall - TimeDelta::days(1)).and_utc();
    let before = State::at(zone, opens);
    let winter_is_exception = before.summer < 0 || near.iter().any(|change| change.to.summer < 0);
    let is_daylight = |state: State| state.summer > 0 || (winter_is_exception && state.summer == 0);
    let opening = Observance {
        daylight: is_daylight(before),
        from: before.offset,
        to: before.offset,
        name: name_at(zone, opens),
        starts: start,
        rule: None,
    };
    let rest = near.iter().map(|change| Observance {
        daylight: is_daylight(change.to),
        from: change.from.offset,
        to: change.to.offset,
        name: change.name.clone(),
        starts: change.wall,
        rule: None,
    });
    std::iter::once(opening).chain(rest).collect()
}

fn new_year(year: i32) -> NaiveDateTime {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN).into()
}

/// "+0100", "-0330", and "+001530" where an offset has seconds.
fn signed(seconds: i32) -> String {
    let (sign, s) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
    let short = format!("{sign}{:02}{:02}", s / 3600, s / 60 % 60);
    if s % 60 == 0 { short } else { format!("{short}{:02}", s % 60) }
}
