#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn scheme(code: &str) -> &'static Scheme {
    find(code).unwrap()
}

#[test]
fn the_worked_example_comes_out_as_each_scheme_counts_it() {
    let on = day("2026-03-12");
    let federation = scheme("federation").on(on);
    let credits: Vec<u32> = [300, 255, 270, 269, 29, 30]
        .map(|minutes| federation.credited(minutes) / 60)
        .to_vec();
    assert_eq!(credits, [5, 4, 5, 4, 0, 1]);
    let nmc = scheme("nmc").on(on);
    assert_eq!(
        [255, 75, 170, 300, 60].map(|minutes| nmc.in_units(nmc.credited(minutes))),
        ["4.25 hours", "1.25 hours", "2.75 hours", "5 hours", "1 hour"]
    );
    let line = |code: &str, standing: &str| scheme(code).line(on, 255, 75, standing);
    let waiting = "subject to peer group approval";
    assert_eq!(line("nmc", waiting), "4.25 hours, of which 1.25 participatory");
    assert_eq!(line("rcpsych", waiting), "4.25 hours, subject to peer group approval");
    assert_eq!(line("rcpsych", ""), "4.25 hours");
    assert_eq!(line("federation", waiting), "4 credits");
    assert_eq!(line("hcpc", waiting), "");
}

#[test]
fn what_a_scheme_asked_for_is_what_it_asked_for_that_day() {
    let rcpsych = scheme("rcpsych");
    let (before, after) = (rcpsych.on(day("2026-01-26")), rcpsych.on(day("2026-01-27")));
    assert_eq!((before.code, before.target.minutes, before.target.clinical), ("1", 50 * 60, 0));
    assert_eq!(
        (after.code, after.target.minutes, after.target.clinical, after.target.accounts),
        ("2026", 0, 30 * 60, 2)
    );
    assert_eq!(rcpsych.version("1", day("2027-01-01")).code, "1");
    assert_eq!(rcpsych.version("gone", day("2027-01-01")).code, "2026");
    assert_eq!(rcpsych.on(day("1999-01-01")).code, "1");
}

#[test]
fn the_questions_of_the_nmc_are_its_own() {
    let nmc = scheme("nmc").on(day("2026-11-20"));
    assert!(nmc.is_exact);
    assert_eq!(
        nmc.questions.iter().map(|question| question.words).collect::<Vec<_>>(),
        [
            "What was the nature of the CPD activity and/or practice-related feedback and/or event or experience in your practice?",
            "What did you learn from the CPD activity and/or feedback and/or event or experience in your practice?",
            "How did you change or improve your practice as a result?",
            "How is this relevant to the Code?",
        ]
    );
    assert_eq!(
        (nmc.target.minutes, nmc.target.participatory, nmc.target.accounts, nmc.years),
        (2_100, 1_200, 5, 3)
    );
}

#[test]
fn a_day_counts_no_more_than_its_cap() {
    let (one, two) = (day("2026-03-12"), day("2026-03-13"));
    let federation = scheme("federation").on(one);
    let entries = [(one, 300), (one, 240), (one, 60), (two, 540)];
    assert_eq!(federation.counted(&entries), [300, 180, 0, 480]);
    assert_eq!(scheme("nmc").on(one).counted(&entries), [300, 240, 60, 540]);
}

#[test]
fn a_period_begins_where_the_person_says_and_goes_on_from_there() {
    let nmc = scheme("nmc").on(day("2026-11-20"));
    let period = |starts: &str, today: &str| nmc.period(Some(day(starts)), day(today));
    assert_eq!(period("2024-05-01", "2026-11-20"), (day("2024-05-01"), day("2027-04-30")));
    assert_eq!(period("2024-05-01", "2027-05-01"), (day("2027-05-01"), day("2030-04-30")));
    assert_eq!(period("2018-05-01", "2026-11-20"), (day("2024-05-01"), day("2027-04-30")));
    // Said in advance: the period before it is the one we are in.
    assert_eq!(period("2027-05-01", "2026-11-20"), (day("2024-05-01"), day("2027-04-30")));
    assert_eq!(period("2024-02-29", "2027-02-27"), (day("2024-02-29"), day("2027-02-27")));
    assert_eq!(nmc.period(None, day("2026-11-20")), (day("2024-01-01"), day("2026-12-31")));
    let swe = scheme("swe").on(day("2026-11-20"));
    assert_eq!(swe.period(None, day("2026-11-30")), (day("2025-12-01"), day("2026-11-30")));
    assert_eq!(swe.period(None, day("2026-12-01")), (day("2026-12-01"), day("2027-11-30")));
}

#[test]
fn every_scheme_can_be_told_apart_and_asks_something_to_reflect_by() {
    let mut codes = std::collections::HashSet::new();
    for scheme in SCHEMES {
        assert!(codes.insert(scheme.code), "{} is there twice", scheme.code);
        assert!(
            scheme.versions[0].from.is_none(),
            "{}: the first version holds for every day",
            scheme.code
        );
        let mut last = None;
        let mut names = std::collections::HashSet::new();
        for version in scheme.versions {
            assert!(names.insert(version.code), "{} {} is there twice", scheme.code, version.code);
            assert!(version.began() > last || version.from.is_none(), "{}: out of order", scheme.code);
            assert_eq!(version.from.is_some(), version.began().is_some(), "{}: no such day", scheme.code);
            last = version.began();
            assert!(!version.questions.is_empty() && !version.about.is_empty(), "{}", scheme.code);
        }
    }
}

proptest! {
    /// Whatever was done: the total is the sum of its parts, no day goes over its cap, and nothing counts more than its own
    /// minutes rounded.
    #[test]
    fn totals_are_sums_of_their_parts(which in 0..SCHEMES.len(), entries in prop::collection::vec((0_u64..5, 0_u32..1_500), 0..20)) {
        let first = day("2026-03-12");
        let entries: Vec<(NaiveDate, u32)> = entries.into_iter().map(|(after, minutes)| (first + chrono::Days::new(after), minutes)).collect();
        let version = SCHEMES[which].on(first);
        let counted = version.counted(&entries);
        for ((_, minutes), counts) in entries.iter().zip(&counted) {
            prop_assert!(*counts <= version.credited(*minutes) && version.credited(*minutes) <= minutes + 30);
        }
        let mut by_day = std::collections::HashMap::<NaiveDate, u32>::new();
        for ((on, _), counts) in entries.iter().zip(&counted) {
            *by_day.entry(*on).or_default() += counts;
        }
        prop_assert_eq!(by_day.values().sum::<u32>(), counted.iter().sum::<u32>());
        if let Some(cap) = version.day_cap {
            prop_assert!(by_day.values().all(|day| *day <= cap));
        }
    }

    /// A period has today in it, is as long as it should be, and begins on the person's own day of the year.
    #[test]
    fn today_is_in_the_period(which in 0..SCHEMES.len(), starts in -6_000_i64..6_000, today in 0_i64..4_000) {
        let zero = day("2024-01-01");
        let (starts, today) = (zero + chrono::Duration::days(starts), zero + chrono::Duration::days(today));
        let version = SCHEMES[which].on(today);
        let (first, last) = version.period(Some(starts), today);
        prop_assert!(first <= today && today <= last);
        let days = (last - first).num_days() + 1;
        let years = i64::from(version.years);
        prop_assert!((365 * years..=366 * years).contains(&days), "{first} {last}");
    }
}
