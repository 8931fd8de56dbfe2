//! What an order costs and whether it is taken. Pure, and shared with the browser: one sum for the live total, the
//! check page and the booking.

use super::{Refusal, Vat};
use crate::events::rules::{Booking, Terms, booking};
use chrono::{DateTime, Utc};

/// The most places one order may hold.
pub const MOST_PLACES: u64 = 20;

impl Vat {
    /// The rate in percent, where VAT is charged. Standard and reduced rates: VATA 1994 ss. 2 and 29A.
    #[must_use]
    pub fn percent(self) -> i64 {
        match self {
            Self::Standard => 20,
            Self::Reduced => 5,
            Self::Zero | Self::Exempt | Self::Outside => 0,
        }
    }
}

/// Pence without VAT, of VAT, and together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sum {
    pub net_pence: i64,
    pub vat_pence: i64,
}

impl Sum {
    #[must_use]
    pub fn total_pence(self) -> i64 {
        self.net_pence + self.vat_pence
    }
}

/// The sum of lines of (price without VAT, VAT, places). VAT is taken once a rate, on its net, half a penny rounding up.
#[must_use]
pub fn sum<I: IntoIterator<Item = (i64, Vat, u64)>>(lines: I) -> Sum {
    let mut net_by_rate: [(i64, i64); 3] = [(20, 0), (5, 0), (0, 0)];
    for (price, vat, places) in lines {
        let net = price.saturating_mul(i64::try_from(places).unwrap_or(i64::MAX));
        for (rate, sum) in &mut net_by_rate {
            if *rate == vat.percent() {
                *sum = sum.saturating_add(net);
            }
        }
    }
    let net_pence = net_by_rate.iter().map(|(_, net)| net).sum();
    let vat_pence = net_by_rate.iter().map(|(rate, net)| (net * rate + 50) / 100).sum();
    Sum { net_pence, vat_pence }
}

/// "£195.00"; whole pounds keep their pence, so that columns line up.
#[must_use]
pub fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let pounds = (pence.abs() / 100).to_string();
    let mut grouped = String::new();
    for (i, digit) in pounds.chars().enumerate() {
        if i > 0 && (pounds.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}£{grouped}.{:02}", pence.abs() % 100)
}

/// Whether `wanted` more places may be booked at `now`, with `taken` already booked or held.
pub fn admit(terms: &Terms, taken: u64, wanted: u64, now: DateTime<Utc>) -> Result<(), Refusal> {
    match booking(terms, taken, now) {
        Booking::Open { left: Some(left) } if wanted > left => Err(Refusal::TooFew(left)),
        Booking::Open { .. } => Ok(()),
        Booking::Full => Err(Refusal::Full),
        Booking::NotYet(_) => Err(Refusal::NotYet),
        Booking::Closed => Err(Refusal::Closed),
        Booking::Over => Err(Refusal::Over),
        Booking::Cancelled => Err(Refusal::Cancelled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vat_is_taken_once_a_rate_on_its_net() {
        let two_nhs_and_one_free = sum([(19_500, Vat::Standard, 2), (0, Vat::Outside, 1)]);
        assert_eq!(
            two_nhs_and_one_free,
            Sum {
                net_pence: 39_000,
                vat_pence: 7_800
            }
        );
        assert_eq!(
            sum([(33, Vat::Standard, 1), (33, Vat::Standard, 1)]),
            Sum {
                net_pence: 66,
                vat_pence: 13
            }
        );
    }

    #[test]
    fn pounds_are_grouped() {
        assert_eq!(pounds(123_456_789), "£1,234,567.89");
        assert_eq!(pounds(5), "£0.05");
        assert_eq!(pounds(-19_500), "-£195.00");
    }
}
