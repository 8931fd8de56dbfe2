//! What people read.

use super::*;

#[test]
fn hours_read_as_on_certificates() {
    for (minutes, words) in [
        (0, "0 hours"),
        (1, "0.01 hours"),
        (15, "0.25 hours"),
        (30, "0.5 hours"),
        (59, "0.98 hours"),
        (60, "1 hour"),
        (63, "1.05 hours"),
        (75, "1.25 hours"),
        (170, "2.83 hours"),
        (255, "4.25 hours"),
        (300, "5 hours"),
        (630, "10.5 hours"),
    ] {
        assert_eq!(hours_in_words(minutes), words);
    }
}

#[test]
fn the_working_reads_in_plain_english() {
    let sessions = [
        pause("reg", "9:00", "9:30"),
        talk("am1", "9:30", "11:00"),
        talk("left", "11:20", "12:50"),
        talk("right", "11:20", "12:50"),
        talk("pm1", "13:35", "14:50"),
        talk("pm2", "15:05", "15:50"),
    ];
    let working = work(
        &sessions,
        ["door in 9:10", "am1 in 9:35", "am1 out 11:00", "door out 13:00", "pm1 in 13:40"],
    );
    let words: Vec<_> = working
        .lines
        .iter()
        .map(|line| line.words_with_times(|at| at.format("%H:%M").to_string()))
        .collect();
    assert_eq!(
        words,
        [
            "This part of the programme is not CPD.",
            "Scanned in and out. There 09:35 to 11:00.",
            "At the event while this ran. Counted once with ‘RIGHT’, at the same time. There 11:20 to 12:50.",
            "Counted under ‘LEFT’, at the same time.",
            "Scanned in, with no scan out: counted to the end of the session. There 13:40 to 14:50.",
            "No scan of this session, and not at the event while it ran.",
        ]
    );
    assert_eq!(working.line("am1").words(), "Scanned in and out.");
    let flags: Vec<_> = working.flags.iter().map(Flag::words).collect();
    assert_eq!(flags, ["Arrived, with no leave: counted to the end of the session."]);
}

#[test]
fn a_ruling_is_said_after_the_reason() {
    let rule = Rule {
        rule: CpdRule::PerSessionThreshold,
        ..Rule::default()
    };
    let working = work_out(&[talk("a", "9:30", "11:00")], &scans(["a in 9:30", "a out 10:00"]), &rule);
    assert_eq!(
        working.line("a").words(),
        "Scanned in and out. Not counted: there for 30 of 90 minutes, and this event asks for 80%."
    );
}

#[test]
fn reasons_for_no_certificate_read_in_plain_english() {
    let too_few = |shown_minutes| {
        WhyNot::TooFewMinutes {
            shown_minutes,
            min_minutes: 60,
        }
        .words()
    };
    assert_eq!(too_few(30), "0.5 hours of CPD; a certificate needs 1 hour.");
    assert_eq!(too_few(0), "No CPD minutes to certify.");
}
