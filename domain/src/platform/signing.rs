//! Signatures: the organisation's ES256 keys, the compact tokens they sign, and the document that publishes them.
//!
//! A certificate must still verify when this program and its database are gone. So keys are plain PEM files
//! ([`keys`]), tokens are ordinary compact JWS ([`jws`]), and the public keys are an ordinary `did:web`
//! document ([`did`]). Reading is strict throughout ([`strict`]): a signature has one spelling, and a changed
//! byte never slips past a lenient decoder. Randomness and time are passed in; only [`keys`] touches files.

pub mod did;
pub mod jws;
pub mod keys;
pub mod strict;

pub use did::{DidDocument, DidError};
pub use jws::{JwsError, Opened, Signer};
pub use keys::{KeyError, KeyId, KeyRing};

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
