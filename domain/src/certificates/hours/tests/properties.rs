//! What holds for every programme and every set of scans.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

const DAY_STARTS: i64 = 8 * 60;

/// `minute` minutes after midnight of the nth day.
fn minute(n: i64, minute: i64) -> DateTime<Utc> {
    day(n).and_time(NaiveTime::MIN).and_utc() + TimeDelta::minutes(minute)
}

prop_compose! {
    fn session(cpd: f64)(n in 1..3i64, starts in 0..90i64, lasts in 0..24i64, cpd in proptest::bool::weighted(cpd), participatory: bool) -> Session {
        // Steps of five minutes, so that sessions often touch and coincide.
        let from = DAY_STARTS + starts * 5;
        Session { code: String::new(), title: String::new(), day: day(n), starts: minute(n, from), ends: minute(n, from + lasts * 5), cpd, participatory }
    }
}

fn programme(cpd: f64) -> impl Strategy<Value = Vec<Session>> {
    vec(session(cpd), 0..8).prop_map(|mut sessions| {
        for (i, session) in sessions.iter_mut().enumerate() {
            session.code = format!("s{i}");
            session.title = format!("Session {i}");
        }
        sessions
    })
}

/// Scans of any session, of none that exists, or of the door, `step` milliseconds apart.
fn scans_of(sessions: &[Session], step: i64) -> impl Strategy<Value = Vec<Scan>> + use<> {
    let mut codes: Vec<Option<String>> = sessions.iter().map(|session| Some(session.code.clone())).collect();
    codes.extend([None, None, Some("gone".to_owned())]);
    let length = 11 * 60 * 60_000 / step;
    vec((any::<Index>(), any::<bool>(), 1..3i64, 0..length), 0..16).prop_map(move |rows| {
        let scan = |(id, (of, arrive, n, at)): (i64, (Index, bool, i64, i64))| Scan {
            id,
            session: of.get(&codes).clone(),
            action: if arrive { Action::Arrive } else { Action::Leave },
            day: day(n),
            at: minute(n, DAY_STARTS - 30) + TimeDelta::milliseconds(at * step),
        };
        (1..).zip(rows).map(scan).collect()
    })
}

fn rule() -> impl Strategy<Value = Rule> {
    let rules = [CpdRule::Proportional, CpdRule::PerSessionThreshold, CpdRule::AllOrNothing];
    let participatory = [CpdParticipatory::BySession, CpdParticipatory::WholeEvent];
    let which = (0..rules.len(), 0..participatory.len());
    let day_cap = proptest::option::weighted(0.4, 0..500u32);
    (which, 0..110u32, 0..300u32, 0..70u32, day_cap).prop_map(
        move |(which, threshold_percent, grace_minutes, round_down_to, day_cap_minutes)| Rule {
            rule: rules[which.0],
            threshold_percent,
            grace_minutes,
            day_cap_minutes,
            round_down_to,
            min_minutes: 15,
            participatory: participatory[which.1],
        },
    )
}

fn event(step: i64) -> impl Strategy<Value = (Vec<Session>, Vec<Scan>)> {
    programme(0.75).prop_flat_map(move |sessions| {
        let scans = scans_of(&sessions, step);
        (Just(sessions), scans)
    })
}

/// The same, telling time minute by minute: slow and plain, for scans on whole minutes.
struct ByMinute {
    /// The day, the sessions running, and the sessions the person may be in.
    minutes: Vec<(i64, Vec<usize>, Vec<usize>)>,
}

fn by_minute(sessions: &[Session], scans: &[Scan]) -> ByMinute {
    let mut scans = scans.to_vec();
    scans.sort_by_key(|scan| (scan.at, scan.id));
    let overlap = |a: &Session, b: &Session| a.starts < b.ends && b.starts < a.ends && a.starts < a.ends && b.starts < b.ends;
    let scanned = |i: usize| scans.iter().any(|scan| scan.session.as_ref() == Some(&sessions[i].code));
    let by_door = |i: usize| {
        let beside = |&j: &usize| j == i || overlap(&sessions[i], &sessions[j]);
        (0..sessions.len()).filter(beside).all(|j| sessions[j].cpd && !scanned(j))
    };
    // Whoever is still in a session stays to its end; the door is arrived at anew each day.
    let in_since = |code: Option<&str>, now: DateTime<Utc>, today: NaiveDate| {
        let scans = scans.iter().filter(|scan| scan.session.as_deref() == code && scan.at <= now);
        scans
            .filter(|scan| code.is_some() || scan.day == today)
            .fold(None, |since, scan| match scan.action {
                Action::Arrive => since.or(Some((scan.at, scan.id))),
                Action::Leave => None,
            })
    };
    let mut minutes = Vec::new();
    for n in 1..3 {
        for of_day in DAY_STARTS..20 * 60 {
            let now = minute(n, of_day);
            let running: Vec<usize> = (0..sessions.len())
                .filter(|&i| sessions[i].starts <= now && now < sessions[i].ends)
                .collect();
            let last = running
                .iter()
                .filter_map(|&i| Some((in_since(Some(&sessions[i].code), now, day(n))?, i)))
                .max();
            let held = match last {
                Some((_, i)) => vec![i],
                None if in_since(None, now, day(n)).is_some() => running.iter().copied().filter(|&i| by_door(i)).collect(),
                None => vec![],
            };
            minutes.push((n, running, held));
        }
    }
    ByMinute { minutes }
}

impl ByMinute {
    fn count(&self, counts: impl Fn(&[usize], &[usize]) -> bool) -> usize {
        self.minutes.iter().filter(|(_, running, held)| counts(running, held)).count()
    }

    /// As many of them as the cap of each day lets count.
    fn count_capped(&self, rule: &Rule, counts: impl Fn(&[usize], &[usize]) -> bool) -> usize {
        let of_day = |n| {
            self.minutes
                .iter()
                .filter(|(day, running, held)| *day == n && counts(running, held))
                .count()
        };
        let cap = rule.day_cap_minutes.map_or(usize::MAX, |cap| cap as usize);
        (1..3).map(|n| of_day(n).min(cap)).sum()
    }
}

proptest! {
    #[test]
    fn counting_minute_by_minute_gives_the_same((sessions, scans) in event(60_000), rule in rule()) {
        let plain = by_minute(&sessions, &scans);
        let cpd = |i: &usize| sessions[*i].cpd;
        let offered_minutes = plain.count(|running, _| running.iter().any(cpd));
        let all = plain.count_capped(&rule, |running, _| running.iter().any(cpd));
        prop_assert_eq!(offered(&sessions, &rule).minutes as usize, all);

        let attended = plain.count(|_, held| held.iter().any(cpd));
        let present = |i: usize| plain.count(|_, held| held.contains(&i));
        let length = |i: usize| plain.count(|running, _| running.contains(&i));
        let enough = |i: &usize| cpd(i) && present(*i) > 0
            && present(*i) * 100 >= length(*i) * rule.threshold_percent.min(100) as usize;
        let expected = match rule.rule {
            CpdRule::Proportional => plain.count_capped(&rule, |_, held| held.iter().any(cpd)),
            CpdRule::PerSessionThreshold => plain.count_capped(&rule, |running, _| running.iter().any(enough)),
            CpdRule::AllOrNothing if attended > 0 && offered_minutes - attended <= rule.grace_minutes as usize => all,
            CpdRule::AllOrNothing => 0,
        };
        let working = work_out(&sessions, &scans, &rule);
        prop_assert_eq!(working.minutes as usize, expected);

        if rule.rule == CpdRule::Proportional && rule.participatory == CpdParticipatory::BySession {
            let marked = |i: &usize| sessions[*i].participatory;
            let own = |i: usize| scans.iter().any(|scan| scan.session.as_ref() == Some(&sessions[i].code));
            let expected = plain.count_capped(&rule, |running, held| match held {
                [] => false,
                [i] if own(*i) => cpd(i) && marked(i),
                _ => running.iter().all(marked),
            });
            prop_assert_eq!(working.participatory_minutes as usize, expected);
        }
    }

    #[test]
    fn nobody_earns_more_than_was_offered((sessions, scans) in event(7_013), rule in rule()) {
        let (offered, working) = (offered(&sessions, &rule), work_out(&sessions, &scans, &rule));
        prop_assert!(working.minutes <= offered.minutes);
        prop_assert!(working.participatory_minutes <= working.minutes);
        prop_assert!(working.participatory_minutes <= offered.participatory_minutes);
        let step = rule.round_down_to.max(1);
        prop_assert_eq!(working.shown_minutes, working.minutes / step * step);
        prop_assert!(working.shown_participatory_minutes <= working.shown_minutes);
    }

    #[test]
    fn lines_add_up_and_none_is_longer_than_its_session((sessions, scans) in event(7_013), rule in rule()) {
        let working = work_out(&sessions, &scans, &rule);
        prop_assert_eq!(working.lines.len(), sessions.len());
        prop_assert_eq!(working.each().iter().sum::<u32>(), working.minutes);
        prop_assert_eq!(working.lines.iter().map(|line| line.participatory_minutes).sum::<u32>(), working.participatory_minutes);
        for line in &working.lines {
            prop_assert!(line.participatory_minutes <= line.minutes && line.minutes <= line.of_minutes);
            prop_assert!(!line.named || line.minutes > 0);
            prop_assert!(!line.words().is_empty());
        }
    }

    /// Whatever organisers give or take, a line stays between nothing and its session, a day below its cap, and the
    /// total is the sum of the lines and no more than was offered.
    #[test]
    fn adjusting_keeps_every_bound(
        (sessions, scans) in event(7_013), rule in rule(), given in vec((0..9usize, -200..200i32), 0..8),
    ) {
        let adjustment = |(of, minutes): &(usize, i32)| Adjustment { session: format!("s{of}"), minutes: *minutes, reason: "Because".to_owned() };
        let adjustments: Vec<_> = given.iter().map(adjustment).collect();
        let before = work_out(&sessions, &scans, &rule);
        let all = offered(&sessions, &rule);
        let working = before.clone().adjusted(&sessions, &rule, &adjustments);
        prop_assert_eq!(working.each().iter().sum::<u32>(), working.minutes);
        prop_assert_eq!(working.lines.iter().map(|line| line.participatory_minutes).sum::<u32>(), working.participatory_minutes);
        prop_assert!(working.minutes <= all.minutes);
        prop_assert!(working.participatory_minutes <= all.participatory_minutes);
        for (line, was) in working.lines.iter().zip(&before.lines) {
            let session = sessions.iter().find(|session| session.code == line.session).unwrap();
            prop_assert!(line.participatory_minutes <= line.minutes && line.minutes <= line.of_minutes);
            prop_assert!(session.cpd || line == was);
            prop_assert!(!line.named || line.minutes > 0);
            let moved = line.adjusted.as_ref().map_or(0, |adjusted| adjusted.minutes);
            prop_assert_eq!(line.minutes.cast_signed() - was.minutes.cast_signed(), moved);
        }
        if let Some(cap) = rule.day_cap_minutes {
            for n in 1..3 {
                let of_day = working.lines.iter().filter(|line| sessions.iter().any(|session| session.code == line.session && session.day == day(n)));
                prop_assert!(of_day.map(|line| line.minutes).sum::<u32>() <= cap);
            }
        }
        prop_assert_eq!(before.clone().adjusted(&sessions, &rule, &[]), before);
    }

    /// The spans shown are the time counted: apart from each other, inside their session, and as long together.
    #[test]
    fn the_working_shown_is_the_time_counted((sessions, scans) in event(7_013)) {
        let working = work_out(&sessions, &scans, &Rule::default());
        let counted = working.lines.iter().filter(|line| line.why != Why::NotCpd);
        let mut spans: Vec<&Span> = counted.flat_map(|line| &line.spans).collect();
        spans.sort_by_key(|span| span.from);
        prop_assert!(spans.windows(2).all(|pair| pair[0].until <= pair[1].from));
        let time: TimeDelta = spans.iter().map(|span| span.until - span.from).sum();
        prop_assert_eq!(time.num_minutes(), i64::from(working.minutes));
        for line in &working.lines {
            let session = sessions.iter().find(|session| session.code == line.session).unwrap();
            prop_assert!(line.spans.iter().all(|span| session.starts <= span.from && span.from < span.until && span.until <= session.ends));
        }
    }

    #[test]
    fn breaks_never_count((sessions, scans) in event(7_013), rule in rule()) {
        let working = work_out(&sessions, &scans, &rule);
        for session in sessions.iter().filter(|session| !session.cpd) {
            let line = working.line(&session.code);
            prop_assert_eq!((line.minutes, line.named, &line.why), (0, false, &Why::NotCpd));
        }
    }

    /// A break nobody scanned, at a time when nothing else is on, changes no minute.
    #[test]
    fn a_break_in_a_gap_changes_nothing((mut sessions, scans) in event(7_013), rule in rule(), starts in 0..120i64, lasts in 1..12i64) {
        let gap = Session { day: day(1), starts: minute(1, DAY_STARTS + starts * 5), ends: minute(1, DAY_STARTS + (starts + lasts) * 5), ..pause("break", "8:00", "8:05") };
        sessions.retain(|session| session.ends <= gap.starts || gap.ends <= session.starts);
        let before = work_out(&sessions, &scans, &rule);
        sessions.push(gap);
        let after = work_out(&sessions, &scans, &rule);
        prop_assert_eq!(after.minutes, before.minutes);
        prop_assert_eq!(after.participatory_minutes, before.participatory_minutes);
    }

    #[test]
    fn the_order_of_scans_and_sessions_does_not_matter(
        ((sessions, scans), (sessions_again, scans_again)) in event(600_000).prop_flat_map(|(sessions, scans)| {
            let again = (Just(sessions.clone()).prop_shuffle(), Just(scans.clone()).prop_shuffle());
            (Just((sessions, scans)), again)
        }),
        rule in rule(),
    ) {
        prop_assert_eq!(work_out(&sessions, &scans, &rule), work_out(&sessions_again, &scans_again, &rule));
    }

    /// A second room running the same programme adds nothing to what is offered, nor to the time at the event
    /// of whoever scanned no session.
    #[test]
    fn parallel_rooms_never_double((sessions, scans) in event(7_013), rule in rule()) {
        let mut doubled = sessions.clone();
        doubled.extend(sessions.iter().map(|session| Session { code: format!("{}-again", session.code), ..session.clone() }));
        prop_assert_eq!(offered(&doubled, &rule), offered(&sessions, &rule));

        let at_door: Vec<Scan> = scans.into_iter().filter(|scan| scan.session.is_none()).collect();
        let (one, two) = (work_out(&sessions, &at_door, &rule), work_out(&doubled, &at_door, &rule));
        prop_assert_eq!((two.minutes, two.participatory_minutes), (one.minutes, one.participatory_minutes));
    }

    /// Scanning both of two parallel rooms at once earns what one of them would.
    #[test]
    fn being_in_two_rooms_at_once_earns_one(minutes in 1..90i64, in_at in 0..90i64, other_at in 0..90i64) {
        let sessions = [talk("a", "9:00", "10:30"), talk("b", "9:00", "10:30")];
        let until = at("9:00") + TimeDelta::minutes(minutes);
        let scan = |id, code: &str, action, at: DateTime<Utc>| Scan { id, session: Some(code.to_owned()), action, day: day(1), at };
        let visit = |id, code, after: i64| {
            let from = (at("9:00") + TimeDelta::minutes(after)).min(until);
            [scan(id, code, Action::Arrive, from), scan(id + 10, code, Action::Leave, until)]
        };
        let both = [visit(1, "a", in_at), visit(2, "b", other_at)].concat();
        let earliest = visit(1, "a", in_at.min(other_at));
        let (both, one) = (work_out(&sessions, &both, &Rule::default()), work_out(&sessions, &earliest, &Rule::default()));
        prop_assert_eq!(both.minutes, one.minutes);
    }

    /// Monotone, first: arriving at the event earlier or leaving it later never lowers anything, under any rule,
    /// whatever sessions were scanned.
    #[test]
    fn longer_at_the_event_is_never_worse(
        (sessions, scans) in event(7_013), rule in rule(), n in 1..3i64, mut times in [0..660i64, 0..660i64, 0..660i64, 0..660i64],
    ) {
        times.sort_unstable();
        let door = |id, action, time| Scan { id, session: None, action, day: day(n), at: minute(n, DAY_STARTS - 30 + time) };
        let with_stay = |from, until| {
            let mut scans: Vec<Scan> = scans.iter().filter(|scan| scan.session.is_some()).cloned().collect();
            scans.extend([door(100, Action::Arrive, from), door(101, Action::Leave, until)]);
            work_out(&sessions, &scans, &rule)
        };
        let (short, long) = (with_stay(times[1], times[2]), with_stay(times[0], times[3]));
        prop_assert!(short.minutes <= long.minutes);
        prop_assert!(short.participatory_minutes <= long.participatory_minutes);
        prop_assert!(short.shown_minutes <= long.shown_minutes);
    }

    /// Monotone, second: one more complete visit to a CPD session never lowers the minutes of whoever is counted
    /// by session scans alone. It may where the rule is a threshold, since the overlap leaves the other session;
    /// where the door spoke for the session until then; and where the session scanned earns nothing.
    #[test]
    fn one_more_visit_is_never_worse(
        (sessions, visits) in programme(1.0).prop_flat_map(|sessions| {
            let visits = vec(vec(0..660i64, 0..6), sessions.len());
            (Just(sessions), visits)
        }),
        dropped: Index, all_or_nothing: bool, grace_minutes in 0..300u32,
    ) {
        let rule = if all_or_nothing { CpdRule::AllOrNothing } else { CpdRule::Proportional };
        let rule = Rule { rule, grace_minutes, ..Rule::default() };
        let mut pairs = Vec::new();
        for (session, mut times) in sessions.iter().zip(visits) {
            times.sort_unstable();
            for time in times.chunks_exact(2) {
                let id = i64::try_from(pairs.len() * 2).unwrap();
                let n = (session.day - day(1)).num_days() + 1;
                let scan = |id, action, time| Scan { id, session: Some(session.code.clone()), action, day: session.day, at: minute(n, DAY_STARTS - 30 + time) };
                pairs.push([scan(id, Action::Arrive, time[0]), scan(id + 1, Action::Leave, time[1])]);
            }
        }
        if pairs.is_empty() {
            return Ok(());
        }
        let all = work_out(&sessions, &pairs.concat(), &rule);
        let at = dropped.index(pairs.len());
        pairs.remove(at);
        let fewer = work_out(&sessions, &pairs.concat(), &rule);
        prop_assert!(fewer.minutes <= all.minutes);
    }
}
