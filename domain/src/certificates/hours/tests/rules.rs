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
    let stored = Rule::stored(CpdRule::Proportional, None, None, None, 15, 15, CpdParticipatory::BySession);
    assert_eq!(stored, Rule::default());
    assert_eq!((stored.threshold_percent, stored.grace_minutes), (80, 0));
    let stored = Rule::stored(
        CpdRule::AllOrNothing,
        Some(75),
        Some(10),
        Some(-1),
        30,
        -1,
        CpdParticipatory::WholeEvent,
    );
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

fn capped(day_cap_minutes: u32) -> Rule {
    Rule {
        day_cap_minutes: Some(day_cap_minutes),
        ..Rule::default()
    }
}

#[test]
fn a_day_gives_no_more_than_its_cap_and_the_next_day_begins_anew() {
    let sessions = [
        talk("a", "9:00", "12:00"),
        talk("b", "13:00", "16:00"),
        talk("c", "17:00", "19:00"),
        talk("d", "2/9:00", "2/10:00"),
    ];
    let scans = scans(["door in 9:00", "door out 19:00", "door in 2/9:00", "door out 2/10:00"]);
    let rule = capped(5 * 60);
    assert_eq!(offered(&sessions, &rule).minutes, 6 * 60);
    let working = work_out(&sessions, &scans, &rule);
    assert_eq!(working.each(), [180, 120, 0, 60]);
    assert_eq!(working.named(), ["a", "b", "d"]);
    let words = |code: &str| working.line(code).words();
    assert_eq!(words("a"), "At the event while this ran.");
    assert!(
        words("b").ends_with("Counted until the day had given 5 hours, the most it can."),
        "{}",
        words("b")
    );
    assert!(
        words("c").ends_with("Not counted: the day had given 5 hours before, the most it can."),
        "{}",
        words("c")
    );
}

#[test]
fn a_full_day_keeps_its_participatory_time() {
    let sessions = [talk("a", "9:00", "12:00"), workshop("b", "13:00", "14:00")];
    let scans = scans(["door in 9:00", "door out 14:00"]);
    let working = work_out(&sessions, &scans, &capped(180));
    assert_eq!(working.each(), [120, 60]);
    assert_eq!((working.minutes, working.participatory_minutes), (180, 60));
}

fn adjustment(session: &str, minutes: i32, reason: &str) -> Adjustment {
    Adjustment {
        session: session.to_owned(),
        minutes,
        reason: reason.to_owned(),
    }
}

#[test]
fn minutes_given_and_taken_are_said_with_their_reason() {
    let sessions = worked_example();
    let scans = scans(["door in 9:10", "door out 14:50"]);
    let rule = Rule::default();
    let given = [
        adjustment("pm2", 30, "Stayed for the panel; signed out late"),
        adjustment("pm1", -15, "Left early."),
    ];
    let working = work_out(&sessions, &scans, &rule).adjusted(&sessions, &rule, &given);
    assert_eq!((working.minutes, working.shown_minutes), (255 + 30 - 15, 270));
    assert_eq!(working.participatory_minutes, 60);
    assert!(working.named().contains(&"pm2"));
    let words = working.line("pm2").words();
    assert!(
        words.ends_with("30 minutes added by the organiser: Stayed for the panel; signed out late."),
        "{words}"
    );
    let words = working.line("pm1").words();
    assert!(words.ends_with("15 minutes taken by the organiser: Left early."), "{words}");
}

#[test]
fn no_adjustment_goes_beyond_the_session_or_below_nothing() {
    let sessions = worked_example();
    let rule = Rule::default();
    let given = [
        adjustment("pm2", 500, "All of it"),
        adjustment("am1", -500, "None of it"),
        adjustment("tea", 15, "A break"),
        adjustment("gone", 15, "Nowhere"),
    ];
    let working = work_out(&sessions, &scans(["am1 in 9:30", "am1 out 10:00"]), &rule).adjusted(&sessions, &rule, &given);
    assert_eq!(working.minutes, 45);
    assert_eq!(working.line("pm2").minutes, 45);
    assert_eq!(working.line("am1").minutes, 0);
    assert_eq!(working.line("tea").adjusted, None);
    // What it came to is said, not what was asked.
    assert!(
        working.line("pm2").words().contains("45 minutes added"),
        "{}",
        working.line("pm2").words()
    );
}
