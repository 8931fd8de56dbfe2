//! Numbers so small that they could tell of one person are not shown (domain.md 5.2, the rule of NHS England for
//! secondary care): 1 to 7 are hidden, others rounded to the nearest 5, nought stays nought. What is shown is worked out
//! from what is rounded, so nothing hidden can be worked out from it.

/// Below so many answers a mean, a quotation or a chart says too much.
pub const LEAST: u64 = 8;

/// A count as it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Between 1 and 7.
    Few,
    /// Nought, or rounded to the nearest 5.
    About(u64),
}

impl Shown {
    #[must_use]
    pub fn of(count: u64) -> Self {
        match count {
            0 => Self::About(0),
            1..LEAST => Self::Few,
            _ => Self::About((count + 2) / 5 * 5),
        }
    }

    /// The number, or "*" for few.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Few => "*".to_owned(),
            Self::About(count) => count.to_string(),
        }
    }

    /// What a bar is drawn from: few are drawn as none.
    #[must_use]
    pub fn drawn(self) -> u64 {
        match self {
            Self::Few => 0,
            Self::About(count) => count,
        }
    }
}

/// The mean with one place after the point, where there are enough to have one.
#[must_use]
pub fn mean(of: &[u64]) -> Option<String> {
    let count = of.len() as u64;
    (count >= LEAST).then(|| {
        let tenths = (of.iter().sum::<u64>() * 10 + count / 2) / count;
        format!("{}.{}", tenths / 10, tenths % 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_hidden_and_others_rounded() {
        let words = [0, 1, 7, 8, 12, 13, 17, 18, 100].map(|count| Shown::of(count).words());
        assert_eq!(words, ["0", "*", "*", "10", "10", "15", "15", "20", "100"]);
    }

    /// Whatever two counts differ by one person, what is shown of them is the same, or neither is between 1 and 7.
    #[test]
    fn no_shown_number_is_between_one_and_seven() {
        for count in 1..1_000 {
            match Shown::of(count) {
                Shown::Few => assert!(count < LEAST),
                Shown::About(shown) => assert!(shown >= LEAST && shown.abs_diff(count) <= 2, "{count} as {shown}"),
            }
        }
    }

    #[test]
    fn a_mean_needs_eight() {
        assert_eq!(mean(&[5; 7]), None);
        assert_eq!(mean(&[4, 4, 4, 4, 5, 5, 5, 5]), Some("4.5".to_owned()));
        assert_eq!(mean(&[1, 1, 1, 1, 1, 1, 1, 2]), Some("1.1".to_owned()));
    }
}
