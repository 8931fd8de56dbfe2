//! What an organisation makes its certificates look like, and who approves what they are for.
//!
//! Each organisation has one template, or none: then certificates look as they always did. What a template says is copied
//! into every certificate on the day of issue, so a later change leaves those as they are; its pictures are kept under names
//! that change with their content and are never taken away, since certificates name them for as long as there are any.

pub mod approval;
pub mod form;
pub mod service;
pub mod specimen;

use crate::{
    certificates::{credential::Snapshot, paper},
    platform::pdf::Colour,
    words::words,
};
use serde::{Deserialize, Serialize};

pub use approval::ApprovalForm;
pub use form::TemplateForm;

/// What stands where an organisation gave no words of its own.
pub const HEADING: &str = "Certificate of attendance";
/// What stands before the name where it gave none.
pub const INTRODUCTION: &str = "This is to record that";

words! {
    /// Whether somebody approved an event for CPD.
    Approved {
        /// Nobody was asked.
        None = "none",
        /// It was asked for, and is not confirmed: no number may be given.
        AppliedFor = "applied_for",
        /// It was confirmed, with a reference.
        Approved = "approved",
    }
}

words! {
    /// The pictures a certificate may carry.
    Which { Mark = "mark", Signature = "signature" }
}

/// How certificates look and what they say besides the facts. What is empty is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
#[serde(default)]
pub struct Design {
    pub heading: String,
    pub introduction: String,
    pub closing: String,
    /// Six digits of base sixteen after a `#`.
    pub colour: String,
    pub mark: Option<Kept>,
    pub signature: Option<Kept>,
    pub signatory: String,
    pub signatory_role: String,
}

/// A picture among the kept files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its name, which no other content has.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Who approved an event for CPD, if anybody did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
#[serde(default)]
pub struct Accreditation {
    pub status: Approved,
    /// Whom approval was asked of.
    pub body: String,
    /// Under what it is on their books.
    pub reference: String,
    /// How many credits they gave, in digits; may be empty.
    pub credits: String,
}

impl Default for Accreditation {
    fn default() -> Self {
        Self {
            status: Approved::None,
            body: String::new(),
            reference: String::new(),
            credits: String::new(),
        }
    }
}

impl Accreditation {
    /// As it stands on a certificate, with its full stop; empty where there is nothing to say. Until it is confirmed no
    /// number is in it (FFLM, CPD credit statements).
    #[must_use]
    pub fn line(&self) -> String {
        match self.status {
            Approved::None => String::new(),
            Approved::AppliedFor => format!("CPD approval applied for: {}.", self.body),
            Approved::Approved => {
                let credits = match self.credits.as_str() {
                    "" => String::new(),
                    "1" => ", 1 credit".to_owned(),
                    many => format!(", {many} credits"),
                };
                format!("Approved for CPD by {}{credits}. Reference {}.", self.body, self.reference)
            }
        }
    }
}

/// What an organisation's certificates look like and say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    pub design: Design,
    pub accreditation: Accreditation,
}

impl Template {
    /// A certificate with what the template adds to it.
    #[must_use]
    pub fn dress(&self, mut snapshot: Snapshot) -> Snapshot {
        snapshot.design = self.design.clone();
        snapshot.accreditation = self.accreditation.clone();
        snapshot
    }
}

impl Design {
    /// Its own colour.
    #[must_use]
    pub fn accent(&self) -> Option<Colour> {
        read_colour(&self.colour)
    }

    /// What stands above all.
    #[must_use]
    pub fn heading(&self) -> &str {
        or(&self.heading, HEADING)
    }

    /// What stands before the name.
    #[must_use]
    pub fn introduction(&self) -> &str {
        or(&self.introduction, INTRODUCTION)
    }
}

fn or<'a>(own: &'a str, usual: &'a str) -> &'a str {
    if own.is_empty() { usual } else { own }
}

impl Kept {
    /// As it stands on a certificate, its file still to be read.
    #[must_use]
    pub fn shown(&self) -> paper::Picture {
        paper::Picture {
            name: self.name.clone(),
            width: self.width,
            height: self.height,
            bytes: std::sync::Arc::new([]),
        }
    }
}

/// A colour as `#572059`.
#[must_use]
pub fn read_colour(typed: &str) -> Option<Colour> {
    let digits = typed.strip_prefix('#').unwrap_or(typed);
    if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
    Some(Colour(red, green, blue))
}

/// How much a colour stands out from white, from 1 to 21 (WCAG 2.2, contrast ratio).
#[must_use]
pub fn contrast_on_white(Colour(red, green, blue): Colour) -> f64 {
    let light = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    1.05 / (0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue) + 0.05)
}

/// The address of a picture.
#[must_use]
pub fn address(name: &str) -> String {
    format!("/certificates/pictures/{name}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn no_number_is_said_before_it_is_confirmed() {
        let asked = Accreditation {
            status: Approved::AppliedFor,
            body: "Example College".into(),
            reference: "123".into(),
            credits: "28".into(),
        };
        assert_eq!(asked.line(), "CPD approval applied for: Example College.");
        let approved = Accreditation {
            status: Approved::Approved,
            ..asked.clone()
        };
        assert_eq!(approved.line(), "Approved for CPD by Example College, 28 credits. Reference 123.");
        let without = Accreditation {
            credits: String::new(),
            ..approved
        };
        assert_eq!(without.line(), "Approved for CPD by Example College. Reference 123.");
        assert_eq!(Accreditation::default().line(), "");
    }

    #[test]
    fn contrast_is_as_the_guidelines_count_it() {
        let of = |colour: &str| (contrast_on_white(read_colour(colour).unwrap()) * 100.0).round() / 100.0;
        assert_eq!((of("#000000"), of("#ffffff"), of("#777777")), (21.0, 1.0, 4.48));
        assert_eq!(read_colour("#57205"), None);
        assert_eq!(read_colour("#57205g"), None);
        assert_eq!(read_colour("572059"), Some(Colour(0x57, 0x20, 0x59)));
    }
}
