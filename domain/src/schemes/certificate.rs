//! A scheme's own line on a certificate: what of it goes into that body's log, and nothing an organiser has no say in.
//!
//! Amounts are hours, also where the body counts credits: a credit is given by the person's peers or by whoever approved
//! the event beforehand, and a certificate states no number nobody has confirmed (domain.md 1.5).

use super::{Rounding, Scheme, Unit, Version};
use crate::certificates::hours::hours_in_words;
use chrono::NaiveDate;

/// What somebody attended, as far as a scheme asks.
#[derive(Clone, Debug, Default)]
pub struct Attended<'a> {
    /// The day it began, which tells the version that holds.
    pub day: NaiveDate,
    /// As certified, in minutes.
    pub minutes: u32,
    /// Of them participatory, as certified.
    pub participatory: u32,
    /// Minutes in clinical and in other sessions, each rounded as the whole is; none where not every session says which it is.
    pub split: Option<(u32, u32)>,
    /// "conference", "course" or "network meeting".
    pub method: &'static str,
    /// Titles of the sessions attended in which people discussed with each other.
    pub discussions: Vec<&'a str>,
}

impl Scheme {
    /// The line with its full stop, `RCPsych: 4.25 hours, clinical, subject to peer group approval.`; none where the scheme
    /// asks for nothing.
    #[must_use]
    pub fn certificate_line(&self, attended: &Attended<'_>) -> Option<String> {
        let version = self.on(attended.day);
        let says = match (self.code, version.unit) {
            (super::NO_SCHEME, _) => return None,
            (_, Unit::Activity) => activity(version, attended),
            _ => {
                let counts: u32 = version.counted(&[(attended.day, attended.minutes)]).iter().sum();
                let mut says = hours_in_words(counts);
                if version.rounding == Rounding::HalfUp {
                    says.push_str(" by its rule of whole hours; credits only where it approved the event beforehand");
                }
                if version.target.participatory > 0 {
                    let part = version.credited(attended.participatory).min(counts);
                    says.push_str(", of which ");
                    says.push_str(&hours_in_words(part));
                    says.push_str(" participatory");
                }
                if version.target.clinical > 0 {
                    says.push_str(&split(attended));
                }
                if version.peer_group {
                    says.push_str(", subject to peer group approval");
                }
                says
            }
        };
        Some(format!("{}: {says}.", self.name))
    }
}

/// "clinical", "non-clinical" or how much of each; nothing where not every session says which it is.
fn split(attended: &Attended<'_>) -> String {
    match attended.split {
        None => String::new(),
        Some((_, 0)) => ", clinical".to_owned(),
        Some((0, _)) => ", non-clinical".to_owned(),
        Some((clinical, other)) => format!(", {} clinical and {} not", hours_in_words(clinical), hours_in_words(other)),
    }
}

/// One entry of a record that counts no hours.
fn activity(version: &Version, attended: &Attended<'_>) -> String {
    let mut says = format!("one {} ({})", version.activity, attended.method);
    if version.discussion {
        match attended.discussions.as_slice() {
            [] => {}
            [one] => says.push_str(&format!(", with discussion among peers in “{one}”")),
            more => says.push_str(&format!(", with discussion among peers in {} sessions", more.len())),
        }
    }
    says
}
