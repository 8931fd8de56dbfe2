//! Rounding, and who qualifies.

use super::super::whole_minutes::{Earned, MINUTE, Minutes, share_out};
use super::*;
use proptest::prelude::*;

#[test]
fn minutes_are_rounded_down_to_the_step_once_on_the_total() {
    let sessions = [talk("a", "9:00", "9:25"), talk("b", "10:00", "10:25")];
    let working = work(&sessions, ["door in 9:00", "door out 11:00"]);
    assert_eq!((working.minutes, working.shown_minutes), (50, 45));
}

#[test]
fn seconds_are_rounded_down_once_and_the_lines_still_add_up() {
    let sessions = [
        talk("a", "9:00", "9:30"),
        talk("b", "10:00", "10:30"),
        workshop("c", "11:00", "11:30"),
    ];
    let working = work(
        &sessions,
        [
            "a in 9:09:30",
            "a out 9:30",
            "b in 10:09:20",
            "b out 10:30",
            "c in 11:09:30",
            "c out 11:30",
        ],
    );
    // 20:30 + 20:40 + 20:30 = 61:40, and 20:30 of it participatory.
    assert_eq!((working.minutes, working.participatory_minutes), (61, 20));
    assert_eq!(working.each(), [20, 21, 20]);
}

#[test]
fn what_is_shown_as_participatory_is_never_more_than_the_hours_shown() {
    let working = work_out(&worked_example(), &scans(["door in 9:35", "door out 14:50"]), &whole_event());
    assert_eq!((working.minutes, working.shown_minutes), (250, 240));
    assert_eq!((working.participatory_minutes, working.shown_participatory_minutes), (250, 240));
}

#[test]
fn a_step_of_nought_or_one_shows_every_minute() {
    for round_down_to in [0, 1] {
        let rule = Rule {
            round_down_to,
            ..Rule::default()
        };
        assert_eq!(rule.shown(254), 254);
    }
}

proptest! {
    #[test]
    fn shares_add_up_and_stay_within_a_minute(times in proptest::collection::vec((0..300_000u64, 0..300_000u64), 0..12)) {
        let lines: Vec<Earned> = times.iter().map(|&(participatory, other)| Earned { participatory, other, is_capped: false }).collect();
        let (total, each) = share_out(&lines);

        let exact: u64 = times.iter().map(|(participatory, other)| participatory + other).sum();
        prop_assert_eq!(u64::from(total.all), exact / MINUTE);
        let exact: u64 = times.iter().map(|(participatory, _)| participatory).sum();
        prop_assert_eq!(u64::from(total.participatory), exact / MINUTE);
        let sum = each.iter().fold(Minutes::default(), |sum, line| Minutes {
            all: sum.all + line.all,
            participatory: sum.participatory + line.participatory,
        });
        prop_assert_eq!(sum, total);
        for (line, (participatory, other)) in each.iter().zip(&times) {
            for (got, exact) in [(line.participatory, participatory), (line.all - line.participatory, other)] {
                prop_assert!((u64::from(got) * MINUTE).abs_diff(*exact) < MINUTE);
            }
        }
    }
}

fn standing() -> Standing {
    Standing {
        cancelled: false,
        event_ends: at("16:00"),
        now: at("16:00"),
        has_live_certificate: false,
    }
}

fn of_minutes(shown_minutes: u32) -> Working {
    Working {
        shown_minutes,
        ..Working::default()
    }
}

#[test]
fn qualifying_takes_an_ended_event_enough_minutes_and_no_live_certificate() {
    let verdict = |standing| qualifies(&of_minutes(15), &Rule::default(), &standing);
    assert_eq!(verdict(standing()), Ok(()));
    assert_eq!(
        verdict(Standing {
            cancelled: true,
            ..standing()
        }),
        Err(WhyNot::Cancelled)
    );
    let now = at("15:59:59");
    assert_eq!(verdict(Standing { now, ..standing() }), Err(WhyNot::NotEnded));
    assert_eq!(
        verdict(Standing {
            has_live_certificate: true,
            ..standing()
        }),
        Err(WhyNot::HasCertificate)
    );
}

#[test]
fn the_minutes_that_must_suffice_are_the_rounded_ones() {
    let rule = Rule {
        min_minutes: 40,
        ..Rule::default()
    };
    let working = work_out(&[talk("a", "9:00", "9:44")], &scans(["a in 9:00", "a out 9:44"]), &rule);
    assert_eq!((working.minutes, working.shown_minutes), (44, 30));
    let too_few = WhyNot::TooFewMinutes {
        shown_minutes: 30,
        min_minutes: 40,
    };
    assert_eq!(qualifies(&working, &rule, &standing()), Err(too_few));
}

#[test]
fn nobody_gets_a_certificate_for_nothing() {
    let rule = Rule {
        min_minutes: 0,
        ..Rule::default()
    };
    assert!(qualifies(&of_minutes(0), &rule, &standing()).is_err());
}
