//! The `did:web` documents that publish every key certificates were ever signed with.
//!
//! A host's own is served at `/.well-known/did.json`, an organisation's at `/o/{slug}/did.json`. The key that signs
//! now comes first: readers that look at one key only look at that. A retired key stays for ever and carries no end
//! date, since readers are expected to reject what was signed by a key marked expired or revoked.
//!
//! A key that may have been stolen is marked `revoked`, with the time, and stays only as that mark: without its public
//! half, and not among those that may assert anything, so that a reader who knows nothing of the mark cannot take it
//! for a good one either.
//!
//! A host's document also lists the keys of the organisations on it, each under its own name and controller. They are
//! not among the host's own (`assertionMethod`): they cannot sign for the host. Whoever keeps that one file can check
//! what any of them signed, since the same server answers for both names.

use chrono::{DateTime, SecondsFormat, Utc};
use p256::ecdsa::VerifyingKey;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{is_at_or_below, is_did_web, is_key_name, strict};

/// The greatest document that is read, in bytes.
pub const MAX_DOCUMENT: usize = 2 * 1024 * 1024;

/// Who signs, and the public keys they sign with.
#[derive(Clone, Debug, PartialEq)]
pub struct DidDocument {
    id: String,
    /// By full address, those that sign now first.
    keys: Vec<(String, VerifyingKey)>,
    /// Those that may have been stolen, and since when that is known.
    withdrawn: Vec<(String, DateTime<Utc>)>,
}

/// Why a `did.json` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DidError {
    /// Larger than [`MAX_DOCUMENT`].
    #[error("the key document is too large")]
    TooLarge,
    /// Not JSON, or without the members a did:web document has.
    #[error("the key document is not a did:web document")]
    Malformed,
    /// `id` is not a `did:web:` name.
    #[error("the key document's id is not a did:web name")]
    Id,
    /// A key has an address outside the document, or belongs to somebody else.
    #[error("the key {0} does not belong to this key document")]
    Foreign(String),
    /// The same address twice.
    #[error("the key {0} is in the key document twice")]
    Twice(String),
    /// Not a point on P-256, or not spelt as it should be.
    #[error("the key {0} is not a usable P-256 key")]
    Key(String),
    /// There is no ES256 key to check with.
    #[error("the key document has no key for certificates in it")]
    Empty,
    /// Marked as revoked, and not with a time.
    #[error("the key {0} is marked as revoked, but not with a time")]
    Revoked(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    id: String,
    verification_method: Vec<Method>,
    #[serde(default)]
    assertion_method: Vec<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Method {
    id: String,
    controller: String,
    public_key_jwk: Option<Jwk>,
    revoked: Option<Value>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl DidDocument {
    /// A document for `id` holding keys by their own names (`k2026-1`).
    pub fn new(id: &str, keys: impl IntoIterator<Item = (String, VerifyingKey)>) -> Self {
        let keys = keys.into_iter().map(|(name, key)| (format!("{id}#{name}"), key)).collect();
        Self {
            id: id.to_owned(),
            keys,
            withdrawn: Vec::new(),
        }
    }

    /// Marks keys, by their own names, as ones that may have been stolen.
    #[must_use]
    pub fn withdrawing(mut self, keys: impl IntoIterator<Item = (String, DateTime<Utc>)>) -> Self {
        let marks = keys.into_iter().map(|(name, at)| (format!("{}#{name}", self.id), at));
        self.withdrawn.extend(marks);
        self
    }

    /// Lists the keys of an organisation on this host as well. A document that is not of one is left out.
    pub fn add_below(&mut self, other: Self) {
        if other.id != self.id && is_at_or_below(&other.id, &self.id) {
            self.keys.extend(other.keys);
            self.withdrawn.extend(other.withdrawn);
        }
    }

    /// Reads a file that holds one `did.json`, or several in a list.
    pub fn parse_all(bytes: &[u8]) -> Result<Vec<Self>, DidError> {
        if bytes.len() > MAX_DOCUMENT {
            return Err(DidError::TooLarge);
        }
        match strict::parse_json(bytes).map_err(|_| DidError::Malformed)? {
            Value::Array(documents) => documents.into_iter().map(Self::read).collect(),
            one => Ok(vec![Self::read(one)?]),
        }
    }

    /// Reads a `did.json`. Every key in it must belong to the document (`id` and `controller`), or to an organisation
    /// on the host the document is of; of its own only P-256 keys listed under `assertionMethod` are kept, and other
    /// kinds are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, DidError> {
        if bytes.len() > MAX_DOCUMENT {
            return Err(DidError::TooLarge);
        }
        Self::read(strict::parse_json(bytes).map_err(|_| DidError::Malformed)?)
    }

    fn read(value: Value) -> Result<Self, DidError> {
        let document: Document = serde_json::from_value(value).map_err(|_| DidError::Malformed)?;
        if !is_did_web(&document.id) {
            return Err(DidError::Id);
        }
        let mut keys: Vec<(String, VerifyingKey)> = Vec::new();
        let mut withdrawn: Vec<(String, DateTime<Utc>)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for method in document.verification_method {
            let belongs = method
                .id
                .split_once('#')
                .is_some_and(|(did, name)| is_key_name(name) && method.controller == did && is_at_or_below(did, &document.id));
            if !belongs {
                return Err(DidError::Foreign(method.id));
            }
            if !seen.insert(method.id.clone()) {
                return Err(DidError::Twice(method.id));
            }
            if let Some(revoked) = method.revoked {
                let at = revoked.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
                let at = at.ok_or_else(|| DidError::Revoked(method.id.clone()))?;
                withdrawn.push((method.id, at.to_utc()));
                continue;
            }
            let is_own = method.controller == document.id;
            let asserts = !is_own || document.assertion_method.iter().any(|entry| entry.as_str() == Some(&method.id));
            let Some(jwk) = method
                .public_key_jwk
                .filter(|jwk| asserts && jwk.kty == "EC" && jwk.crv.as_deref() == Some("P-256"))
            else {
                continue;
            };
            let key = jwk.point().ok_or_else(|| DidError::Key(method.id.clone()))?;
            keys.push((method.id, key));
        }
        if keys.is_empty() && withdrawn.is_empty() {
            return Err(DidError::Empty);
        }
        Ok(Self {
            id: document.id,
            keys,
            withdrawn,
        })
    }

    /// Who the keys belong to, such as `did:web:events.example.org`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The key at a full address (`did#name`).
    #[must_use]
    pub fn key(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.iter().find(|(id, _)| id == kid).map(|(_, key)| key)
    }

    /// Since when the key at a full address is known to be unsafe, if it is.
    #[must_use]
    pub fn withdrawn(&self, kid: &str) -> Option<DateTime<Utc>> {
        self.withdrawn.iter().find(|(id, _)| id == kid).map(|(_, at)| *at)
    }

    /// The document as it is published.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let controller = |id: &str| id.split_once('#').map_or_else(|| self.id.clone(), |(did, _)| did.to_owned());
        let marks = self.withdrawn.iter().map(|(id, at)| {
            json!({ "id": id, "type": "JsonWebKey", "controller": controller(id), "revoked": at.to_rfc3339_opts(SecondsFormat::Secs, true) })
        });
        let methods: Vec<Value> = self
            .keys
            .iter()
            .map(|(id, key)| {
                let point = key.to_sec1_point(false);
                // Uncompressed SEC1: one byte of kind, then x and y of 32 bytes each.
                let (x, y) = point
                    .as_bytes()
                    .get(1..)
                    .unwrap_or_default()
                    .split_at_checked(32)
                    .unwrap_or_default();
                json!({
                    "id": id, "type": "JsonWebKey", "controller": controller(id),
                    "publicKeyJwk": { "kty": "EC", "crv": "P-256", "x": strict::encode(x), "y": strict::encode(y) },
                })
            })
            .chain(marks)
            .collect();
        let own: Vec<&String> = self.keys.iter().map(|(id, _)| id).filter(|id| controller(id) == self.id).collect();
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"],
            "id": self.id,
            "verificationMethod": methods,
            "assertionMethod": own,
        })
    }
}

impl Jwk {
    fn point(&self) -> Option<VerifyingKey> {
        let coordinate = |text: &Option<String>| strict::decode(text.as_deref()?).filter(|bytes| bytes.len() == 32);
        let sec1 = [vec![4], coordinate(&self.x)?, coordinate(&self.y)?].concat();
        VerifyingKey::from_sec1_bytes(&sec1).ok()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use p256::ecdsa::SigningKey;

    const DID: &str = "did:web:127.0.0.1%3A3000";

    fn document() -> DidDocument {
        let key = |seed| *SigningKey::from_slice(&[seed; 32]).unwrap().verifying_key();
        DidDocument::new(DID, [("k2026-1".to_owned(), key(1)), ("k2026-2".to_owned(), key(2))])
    }

    fn parse(value: &Value) -> Result<DidDocument, DidError> {
        DidDocument::parse(value.to_string().as_bytes())
    }

    #[test]
    fn a_document_comes_back_as_it_was_published() {
        let json = document().to_json();
        assert_eq!(parse(&json).unwrap(), document());
        assert_eq!(json["assertionMethod"], json!([format!("{DID}#k2026-1"), format!("{DID}#k2026-2")]));
        assert!(document().key(&format!("{DID}#k2026-2")).is_some());
        assert!(document().key("k2026-2").is_none());
    }

    #[test]
    fn a_key_of_somebody_else_is_refused() {
        let foreign = |change: fn(&mut Value)| {
            let mut json = document().to_json();
            change(&mut json);
            parse(&json).unwrap_err()
        };
        assert!(matches!(
            foreign(|d| d["verificationMethod"][0]["controller"] = json!("did:web:x.example")),
            DidError::Foreign(_)
        ));
        assert!(matches!(
            foreign(|d| d["verificationMethod"][0]["id"] = json!("did:web:x.example#k")),
            DidError::Foreign(_)
        ));
        assert!(matches!(foreign(|d| d["id"] = json!("did:web:x.example")), DidError::Foreign(_)));
        assert_eq!(foreign(|d| d["id"] = json!("https://x.example")), DidError::Id);
        assert_eq!(foreign(|d| d["assertionMethod"] = json!([])), DidError::Empty);
        assert!(matches!(
            foreign(|d| d["verificationMethod"][1] = d["verificationMethod"][0].clone()),
            DidError::Twice(_)
        ));
        assert!(matches!(
            foreign(|d| d["verificationMethod"][0]["publicKeyJwk"]["x"] = json!("AA")),
            DidError::Key(_)
        ));
        assert!(matches!(
            foreign(|d| d["verificationMethod"][0]["publicKeyJwk"]["y"] = d["verificationMethod"][1]["publicKeyJwk"]["y"].clone()),
            DidError::Key(_)
        ));
        assert_eq!(DidDocument::parse(b"{}"), Err(DidError::Malformed));
        assert_eq!(DidDocument::parse(&vec![b' '; MAX_DOCUMENT + 1]), Err(DidError::TooLarge));
    }

    fn below(name: &str, seed: u8) -> DidDocument {
        let key = *SigningKey::from_slice(&[seed; 32]).unwrap().verifying_key();
        DidDocument::new(&format!("{DID}{name}"), [("k2026-1".to_owned(), key)])
    }

    #[test]
    fn a_host_speaks_for_the_organisations_on_it_and_lets_none_sign_for_it() {
        let mut host = document();
        host.add_below(below(":o:north", 3));
        host.add_below(below(":x:other", 4));
        let json = host.to_json();
        assert_eq!(parse(&json).unwrap(), host);
        assert!(host.key(&format!("{DID}:o:north#k2026-1")).is_some());
        assert!(
            host.key(&format!("{DID}:x:other#k2026-1")).is_none(),
            "that is no organisation's name"
        );
        assert_eq!(json["verificationMethod"][2]["controller"], format!("{DID}:o:north"));
        assert_eq!(
            json["assertionMethod"],
            json!([format!("{DID}#k2026-1"), format!("{DID}#k2026-2")]),
            "the organisation's key asserts nothing as the host"
        );

        // The other way round, and between two organisations, nobody speaks for anybody.
        let mut north = below(":o:north", 3).to_json();
        for foreign in [
            document().to_json(),
            below(":o:south", 5).to_json(),
            below(":o:north:o:deep", 5).to_json(),
        ] {
            north["verificationMethod"] = json!([foreign["verificationMethod"][0]]);
            assert!(matches!(parse(&north), Err(DidError::Foreign(_))), "{foreign}");
        }
        // An organisation's key under the host's name as controller is neither's.
        let mut json = json;
        json["verificationMethod"][2]["controller"] = json!(DID);
        assert!(matches!(parse(&json), Err(DidError::Foreign(_))));
    }

    #[test]
    fn a_stolen_key_is_published_as_a_mark_and_nothing_to_check_with() {
        let at: DateTime<Utc> = "2026-05-01T10:00:00Z".parse().unwrap();
        let marked = DidDocument::new(
            DID,
            [("k2026-2".to_owned(), *SigningKey::from_slice(&[2; 32]).unwrap().verifying_key())],
        )
        .withdrawing([("k2026-1".to_owned(), at)]);
        let json = marked.to_json();
        assert_eq!(parse(&json).unwrap(), marked);
        assert_eq!(
            json["verificationMethod"][1],
            json!({ "id": format!("{DID}#k2026-1"), "type": "JsonWebKey", "controller": DID, "revoked": "2026-05-01T10:00:00Z" })
        );
        assert_eq!(json["assertionMethod"], json!([format!("{DID}#k2026-2")]));
        let kid = format!("{DID}#k2026-1");
        assert_eq!((marked.key(&kid), marked.withdrawn(&kid)), (None, Some(at)));

        // Others may leave the public half beside the mark: the mark decides.
        let mut json = document().to_json();
        json["verificationMethod"][0]["revoked"] = json!("2026-05-01T10:00:00Z");
        let read = parse(&json).unwrap();
        assert_eq!((read.key(&kid), read.withdrawn(&kid)), (None, Some(at)));
        for no_time in [json!(true), json!("yesterday"), json!(0)] {
            json["verificationMethod"][0]["revoked"] = no_time;
            assert_eq!(parse(&json), Err(DidError::Revoked(kid.clone())));
        }
    }

    #[test]
    fn a_file_may_hold_several_documents() {
        let (one, two) = (document(), below(":o:north", 3));
        let both = json!([one.to_json(), two.to_json()]).to_string();
        assert_eq!(DidDocument::parse_all(both.as_bytes()), Ok(vec![one.clone(), two]));
        assert_eq!(DidDocument::parse_all(one.to_json().to_string().as_bytes()), Ok(vec![one]));
        assert_eq!(DidDocument::parse_all(b"[1]"), Err(DidError::Malformed));
    }

    #[test]
    fn keys_of_other_kinds_are_passed_over() {
        let mut json = document().to_json();
        json["verificationMethod"][0]["publicKeyJwk"] = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" });
        assert_eq!(parse(&json).unwrap().keys.len(), 1);
    }
}
