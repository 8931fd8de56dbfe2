//! Wall times and zones: from what an organiser typed to an instant, and from an instant to words.
//!
//! An organiser types a wall time ("9:30am on 28 March") and it stays what was typed; the instant is worked out from it
//! and the event's IANA zone. Twice a year that has no plain answer, and [`wall_to_utc`] says which of the two it met.
//! Words follow GOV.UK style: "Thursday 11 March 2027", "9:30am", "9am to 4pm", "midday", "midnight".

use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc};
use chrono_tz::{GapInfo, Tz};

/// Whether a wall time names one instant or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ambiguity {
    /// It happens once.
    None,
    /// The clocks go back over it, so it happens twice. The first was taken; this is the second.
    Repeated { second: DateTime<Utc> },
}

/// A wall time the clocks jump over: 1:30am on 28 March 2027 never happens in London.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchTime {
    /// What was asked for.
    pub wall: NaiveDateTime,
    /// Where.
    pub zone: Tz,
    /// The wall times between which the clocks jump, `from` (never shown) to `to` (shown next), where known.
    pub jump: Option<(NaiveDateTime, NaiveDateTime)>,
}

impl std::fmt::Display for NoSuchTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "There is no {} on {} in {}",
            time(self.wall.time()),
            date(self.wall.date()),
            zone_name(self.zone)
        )?;
        match self.jump {
            Some((from, to)) => write!(f, ": the clocks go forward from {} to {}", time(from.time()), time(to.time())),
            None => Ok(()),
        }
    }
}

impl std::error::Error for NoSuchTime {}

/// The instant of a wall time in a zone. A time that happens twice is its first happening, and says so; a time that
/// never happens is refused.
pub fn wall_to_utc(wall: NaiveDateTime, zone: Tz) -> Result<(DateTime<Utc>, Ambiguity), NoSuchTime> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) => Ok((at.to_utc(), Ambiguity::None)),
        LocalResult::Ambiguous(a, b) => {
            let (first, second) = (a.to_utc().min(b.to_utc()), a.to_utc().max(b.to_utc()));
            Ok((first, Ambiguity::Repeated { second }))
        }
        LocalResult::None => {
            let jump = GapInfo::new(&wall, &zone).and_then(|gap| Some((gap.begin?.0, gap.end?.naive_local())));
            Err(NoSuchTime { wall, zone, jump })
        }
    }
}

/// The wall time an instant has in a zone.
pub fn wall(at: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    at.with_timezone(&zone).naive_local()
}

/// A zone by its IANA name, exactly spelt; `None` if there is no such zone.
pub fn find_zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// "Thursday 11 March 2027".
pub fn date(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

/// A wall time as a browser's own field sends it, or as people type it.
#[must_use]
pub fn read_wall(typed: &str) -> Option<NaiveDateTime> {
    let typed = typed.trim().replacen(' ', "T", 1);
    ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(&typed, form).ok())
}

/// "9:30am", "9am", "midday", "midnight".
pub fn time(at: NaiveTime) -> String {
    match (at.hour(), at.minute()) {
        (0, 0) => "midnight".to_owned(),
        (12, 0) => "midday".to_owned(),
        (hour, minute) => {
            let (shown, half) = ((hour + 11) % 12 + 1, if hour < 12 { "am" } else { "pm" });
            if minute == 0 {
                format!("{shown}{half}")
            } else {
                format!("{shown}:{minute:02}{half}")
            }
        }
    }
}

/// "9am to 4pm".
pub fn times(starts: NaiveTime, ends: NaiveTime) -> String {
    format!("{} to {}", time(starts), time(ends))
}

/// "Thursday 11 March 2027, 9:30am".
pub fn moment(at: NaiveDateTime) -> String {
    format!("{}, {}", date(at.date()), time(at.time()))
}

/// "Thursday 11 March 2027, 9am to 4pm"; over several days, "Thursday 11 March 2027, 9am to Friday 12 March 2027, 4pm".
pub fn span(starts: NaiveDateTime, ends: NaiveDateTime) -> String {
    if starts.date() == ends.date() {
        format!("{}, {}", date(starts.date()), times(starts.time(), ends.time()))
    } else {
        format!("{} to {}", moment(starts), moment(ends))
    }
}

/// "11 to 12 March 2027", "30 March to 1 April 2027", "11 March 2027": dates alone, as short as they stay clear.
pub fn dates(first: NaiveDate, last: NaiveDate) -> String {
    let to = last.format("%-d %B %Y");
    if first == last {
        to.to_string()
    } else if first.year() != last.year() {
        format!("{} to {to}", first.format("%-d %B %Y"))
    } else if first.month() != last.month() {
        format!("{} to {to}", first.format("%-d %B"))
    } else {
        format!("{} to {to}", first.day())
    }
}

/// "UK time", "UTC", or the city with its IANA name: "New York time (`America/New_York`)".
pub fn zone_name(zone: Tz) -> String {
    match zone {
        Tz::Europe__London | Tz::GB | Tz::GBEire => "UK time".to_owned(),
        zone if is_utc(zone) => "UTC".to_owned(),
        zone => match zone.name().rsplit_once('/') {
            Some((area, city)) if area != "Etc" => format!("{} time ({})", city.replace('_', " "), zone.name()),
            _ => zone.name().to_owned(),
        },
    }
}

/// RFC 3339 with the zone's offset at that instant, whole seconds: "2027-06-11T09:00:00+01:00".
pub fn rfc3339(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Whether a zone is UTC under any of its names. "GMT" counts: it is the same clock, and calendar programs take a zone
/// of that name for London and show it an hour out all summer.
pub fn is_utc(zone: Tz) -> bool {
    const NAMES: [&str; 7] = ["UTC", "UCT", "GMT", "GMT0", "Greenwich", "Universal", "Zulu"];
    let name = zone.name().trim_start_matches("Etc/");
    NAMES.contains(&name) || matches!(name, "GMT+0" | "GMT-0")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
    }

    fn london(text: &str) -> Result<(String, bool), String> {
        wall_to_utc(at(text), Tz::Europe__London)
            .map(|(utc, ambiguity)| (utc.format("%H:%MZ").to_string(), ambiguity != Ambiguity::None))
            .map_err(|none| none.to_string())
    }

    #[test]
    fn spring_gaps_are_refused_with_the_reason() {
        for day in ["2026-03-29", "2027-03-28"] {
            assert_eq!(london(&format!("{day}T00:59")), Ok(("00:59Z".into(), false)));
            for gone in ["01:00", "01:30", "01:59"] {
                let refused = london(&format!("{day}T{gone}")).unwrap_err();
                assert!(refused.contains("the clocks go forward from 1am to 2am"), "{refused}");
            }
            assert_eq!(london(&format!("{day}T02:00")), Ok(("01:00Z".into(), false)));
        }
        assert_eq!(
            london("2027-03-28T01:30").unwrap_err(),
            "There is no 1:30am on Sunday 28 March 2027 in UK time: the clocks go forward from 1am to 2am"
        );
    }

    #[test]
    fn autumn_repeats_take_the_first_and_say_so() {
        for day in ["2026-10-25", "2027-10-31"] {
            assert!(!london(&format!("{day}T00:59")).unwrap().1);
            assert_eq!(london(&format!("{day}T01:30")), Ok(("00:30Z".into(), true)));
            assert_eq!(london(&format!("{day}T02:00")), Ok(("02:00Z".into(), false)));
        }
        let (first, ambiguity) = wall_to_utc(at("2027-10-31T01:30"), Tz::Europe__London).unwrap();
        assert_eq!(
            ambiguity,
            Ambiguity::Repeated {
                second: first + chrono::Duration::hours(1)
            }
        );
    }

    #[test]
    fn half_past_nine_stays_half_past_nine_over_both_changes() {
        for day in [
            "2026-03-28",
            "2026-03-29",
            "2026-10-24",
            "2026-10-25",
            "2027-03-27",
            "2027-03-28",
            "2027-10-30",
            "2027-10-31",
        ] {
            let typed = at(&format!("{day}T09:30"));
            let (utc, _) = wall_to_utc(typed, Tz::Europe__London).unwrap();
            assert_eq!(wall(utc, Tz::Europe__London), typed);
        }
    }

    #[test]
    fn times_read_as_people_say_them() {
        let words = |text: &str| time(at(&format!("2027-03-11T{text}")).time());
        assert_eq!(
            ["00:00", "00:05", "09:00", "09:30", "11:59", "12:00", "12:30", "13:00", "23:45"].map(words),
            [
                "midnight", "12:05am", "9am", "9:30am", "11:59am", "midday", "12:30pm", "1pm", "11:45pm"
            ]
        );
        assert_eq!(
            span(at("2027-03-11T09:00"), at("2027-03-11T16:00")),
            "Thursday 11 March 2027, 9am to 4pm"
        );
        assert_eq!(
            span(at("2027-03-11T09:00"), at("2027-03-12T16:30")),
            "Thursday 11 March 2027, 9am to Friday 12 March 2027, 4:30pm"
        );
        let day = |text: &str| at(&format!("{text}T00:00")).date();
        assert_eq!(dates(day("2027-03-11"), day("2027-03-11")), "11 March 2027");
        assert_eq!(dates(day("2027-03-11"), day("2027-03-12")), "11 to 12 March 2027");
        assert_eq!(dates(day("2027-03-30"), day("2027-04-01")), "30 March to 1 April 2027");
        assert_eq!(dates(day("2026-12-31"), day("2027-01-01")), "31 December 2026 to 1 January 2027");
    }

    #[test]
    fn zones_are_named_and_offsets_shown() {
        assert_eq!(zone_name(Tz::Europe__London), "UK time");
        assert_eq!(zone_name(Tz::UTC), "UTC");
        assert_eq!(zone_name(Tz::America__New_York), "New York time (America/New_York)");
        assert_eq!(zone_name(Tz::Etc__GMTPlus5), "Etc/GMT+5");
        assert_eq!(find_zone("Europe/London"), Some(Tz::Europe__London));
        assert_eq!(find_zone("Europe/Oxford"), None);
        let (summer, _) = wall_to_utc(at("2027-06-11T09:00"), Tz::Europe__London).unwrap();
        assert_eq!(rfc3339(summer, Tz::Europe__London), "2027-06-11T09:00:00+01:00");
        let (winter, _) = wall_to_utc(at("2027-03-11T09:00"), Tz::Europe__London).unwrap();
        assert_eq!(rfc3339(winter, Tz::Europe__London), "2027-03-11T09:00:00+00:00");
        assert!(is_utc(Tz::GMT) && is_utc(Tz::Etc__UTC) && is_utc(Tz::Zulu) && !is_utc(Tz::Europe__London) && !is_utc(Tz::Etc__GMTPlus5));
    }
}
