//! Dates and times as reports write them, whose order follows the settings of whoever downloaded the report. Pure.

use crate::{attendance::doorlist::when, words::words};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

words! {
    /// Whether 03/04/2027 is in April or in March.
    Order { DayFirst = "day_first", MonthFirst = "month_first" }
}

/// The order of day and month in a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    pub order: Order,
    /// The report can be read either way, and neither the days of the event nor anybody says which is meant.
    pub ambiguous: bool,
}

/// The order in which `texts` are written: as `asked`, if somebody said; else the one in which all can be read; else the
/// one that falls on a day of the event (`first` to `last`). Day first, where that does not tell.
pub(super) fn settle<'a>(texts: impl Iterator<Item = &'a str> + Clone, asked: Option<Order>, first: NaiveDate, last: NaiveDate) -> Settled {
    if let Some(order) = asked {
        return Settled { order, ambiguous: false };
    }
    let read = |order| texts.clone().filter_map(move |text| parse(text, order));
    let (day, month) = (read(Order::DayFirst).count(), read(Order::MonthFirst).count());
    if day != month {
        let order = if day > month { Order::DayFirst } else { Order::MonthFirst };
        return Settled { order, ambiguous: false };
    }
    let differs = texts
        .clone()
        .any(|text| parse(text, Order::DayFirst) != parse(text, Order::MonthFirst));
    let falls = |order| {
        read(order).any(|moment| {
            let date = moment.date();
            first <= date && date <= last
        })
    };
    let (order, ambiguous) = match (falls(Order::DayFirst), falls(Order::MonthFirst)) {
        _ if !differs => (Order::DayFirst, false),
        (true, false) => (Order::DayFirst, false),
        (false, true) => (Order::MonthFirst, false),
        _ => (Order::DayFirst, true),
    };
    Settled { order, ambiguous }
}

/// A moment of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// By some clock the report does not name.
    Wall(NaiveDateTime),
    /// With its offset from UTC.
    Exact(DateTime<Utc>),
}

impl Moment {
    fn date(self) -> NaiveDate {
        match self {
            Self::Wall(wall) => wall.date(),
            Self::Exact(at) => at.date_naive(),
        }
    }
}

/// `3/12/2027 9:55:02 AM`, `12/03/2027, 09:55`, `12.3.27, 09:55:02`, `2027-03-12 09:55:02`, `2027-03-12T09:55:02Z`,
/// `Mar 12, 2027 09:55 AM`, `12 March 2027 09:55`.
pub(super) fn parse(text: &str, order: Order) -> Option<Moment> {
    if let Ok(exact) = DateTime::parse_from_rfc3339(text) {
        return Some(Moment::Exact(exact.to_utc()));
    }
    let text = text.replace(',', " ");
    let words: Vec<&str> = match text.split_once('T') {
        Some((date, time)) if date.len() == 10 && date.bytes().all(|b| b.is_ascii_digit() || b == b'-') => vec![date, time],
        _ => text.split_whitespace().collect(),
    };
    let (date, rest) = match words.as_slice() {
        [one, rest @ ..] if one.len() >= 6 && one.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'-' | b'.')) => {
            (figures(one, order)?, rest)
        }
        [a, b, year, rest @ ..] => {
            let (name, day) = if a.starts_with(|c: char| c.is_ascii_digit()) {
                (b, a)
            } else {
                (a, b)
            };
            (NaiveDate::from_ymd_opt(read_year(year)?, month(name)?, number(day)?)?, rest)
        }
        _ => return None,
    };
    let time = when::time(&rest.concat())?;
    Some(Moment::Wall(date.and_time(time)))
}

/// A date in figures.
fn figures(text: &str, order: Order) -> Option<NaiveDate> {
    let text = text.trim_end_matches('.');
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = if a.len() == 4 {
        (a, b, c)
    // Nobody writes the month first with dots.
    } else if order == Order::DayFirst || text.contains('.') {
        (c, b, a)
    } else {
        (c, a, b)
    };
    NaiveDate::from_ymd_opt(read_year(year)?, number(month)?, number(day)?)
}

fn number(text: &str) -> Option<u32> {
    let text = text.trim_end_matches('.');
    (1..=2).contains(&text.len()).then(|| text.parse().ok()).flatten()
}

fn read_year(text: &str) -> Option<i32> {
    match text.len() {
        2 => text.parse::<i32>().ok().map(|year| 2000 + year),
        4 => text.parse().ok(),
        _ => None,
    }
}

/// An English month by its name or the first three letters of it.
fn month(name: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let name = name.trim_end_matches('.').to_lowercase();
    let at = MONTHS.iter().position(|month| name.len() >= 3 && month.starts_with(&name))?;
    u32::try_from(at + 1).ok()
}

/// Seconds of `1h 2m 3s`, `1 Std. 2 Min. 3 Sek.`, `1:02:03`, or of a number alone, which is minutes.
pub(super) fn seconds(text: &str) -> Option<u64> {
    if let [hours, minutes, seconds] = text.split(':').collect::<Vec<_>>().as_slice() {
        let part = |text: &str| text.trim().parse::<u64>().ok();
        return part(hours)?
            .checked_mul(3600)?
            .checked_add(part(minutes)?.checked_mul(60)?)?
            .checked_add(part(seconds)?);
    }
    let (mut sum, mut amount, mut unit) = (0_u64, String::new(), String::new());
    let mut add = |amount: &mut String, unit: &mut String| -> Option<()> {
        let each = match unit.chars().next() {
            Some('h') => 3600,
            Some('s') if unit.starts_with("st") => 3600,
            Some('m') | None => 60,
            Some('s') => 1,
            Some(_) => return None,
        };
        sum = sum.checked_add(amount.parse::<u64>().ok()?.checked_mul(each)?)?;
        amount.clear();
        unit.clear();
        Some(())
    };
    for c in text.to_lowercase().chars().filter(|c| !c.is_whitespace() && *c != '.') {
        if c.is_ascii_digit() {
            if !unit.is_empty() {
                add(&mut amount, &mut unit)?;
            }
            amount.push(c);
        } else {
            unit.push(c);
        }
    }
    add(&mut amount, &mut unit)?;
    Some(sum)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn shown(text: &str, order: Order) -> Option<String> {
        parse(text, order).map(|moment| match moment {
            Moment::Wall(wall) => wall.format("%Y-%m-%d %H:%M:%S").to_string(),
            Moment::Exact(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        })
    }

    #[test]
    fn moments_are_read_in_every_form_the_reports_have() {
        for text in [
            "03/12/2027 09:55:02 AM",
            "3/12/2027, 9:55:02 AM",
            "3/12/27, 9:55:02 AM",
            "3/12/2027 09:55:02",
            "2027-03-12 09:55:02",
            "2027-03-12T09:55:02",
            "2027/03/12 9:55:02",
            "12.03.2027, 09:55:02",
            "12.3.27 09:55:02",
            "Mar 12, 2027 09:55:02 AM",
            "March 12, 2027 9:55:02 am",
            "12 Mar 2027 09:55:02",
        ] {
            assert_eq!(shown(text, Order::MonthFirst).as_deref(), Some("2027-03-12 09:55:02"), "{text}");
        }
        for text in ["12/03/2027 21:55:00", "12-03-2027 9:55 p.m.", "12/3/27, 9:55:00 PM"] {
            assert_eq!(shown(text, Order::DayFirst).as_deref(), Some("2027-03-12 21:55:00"), "{text}");
        }
        assert_eq!(
            shown("2027-06-12T09:55:02+01:00", Order::DayFirst).as_deref(),
            Some("2027-06-12T08:55:02Z")
        );
        for text in [
            "",
            "--",
            "12/03/2027",
            "31/02/2027 9:00",
            "13/13/2027 9:00",
            "1/2/3 9:00",
            "Foo 12, 2027 9:00",
            "9:55",
        ] {
            assert_eq!(shown(text, Order::DayFirst), None, "{text}");
        }
    }

    fn order_of(texts: &[&str], asked: Option<Order>) -> (Order, bool) {
        let day = |text: &str| text.parse().unwrap();
        let found = settle(texts.iter().copied(), asked, day("2027-03-12"), day("2027-03-13"));
        (found.order, found.ambiguous)
    }

    #[test]
    fn the_order_is_what_can_be_read_then_what_falls_on_the_event_and_else_asked() {
        assert_eq!(order_of(&["3/13/2027 9:00", "3/12/2027 9:00"], None), (Order::MonthFirst, false));
        assert_eq!(order_of(&["13/3/2027 9:00", "12/3/2027 9:00"], None), (Order::DayFirst, false));
        assert_eq!(order_of(&["3/12/2027 9:00"], None), (Order::MonthFirst, false), "on the event");
        assert_eq!(order_of(&["12/3/2027 9:00"], None), (Order::DayFirst, false), "on the event");
        assert_eq!(order_of(&["4/5/2027 9:00"], None), (Order::DayFirst, true));
        assert_eq!(order_of(&["4/5/2027 9:00"], Some(Order::MonthFirst)), (Order::MonthFirst, false));
        assert_eq!(
            order_of(&["5/5/2027 9:00", "2027-03-12 9:00"], None),
            (Order::DayFirst, false),
            "the same both ways"
        );
    }

    #[test]
    fn durations_are_read_as_seconds() {
        for (text, meant) in [
            ("1h 2m 3s", 3723),
            ("45m 10s", 2710),
            ("3s", 3),
            ("62", 3720),
            ("1:02:03", 3723),
            ("1 Std. 2 Min. 3 Sek.", 3723),
            ("1 h 2 min 3 s", 3723),
        ] {
            assert_eq!(seconds(text), Some(meant), "{text}");
        }
        for text in ["", "x", "1y", "h", "99999999999999999999"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
