//! An order as it was typed, and as it can be booked.

use super::rules::MOST_PLACES;
use crate::{
    error::{FieldErrors, Result},
    people::{address::EmailAddress, name::person_name},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Everything typed in the steps of a booking. All text: what cannot be read is told beside its field, never lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OrderForm {
    /// Ticket code to number of places.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub wanted: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_order: Option<String>,
    /// Not empty where the first place is the booker's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// Keyed by place, "1" first, so that a step that posts some of them keeps the others.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub places: BTreeMap<String, PlaceForm>,
}

/// One place as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceForm {
    pub name: String,
    pub email: String,
    pub job_role: String,
    pub organisation: String,
}

/// Who sits in a place; a place may have nobody's name yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Who {
    pub name: Option<String>,
    /// Where their own mail goes.
    pub email: Option<String>,
    pub job_role: Option<String>,
    pub organisation: Option<String>,
}

/// One place of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The ticket's code.
    pub ticket: String,
    #[serde(flatten)]
    pub who: Who,
}

/// An order that can be booked, if the event allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    /// The event's slug.
    pub event: String,
    /// Made by whoever sends the order; the same order under the same key is one booking.
    #[serde(skip)]
    pub key: String,
    pub booker_name: String,
    pub booker_email: String,
    pub purchase_order: Option<String>,
    pub lines: Vec<Line>,
}

impl Order {
    #[must_use]
    pub fn wanted(&self) -> u64 {
        self.lines.len() as u64
    }

    /// What tells one order from another under the same key.
    pub fn digest(&self) -> Result<String> {
        Ok(hex::encode(Sha256::digest(serde_json::to_vec(self)?)))
    }
}

impl OrderForm {
    /// The tickets chosen, one code a place, in the order of `tickets`; or what is wrong with the numbers.
    pub fn chosen(&self, tickets: &[(String, String)]) -> Result<Vec<String>> {
        let mut errors = FieldErrors::default();
        let mut chosen = Vec::new();
        for (code, name) in tickets {
            let field = format!("form[wanted][{code}]");
            let typed = self.wanted.get(code).map(|typed| typed.trim()).unwrap_or_default();
            if typed.is_empty() {
                continue;
            }
            match typed.parse::<u64>() {
                Ok(places) if places <= MOST_PLACES => chosen.extend((0..places).map(|_| code.clone())),
                Ok(_) => errors.add(field, "too_many", format!("Enter {MOST_PLACES} or fewer places for {name}")),
                Err(_) => errors.add(
                    field,
                    "not_a_number",
                    format!("Enter the number of places for {name} in figures, like 2"),
                ),
            }
        }
        let first = tickets.first().map(|(code, _)| format!("form[wanted][{code}]")).unwrap_or_default();
        if self
            .wanted
            .iter()
            .any(|(code, typed)| !matches!(typed.trim(), "" | "0") && !tickets.iter().any(|(known, _)| known == code))
        {
            errors.add(
                first.clone(),
                "unknown_ticket",
                "One of the tickets you chose is not on sale for this event. Choose again",
            );
        }
        if errors.0.is_empty() && chosen.is_empty() {
            errors.add(first.clone(), "none", "Enter how many places you want");
        }
        if errors.0.is_empty() && chosen.len() as u64 > MOST_PLACES {
            errors.add(
                first,
                "too_many",
                format!("You can book up to {MOST_PLACES} places at once. For more, make a second booking"),
            );
        }
        errors.finish(chosen)
    }

    /// Whether the first place is the booker's own.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own.as_deref().is_some_and(|own| !own.is_empty())
    }

    /// The place with this number, 1 first, as it was typed.
    #[must_use]
    pub fn typed(&self, number: usize) -> PlaceForm {
        self.places.get(&number.to_string()).cloned().unwrap_or_default()
    }

    /// The place with this number, 1 first. One of the booker's own has the booker's name and address, unless others
    /// were typed for it.
    #[must_use]
    pub fn place(&self, number: usize) -> PlaceForm {
        let typed = self.typed(number);
        if number != 1 || !self.is_own() {
            return typed;
        }
        let or_own = |typed: String, own: &Option<String>| {
            if typed.trim().is_empty() {
                own.clone().unwrap_or_default()
            } else {
                typed
            }
        };
        PlaceForm {
            name: or_own(typed.name, &self.name),
            email: or_own(typed.email, &self.email),
            ..typed
        }
    }

    /// The whole order, or every problem with it, each beside its field.
    pub fn parse(&self, event: &str, key: &str, tickets: &[(String, String)]) -> Result<Order> {
        let chosen = self.chosen(tickets)?;
        let mut errors = FieldErrors::default();
        let booker_name = read_name(
            &mut errors,
            "form[name]",
            self.name.as_deref().unwrap_or_default(),
            "Enter your name",
        );
        let booker_email = read_email(
            &mut errors,
            "form[email]",
            self.email.as_deref().unwrap_or_default(),
            "Enter your email address",
            "your email address",
        );
        let purchase_order = read_short(
            &mut errors,
            "form[purchase_order]",
            self.purchase_order.as_deref().unwrap_or_default(),
            "The purchase order number",
        );
        let lines = chosen
            .into_iter()
            .enumerate()
            .map(|(i, ticket)| Line {
                ticket,
                who: read_who(
                    &mut errors,
                    &format!("form[places][{}]", i + 1),
                    &self.place(i + 1),
                    &format!("place {}", i + 1),
                ),
            })
            .collect::<Vec<_>>();
        refuse_twins(&mut errors, &lines, |i| format!("form[places][{}][name]", i + 1));
        errors.finish(Order {
            event: event.to_owned(),
            key: key.to_owned(),
            booker_name: booker_name.unwrap_or_default(),
            booker_email: booker_email.unwrap_or_default(),
            purchase_order,
            lines,
        })
    }
}

/// The same name with the same mailbox twice in one order is a slip, and is refused.
pub fn refuse_twins(errors: &mut FieldErrors, lines: &[Line], field: impl Fn(usize) -> String) {
    for (i, line) in lines.iter().enumerate() {
        let Some(name) = &line.who.name else { continue };
        let twin = lines[..i].iter().position(|other| {
            other
                .who
                .name
                .as_ref()
                .is_some_and(|other| other.to_lowercase() == name.to_lowercase())
                && other.who.email == line.who.email
        });
        if let Some(twin) = twin {
            errors.add(
                field(i),
                "twice",
                format!(
                    "Place {} and place {} are for the same person. Change one, or book one place fewer",
                    twin + 1,
                    i + 1
                ),
            );
        }
    }
}

/// Reads who sits in a place. A name asks for a mailbox and the other way round; both may be left for later.
pub fn read_who(errors: &mut FieldErrors, field: &str, typed: &PlaceForm, what: &str) -> Who {
    let (has_name, has_email) = (!typed.name.trim().is_empty(), !typed.email.trim().is_empty());
    let name = (has_name || has_email)
        .then(|| {
            read_name(
                errors,
                &format!("{field}[name]"),
                &typed.name,
                &format!("Enter the full name for {what}, or leave its email address blank too"),
            )
        })
        .flatten();
    let email = (has_name || has_email)
        .then(|| {
            let empty = format!("Enter the email address for {what}, or leave its name blank to name them later");
            read_email(
                errors,
                &format!("{field}[email]"),
                &typed.email,
                &empty,
                &format!("the email address for {what}"),
            )
        })
        .flatten();
    Who {
        name,
        email,
        job_role: read_short(errors, &format!("{field}[job_role]"), &typed.job_role, "The job role"),
        organisation: read_short(errors, &format!("{field}[organisation]"), &typed.organisation, "The organisation"),
    }
}

/// A name as printed, at most 120 characters, without addresses or control characters.
pub fn read_name(errors: &mut FieldErrors, field: &str, typed: &str, when_empty: &str) -> Option<String> {
    if typed.trim().is_empty() {
        errors.add(field, "missing", when_empty);
        return None;
    }
    errors.take(field, person_name(typed).map_err(|cause| cause.to_string()))
}

/// A mailbox, in the form it is compared in.
pub fn read_email(errors: &mut FieldErrors, field: &str, typed: &str, when_empty: &str, what: &str) -> Option<String> {
    if typed.trim().is_empty() {
        errors.add(field, "missing", when_empty);
        return None;
    }
    let parsed = EmailAddress::parse(typed).map(|address| address.key().to_owned());
    errors.take(
        field,
        parsed.map_err(|cause| format!("Check {what}: {}", lower_first(&cause.to_string()))),
    )
}

/// One short line that may be left out: at most 120 characters, no control characters.
pub fn read_short(errors: &mut FieldErrors, field: &str, typed: &str, what: &str) -> Option<String> {
    if typed.trim().is_empty() {
        return None;
    }
    errors.take(
        field,
        person_name(typed).map_err(|cause| format!("{what}: {}", lower_first(&cause.to_string()))),
    )
}

fn lower_first(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_lowercase().chain(chars).collect())
        .unwrap_or_default()
}
