//! The template as it is typed, and what is taken of it.

use super::{Accreditation, Approved, Design, Template, contrast_on_white, read_colour};
use crate::error::{FieldErrors, Result};
use serde::{Deserialize, Serialize};

/// The least a colour has to stand out from paper (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

/// An organisation's template, as typed. Pictures come on their own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateForm {
    pub heading: String,
    pub introduction: String,
    pub closing: String,
    pub colour: String,
    pub signatory: String,
    pub signatory_role: String,
    /// The word of an [`Approved`].
    pub status: String,
    pub body: String,
    pub reference: String,
    pub credits: String,
}

impl TemplateForm {
    /// The template as it stands.
    #[must_use]
    pub fn of(template: &Template) -> Self {
        let Template { design, accreditation } = template.clone();
        Self {
            heading: design.heading,
            introduction: design.introduction,
            closing: design.closing,
            colour: design.colour,
            signatory: design.signatory,
            signatory_role: design.signatory_role,
            status: accreditation.status.word().to_owned(),
            body: accreditation.body,
            reference: accreditation.reference,
            credits: accreditation.credits,
        }
    }

    /// What was typed, with the pictures of `before`.
    ///
    /// # Errors
    /// What is too long, too light, or says a number nobody has confirmed.
    pub fn parse(&self, before: &Design) -> Result<Template> {
        let mut errors = FieldErrors::default();
        let mut line = |name: &str, typed: &str, most: usize| read_line(&mut errors, name, typed, most);
        let design = Design {
            heading: line("heading", &self.heading, 60),
            introduction: line("introduction", &self.introduction, 120),
            closing: line("closing", &self.closing, 300),
            colour: String::new(),
            mark: before.mark.clone(),
            signature: before.signature.clone(),
            signatory: line("signatory", &self.signatory, 100),
            signatory_role: line("signatory_role", &self.signatory_role, 120),
        };
        let colour = read_accent(&mut errors, &self.colour);
        let status = errors.take(
            "form[status]",
            self.status.parse().map_err(|_: String| "Choose how approval stands".to_owned()),
        );
        let status = status.unwrap_or(Approved::None);
        let accreditation = accredited(&mut errors, status, (&self.body, &self.reference, &self.credits));
        if status != Approved::Approved {
            for (name, words) in [
                ("heading", &design.heading),
                ("introduction", &design.introduction),
                ("closing", &design.closing),
            ] {
                if counts_credits(words) {
                    let words =
                        "Take the number out: until approval is confirmed a certificate may not say how many credits or points it is worth";
                    errors.add(format!("form[{name}]"), "unconfirmed", words);
                }
            }
        }
        errors.finish(Template {
            design: Design { colour, ..design },
            accreditation,
        })
    }
}

/// One line without controls, each space a single one.
fn read_line(errors: &mut FieldErrors, name: &str, typed: &str, most: usize) -> String {
    let words = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() > most {
        errors.add(format!("form[{name}]"), "too_long", format!("Use at most {most} characters here"));
    }
    words.chars().filter(|letter| !letter.is_control()).collect()
}

fn read_accent(errors: &mut FieldErrors, typed: &str) -> String {
    let typed = typed.trim();
    if typed.is_empty() {
        return String::new();
    }
    let Some(colour) = read_colour(typed) else {
        errors.add(
            "form[colour]",
            "not_a_colour",
            "Enter a colour as six digits or letters, like #572059",
        );
        return String::new();
    };
    let contrast = contrast_on_white(colour);
    if contrast < LEAST_CONTRAST {
        // Rounded down, so that what is refused never reads like what is not.
        let shown = (contrast * 10.0).floor() / 10.0;
        let words = format!(
            "This colour is too light to read on white: its contrast is {shown} to 1, and {LEAST_CONTRAST} to 1 is the least. Choose a darker one"
        );
        errors.add("form[colour]", "too_light", words);
    }
    format!("#{}", typed.trim_start_matches('#').to_ascii_lowercase())
}

/// Whose approval, its reference and its credits, as typed. Only what goes with how approval stands is kept.
pub(super) fn accredited(errors: &mut FieldErrors, status: Approved, (body, reference, credits): (&str, &str, &str)) -> Accreditation {
    const UNCONFIRMED: &str = "Leave this empty until approval is confirmed: a certificate may only say that it was applied for";
    let body = read_line(errors, "body", body, 120);
    let reference = read_line(errors, "reference", reference, 60);
    let credits = read_line(errors, "credits", credits, 8);
    let asks = |errors: &mut FieldErrors, name: &str, words: &str, ask: &str| {
        if words.is_empty() {
            errors.add(format!("form[{name}]"), "missing", ask);
        }
    };
    match status {
        Approved::None => return Accreditation::default(),
        Approved::AppliedFor => {
            asks(errors, "body", &body, "Enter whom approval was asked of");
            for (name, words) in [("reference", &reference), ("credits", &credits)] {
                if !words.is_empty() {
                    errors.add(format!("form[{name}]"), "unconfirmed", UNCONFIRMED);
                }
            }
            if body.chars().any(char::is_numeric) {
                errors.add(
                    "form[body]",
                    "unconfirmed",
                    "Take the number out: until approval is confirmed a certificate may not give one",
                );
            }
        }
        Approved::Approved => {
            asks(errors, "body", &body, "Enter who approved it");
            asks(errors, "reference", &reference, "Enter the reference of the approval");
            let is_plain = credits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let is_number = is_plain && credits.parse::<f64>().is_ok_and(|count| count > 0.0 && count < 1000.0);
            if !credits.is_empty() && !is_number {
                errors.add("form[credits]", "not_a_number", "Enter the credits as a number, like 5 or 4.5");
            }
        }
    }
    Accreditation {
        status,
        body,
        reference,
        credits,
    }
}

/// Whether words give a number of something somebody would have to approve.
fn counts_credits(words: &str) -> bool {
    let lower = words.to_lowercase();
    words.chars().any(char::is_numeric) && ["credit", "point", "accredit", "approv"].iter().any(|word| lower.contains(word))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::error::Error;

    fn form() -> TemplateForm {
        TemplateForm {
            status: "none".into(),
            ..TemplateForm::default()
        }
    }

    fn errors(form: &TemplateForm) -> FieldErrors {
        match form.parse(&Design::default()) {
            Err(Error::Invalid(errors)) => errors,
            other => panic!("{other:?}"),
        }
    }

    fn refused(form: &TemplateForm) -> Vec<String> {
        errors(form).0.iter().map(|error| error.field.clone()).collect()
    }

    #[test]
    fn an_empty_form_is_todays_face() {
        assert_eq!(form().parse(&Design::default()).unwrap(), Template::default());
    }

    #[test]
    fn a_colour_has_to_be_read_on_white() {
        let with = |colour: &str| TemplateForm {
            colour: colour.into(),
            ..form()
        };
        assert_eq!(with(" 1B6140 ").parse(&Design::default()).unwrap().design.colour, "#1b6140");
        for colour in ["#ffcc00", "#777777", "red", "#12345"] {
            assert_eq!(refused(&with(colour)), ["form[colour]"], "{colour}");
        }
        let light = errors(&with("#ffcc00"));
        assert!(light.0[0].message.contains("1.5 to 1"), "{}", light.0[0].message);
    }

    #[test]
    fn what_is_not_confirmed_has_no_number() {
        let asked = TemplateForm {
            status: "applied_for".into(),
            body: "Example College".into(),
            ..form()
        };
        assert!(asked.parse(&Design::default()).is_ok());
        for (field, wrong) in [
            (
                "form[credits]",
                TemplateForm {
                    credits: "28".into(),
                    ..asked.clone()
                },
            ),
            (
                "form[reference]",
                TemplateForm {
                    reference: "A1".into(),
                    ..asked.clone()
                },
            ),
            (
                "form[body]",
                TemplateForm {
                    body: "Example College, 28 credits".into(),
                    ..asked.clone()
                },
            ),
            (
                "form[body]",
                TemplateForm {
                    body: String::new(),
                    ..asked.clone()
                },
            ),
            (
                "form[closing]",
                TemplateForm {
                    closing: "28 credits applied for".into(),
                    ..asked.clone()
                },
            ),
            (
                "form[heading]",
                TemplateForm {
                    heading: "5 CPD points".into(),
                    ..form()
                },
            ),
        ] {
            assert_eq!(refused(&wrong), [field]);
        }
        // A number of something else is nobody's to confirm.
        let charity = TemplateForm {
            closing: "Registered charity 123456".into(),
            ..asked
        };
        assert!(charity.parse(&Design::default()).is_ok());
    }

    #[test]
    fn an_approval_has_a_body_and_a_reference() {
        let approved = TemplateForm {
            status: "approved".into(),
            body: "Example College".into(),
            reference: "EC/2026/17".into(),
            credits: "4.5".into(),
            ..form()
        };
        let taken = approved.parse(&Design::default()).unwrap().accreditation;
        assert_eq!(
            taken.line(),
            "Approved for CPD by Example College, 4.5 credits. Reference EC/2026/17."
        );
        assert_eq!(
            refused(&TemplateForm {
                reference: String::new(),
                ..approved.clone()
            }),
            ["form[reference]"]
        );
        assert_eq!(
            refused(&TemplateForm {
                credits: "many".into(),
                ..approved.clone()
            }),
            ["form[credits]"]
        );
        assert_eq!(
            refused(&TemplateForm {
                status: "perhaps".into(),
                ..approved
            }),
            ["form[status]"]
        );
    }

    #[test]
    fn words_are_bounded_and_on_one_line() {
        let long = TemplateForm {
            heading: "x".repeat(61),
            ..form()
        };
        assert_eq!(refused(&long), ["form[heading]"]);
        let lines = TemplateForm {
            closing: " In recognition\nof   practice ".into(),
            ..form()
        };
        assert_eq!(
            lines.parse(&Design::default()).unwrap().design.closing,
            "In recognition of practice"
        );
    }
}
