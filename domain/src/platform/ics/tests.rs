#![expect(clippy::unwrap_used, reason = "tests")]

use chrono::{Datelike, Duration, NaiveDate, Offset, TimeZone, Weekday};
use icalendar::EventLike;
use proptest::prelude::*;

use super::*;
use crate::platform::zones::wall_to_utc;

const NASTY: [&str; 16] = [
    "\r\nATTENDEE:mailto:evil@example.net",
    "\nMETHOD:CANCEL",
    "\rEND:VEVENT",
    "\u{85}X-EVIL:1",
    "\u{2028}X-EVIL:1",
    "\r\n BEGIN:VALARM",
    "\"",
    ";X-P=\"1\":mailto:evil@example.net",
    ",",
    ":",
    "\\n",
    "\0\u{1b}\t",
    "\u{202e}gnp.exe",
    "Siân Llŷr",
    "👩🏽‍⚕️ שלום",
    "    ",
];

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

fn entry() -> Entry {
    Entry {
        uid: "m42.9f3c1b7e5a0d4c8e@events.example.org".into(),
        sequence: 0,
        stamp: "2026-01-05T10:00:00Z".parse().unwrap(),
        starts: wall("2026-06-12T09:30"),
        ends: wall("2026-06-12T11:00"),
        zone: Tz::Europe__London,
        summary: "North network meeting".into(),
        location: "Online - joining link in the e-mail".into(),
        description: String::new(),
        url: None,
        organizer: "Network <network@events.example.org>".parse().unwrap(),
        attendee: Some("jane@example.org".parse().unwrap()),
        status: Status::Confirmed,
    }
}

/// Checks the bytes as RFC 5545 3.1 has them, then gives the lines unfolded.
fn logical(text: &str) -> Vec<String> {
    assert!(
        text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']),
        "bare line break"
    );
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "line over 75 octets");
    let unfolded = text.replace("\r\n ", "");
    unfolded.trim_end().split("\r\n").map(str::to_owned).collect()
}

fn named<'a>(lines: &'a [String], name: &str) -> Vec<&'a str> {
    lines
        .iter()
        .filter(|line| line.split([':', ';']).next() == Some(name))
        .map(String::as_str)
        .collect()
}

#[test]
fn an_invite_is_what_calendar_programs_take_for_real() {
    let text = calendar(Method::Request, None, &[entry()]);
    let zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/London\r\nBEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:BST\r\n\
DTSTART:19700329T010000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nTZOFFSETFROM:+0100\r\n\
TZOFFSETTO:+0000\r\nTZNAME:GMT\r\nDTSTART:19701025T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    assert!(text.contains(zone), "{text}");
    let lines = logical(&text.replace(zone, ""));
    assert_eq!(
        lines,
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            &format!("PRODID:{PRODID}"),
            "CALSCALE:GREGORIAN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            "ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:jane@example.org",
            "DTEND;TZID=Europe/London:20260612T110000",
            "DTSTAMP:20260105T100000Z",
            "DTSTART;TZID=Europe/London:20260612T093000",
            "LOCATION:Online - joining link in the e-mail",
            "ORGANIZER;CN=Network:mailto:network@events.example.org",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "SUMMARY:North network meeting",
            "TRANSP:OPAQUE",
            "UID:m42.9f3c1b7e5a0d4c8e@events.example.org",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    );
}

#[test]
fn a_cancellation_is_cancelled_in_both_places_and_has_its_reader() {
    let lines = logical(&calendar(Method::Cancel, None, &[Entry { sequence: 3, ..entry() }]));
    assert!(lines.contains(&"METHOD:CANCEL".into()) && lines.contains(&"STATUS:CANCELLED".into()) && lines.contains(&"SEQUENCE:3".into()));
    assert_eq!(named(&lines, "ATTENDEE").len(), 1);
}

#[test]
fn a_feed_names_nobody_and_says_when_to_ask_again() {
    let second = Entry {
        uid: "other@events.example.org".into(),
        zone: Tz::America__New_York,
        ..entry()
    };
    let cancelled = Entry {
        uid: "gone@events.example.org".into(),
        status: Status::Cancelled,
        ..entry()
    };
    let text = calendar(Method::Publish, Some("Training; events, \"all\""), &[entry(), second, cancelled]);
    let lines = logical(&text);
    assert!(!text.contains("ATTENDEE") && !text.contains("ORGANIZER") && !text.contains("mailto"));
    for line in [
        "METHOD:PUBLISH",
        r#"NAME:Training\; events\, "all""#,
        r#"X-WR-CALNAME:Training\; events\, "all""#,
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "STATUS:CANCELLED",
    ] {
        assert_eq!(lines.iter().filter(|l| *l == line).count(), 1, "{line}");
    }
    assert_eq!(named(&lines, "TZID"), ["TZID:America/New_York", "TZID:Europe/London"]);
    let first_event = lines.iter().position(|line| line == "BEGIN:VEVENT").unwrap();
    assert!(lines.iter().rposition(|line| line == "END:VTIMEZONE").unwrap() < first_event);
    assert_eq!(logical(&calendar(Method::Publish, None, &[])).last().unwrap(), "END:VCALENDAR");
}

#[test]
fn utc_under_any_name_is_written_as_utc() {
    for zone in [Tz::UTC, Tz::GMT, Tz::Etc__UTC, Tz::Greenwich] {
        let text = calendar(Method::Publish, None, &[Entry { zone, ..entry() }]);
        assert!(text.contains("DTSTART:20260612T093000Z\r\n") && !text.contains("TZID"), "{text}");
    }
}

#[test]
fn half_past_nine_stays_half_past_nine_on_both_sides_of_both_changes() {
    for day in [
        "2026-03-27",
        "2026-03-29",
        "2026-10-24",
        "2026-10-25",
        "2027-03-27",
        "2027-03-28",
        "2027-10-30",
        "2027-10-31",
    ] {
        let starts = wall(&format!("{day}T09:30"));
        let text = calendar(
            Method::Request,
            None,
            &[Entry {
                starts,
                ends: starts + Duration::minutes(90),
                ..entry()
            }],
        );
        assert!(text.contains(&format!("DTSTART;TZID=Europe/London:{}T093000\r\n", day.replace('-', ""))));
        let onsets = Onset::read(&text);
        let (expected, _) = wall_to_utc(starts, Tz::Europe__London).unwrap();
        assert_eq!(
            starts.and_utc() - Duration::seconds(offset_at(&onsets, expected.timestamp())),
            expected
        );
    }
}

/// When a definition's clocks change: to so many seconds east of UTC, at this instant.
#[derive(Debug)]
struct Onset {
    at: i64,
    to: i64,
}

impl Onset {
    /// Reads the definitions as a calendar program would, by no code of ours: RFC 5545 3.6.5 by hand.
    fn read(text: &str) -> Vec<Onset> {
        let mut onsets = Vec::new();
        for block in text
            .split("BEGIN:DAYLIGHT\r\n")
            .flat_map(|part| part.split("BEGIN:STANDARD\r\n"))
            .skip(1)
        {
            let value = |key: &str| block.lines().find_map(|line| line.strip_prefix(key));
            let seconds = |text: &str| -> i64 {
                let digits = text.get(1..).unwrap();
                let part = |at: usize| digits.get(at..at + 2).map_or(0, |part| part.parse::<i64>().unwrap());
                (part(0) * 3600 + part(2) * 60 + part(4)) * if text.starts_with('-') { -1 } else { 1 }
            };
            let (from, to) = (seconds(value("TZOFFSETFROM:").unwrap()), seconds(value("TZOFFSETTO:").unwrap()));
            let start = NaiveDateTime::parse_from_str(value("DTSTART:").unwrap(), "%Y%m%dT%H%M%S").unwrap();
            let walls = match value("RRULE:") {
                None => vec![start],
                Some(rule) => {
                    let all: Vec<_> = (1970..2045).map(|year| day_of(rule, year).and_time(start.time())).collect();
                    assert_eq!(all[0], start, "DTSTART is not the rule's first: {rule}");
                    all
                }
            };
            onsets.extend(walls.into_iter().map(|wall| Onset {
                at: wall.and_utc().timestamp() - from,
                to,
            }));
        }
        onsets.sort_by_key(|onset| onset.at);
        onsets
    }
}

fn day_of(rule: &str, year: i32) -> NaiveDate {
    let part = |key: &str| rule.split(';').find_map(|part| part.strip_prefix(key));
    let month: u32 = part("BYMONTH=").unwrap().parse().unwrap();
    let (count, name) = part("BYDAY=").unwrap().split_at(part("BYDAY=").unwrap().len() - 2);
    let weekday: Weekday = match name {
        "MO" => "Mon",
        "TU" => "Tue",
        "WE" => "Wed",
        "TH" => "Thu",
        "FR" => "Fri",
        "SA" => "Sat",
        _ => "Sun",
    }
    .parse()
    .unwrap();
    let days: Vec<NaiveDate> = NaiveDate::from_ymd_opt(year, month, 1)
        .unwrap()
        .iter_days()
        .take_while(|day| day.month() == month)
        .filter(|day| day.weekday() == weekday)
        .collect();
    match (count, part("BYMONTHDAY=")) {
        ("-1", None) => *days.last().unwrap(),
        ("", Some(among)) => {
            let among: Vec<u32> = among.split(',').map(|day| day.parse().unwrap()).collect();
            *days.iter().find(|day| among.contains(&day.day())).unwrap()
        }
        (nth, None) => days[nth.parse::<usize>().unwrap() - 1],
        _ => panic!("{rule}"),
    }
}

fn offset_at(onsets: &[Onset], at: i64) -> i64 {
    onsets[onsets.partition_point(|onset| onset.at <= at).checked_sub(1).unwrap()].to
}

/// Compares a definition with the zone tables at every change, a second before it, and at odd hours between.
fn check(zone: Tz, first: i32, last: i32) -> String {
    let (start, end) = (wall(&format!("{first}-01-01T00:00")), wall(&format!("{last}-12-31T23:00")));
    let text = calendar(
        Method::Publish,
        None,
        &[Entry {
            zone,
            starts: start,
            ends: end,
            ..entry()
        }],
    );
    if is_utc(zone) {
        return text;
    }
    let onsets = Onset::read(&text);
    let (low, high) = (start.and_utc().timestamp() - 86_400, end.and_utc().timestamp() + 370 * 86_400);
    let odd_hours = (low..high).step_by(7 * 86_400 + 3_671);
    let changes = onsets
        .iter()
        .flat_map(|onset| [onset.at - 1, onset.at])
        .filter(|at| (low..high).contains(at));
    for at in odd_hours.chain(changes) {
        let then = DateTime::from_timestamp(at, 0).unwrap().naive_utc();
        let expected = i64::from(zone.offset_from_utc_datetime(&then).fix().local_minus_utc());
        assert_eq!(offset_at(&onsets, at), expected, "{zone} at {then}\n{text}");
    }
    text
}

#[test]
fn zones_far_from_london_are_defined_right() {
    assert!(check(Tz::America__New_York, 2026, 2028).contains("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n"));
    assert!(check(Tz::Australia__Lord_Howe, 2026, 2028).contains("TZOFFSETFROM:+1030\r\nTZOFFSETTO:+1100\r\n"));
    let kolkata = check(Tz::Asia__Kolkata, 2026, 2028);
    assert!(kolkata.contains("TZOFFSETTO:+0530\r\nTZNAME:IST\r\nDTSTART:19700101T000000\r\n") && !kolkata.contains("RRULE"));
    let casablanca = check(Tz::Africa__Casablanca, 2026, 2028);
    assert!(
        !casablanca.contains("RRULE") && casablanca.matches("BEGIN:DAYLIGHT").count() > 3,
        "{casablanca}"
    );
    assert!(check(Tz::Europe__Dublin, 2026, 2028).contains("BEGIN:DAYLIGHT\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\nTZNAME:IST\r\n"));
    // Moved for good in the middle of 2016.
    check(Tz::Europe__Istanbul, 2015, 2017);
}

#[test]
fn every_zone_there_is_is_defined_right() {
    for zone in chrono_tz::TZ_VARIANTS {
        let text = check(zone, 2026, 2027);
        assert!(
            icalendar::parser::read_calendar(&icalendar::parser::unfold(&text)).is_ok(),
            "{zone}"
        );
    }
}

fn nasty() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            prop::sample::select(&NASTY[..]).prop_map(str::to_owned),
            "\\PC{0,30}",
            any::<String>()
        ],
        0..6,
    )
    .prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn nothing_typed_becomes_a_property(
        uid in nasty(), summary in nasty(), location in nasty(), description in nasty(), url in nasty(), feed in nasty(),
        name in nasty(), person in nasty(), method in prop::sample::select(vec![Method::Publish, Method::Request, Method::Cancel]),
    ) {
        let address = |name: &str, email: &str| Mailbox::new(Some(name.to_owned()), email.parse().unwrap());
        let entry = Entry {
            uid, summary: summary.clone(), location: location.clone(), description: description.clone(),
            url: Some(format!("https://example.org/{url}")),
            organizer: address(&name, "network@events.example.org"), attendee: Some(address(&person, "jane@example.org")), ..entry()
        };
        let text = calendar(method, Some(&feed), &[entry]);
        let lines = logical(&text);
        prop_assert!(!text.chars().any(|c| matches!(c, '\0' | '\u{85}' | '\u{2028}' | '\u{202e}')), "control left in");

        let event: Vec<&String> = lines.iter().skip_while(|line| *line != "BEGIN:VEVENT").collect();
        let allowed = ["BEGIN", "ATTENDEE", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LOCATION", "ORGANIZER", "SEQUENCE", "STATUS",
            "SUMMARY", "TRANSP", "UID", "URL", "END"];
        let mut names: Vec<&str> = event.iter().map(|line| line.split([':', ';']).next().unwrap()).collect();
        prop_assert!(names.iter().all(|name| allowed.contains(name)), "{names:?}");
        names.retain(|name| *name != "END");
        let count = names.len();
        names.dedup();
        prop_assert_eq!(names.len(), count);
        prop_assert_eq!(named(&lines, "ATTENDEE").len(), usize::from(method != Method::Publish));
        prop_assert_eq!(named(&lines, "METHOD").len(), 1);

        // Read back by the crate's parser, what was typed is there, and the one ATTENDEE is the reader.
        let read: Calendar = text.parse().map_err(TestCaseError::fail)?;
        let read = read.events().next().unwrap();
        prop_assert_eq!(read.get_summary().unwrap_or_default(), one_line(&summary));
        prop_assert_eq!(read.get_location().unwrap_or_default(), one_line(&location));
        prop_assert_eq!(read.get_description().unwrap_or_default(), super::lines(&description));
        if method != Method::Publish {
            let attendees = read.get_attendees();
            prop_assert_eq!(&attendees[0].cal_address, "mailto:jane@example.org");
            let shown = one_line(&person.replace('"', "'"));
            prop_assert_eq!(attendees[0].cn.clone().unwrap_or_default(), shown);
        }
    }
}

#[test]
fn long_right_to_left_and_emoji_names_survive() {
    for name in [
        "O'Neill",
        "Siân Llŷr",
        &"x".repeat(120),
        &"שלום ".repeat(24),
        &"👩🏽‍⚕️".repeat(30),
        "\"A; B\", C",
    ] {
        let attendee = Some(Mailbox::new(Some(name.to_owned()), "jane@example.org".parse().unwrap()));
        let text = calendar(
            Method::Request,
            None,
            &[Entry {
                attendee,
                summary: name.to_owned(),
                ..entry()
            }],
        );
        logical(&text);
        let read: Calendar = text.parse().unwrap();
        let event = read.events().next().unwrap();
        assert_eq!(event.get_summary(), Some(name.trim()));
        assert_eq!(event.get_attendees()[0].cn.as_deref(), Some(name.trim().replace('"', "'").as_str()));
    }
}
