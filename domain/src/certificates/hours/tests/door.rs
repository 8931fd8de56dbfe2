//! Time at the event, for sessions nobody scanned.

use super::*;

#[test]
fn parallel_rooms_offer_a_minute_once() {
    let sessions = [
        talk("a", "9:00", "10:00"),
        workshop("b", "9:30", "11:00"),
        workshop("c", "9:30", "11:00"),
        talk("d", "12:00", "13:00"),
    ];
    let all = offered(&sessions, &Rule::default());
    assert_eq!((all.minutes, all.participatory_minutes), (180, 90));
}

#[test]
fn without_scans_of_parallel_rooms_the_time_counts_once_and_no_room_is_named() {
    let sessions = [talk("a", "9:30", "11:00"), talk("b", "9:30", "11:00")];
    let working = work(&sessions, ["door in 9:00", "door out 10:30"]);
    assert_eq!(working.each(), [60, 0]);
    assert_eq!(working.named(), [""; 0]);
    assert_eq!(
        working.line("a").why,
        Why::AtEvent {
            never_left: false,
            with: vec!["B".into()]
        }
    );
    assert_eq!(working.line("b").why, Why::CountedIn { session: "A".into() });
}

#[test]
fn the_door_says_nothing_where_a_session_beside_was_scanned() {
    let sessions = [talk("a", "9:30", "11:00"), talk("b", "9:30", "11:00")];
    let working = work(&sessions, ["door in 9:00", "b in 9:30", "b out 9:50", "door out 11:00"]);
    assert_eq!(working.each(), [0, 20]);
    assert_eq!(working.line("a").why, Why::ScannedBeside { session: "B".into() });
}

#[test]
fn the_door_says_nothing_where_a_session_beside_is_not_cpd() {
    let sessions = [
        talk("a", "9:30", "11:00"),
        pause("stands", "9:00", "10:00"),
        talk("b", "11:00", "12:00"),
    ];
    let working = work(&sessions, ["door in 9:00", "door out 12:00"]);
    assert_eq!(working.line("a").why, Why::Unclear { session: "STANDS".into() });
    assert_eq!((working.line("a").minutes, working.minutes), (0, 60));
}

#[test]
fn sessions_that_only_touch_are_not_beside_each_other() {
    let sessions = [pause("coffee", "9:00", "9:30"), talk("a", "9:30", "11:00")];
    let working = work(&sessions, ["door in 9:00", "door out 11:00"]);
    assert_eq!((working.minutes, working.named()), (90, vec!["a"]));
}

#[test]
fn an_arrival_without_a_leave_closes_at_the_end_of_that_days_last_session_and_is_flagged() {
    let sessions = [
        talk("a", "9:30", "11:00"),
        talk("b", "15:00", "16:00"),
        talk("c", "2/9:30", "2/11:00"),
    ];
    let working = work(&sessions, ["door in 10:00"]);
    assert_eq!(working.each(), [60, 60, 0]);
    assert_eq!(working.flag_kinds(), [FlagKind::NeverLeft]);
    assert!(working.line("a").flagged && working.line("b").flagged && !working.line("c").flagged);
}

#[test]
fn each_day_is_arrived_at_anew() {
    let sessions = [talk("a", "9:30", "11:00"), talk("b", "2/9:30", "2/11:00")];
    let working = work(&sessions, ["door in 10:00", "door in 2/10:30", "door out 2/11:00"]);
    assert_eq!(working.each(), [60, 30]);
    let working = work(&sessions, ["door in 10:00", "door out 2/10:30"]);
    assert_eq!(working.each(), [60, 0]);
    assert_eq!(working.flag_kinds(), [FlagKind::NeverLeft, FlagKind::NeverArrived]);
}

#[test]
fn leaving_after_midnight_is_leaving() {
    let sessions = [talk("late", "22:00", "2/1:00")];
    let working = work(&sessions, ["door in 22:00", "door out 2/0:30"]);
    assert_eq!(working.minutes, 150);
    assert_eq!(working.flags, []);
}

#[test]
fn an_exhibition_through_the_night_keeps_nobody_in_the_building() {
    let sessions = [
        talk("a", "9:30", "11:00"),
        pause("stands", "12:00", "2/9:00"),
        talk("b", "2/9:30", "2/11:00"),
    ];
    let working = work(&sessions, ["door in 9:30", "door in 2/10:00", "door out 2/11:00"]);
    assert_eq!(working.each(), [90, 0, 60]);
}

#[test]
fn a_leave_without_an_arrival_counts_nothing_and_is_flagged() {
    let working = work(&worked_example(), ["door out 14:50"]);
    assert_eq!((working.minutes, working.flag_kinds()), (0, vec![FlagKind::NeverArrived]));
}

#[test]
fn a_second_arrival_is_ignored() {
    let working = work(&worked_example(), ["door in 9:10", "door in 13:00", "door out 14:50"]);
    assert_eq!((working.minutes, working.flags.len()), (255, 0));
}

#[test]
fn arriving_on_a_day_without_sessions_counts_nothing() {
    let working = work(&worked_example(), ["door in 3/9:00"]);
    assert_eq!((working.minutes, working.flag_kinds()), (0, vec![FlagKind::NeverLeft]));
}

#[test]
fn door_time_is_participatory_only_while_every_parallel_session_is() {
    let beside = |other: Session| {
        let sessions = [workshop("a", "10:00", "12:00"), other];
        work(&sessions, ["door in 9:00", "door out 12:00"]).participatory_minutes
    };
    assert_eq!(beside(workshop("b", "10:00", "12:00")), 120);
    assert_eq!(beside(talk("b", "10:00", "12:00")), 0);
    // For the first hour only the workshop was on.
    assert_eq!(beside(talk("b", "11:00", "12:00")), 60);
}

#[test]
fn scanned_time_is_participatory_whatever_runs_beside_it() {
    let sessions = [workshop("a", "10:00", "12:00"), talk("b", "10:00", "12:00")];
    let working = work(&sessions, ["a in 10:00", "a out 12:00"]);
    assert_eq!(working.participatory_minutes, 120);
}
