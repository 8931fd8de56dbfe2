//! Stretches of time: put together, cut to size, and held against what is known already. Pure.

use chrono::{DateTime, Utc};

/// From one instant until another, which is later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    pub from: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Interval {
    /// `None` unless it ends after it begins.
    #[must_use]
    pub fn new(from: DateTime<Utc>, until: DateTime<Utc>) -> Option<Self> {
        (from < until).then_some(Self { from, until })
    }

    /// What lies in both.
    #[must_use]
    pub fn within(self, other: Self) -> Option<Self> {
        Self::new(self.from.max(other.from), self.until.min(other.until))
    }
}

/// The same time with no instant twice: in order, apart from each other.
#[must_use]
pub fn union(mut all: Vec<Interval>) -> Vec<Interval> {
    all.sort_unstable();
    let mut out: Vec<Interval> = Vec::new();
    for next in all {
        match out.last_mut() {
            Some(last) if next.from <= last.until => last.until = last.until.max(next.until),
            _ => out.push(next),
        }
    }
    out
}

/// What of `all` lies in one of the `windows`.
#[must_use]
pub fn clip(all: &[Interval], windows: &[Interval]) -> Vec<Interval> {
    let pieces = all
        .iter()
        .flat_map(|one| windows.iter().filter_map(|window| one.within(*window)))
        .collect();
    union(pieces)
}

/// What of `all` lies in none of `taken`; both as [`union`] gives them.
#[must_use]
pub fn without(all: &[Interval], taken: &[Interval]) -> Vec<Interval> {
    let mut left = all.to_vec();
    for hole in taken {
        left = left
            .into_iter()
            .flat_map(|one| {
                let before = Interval::new(one.from, one.until.min(hole.from));
                let after = Interval::new(one.from.max(hole.until), one.until);
                [before, after].into_iter().flatten()
            })
            .collect();
    }
    left
}

/// The whole minutes in them, rounded down once.
#[must_use]
pub fn minutes(all: &[Interval]) -> u64 {
    let seconds: i64 = all.iter().map(|one| (one.until - one.from).num_seconds()).sum();
    u64::try_from(seconds / 60).unwrap_or(0)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2027-03-12T{text}:00Z").parse().unwrap()
    }

    fn all(text: &str) -> Vec<Interval> {
        text.split_whitespace()
            .map(|one| {
                let (from, until) = one.split_once('-').unwrap();
                Interval::new(at(from), at(until)).unwrap()
            })
            .collect()
    }

    #[test]
    fn a_minute_on_two_devices_counts_once() {
        // 65 and 105 minutes are 170, five of them twice.
        let rows = all("09:55-11:00 10:55-12:40");
        assert_eq!(minutes(&rows), 170);
        assert_eq!(union(rows.clone()), all("09:55-12:40"));
        assert_eq!(minutes(&union(rows)), 165);
        // From a phone, in the middle of a stretch and after it.
        assert_eq!(union(all("10:30-12:00 09:55-11:00 10:00-10:10")), all("09:55-12:00"));
        assert_eq!(union(all("09:00-10:00 10:00-11:00")), all("09:00-11:00"), "end to end");
        assert_eq!(union(all("09:00-10:00 10:01-11:00")), all("09:00-10:00 10:01-11:00"));
    }

    #[test]
    fn the_programme_is_what_counts() {
        // Sessions 09:30-11:00 and 11:20-12:50; in from 09:25 to 10:10 and from 10:20 to 12:55.
        let was = union(all("09:25-10:10 10:20-12:55"));
        let sessions = all("09:30-11:00 11:20-12:50");
        assert_eq!(clip(&was, &sessions), all("09:30-10:10 10:20-11:00 11:20-12:50"));
        assert_eq!(minutes(&clip(&was, &sessions)), 170);
    }

    #[test]
    fn what_is_known_is_left_out() {
        let was = all("09:00-10:00 11:00-12:00");
        assert_eq!(without(&was, &[]), was);
        assert_eq!(without(&was, &was), []);
        assert_eq!(
            without(&was, &all("09:30-09:40 11:30-13:00")),
            all("09:00-09:30 09:40-10:00 11:00-11:30")
        );
        assert_eq!(without(&was, &all("08:00-13:00")), []);
    }

    #[test]
    fn seconds_are_rounded_down_once() {
        let one = |from: &str, until: &str| Interval::new(from.parse().unwrap(), until.parse().unwrap()).unwrap();
        let both = [
            one("2027-03-12T09:00:00Z", "2027-03-12T09:10:40Z"),
            one("2027-03-12T10:00:00Z", "2027-03-12T10:10:40Z"),
        ];
        assert_eq!(minutes(&both), 21);
        assert_eq!(Interval::new(both[0].from, both[0].from), None);
    }
}
