//! What was asked of the register, as the address has it, so that links and the table of hours keep it.

use crate::organise::lists::address;
use domain::attendance::register::{Filter, Show};

/// The query of the register's address.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub to: String,
    pub day: String,
    pub q: String,
    pub show: String,
    pub page: u64,
}

/// What a query asks of the register.
#[must_use]
pub fn filter_of(pairs: &[(String, String)]) -> Filter {
    Asked::of(pairs).filter()
}

impl Asked {
    pub(super) fn of(pairs: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        Self {
            to: value("to"),
            day: value("day"),
            q: value("q"),
            show: value("show"),
            page: value("page").parse::<u64>().map_or(0, |page| page.saturating_sub(1)),
        }
    }

    pub(super) fn filter(&self) -> Filter {
        Filter {
            to: self.to.clone(),
            day: self.day.parse().ok(),
            words: self.q.clone(),
            show: match self.show.as_str() {
                "came" => Show::Came,
                "in" => Show::In,
                "away" => Show::Away,
                _ => Show::Everybody,
            },
            page: self.page,
        }
    }

    /// The same day and nothing else.
    pub(super) fn bare(&self) -> Self {
        Self {
            day: self.day.clone(),
            ..Self::default()
        }
    }

    /// The query for this, from its first page.
    pub(super) fn address(&self) -> String {
        let Self { to, day, q, show, .. } = self;
        let pairs: Vec<_> = [("to", to), ("day", day), ("q", q), ("show", show)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.clone()))
            .collect();
        if pairs.is_empty() { "?".to_owned() } else { address("", &pairs) }
    }

    /// This list, on another page of it (the first is 0).
    pub(super) fn page(&self, page: u64) -> String {
        let query = self.address();
        let parted = if query == "?" { "" } else { "&" };
        format!("{query}{parted}page={}", page + 1)
    }
}
