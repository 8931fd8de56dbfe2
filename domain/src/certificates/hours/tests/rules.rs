//! Counting by threshold, and all or nothing.

use super::*;

fn threshold(threshold_percent: u32) -> Rule {
    Rule {
        rule: CpdRule::PerSessionThreshold,
        threshold_percent,
        ..Rule::default()
    }
}

fn all_or_nothing(grace_minutes: u32) -> Rule {
    Rule {
        rule: CpdRule::AllOrNothing,
        grace_minutes,
        ..Rule::default()
    }
}

#[test]
fn the_usual_rule_is_proportional_80_percent_no_grace_and_quarter_hours() {
    let stored = Rule::stored(CpdRule::Proportional, None, None, 15, 15, CpdParticipatory::BySession);
    assert_eq!(stored, Rule::default());
    assert_eq!((stored.threshold_percent, stored.grace_minutes), (80, 0));
    let stored = Rule::stored(CpdRule::AllOrNothing, Some(75), Some(10), 30, -1, CpdParticipatory::WholeEvent);
    assert_eq!(
        (
            stored.threshold_percent,
            stored.grace_minutes,
            stored.round_down_to,
            stored.min_minutes
        ),
        (75, 10, 30, 15)
    );
}

#[test]
fn a_session_attended_to_the_threshold_counts_in_full_and_below_it_not_at_all() {
    let sessions = [talk("a", "9:00", "10:00"), workshop("b", "11:00", "12:00")];
    let scans = scans(["a in 9:12:01", "a out 10:00", "b in 11:12", "b out 12:00"]);
    let working = work_out(&sessions, &scans, &threshold(80));

    assert_eq!(working.each(), [0, 60]);
    assert_eq!((working.minutes, working.participatory_minutes), (60, 60));
    assert_eq!(working.named(), ["b"]);
    assert_eq!(
        working.line("a").ruling,
        Some(Ruling::BelowThreshold {
            present_minutes: 47,
            threshold_percent: 80
        })
    );
    assert_eq!(working.line("b").ruling, Some(Ruling::InFull { present_minutes: 48 }));
}

#[test]
fn two_overlapping_sessions_in_full_count_a_minute_once() {
    let sessions = [talk("a", "9:00", "10:00"), talk("b", "9:50", "10:50")];
    let scans = scans(["a in 9:00", "b in 9:51", "b out 10:50"]);
    let working = work_out(&sessions, &scans, &threshold(80));
    assert_eq!(working.minutes, 110);
    assert_eq!(working.each(), [51, 59]);
}

#[test]
fn sessions_in_parallel_share_the_time_at_the_event() {
    let sessions = [talk("a", "9:00", "11:00"), talk("b", "10:00", "12:00")];
    let working = work_out(&sessions, &scans(["door in 9:00", "door out 12:00"]), &threshold(80));
    assert_eq!(working.minutes, 180);
}

#[test]
fn a_threshold_of_nought_still_asks_for_presence() {
    let sessions = [talk("a", "9:00", "10:00"), talk("b", "11:00", "12:00")];
    let working = work_out(&sessions, &scans(["a in 9:59", "a out 10:00"]), &threshold(0));
    assert_eq!(working.each(), [60, 0]);
}

#[test]
fn all_counts_for_whoever_missed_no_more_than_the_grace() {
    let late = scans(["door in 9:40", "door out 15:50"]);
    let working = work_out(&worked_example(), &late, &all_or_nothing(10));
    assert_eq!((working.minutes, working.participatory_minutes), (300, 75));
    assert_eq!(working.line("am1").ruling, Some(Ruling::InFull { present_minutes: 80 }));
    assert_eq!(working.line("am2").ruling, None);

    let working = work_out(&worked_example(), &late, &all_or_nothing(9));
    assert_eq!(working.minutes, 0);
    assert_eq!(
        working.line("am2").ruling,
        Some(Ruling::MissedTooMuch {
            missed_minutes: 10,
            grace_minutes: 9
        })
    );
    assert_eq!(working.named(), [""; 0]);
}

#[test]
fn seconds_missed_are_forgiven() {
    let working = work_out(&worked_example(), &scans(["door in 9:30:59", "door out 15:50"]), &all_or_nothing(0));
    assert_eq!(working.minutes, 300);
}

#[test]
fn a_session_missed_within_the_grace_counts_but_is_not_named() {
    let sessions = [talk("a", "9:00", "10:00"), talk("b", "10:30", "10:40")];
    let working = work_out(&sessions, &scans(["a in 9:00", "a out 10:00"]), &all_or_nothing(10));
    assert_eq!((working.each(), working.named()), (vec![60, 10], vec!["a"]));
}

#[test]
fn nobody_absent_gets_all_however_long_the_grace() {
    assert_eq!(work_out(&worked_example(), &[], &all_or_nothing(1000)).minutes, 0);
}

#[test]
fn one_room_of_several_is_all_there_was_to_attend() {
    let sessions = [
        workshop("a", "9:00", "10:00"),
        talk("b", "9:00", "10:00"),
        talk("c", "10:00", "11:00"),
    ];
    let working = work_out(&sessions, &scans(["a in 9:00", "c in 10:00"]), &all_or_nothing(0));
    assert_eq!((working.each(), working.participatory_minutes), (vec![60, 0, 60], 60));
}
