//! Every report in `tests/fixtures/online`, all about people who do not exist, and what it comes to.

use super::*;
use chrono_tz::Europe::London;
use std::{fs, path::PathBuf};

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/online"))
}

fn report(name: &str) -> Report {
    read(&fs::read(folder().join(name)).unwrap()).unwrap()
}

fn attended(report: &Report, asked: Option<Order>) -> Attended {
    let day = "2027-03-12".parse().unwrap();
    settle(report, asked, London, day, day)
}

/// A report in short: what it is, then a line for each person with the times they were in, then its problems.
fn told(report: &Report, asked: Option<Order>) -> Vec<String> {
    let all = attended(report, asked);
    let order = match (all.order.order, all.order.ambiguous) {
        (_, true) => "either order",
        (Order::DayFirst, _) => "day first",
        (Order::MonthFirst, _) => "month first",
    };
    let mut lines = vec![format!("{}: {}, {order}", report.vendor.unwrap().name(), report.title)];
    for person in &all.people {
        let mut words = format!("{} <{}>", person.names.join(" / "), person.addresses.join(" "));
        for one in &person.was_in {
            words += &format!(" {}-{}", one.from.format("%dT%H:%M:%S"), one.until.format("%H:%M:%S"));
        }
        if let Some(total) = person.total {
            words += &format!(" {total} minutes");
        }
        if person.only_waited {
            words += " waited";
        }
        lines.push(words + &format!(" lines {:?}", person.lines));
        lines.extend(person.notes.clone());
    }
    lines.extend(all.problems.iter().map(|problem| format!("{}: {}", problem.line, problem.words)));
    if all.absent > 0 {
        lines.push(format!("{} absent", all.absent));
    }
    lines
}

const EXPECTED: [(&str, &[&str]); 14] = [
    (
        "zoom-meeting-us.csv",
        &[
            "Zoom: Study day: compassion, and practice, month first",
            "Events Team <events@example.org> 12T09:41:07-12:45:30 lines [5]",
            "Ama Owusu / Owusu, Ama (Ama Owusu) / Owusu, Ama <ama@example.org> 12T09:55:00-12:40:00 lines [6, 7, 8]",
            "Sian's iPhone (Sian Llyr) / Sian's iPhone / Sian Llyr <> 12T10:00:30-12:00:10 lines [9]",
            "Kofi Mensah <> waited lines [10]",
        ],
    ),
    (
        "zoom-no-header-uk.csv",
        &[
            "Zoom: , day first",
            "Jane Smith <jane@example.org> 12T09:55:00-11:00:00 12T11:20:00-12:50:00 lines [2, 3]",
            "Llŷr, Siân / Siân Llŷr <> 12T13:58:12-00:10:00 lines [4]",
        ],
    ),
    (
        "zoom-new-headings-iso.csv",
        &[
            "Zoom: Morning talks, day first",
            "Jane Smith <jane@example.org> 12T09:55:00-12:51:00 lines [5]",
            "Nwúl O'Neill <> 12T10:05:00-12:51:00 lines [6]",
            "Line 6 does not say when they left: counted until the last time in the report",
        ],
    ),
    (
        "zoom-unique-users.csv",
        &[
            "Zoom: Study day, day first",
            "Ama Owusu <ama@example.org> 170 minutes lines [5]",
            "Kofi Mensah <> 45 minutes lines [6]",
        ],
    ),
    (
        "zoom-webinar.csv",
        &[
            "Zoom: Self-harm: the evidence, day first",
            "Events Team <events@example.org> 12T09:45:00-13:05:00 lines [7]",
            "Dr Panel <panel@example.org> 12T09:50:00-13:00:00 lines [10]",
            "Jane <jane@example.org> 12T09:58:00-10:40:00 12T10:42:00-13:00:00 lines [13, 14]",
            "1 absent",
        ],
    ),
    (
        "zoom-german-western.csv",
        &[
            "Zoom: , day first",
            "Jürgen Groß <juergen@example.org> 12T10:55:00-11:58:00 lines [2, 3]",
        ],
    ),
    (
        "zoom-either-order.csv",
        &[
            "Zoom: , either order",
            "Jane Smith <jane@example.org> 04T08:55:00-10:00:00 lines [2]",
            "Ama Owusu <ama@example.org> lines [3]",
            "Kofi Mensah <kofi@example.org> lines [4]",
            "3: They left before they joined, by the report",
            "4: “yesterday” is no date and time that can be read",
        ],
    ),
    (
        "teams-meeting-us.csv",
        &[
            "Teams: Study day, month first",
            "Events Team <events@example.org> 12T09:41:02-12:45:30 lines [17]",
            "Ama Owusu <ama@example.org> 12T09:55:00-12:40:00 lines [18, 19]",
            "Kofi Mensah (Guest) / Kofi Mensah <> 12T10:00:00-10:40:00 12T11:30:00-12:00:00 lines [20, 21]",
        ],
    ),
    (
        "teams-webinar.csv",
        &[
            "Teams: Self-harm: the evidence, day first",
            "Jane Smith <j.smith@trust.example.net jane@example.org> 12T09:58:00-12:30:00 lines [16]",
            "Siân Llŷr <sian@example.org> 12T10:00:00-11:00:00 lines [17]",
            "1 absent",
        ],
    ),
    (
        "teams-list-2020.csv",
        &[
            "Teams: , month first",
            "Events Team <> 12T09:55:00-11:30:00 lines [2]",
            "Line 2 does not say when they left: counted until the last time in the report",
            "Ama Owusu <> 12T09:55:00-11:30:00 lines [3, 9]",
            "Kofi Mensah <> 12T10:00:00-10:40:00 12T10:45:00-11:00:00 lines [4, 5, 6, 7]",
            "Jane Smith <> lines [8]",
            "8: They left without having joined, by the report",
        ],
    ),
    (
        "teams-summary-2021.csv",
        &[
            "Teams: Study day, day first",
            "Jane Smith <jane@example.org> 12T09:55:00-11:00:00 12T11:20:00-12:40:00 lines [8, 9]",
        ],
    ),
    (
        "teams-german.csv",
        &[
            "Teams: Studientag, day first",
            "Jürgen Groß <juergen@example.org> 12T10:55:00-11:58:00 lines [13]",
        ],
    ),
    (
        "teams-resaved.csv",
        &[
            "Teams: Study day, part 2, day first",
            "Jane Smith <jane@example.org> 12T09:55:00-11:00:00 lines [7]",
            "Ama Owusu <ama@example.org> 90 minutes lines [8]",
            "8: They were not in all the time from their first joining to their last leaving, and the report does not say when they were. Download the report with the part “In-Meeting Activities”",
        ],
    ),
    (
        "teams-utc.csv",
        &[
            "Teams: A summer's day, month first",
            "Jane Smith <jane@example.org> 14T08:55:00-10:00:00 lines [11]",
        ],
    ),
];

#[test]
fn every_report_is_read_as_it_was_meant() {
    let mut files: Vec<_> = fs::read_dir(folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort_unstable();
    let mut named: Vec<_> = EXPECTED.iter().map(|(name, _)| *name).collect();
    named.sort_unstable();
    assert_eq!(files, named, "each file is expected here");
    for (name, expected) in EXPECTED {
        assert_eq!(told(&report(name), None), expected, "{name}");
    }
}

#[test]
fn an_order_that_does_not_tell_is_asked_for() {
    let report = report("zoom-either-order.csv");
    assert!(attended(&report, None).order.ambiguous);
    assert_eq!(
        told(&report, Some(Order::MonthFirst))[..2],
        [
            "Zoom: , month first",
            "Jane Smith <jane@example.org> 05T08:55:00-10:00:00 lines [2]"
        ]
    );
}

#[test]
fn notes_say_what_the_reader_should_look_at() {
    assert!(report("zoom-german-western.csv").notes[0].starts_with("The file is not saved as UTF-8"));
    assert!(report("zoom-unique-users.csv").notes[0].contains("Show unique users"));
    assert_eq!(report("teams-meeting-us.csv").notes, [""; 0]);
}

#[test]
fn a_time_the_clocks_jump_over_is_a_problem_and_one_that_comes_twice_is_the_first() {
    let read = |text: &str| {
        let report = read(format!("Name,Join Time,Leave Time\n{text}\n").as_bytes()).unwrap();
        told(&report, None)[1..].to_vec()
    };
    assert_eq!(
        read("Jane,2027-03-28 01:30,2027-03-28 03:00"),
        [
            "Jane <> lines [2]",
            "2: There is no 1:30am on Sunday 28 March 2027 in UK time: the clocks go forward from 1am to 2am"
        ]
    );
    assert_eq!(
        read("Jane,2027-10-31 00:30,2027-10-31 01:30"),
        ["Jane <> 30T23:30:00-00:30:00 lines [2]"]
    );
}

#[test]
fn what_is_no_report_is_refused_in_words() {
    let wrong = |bytes: &[u8]| match read(bytes) {
        Err(crate::Error::Invalid(errors)) => errors.0[0].code.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong(b""), "missing");
    assert_eq!(wrong(b" \n"), "empty");
    assert_eq!(wrong(b"PK\x03\x04rest"), "not_csv");
    assert_eq!(wrong(&[0xFF, 0xFE, 0x00]), "encoding");
    assert_eq!(wrong(b"Jane Smith,9:10\n"), "no_report");
    assert_eq!(wrong(b"Name,Email\nJane,jane@example.org\n"), "no_report");
    assert_eq!(wrong(b"Name,Join Time\n"), "no_report");
    assert_eq!(wrong(&vec![b'x'; FILE_LIMIT + 1]), "too_large");
    let long = format!("Name,Join Time\n{}", "J,9\n".repeat(MOST_ROWS + 1));
    assert_eq!(wrong(long.as_bytes()), "too_long");
}

#[test]
fn a_report_that_breaks_off_anywhere_is_read_or_refused() {
    for (name, _) in EXPECTED {
        let bytes = fs::read(folder().join(name)).unwrap();
        for until in 0..bytes.len() {
            if let Ok(report) = read(&bytes[..until]) {
                let all = attended(&report, None);
                assert!(!all.people.is_empty() || all.absent > 0, "{name} {until}");
            }
        }
    }
}
