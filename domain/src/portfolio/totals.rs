//! What a portfolio comes to: minutes and their splits over any entries, and how far a period of a scheme has got. Pure.

use super::own::Item;
use crate::{
    agenda::Domain,
    schemes::{Scheme, Version},
};
use chrono::NaiveDate;

/// What some entries come to. One that counts no more (its certificate was withdrawn) adds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub entries: u32,
    /// Of them with a reflective account, by any scheme.
    pub accounts: u32,
    pub minutes: u32,
    pub participatory: u32,
    pub clinical: u32,
    pub non_clinical: u32,
}

impl Totals {
    #[must_use]
    pub fn of<'a>(items: impl IntoIterator<Item = &'a Item>) -> Self {
        items.into_iter().map(Self::of_one).fold(Self::default(), Self::and)
    }

    fn of_one(item: &Item) -> Self {
        if item.is_withdrawn {
            return Self::default();
        }
        let of = |domain| if item.domain == Some(domain) { item.minutes } else { 0 };
        Self {
            entries: 1,
            accounts: u32::from(!item.accounts.is_empty()),
            minutes: item.minutes,
            participatory: item.participatory,
            clinical: of(Domain::Clinical),
            non_clinical: of(Domain::NonClinical),
        }
    }

    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            entries: self.entries + other.entries,
            accounts: self.accounts + other.accounts,
            minutes: self.minutes + other.minutes,
            participatory: self.participatory + other.participatory,
            clinical: self.clinical + other.clinical,
            non_clinical: self.non_clinical + other.non_clinical,
        }
    }
}

/// How far one period of a scheme has got.
#[derive(Clone, Debug)]
pub struct Progress {
    pub scheme: &'static Scheme,
    pub version: &'static Version,
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// The person said when their period begins.
    pub is_own: bool,
    pub entries: u32,
    /// Entries with a reflective account of this scheme.
    pub accounts: u32,
    /// As the scheme counts them: rounded one by one, no day over its cap.
    pub minutes: u32,
    pub participatory: u32,
    pub clinical: u32,
}

impl Progress {
    /// The period of `scheme` that `today` is in, over all of somebody's entries.
    #[must_use]
    pub fn of(scheme: &'static Scheme, starts: Option<NaiveDate>, today: NaiveDate, items: &[Item]) -> Self {
        let version = scheme.on(today);
        let period = version.period(starts, today);
        Self {
            is_own: starts.is_some(),
            ..Self::over(scheme, version, period, items)
        }
    }

    /// The same over days of one's choice.
    #[must_use]
    pub fn over(scheme: &'static Scheme, version: &'static Version, (first, last): (NaiveDate, NaiveDate), items: &[Item]) -> Self {
        let within: Vec<&Item> = items
            .iter()
            .filter(|item| !item.is_withdrawn && first <= item.first && item.first <= last)
            .collect();
        let days: Vec<(NaiveDate, u32)> = within.iter().map(|item| (item.first, item.minutes)).collect();
        let mut progress = Self {
            scheme,
            version,
            first,
            last,
            is_own: false,
            entries: 0,
            accounts: 0,
            minutes: 0,
            participatory: 0,
            clinical: 0,
        };
        for (item, counts) in within.into_iter().zip(version.counted(&days)) {
            progress.entries += 1;
            progress.accounts += u32::from(item.accounts.iter().any(|account| account.scheme == scheme.code));
            progress.minutes += counts;
            progress.participatory += version.credited(item.participatory).min(counts);
            if item.domain == Some(Domain::Clinical) {
                progress.clinical += counts;
            }
        }
        progress
    }

    /// What is asked for, what there is of it and what its unit is: one line for each thing the scheme asks.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        let target = self.version.target;
        let amount = |words, have, want| Line {
            words,
            have,
            want,
            is_minutes: true,
        };
        let number = |words, have, want| Line {
            words,
            have,
            want,
            is_minutes: false,
        };
        [
            amount("In all", self.minutes, target.minutes),
            amount("Participatory", self.participatory, target.participatory),
            amount("Clinical", self.clinical, target.clinical),
            number("Entries", self.entries, target.entries),
            number("Reflective accounts", self.accounts, target.accounts),
        ]
        .into_iter()
        .filter(|line| line.want > 0)
        .collect()
    }
}

/// One thing a scheme asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub words: &'static str,
    pub have: u32,
    pub want: u32,
    /// In credited minutes; otherwise a number of things.
    pub is_minutes: bool,
}

impl Line {
    /// The share there is, from 0 to 100.
    #[must_use]
    pub fn percent(&self) -> u32 {
        u32::try_from(u64::from(self.have.min(self.want)) * 100 / u64::from(self.want.max(1))).unwrap_or(100)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::{portfolio::own::Account, schemes};
    use proptest::prelude::*;

    fn item(on: &str, minutes: u32, participatory: u32) -> Item {
        Item {
            first: on.parse().unwrap(),
            last: on.parse().unwrap(),
            minutes,
            participatory,
            ..Item::default()
        }
    }

    fn account(scheme: &str) -> Account {
        Account {
            scheme: scheme.to_owned(),
            ..Account::default()
        }
    }

    #[test]
    fn a_period_counts_what_lies_in_it_as_the_scheme_does() {
        let mut withdrawn = item("2026-03-12", 600, 600);
        withdrawn.is_withdrawn = true;
        let mut clinical = item("2026-03-12", 255, 75);
        clinical.domain = Some(Domain::Clinical);
        clinical.accounts = vec![account("nmc"), account("rcpsych")];
        let items = [
            clinical,
            withdrawn,
            item("2025-12-31", 50, 50),
            item("2023-12-31", 500, 0),
            item("2026-03-13", 59, 59),
        ];
        let today = "2026-11-20".parse().unwrap();
        let nmc = Progress::of(schemes::find("nmc").unwrap(), Some("2024-01-01".parse().unwrap()), today, &items);
        // 255, 50 and 59 minutes, each rounded down to a quarter.
        assert_eq!(
            (nmc.entries, nmc.minutes, nmc.participatory, nmc.accounts),
            (3, 255 + 45 + 45, 75 + 45 + 45, 1)
        );
        assert_eq!(
            nmc.lines().iter().map(|line| (line.words, line.percent())).collect::<Vec<_>>(),
            [("In all", 16), ("Participatory", 13), ("Reflective accounts", 20)]
        );
        let rcpsych = Progress::of(schemes::find("rcpsych").unwrap(), None, today, &items);
        assert_eq!((rcpsych.clinical, rcpsych.accounts), (255, 1));
        let federation = Progress::of(schemes::find("federation").unwrap(), None, today, &items);
        // Of 2022 to 2026: 255 is four credits, 50 and 59 one each, 500 eight; a day counts eight at the most.
        assert_eq!(federation.minutes, (4 + 1 + 1 + 8) * 60);
        assert_eq!(Totals::of(&items).entries, 4);
    }

    proptest! {
        /// Totals are the sum of their parts, however the entries are shared out; and no part is larger than the whole.
        #[test]
        fn totals_are_the_sum_of_any_parts(of in prop::collection::vec((0_u32..2_000, 0_u32..2_000, 0_usize..4, any::<bool>()), 0..12)) {
            let items: Vec<(usize, Item)> = of
                .into_iter()
                .map(|(minutes, part, which, withdrawn)| {
                    let domain = [None, Some(Domain::Clinical), Some(Domain::NonClinical), None][which];
                    let one = Item { domain, is_withdrawn: withdrawn, ..item("2026-03-12", minutes, part.min(minutes)) };
                    (which, one)
                })
                .collect();
            let all = Totals::of(items.iter().map(|(_, item)| item));
            let parts = (0..4).map(|which| Totals::of(items.iter().filter(|(of, _)| *of == which).map(|(_, item)| item)));
            prop_assert_eq!(parts.fold(Totals::default(), Totals::and), all);
            prop_assert!(all.participatory <= all.minutes && all.clinical + all.non_clinical <= all.minutes);
        }
    }
}
