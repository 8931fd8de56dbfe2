//! Days and times as a file has them: wall times in one zone.

use chrono::{NaiveDate, NaiveDateTime};
use chrono_tz::Tz;

use crate::events::exchange::problem::{At, Problems, quoted};
use crate::platform::zones::{self, Ambiguity};

use super::checked::Moment;

impl Problems {
    pub(super) fn zone(&mut self, at: &At, value: &str) -> Option<Tz> {
        let zone = zones::find_zone(value);
        if zone.is_none() {
            self.error(
                at,
                "unknown_zone",
                format!("{} is not a time zone. Write one like Europe/London.", quoted(value)),
            );
        }
        zone
    }

    /// A wall time and its instant. Without a zone (it has been reported) only the writing is checked.
    pub(super) fn moment(&mut self, at: &At, value: &str, zone: Option<Tz>) -> Option<Moment> {
        let wall = match parse_wall(value) {
            Ok(wall) => wall,
            Err(NotATime::Offset) => {
                let message = format!(
                    "{} has an offset. Write the time on the clock there, without one: the zone is said once, in “timezone”.",
                    quoted(value)
                );
                self.error(at, "offset", message);
                return None;
            }
            Err(NotATime::Writing) => {
                self.error(
                    at,
                    "not_a_time",
                    format!("{} is not a day and time. Write it like 2027-03-11T09:30.", quoted(value)),
                );
                return None;
            }
        };
        self.instant(at, wall, zone?).map(|utc| Moment { wall, utc })
    }

    /// The instant of a wall time: refused if the clocks jump over it, the first of two if they go back over it.
    fn instant(&mut self, at: &At, wall: NaiveDateTime, zone: Tz) -> Option<chrono::DateTime<chrono::Utc>> {
        match zones::wall_to_utc(wall, zone) {
            Ok((utc, Ambiguity::None)) => Some(utc),
            Ok((utc, Ambiguity::Repeated { .. })) => {
                let message = format!(
                    "{} on {} happens twice in {}, because the clocks go back. The first is taken.",
                    zones::time(wall.time()),
                    zones::date(wall.date()),
                    zones::zone_name(zone)
                );
                self.warn(at, "time_twice", message);
                Some(utc)
            }
            Err(never) => {
                self.error(at, "no_such_time", format!("{never}."));
                None
            }
        }
    }

    pub(super) fn day(&mut self, at: &At, value: &str) -> Option<NaiveDate> {
        let day = parse_day(value);
        if day.is_none() {
            self.error(
                at,
                "not_a_day",
                format!("{} is not a day. Write it like 2027-03-11.", quoted(value)),
            );
        }
        day
    }

    /// Start and end of something; reports an end that is not later. True if they are in order, or one of
    /// them is already reported.
    pub(super) fn in_order(&mut self, ends_at: &At, starts: Option<Moment>, ends: Option<Moment>) -> bool {
        match (starts, ends) {
            (Some(starts), Some(ends)) if ends.utc <= starts.utc => {
                let message = format!("This must end later than it starts, which is {}.", zones::moment(starts.wall));
                self.error(ends_at, "end_not_after_start", message);
                false
            }
            _ => true,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NotATime {
    Offset,
    Writing,
}

/// Reads `2027-03-11T09:30`, with seconds and up to three places after them if given.
fn parse_wall(value: &str) -> Result<NaiveDateTime, NotATime> {
    let (day, time) = value.split_once('T').ok_or(NotATime::Writing)?;
    let day = parse_day(day).ok_or(NotATime::Writing)?;
    if time.ends_with(['Z', 'z']) || time.contains(['+', '-']) {
        return Err(NotATime::Offset);
    }
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<&str> = time.split(':').collect();
    let (hour, minute, second) = match parts[..] {
        [hour, minute] if fraction == "0" => (digits(hour, 2), digits(minute, 2), Some(0)),
        [hour, minute, second] => (digits(hour, 2), digits(minute, 2), digits(second, 2)),
        _ => return Err(NotATime::Writing),
    };
    let milli = (1..=3)
        .contains(&fraction.len())
        .then(|| digits(&format!("{fraction:0<3}"), 3))
        .flatten();
    let (Some(hour), Some(minute), Some(second), Some(milli)) = (hour, minute, second, milli) else {
        return Err(NotATime::Writing);
    };
    day.and_hms_milli_opt(hour, minute, second, milli).ok_or(NotATime::Writing)
}

/// Reads `2027-03-11`, within the years anything here can have happened or be planned for.
fn parse_day(value: &str) -> Option<NaiveDate> {
    let [year, month, day] = value.split('-').collect::<Vec<_>>()[..] else {
        return None;
    };
    let year = digits(year, 4).filter(|year| (1970..2200).contains(year))?;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(month, 2)?, digits(day, 2)?)
}

/// Whether this is `2025`, `2025-06` or `2025-06-30`: a day as exactly as somebody knows it.
pub(super) fn is_day_or_part(value: &str) -> bool {
    match value.len() {
        4 => parse_day(&format!("{value}-01-01")).is_some(),
        7 => parse_day(&format!("{value}-01")).is_some(),
        _ => parse_day(value).is_some(),
    }
}

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::events::exchange::schema::wall_text;

    #[test]
    fn times_are_read_and_written_alike() {
        for text in [
            "2027-03-11T09:30",
            "2027-03-11T00:00",
            "2028-02-29T23:59:59",
            "2027-03-11T09:30:00.250",
        ] {
            assert_eq!(wall_text(parse_wall(text).unwrap()), text);
        }
        assert_eq!(
            parse_wall("2027-03-11T09:30:00.2").unwrap(),
            parse_wall("2027-03-11T09:30:00.200").unwrap()
        );
    }

    #[test]
    fn anything_else_is_no_time() {
        for text in [
            "",
            "T",
            "2027-03-11",
            "2027-03-11 09:30",
            "11/03/2027T09:30",
            "2027-3-11T9:30",
            "2027-02-29T09:30",
            "2027-03-11T24:00",
            "2027-03-11T09:60",
            "2027-03-11T09:30:60",
            "2027-03-11T09",
            "2027-03-11T09:30:",
            "2027-03-11T09:30.5",
            "+2027-03-11T09:30",
            "20270-03-11T09:30",
            "0027-03-11T09:30",
            "2027-03-11T09:30:00.1234",
            "2027-03-11T09:30:00.",
            "٢٠٢٧-03-11T09:30",
        ] {
            assert_eq!(parse_wall(text), Err(NotATime::Writing), "{text}");
        }
        for text in ["2027-03-11T09:30Z", "2027-03-11T09:30+01:00", "2027-03-11T09:30:00-05:00"] {
            assert_eq!(parse_wall(text), Err(NotATime::Offset), "{text}");
        }
    }

    #[test]
    fn a_publication_may_be_known_to_the_year() {
        assert!(["2025", "2025-06", "2025-06-30"].into_iter().all(is_day_or_part));
        assert!(!["25", "2025-13", "June 2025", "2025-06-31", ""].into_iter().any(is_day_or_part));
    }
}
