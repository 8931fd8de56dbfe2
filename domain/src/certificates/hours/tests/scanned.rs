//! Sessions the person scanned: overlaps, missing leaves and arrivals.

use super::*;

#[test]
fn own_scans_decide_even_against_the_door() {
    let sessions = [talk("a", "9:30", "11:00"), talk("b", "11:00", "12:00")];
    let working = work(&sessions, ["door in 9:00", "a in 9:30", "a out 10:00", "door out 12:00"]);
    assert_eq!(working.each(), [30, 60]);
}

#[test]
fn time_is_clipped_to_the_session() {
    let working = work(&[talk("a", "9:30", "11:00")], ["a in 9:00", "a out 12:00"]);
    assert_eq!(working.minutes, 90);
}

#[test]
fn leaving_and_coming_back_counts_both_stays() {
    let working = work(
        &[talk("a", "9:30", "11:00")],
        ["a in 9:30", "a out 9:50", "a in 10:30", "a out 11:00"],
    );
    assert_eq!(working.minutes, 50);
    assert_eq!(working.line("a").spans.len(), 2);
}

#[test]
fn an_overlap_goes_to_the_later_arrival() {
    let sessions = [talk("a", "9:30", "11:00"), workshop("b", "9:30", "11:00")];
    let working = work(&sessions, ["a in 9:30", "b in 10:00", "b out 11:00", "a out 11:00"]);
    assert_eq!(working.each(), [30, 60]);
    assert_eq!(working.participatory_minutes, 60);
    let moved_to = Some("B".to_owned());
    assert_eq!(
        working.line("a").why,
        Why::Scanned {
            never_left: false,
            moved_to
        }
    );
}

#[test]
fn of_two_arrivals_at_one_instant_the_one_written_later_wins() {
    let sessions = [talk("a", "9:30", "11:00"), talk("b", "9:30", "11:00")];
    assert_eq!(work(&sessions, ["b in 9:30", "a in 9:30"]).each(), [90, 0]);
    let working = work(&sessions, ["a in 9:30", "b in 9:30"]);
    assert_eq!(working.each(), [0, 90]);
    assert_eq!(working.line("a").why, Why::MovedTo { session: "B".into() });
}

#[test]
fn scanning_early_for_the_next_session_does_not_shorten_this_one() {
    let sessions = [talk("a", "9:30", "11:00"), talk("b", "11:00", "12:00")];
    let working = work(&sessions, ["a in 9:30", "b in 10:50", "a out 11:00", "b out 12:00"]);
    assert_eq!(working.each(), [90, 60]);
}

#[test]
fn going_to_the_exhibition_instead_earns_nothing() {
    let sessions = [talk("a", "9:30", "11:00"), pause("stands", "9:30", "11:00")];
    let working = work(&sessions, ["a in 9:30", "stands in 10:00"]);
    assert_eq!((working.minutes, working.line("a").minutes), (30, 30));
    assert_eq!(working.line("stands").why, Why::NotCpd);
}

#[test]
fn an_arrival_without_a_leave_closes_at_the_end_of_the_session_and_is_flagged() {
    let sessions = [talk("a", "9:30", "11:00"), talk("b", "11:30", "12:00")];
    let working = work(&sessions, ["a in 9:45"]);
    assert_eq!(working.each(), [75, 0]);
    assert!(working.line("a").flagged && !working.line("b").flagged);
    let [flag] = working.flags.as_slice() else {
        panic!("{:?}", working.flags)
    };
    assert_eq!((flag.kind, flag.scan, flag.session.as_deref()), (FlagKind::NeverLeft, 1, Some("a")));
}

#[test]
fn a_leave_without_an_arrival_counts_nothing_and_is_flagged() {
    let sessions = [talk("a", "9:30", "11:00")];
    let working = work(&sessions, ["a out 10:45"]);
    assert_eq!((working.minutes, &working.line("a").why), (0, &Why::NeverArrived));
    assert!(working.line("a").flagged);
    assert_eq!(working.flag_kinds(), [FlagKind::NeverArrived]);

    // It is a scan of the session all the same: the door no longer speaks for it.
    let working = work(&sessions, ["door in 9:00", "a out 10:45", "door out 12:00"]);
    assert_eq!(working.minutes, 0);
}

#[test]
fn a_second_arrival_is_ignored() {
    let sessions = [talk("a", "9:30", "11:00")];
    let working = work(&sessions, ["a in 9:40", "a in 10:30", "a out 11:00"]);
    assert_eq!(working.minutes, 80);
    assert_eq!(working.flags, []);
}

#[test]
fn scans_outside_the_session_count_nothing() {
    let sessions = [talk("a", "9:30", "11:00")];
    for scans in [["a in 9:00", "a out 9:20"], ["a in 11:00", "a out 11:30"]] {
        let working = work(&sessions, scans);
        assert_eq!((working.minutes, &working.line("a").why), (0, &Why::OutsideItsTime));
    }
}

#[test]
fn a_scan_of_a_cancelled_session_is_flagged_and_changes_nothing() {
    let sessions = [talk("a", "9:30", "11:00")];
    let working = work(&sessions, ["door in 9:00", "gone in 9:30", "door out 12:00"]);
    assert_eq!(working.minutes, 90);
    assert_eq!(working.flag_kinds(), [FlagKind::NoSuchSession]);
}

#[test]
fn only_what_was_scanned_or_stood_alone_is_named() {
    let sessions = [
        talk("alone", "9:00", "10:00"),
        talk("left", "10:00", "11:00"),
        talk("right", "10:00", "11:00"),
        talk("red", "11:00", "12:00"),
        talk("blue", "11:00", "12:00"),
        talk("missed", "12:00", "13:00"),
    ];
    let working = work(&sessions, ["door in 9:00", "red in 11:00", "red out 12:00", "door out 12:00"]);
    assert_eq!(working.named(), ["alone", "red"]);
    assert_eq!(working.minutes, 180);
}

#[test]
fn every_session_has_a_line_in_the_order_of_the_programme() {
    let mut sessions = worked_example();
    sessions.reverse();
    let working = work(&sessions, []);
    let codes: Vec<_> = working.lines.iter().map(|line| line.session.as_str()).collect();
    assert_eq!(codes, ["reg", "am1", "coffee", "am2", "lunch", "pm1", "tea", "pm2"]);
    assert_eq!(working.each(), [0; 8]);
    assert_eq!(working.line("pm1").of_minutes, 75);
}
