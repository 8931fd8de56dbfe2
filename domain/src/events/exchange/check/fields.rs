//! The rules for single values. Each gives the value in its checked form, or `None` after reporting what
//! is wrong with it; a caller checks everything first and assembles afterwards, so nothing is missed.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use crate::events::SupportLine;
use crate::events::exchange::problem::{At, Problems, quoted};
use crate::events::exchange::schema::{Organisation, Support};
use crate::people::address::EmailAddress;
use crate::people::name::{is_control, is_direction_override, person_name};

use super::checked::CheckedOrganisation;

/// Characters a name of a thing, a title, a line, a paragraph and a Markdown text may have.
pub(super) const NAME: usize = 120;
pub(super) const TITLE: usize = 200;
pub(super) const LINE: usize = 200;
pub(super) const PARAGRAPH: usize = 2_000;
pub(super) const MARKDOWN: usize = 50_000;
const URL: usize = 2_000;

/// The most people an event, a room or a ticket may be for. Far above any hall; it keeps sums small.
const MOST_PEOPLE: i64 = 1_000_000;

/// Applies a rule to a value that may be absent. The outer `None` is a value that broke the rule.
pub(super) fn optional<T, U>(value: Option<&T>, rule: impl FnOnce(&T) -> Option<U>) -> Option<Option<U>> {
    match value {
        Some(value) => rule(value).map(Some),
        None => Some(None),
    }
}

/// Applies a rule to every item of a list, with the item's place. `None` if any item broke it.
pub(super) fn each<T, U>(at: &At, items: &[T], mut rule: impl FnMut(&At, &T) -> Option<U>) -> Option<Vec<U>> {
    let checked: Vec<Option<U>> = items.iter().enumerate().map(|(index, item)| rule(&at.item(index), item)).collect();
    checked.into_iter().collect()
}

impl Problems {
    pub(super) fn slug(&mut self, at: &At, value: &str) -> Option<String> {
        let is_slug = (3..=80).contains(&value.len()) && value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !is_slug {
            let message = format!(
                "{} must be 3 to 80 of the characters a to z, 0 to 9 and hyphen: it becomes part of an address.",
                quoted(value)
            );
            self.error(at, "slug", message);
        }
        is_slug.then(|| value.to_owned())
    }

    pub(super) fn code(&mut self, at: &At, value: &str) -> Option<String> {
        let is_code = (1..=80).contains(&value.len())
            && value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !is_code {
            self.error(
                at,
                "code",
                format!(
                    "The code {} must be 1 to 80 letters a to z, digits, hyphens or underscores.",
                    quoted(value)
                ),
            );
        }
        is_code.then(|| value.to_owned())
    }

    /// The code of a meeting, which is part of its address.
    pub(super) fn address_code(&mut self, at: &At, value: &str) -> Option<String> {
        let is_code = (1..=80).contains(&value.len()) && value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        if !is_code {
            let message = format!(
                "The code {} must be 1 to 80 of the characters a to z, 0 to 9 and hyphen: it becomes part of an address.",
                quoted(value)
            );
            self.error(at, "code", message);
        }
        is_code.then(|| value.to_owned())
    }

    /// Text on one line that must not be empty.
    pub(super) fn line(&mut self, at: &At, value: &str, most: usize) -> Option<String> {
        let value = value.trim();
        if value.is_empty() {
            self.error(at, "empty", "This must not be empty.");
            return None;
        }
        self.free_line(at, value, most)
    }

    /// Text on one line that may be empty, which is as good as absent.
    pub(super) fn optional_line(&mut self, at: &At, value: Option<&String>, most: usize) -> Option<Option<String>> {
        let checked = optional(value, |value| self.free_line(at, value.trim(), most))?;
        Some(checked.filter(|text| !text.is_empty()))
    }

    fn free_line(&mut self, at: &At, value: &str, most: usize) -> Option<String> {
        self.characters(at, value, most, |character| !is_control(character))
            .then(|| value.to_owned())
    }

    /// Text of several lines, Markdown or plain, that may be empty, which is as good as absent.
    pub(super) fn optional_text(&mut self, at: &At, value: Option<&String>, most: usize) -> Option<Option<String>> {
        let checked = optional(value, |value| self.free_text(at, value, most))?;
        Some(checked.filter(|text| !text.trim().is_empty()))
    }

    /// Text of several lines that must not be empty.
    pub(super) fn text(&mut self, at: &At, value: &str, most: usize) -> Option<String> {
        if value.trim().is_empty() {
            self.error(at, "empty", "This must not be empty.");
            return None;
        }
        self.free_text(at, value, most)
    }

    fn free_text(&mut self, at: &At, value: &str, most: usize) -> Option<String> {
        let may_stand = |character| matches!(character, '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}') || !is_control(character);
        self.characters(at, value, most, may_stand).then(|| value.to_owned())
    }

    fn characters(&mut self, at: &At, value: &str, most: usize, may_stand: impl Fn(char) -> bool) -> bool {
        let before = value.chars().count();
        if before > most {
            self.error(at, "too_long", format!("This has {before} characters; at most {most} are allowed."));
        } else if !value.chars().all(may_stand) {
            self.error(
                at,
                "control_character",
                "This contains a line break or another control character that is not allowed here.",
            );
        } else if value.chars().any(is_direction_override) {
            let message = "This contains characters that change the direction of the text around them.";
            self.error(at, "direction_override", message);
        } else {
            return true;
        }
        false
    }

    pub(super) fn person(&mut self, at: &At, value: &str) -> Option<String> {
        person_name(value)
            .map_err(|refusal| self.error(at, "name", refusal.to_string()))
            .ok()
    }

    pub(super) fn email(&mut self, at: &At, value: &str) -> Option<EmailAddress> {
        EmailAddress::parse(value)
            .map_err(|refusal| self.error(at, "email", format!("{} {refusal}", quoted(value))))
            .ok()
    }

    pub(super) fn optional_url(&mut self, at: &At, value: Option<&String>) -> Option<Option<String>> {
        let checked = optional(value, |value| self.url(at, value.trim()))?;
        Some(checked.filter(|url| !url.is_empty()))
    }

    fn url(&mut self, at: &At, value: &str) -> Option<String> {
        if value.is_empty() {
            return Some(String::new());
        }
        let lower = value.to_ascii_lowercase();
        let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
        let is_url = rest.is_some_and(|rest| rest.starts_with(|first: char| first.is_alphanumeric() || first == '['))
            && value.len() <= URL
            && !value.chars().any(|character| {
                character.is_whitespace() || is_control(character) || is_direction_override(character) || "\"<>\\^`{|}".contains(character)
            });
        if !is_url {
            self.error(
                at,
                "url",
                format!("{} is not a web address beginning https:// or http://.", quoted(value)),
            );
        }
        is_url.then(|| value.to_owned())
    }

    /// A number of people.
    pub(super) fn people(&mut self, at: &At, value: i64) -> Option<u32> {
        self.number(at, value, 0, MOST_PEOPLE)
    }

    pub(super) fn number<T: TryFrom<i64>>(&mut self, at: &At, value: i64, least: i64, most: i64) -> Option<T> {
        if !(least..=most).contains(&value) {
            self.error(at, "out_of_range", format!("This must be from {least} to {most}, not {value}."));
            return None;
        }
        T::try_from(value).ok()
    }

    /// Notes a code's second use in its list; gives the codes there are, with the first place of each.
    pub(super) fn unique<'c>(&mut self, list: &At, codes: impl Iterator<Item = &'c str>) -> HashMap<&'c str, usize> {
        let mut seen = HashMap::new();
        for (index, code) in codes.enumerate() {
            match seen.entry(code) {
                Entry::Vacant(free) => {
                    free.insert(index);
                }
                Entry::Occupied(first) => {
                    let message = format!("The code {} is already used by {}.", quoted(code), list.item(*first.get()).as_str());
                    self.error(list.item(index).key("code"), "duplicate_code", message);
                }
            }
        }
        seen
    }

    /// A reference to something in a list of the file, or among what is known of before.
    pub(super) fn reference(
        &mut self,
        at: &At,
        value: &str,
        what: Referred,
        listed: &HashMap<&str, usize>,
        known: &BTreeSet<String>,
    ) -> Option<String> {
        let exists = listed.contains_key(value) || known.contains(value);
        if !exists {
            let (code, noun) = what.words();
            self.error(at, code, format!("There is no {noun} with the code {}.", quoted(value)));
        }
        exists.then(|| value.to_owned())
    }

    pub(super) fn organisation(&mut self, organisation: &Organisation) -> Option<CheckedOrganisation> {
        let at = At::default().key("organisation");
        let slug = self.slug(&at.key("slug"), &organisation.slug);
        let name = self.line(&at.key("name"), &organisation.name, NAME);
        let email = self.email(&at.key("email"), &organisation.email);
        Some(CheckedOrganisation {
            slug: slug?,
            name: name?,
            email: email?,
        })
    }

    pub(super) fn support(&mut self, at: &At, support: &Support) -> Option<SupportLine> {
        let name = self.line(&at.key("name"), &support.name, LINE);
        let contact = self.line(&at.key("contact"), &support.contact, LINE);
        let note = self.optional_line(&at.key("note"), support.note.as_ref(), LINE);
        let checked_on = optional(support.checked_on.as_ref(), |day| self.day(&at.key("checked_on"), day));
        Some(SupportLine {
            name: name?,
            contact: contact?,
            note: note?,
            checked_on: checked_on?,
        })
    }
}

/// What a code may refer to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Referred {
    Room,
    Track,
    Speaker,
    Session,
    Ticket,
    Place,
}

impl Referred {
    /// The problem's code, and the word for people.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Room => ("unknown_room", "room"),
            Self::Track => ("unknown_track", "track"),
            Self::Speaker => ("unknown_speaker", "speaker"),
            Self::Session => ("unknown_session", "session"),
            Self::Ticket => ("unknown_ticket", "ticket"),
            Self::Place => ("unknown_place", "place"),
        }
    }
}
