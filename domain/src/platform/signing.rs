//! Signatures: each organisation's ES256 keys, the compact tokens they sign, and the documents that publish them.
//!
//! A certificate must still verify when this program and its database are gone. So keys are plain PEM files
//! ([`keys`], one folder for each [`Issuer`], [`ring`]), tokens are ordinary compact JWS ([`jws`]), and the public
//! keys are ordinary `did:web` documents ([`did`]). Reading is strict throughout ([`strict`]): a signature has one
//! spelling, and a changed byte never slips past a lenient decoder. Randomness and time are passed in; only
//! [`keys`] and [`ring`] touch files.

pub mod did;
pub mod jws;
pub mod keys;
pub mod ring;
pub mod strict;

pub use did::{DidDocument, DidError};
pub use jws::{JwsError, Opened, Signer};
pub use keys::{KeyError, KeyId, KeyRing};
pub use ring::Keys;

/// Where this installation lives on the web, and so who it is when it signs. Made from `BASE_URL`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    base: String,
    did: String,
}

/// Why a `BASE_URL` cannot name the signer of certificates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// It does not begin with `http://` or `https://`.
    #[error("the base address must begin with https:// or http://")]
    Scheme,
    /// Something other than letters, digits, dots and hyphens before the port.
    #[error("the base address must name a host, such as events.example.org")]
    Host,
    /// After the colon there is no number between 1 and 65535.
    #[error("the base address has a port that is not a number between 1 and 65535")]
    Port,
    /// There is something after the host. The did:web document is published for a whole host.
    #[error("the base address must be a scheme and a host only, with no path, query or user name")]
    Path,
}

impl Site {
    /// Reads `https://events.example.org` or `http://127.0.0.1:3000`; one slash at the end is let pass.
    /// The scheme's usual port is dropped, the host is lower-cased.
    pub fn parse(base_url: &str) -> Result<Self, SiteError> {
        let (scheme, usual, rest) = if let Some(rest) = base_url.strip_prefix("https://") {
            ("https", 443, rest)
        } else if let Some(rest) = base_url.strip_prefix("http://") {
            ("http", 80, rest)
        } else {
            return Err(SiteError::Scheme);
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains(['/', '?', '#', '@']) {
            return Err(SiteError::Path);
        }
        let (host, port) = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((inner, port)) => (format!("[{inner}]"), port.strip_prefix(':')),
            None => match authority.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port)),
                None => (authority.to_owned(), None),
            },
        };
        let host = host.to_ascii_lowercase();
        let inner = host.trim_matches(['[', ']']);
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'-';
        let bracketed = host.starts_with('[');
        if inner.is_empty() || !inner.bytes().all(|byte| letters(byte) || (bracketed && byte == b':')) {
            return Err(SiteError::Host);
        }
        let port = match port {
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(text.parse::<u16>().ok().filter(|port| *port > 0).ok_or(SiteError::Port)?)
            }
            Some(_) => return Err(SiteError::Port),
            None => None,
        }
        .filter(|port| *port != usual);

        let authority = port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        Ok(Self {
            base: format!("{scheme}://{authority}"),
            did: format!("did:web:{}", percent_encode(&authority)),
        })
    }

    /// The address of a path on this site. `path` begins with a slash.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The name it signs under, such as `did:web:events.example.org`; a port's colon is percent-encoded (did:web).
    #[must_use]
    pub fn did(&self) -> &str {
        &self.did
    }

    /// The same site, signing as `issuer`.
    #[must_use]
    pub fn signing_as(&self, issuer: &Issuer) -> Self {
        Self {
            base: self.base.clone(),
            did: match issuer {
                Issuer::Host => self.did.clone(),
                Issuer::Organisation(slug) => format!("{}{BELOW}{slug}", self.did),
            },
        }
    }
}

/// Who signs at one installation. The name is for ever: it stands in what was signed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Issuer {
    /// The organisation that was there first, under the name of the host itself.
    Host,
    /// A further organisation, by its slug: `did:web:HOST:o:SLUG`.
    Organisation(String),
}

/// What stands between a host's name and that of an organisation on it.
const BELOW: &str = ":o:";

impl Issuer {
    /// The organisation at `/o/{slug}`; none if that cannot be a slug.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<Self> {
        is_slug(slug).then(|| Self::Organisation(slug.to_owned()))
    }

    /// Who signs under this name at `site`.
    #[must_use]
    pub fn of_did(did: &str, site: &Site) -> Option<Self> {
        match did.strip_prefix(&site.did)? {
            "" => Some(Self::Host),
            below => Self::of_slug(below.strip_prefix(BELOW)?),
        }
    }

    /// As it is kept: the slug, and nothing for the host.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Host => "",
            Self::Organisation(slug) => slug,
        }
    }

    /// What [`Self::word`] wrote.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        if word.is_empty() { Some(Self::Host) } else { Self::of_slug(word) }
    }

    /// Where its public keys are published.
    #[must_use]
    pub fn path(&self) -> String {
        match self {
            Self::Host => "/.well-known/did.json".to_owned(),
            Self::Organisation(slug) => format!("/o/{slug}/did.json"),
        }
    }
}

fn is_slug(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (3..=80).contains(&text.len()) && text.bytes().all(letters)
}

/// Whether `did` is `host` or an organisation on it: whoever answers for a host answers for every path of it.
fn is_at_or_below(did: &str, host: &str) -> bool {
    match did.strip_prefix(host) {
        Some("") => true,
        Some(below) => is_host(host) && below.strip_prefix(BELOW).is_some_and(is_slug),
        None => false,
    }
}

/// Whether a did:web name is of a host as a whole, and not of a path on it.
fn is_host(did: &str) -> bool {
    did.strip_prefix("did:web:").is_some_and(|host| !host.contains(':'))
}

/// Whether a text could be a did:web name: nothing in it but what such a name is spelt with, so that it can be shown.
fn is_did_web(text: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b".-_%:".contains(&byte);
    text.len() <= 400
        && text
            .strip_prefix("did:web:")
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(letters))
}

/// The key's half of a key address: letters, digits, dot, hyphen, underscore.
fn is_key_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

fn percent_encode(authority: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(authority.len());
    for byte in authority.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_known_by_its_host_and_unusual_port() {
        for (base, url, did) in [
            (
                "https://events.example.org",
                "https://events.example.org/x",
                "did:web:events.example.org",
            ),
            (
                "https://Events.Example.org:443/",
                "https://events.example.org/x",
                "did:web:events.example.org",
            ),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000/x", "did:web:127.0.0.1%3A3000"),
            ("http://[::1]:3000", "http://[::1]:3000/x", "did:web:%5B%3A%3A1%5D%3A3000"),
        ] {
            let site = Site::parse(base).unwrap();
            assert_eq!((site.url("/x").as_str(), site.did()), (url, did), "{base}");
        }
    }

    #[test]
    fn each_organisation_has_a_name_below_the_hosts() {
        let site = Site::parse("http://127.0.0.1:3000").unwrap();
        let north = Issuer::of_slug("north-partnership").unwrap();
        let signing = site.signing_as(&north);
        assert_eq!(
            (signing.did(), signing.url("/x"), north.path()),
            (
                "did:web:127.0.0.1%3A3000:o:north-partnership",
                site.url("/x"),
                "/o/north-partnership/did.json".to_owned()
            )
        );
        assert_eq!(site.signing_as(&Issuer::Host), site);
        for issuer in [north, Issuer::Host] {
            assert_eq!(Issuer::of_did(site.signing_as(&issuer).did(), &site), Some(issuer.clone()));
            assert_eq!(Issuer::of_word(issuer.word()), Some(issuer));
        }
        for other in [
            "did:web:127.0.0.1%3A30001",
            "did:web:127.0.0.1%3A3000:o:",
            "did:web:127.0.0.1%3A3000:o:a:b",
            "did:web:127.0.0.1%3A3000:o:../keys",
            "did:web:127.0.0.1%3A3000:x:north",
            "did:web:elsewhere:o:north",
        ] {
            assert_eq!(Issuer::of_did(other, &site), None, "{other}");
        }
        assert_eq!(Issuer::of_slug("No"), None);
    }

    #[test]
    fn addresses_that_name_no_host_are_refused() {
        for (base, error) in [
            ("events.example.org", SiteError::Scheme),
            ("https://", SiteError::Host),
            ("https://a b", SiteError::Host),
            ("https://example.org/plenary", SiteError::Path),
            ("https://me@example.org", SiteError::Path),
            ("https://example.org:", SiteError::Port),
            ("https://example.org:0", SiteError::Port),
            ("https://example.org:99999", SiteError::Port),
        ] {
            assert_eq!(Site::parse(base), Err(error), "{base}");
        }
    }
}
