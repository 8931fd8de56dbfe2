//! An e-mail address: the one thing by which Plenary knows a person.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The most bytes an address may have (RFC 5321, path length less its brackets).
pub const ADDRESS_LIMIT: usize = 254;
/// The most bytes the part before the @ may have (RFC 5321 4.5.3.1.1).
const LOCAL_LIMIT: usize = 64;

/// An address mail can be sent to, as far as its shape shows.
///
/// Two addresses are equal when they differ in capitals alone, so that one mailbox is one person; the
/// local part is still shown and sent to as it was typed.
#[derive(Clone, Debug)]
pub struct EmailAddress {
    typed: String,
    key: String,
}

/// Why an address was refused, in words for the person who typed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("Enter an e-mail address.")]
    Empty,
    #[error("An e-mail address can have at most {ADDRESS_LIMIT} characters.")]
    TooLong,
    #[error("Enter one e-mail address, with one @ in it, like name@example.org.")]
    At,
    #[error("An e-mail address cannot contain spaces, commas, brackets or quotation marks.")]
    Separator,
    #[error("The part before the @ can only have the letters a to z without accents, digits and . _ + - and the like.")]
    LocalLetters,
    #[error("The part before the @ cannot be empty, be longer than 64 characters, begin or end with a dot, or have two dots together.")]
    Local,
    #[error("The part after the @ needs a dot, like example.org.")]
    NoDot,
    #[error("The part after the @ can only have the letters a to z, digits, dots and hyphens. Write a name with accents in its xn-- form.")]
    DomainLetters,
    #[error("The part after the @ is not a complete domain, like example.org.")]
    Domain,
}

impl EmailAddress {
    /// Reads an address as typed: spaces around it go, the domain becomes lower case.
    pub fn parse(typed: &str) -> Result<Self, AddressError> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(AddressError::Empty);
        }
        if typed.len() > ADDRESS_LIMIT {
            return Err(AddressError::TooLong);
        }
        if typed
            .chars()
            .any(|character| character.is_whitespace() || character.is_control() || "\"<>(),;:[]\\".contains(character))
        {
            return Err(AddressError::Separator);
        }
        let (local, domain) = typed.split_once('@').ok_or(AddressError::At)?;
        if domain.contains('@') {
            return Err(AddressError::At);
        }
        check_local(local)?;
        let domain = domain.to_ascii_lowercase();
        check_domain(&domain)?;
        Ok(Self {
            typed: format!("{local}@{domain}"),
            key: format!("{}@{domain}", local.to_ascii_lowercase()),
        })
    }

    /// The address to show and to send to.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The address in lower case: what is compared, and what a column that must be unique holds.
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn check_local(local: &str) -> Result<(), AddressError> {
    if !local
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte))
    {
        return Err(AddressError::LocalLetters);
    }
    if local.len() > LOCAL_LIMIT || local.split('.').any(str::is_empty) {
        return Err(AddressError::Local);
    }
    Ok(())
}

fn check_domain(domain: &str) -> Result<(), AddressError> {
    if !domain
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
    {
        return Err(AddressError::DomainLetters);
    }
    let Some((_, ending)) = domain.rsplit_once('.') else {
        return Err(AddressError::NoDot);
    };
    let are_labels = domain
        .split('.')
        .all(|label| (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-'));
    if !are_labels || ending.len() < 2 || ending.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AddressError::Domain);
    }
    Ok(())
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for EmailAddress {}
impl PartialOrd for EmailAddress {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for EmailAddress {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}
impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}
impl fmt::Display for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.typed)
    }
}
impl FromStr for EmailAddress {
    type Err = AddressError;
    fn from_str(typed: &str) -> Result<Self, AddressError> {
        Self::parse(typed)
    }
}
impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.typed)
    }
}
impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let typed = String::deserialize(deserializer)?;
        Self::parse(&typed).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn refusal(typed: &str) -> AddressError {
        EmailAddress::parse(typed).unwrap_err()
    }

    #[test]
    fn capitals_do_not_make_another_mailbox() {
        let address = EmailAddress::parse("  Jane.O'Neill+cpd@Example.ORG ").unwrap();
        assert_eq!(address.as_str(), "Jane.O'Neill+cpd@example.org");
        assert_eq!(address.key(), "jane.o'neill+cpd@example.org");
        assert_eq!(address, EmailAddress::parse("jane.o'neill+CPD@example.org").unwrap());
    }

    #[test]
    fn every_refusal_says_what_to_change() {
        assert_eq!(refusal(" "), AddressError::Empty);
        assert_eq!(refusal("jane"), AddressError::At);
        assert_eq!(refusal("jane@x@example.org"), AddressError::At);
        assert_eq!(refusal("Jane <jane@example.org>"), AddressError::Separator);
        assert_eq!(refusal("jane@example.org,kofi@example.org"), AddressError::Separator);
        assert_eq!(refusal("jane@example.org\r\nBcc:x@example.org"), AddressError::Separator);
        assert_eq!(refusal("siân@example.org"), AddressError::LocalLetters);
        assert_eq!(refusal("@example.org"), AddressError::Local);
        assert_eq!(refusal(".jane@example.org"), AddressError::Local);
        assert_eq!(refusal("ja..ne@example.org"), AddressError::Local);
        assert_eq!(refusal(&format!("{}@example.org", "a".repeat(65))), AddressError::Local);
        assert_eq!(refusal("jane@localhost"), AddressError::NoDot);
        assert_eq!(refusal("jane@exämple.org"), AddressError::DomainLetters);
        assert_eq!(refusal("jane@example."), AddressError::Domain);
        assert_eq!(refusal("jane@-example.org"), AddressError::Domain);
        assert_eq!(refusal("jane@127.0.0.1"), AddressError::Domain);
        assert_eq!(refusal(&format!("jane@{}.org", "a.".repeat(130))), AddressError::TooLong);
    }

    #[test]
    fn the_longest_address_has_254_characters() {
        let domain = |length: usize| {
            let mut domain = "a.".repeat(length / 2);
            domain.truncate(length - 4);
            format!("{}.org", domain.trim_end_matches('.'))
        };
        let longest = format!("{}@{}", "a".repeat(64), domain(189));
        assert_eq!(longest.len(), 254);
        assert!(EmailAddress::parse(&longest).is_ok());
        assert_eq!(refusal(&format!("{}@{}", "a".repeat(64), domain(191))), AddressError::TooLong);
    }
}
