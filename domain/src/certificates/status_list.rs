//! Which certificates were revoked, as a signed Bitstring Status List (W3C).
//!
//! One list holds 131,072 places and compresses to a few dozen bytes while few bits are set. A certificate's
//! place in it is chosen at random, so a place tells nothing about when or to whom it was issued, and fetching
//! the whole list tells its host nothing about which certificate is being checked. Revoking cannot be undone.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::io::{Read as _, Write as _};

use chrono::{DateTime, SecondsFormat, Utc};
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use rand::RngExt as _;
use serde_json::{Value, json};

use crate::platform::signing::{DidDocument, JwsError, KeyRing, Site, jws, strict};

/// Places in one list: the least the standard allows (16 KiB of bits).
pub const ENTRIES: u32 = 131_072;

/// The greatest list that is read, in bytes of bits; others may publish longer ones.
const MAX_BYTES: usize = 1024 * 1024;

/// The greatest signed list that is read, in bytes.
pub const MAX_TOKEN: usize = 3 * 1024 * 1024;

/// How long a reader may keep a list, in milliseconds. Use the same in `Cache-Control`.
pub const TTL_MS: u64 = 300_000;

/// Why a status list cannot be relied on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// Its signature is not good.
    #[error("the status list: {0}")]
    Signature(#[from] JwsError),
    /// It is signed, and is not a revocation list of ours in form.
    #[error("the status list is not well formed: {0}")]
    Malformed(&'static str),
    /// It says something other than who was revoked.
    #[error("the status list is not about revocation")]
    Purpose,
    /// Shorter than the standard allows or longer than is read here.
    #[error("the status list has the wrong size")]
    Size,
    /// The place asked about is beyond its end.
    #[error("the status list has no place {0}")]
    Index(u32),
}

/// The bits of one list; place 0 is the left-most bit of the first byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusList {
    bits: Vec<u8>,
}

impl Default for StatusList {
    fn default() -> Self {
        Self {
            bits: vec![0; ENTRIES as usize / 8],
        }
    }
}

impl StatusList {
    /// A list with these places revoked.
    pub fn with_revoked(places: impl IntoIterator<Item = u32>) -> Result<Self, StatusError> {
        let mut list = Self::default();
        for place in places {
            *list.bits.get_mut(place as usize / 8).ok_or(StatusError::Index(place))? |= 0x80 >> (place % 8);
        }
        Ok(list)
    }

    /// Whether the certificate at this place was revoked.
    pub fn is_revoked(&self, place: u32) -> Result<bool, StatusError> {
        let byte = self.bits.get(place as usize / 8).ok_or(StatusError::Index(place))?;
        Ok(byte & (0x80 >> (place % 8)) != 0)
    }

    /// `u` (multibase for base64url) and the compressed bits. The same bits give the same text.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        // Writing to memory cannot fail; were it to, the empty text is a list nobody accepts.
        let bytes = gzip.write_all(&self.bits).and_then(|()| gzip.finish()).unwrap_or_default();
        format!("u{}", strict::encode(&bytes))
    }

    /// Reads what [`StatusList::encode`] wrote. A list that unpacks to more than is read is refused part-way.
    pub fn decode(text: &str) -> Result<Self, StatusError> {
        let bytes = text
            .strip_prefix('u')
            .and_then(strict::decode)
            .ok_or(StatusError::Malformed("its bits are not base64url"))?;
        let mut gzip = GzDecoder::new(bytes.as_slice()).take(MAX_BYTES as u64 + 1);
        let mut bits = Vec::new();
        gzip.read_to_end(&mut bits)
            .map_err(|_| StatusError::Malformed("its bits are not gzip"))?;
        if bits.len() < ENTRIES as usize / 8 || bits.len() > MAX_BYTES {
            return Err(StatusError::Size);
        }
        if !gzip.into_inner().into_inner().is_empty() {
            return Err(StatusError::Malformed("something follows its bits"));
        }
        Ok(Self { bits })
    }
}

/// A free place, chosen at random; `None` when the list is full and the next one must be begun.
pub fn choose_place<S: BuildHasher>(taken: &HashSet<u32, S>, random: &mut dyn rand::Rng) -> Option<u32> {
    // While the list is not nearly full a few throws find one; then count through what is left.
    for _ in 0..16 {
        let place = random.random_range(0..ENTRIES);
        if !taken.contains(&place) {
            return Some(place);
        }
    }
    let free: Vec<u32> = (0..ENTRIES).filter(|place| !taken.contains(place)).collect();
    if free.is_empty() {
        None
    } else {
        free.get(random.random_range(0..free.len())).copied()
    }
}

/// Signs a list for publishing at `/certificates/status/{number}`: a compact token like a certificate's own.
#[must_use]
pub fn sign(list: &StatusList, number: u32, keys: &KeyRing, site: &Site, now: DateTime<Utc>) -> String {
    let own = site.url(&format!("/certificates/status/{number}"));
    let subject = format!("{own}#list");
    keys.sign(
        site,
        &json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "id": own,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": site.did(),
            "validFrom": now.to_rfc3339_opts(SecondsFormat::Secs, true),
            "credentialSubject": {
                "id": subject,
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": list.encode(),
                "ttl": TTL_MS,
            },
            "iss": site.did(),
            "jti": own,
            "nbf": now.timestamp(),
            "sub": subject,
        }),
    )
}

/// A list whose signature, form, size and purpose were good.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// Where it is published; a certificate names its list by this.
    pub address: String,
    /// Who signed it.
    pub did: String,
    /// Its bits.
    pub list: StatusList,
}

/// Checks a signed list as it was fetched; one line end after it is let pass.
pub fn read(bytes: &[u8], documents: &[DidDocument]) -> Result<Published, StatusError> {
    let text = std::str::from_utf8(bytes).map_err(|_| StatusError::Malformed("it is not text"))?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    let opened = jws::open(text.strip_suffix('\r').unwrap_or(text), documents, MAX_TOKEN)?;
    let payload = &opened.payload;
    let is = |value: &Value, name: &str| value == name || value.as_array().is_some_and(|types| types.iter().any(|t| t == name));
    let subject = &payload["credentialSubject"];
    if !is(&payload["type"], "BitstringStatusListCredential") || !is(&subject["type"], "BitstringStatusList") {
        return Err(StatusError::Malformed("it is something else"));
    }
    let issuer = payload["issuer"].as_str().or_else(|| payload["issuer"]["id"].as_str());
    if issuer != Some(opened.did.as_str()) || payload["iss"] != opened.did.as_str() || payload["jti"] != payload["id"] {
        return Err(StatusError::Malformed("it was issued by somebody other than who signed it"));
    }
    if subject["statusPurpose"] != "revocation" {
        return Err(StatusError::Purpose);
    }
    let address = payload["id"]
        .as_str()
        .ok_or(StatusError::Malformed("it has no address"))?
        .to_owned();
    let encoded = subject["encodedList"].as_str().ok_or(StatusError::Malformed("it has no bits"))?;
    Ok(Published {
        address,
        did: opened.did,
        list: StatusList::decode(encoded)?,
    })
}

#[cfg(test)]
#[path = "status_list_tests.rs"]
mod tests;
