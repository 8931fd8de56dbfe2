//! Times as people write them on lists, by the event's own clock. Pure.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// A time of day: `9:10`, `09.10`, `9:10:30`, `9:10am`, `9 am`, `21:10`.
pub(in crate::attendance) fn time(typed: &str) -> Option<NaiveTime> {
    let text: String = typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let text = text.replace("a.m.", "am").replace("p.m.", "pm");
    let (figures, half) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(rest), _) => (rest, Some(false)),
        (_, Some(rest)) => (rest, Some(true)),
        _ => (text.as_str(), None),
    };
    let parts: Vec<&str> = figures.split([':', '.']).collect();
    let is_figures = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if parts.is_empty() || parts.len() > 3 || !parts.iter().all(is_figures) || (parts.len() == 1 && half.is_none()) {
        return None;
    }
    let number = |at: usize| parts.get(at).map_or(Some(0), |part| part.parse::<u32>().ok());
    let hour = match (number(0)?, half) {
        (hour, None) => hour,
        (12, Some(false)) => 0,
        (12, Some(true)) => 12,
        (hour @ 1..=11, Some(afternoon)) => hour + if afternoon { 12 } else { 0 },
        _ => return None,
    };
    NaiveTime::from_hms_opt(hour, number(1)?, number(2)?)
}

/// A date: `2027-03-11`, or day first, `11/03/2027`, `11.3.2027`.
fn date(typed: &str) -> Option<NaiveDate> {
    let parts: Vec<&str> = typed.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |text: &str| text.parse::<u32>().ok();
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    if year.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::try_from(number(year)?).ok()?, number(month)?, number(day)?)
}

/// A time with its date, or on `day` without one.
pub(super) fn moment(typed: &str, day: NaiveDate) -> Option<NaiveDateTime> {
    let typed = typed.trim();
    if let Some(time) = time(typed) {
        return Some(day.and_time(time));
    }
    let (first, rest) = typed.split_once([' ', 'T', ','])?;
    Some(date(first)?.and_time(time(rest.trim())?))
}

/// Whether a cell only says that somebody came.
pub(super) fn is_tick(typed: &str) -> bool {
    matches!(
        typed.trim().to_lowercase().as_str(),
        "x" | "y" | "yes" | "✓" | "✔" | "1" | "true" | "present" | "attended" | "here" | "in"
    )
}

/// Whether a cell says that somebody did not come.
pub(super) fn is_absent(typed: &str) -> bool {
    matches!(
        typed.trim().to_lowercase().as_str(),
        "n" | "no" | "0" | "-" | "false" | "absent" | "did not attend" | "dna" | "no show"
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let shown = |typed: &str| time(typed).map(|time| time.format("%H:%M:%S").to_string());
        for (typed, meant) in [
            ("9:10", "09:10:00"),
            ("09.10", "09:10:00"),
            ("9:10:30", "09:10:30"),
            ("9:10 AM", "09:10:00"),
            ("9.10 p.m.", "21:10:00"),
            ("9am", "09:00:00"),
            ("12pm", "12:00:00"),
            ("12:05am", "00:05:00"),
            ("21:10", "21:10:00"),
        ] {
            assert_eq!(shown(typed).as_deref(), Some(meant), "{typed}");
        }
        for typed in ["", "9", "910", "25:00", "9:60", "13pm", "0am", "nine", "9:10:30:1", "-9:10", "x"] {
            assert_eq!(shown(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_date_stands_before_its_time_day_first_or_year_first() {
        let day = NaiveDate::from_ymd_opt(2027, 3, 11).unwrap();
        let shown = |typed: &str| moment(typed, day).map(|at| at.format("%Y-%m-%dT%H:%M").to_string());
        for typed in [
            "9:10",
            "2027-03-11 09:10",
            "2027-03-11T09:10",
            "11/03/2027 9:10",
            "11.3.2027, 9.10am",
        ] {
            assert_eq!(shown(typed).as_deref(), Some("2027-03-11T09:10"), "{typed}");
        }
        for typed in [
            "11/03/27 9:10",
            "31/02/2027 9:10",
            "2027-03-11",
            "yesterday 9:10",
            "9:10 11/03/2027",
        ] {
            assert_eq!(shown(typed), None, "{typed}");
        }
    }
}
