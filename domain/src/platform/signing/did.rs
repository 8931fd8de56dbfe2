//! The `did:web` document that publishes every key certificates were ever signed with.
//!
//! Served at `/.well-known/did.json`. A retired key stays in it for ever and carries no end date: readers are
//! expected to reject what was signed by a key marked expired or revoked.

use p256::ecdsa::VerifyingKey;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{is_key_name, strict};

/// The greatest document that is read, in bytes.
pub const MAX_DOCUMENT: usize = 256 * 1024;

/// Who signs, and the public keys they sign with.
#[derive(Clone, Debug, PartialEq)]
pub struct DidDocument {
    id: String,
    keys: Vec<(String, VerifyingKey)>,
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
        Self { id: id.to_owned(), keys }
    }

    /// Reads a `did.json`. Every key in it must belong to the document (`id` and `controller`); only P-256 keys
    /// listed under `assertionMethod` are kept, other kinds are passed over.
    pub fn parse(bytes: &[u8]) -> Result<Self, DidError> {
        if bytes.len() > MAX_DOCUMENT {
            return Err(DidError::TooLarge);
        }
        let value = strict::parse_json(bytes).map_err(|_| DidError::Malformed)?;
        let document: Document = serde_json::from_value(value).map_err(|_| DidError::Malformed)?;
        if document.id.strip_prefix("did:web:").is_none_or(str::is_empty) || document.id.contains('#') {
            return Err(DidError::Id);
        }
        let mut keys: Vec<(String, VerifyingKey)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        for method in document.verification_method {
            let own = method.id.strip_prefix(&document.id).and_then(|rest| rest.strip_prefix('#'));
            if !own.is_some_and(is_key_name) || method.controller != document.id {
                return Err(DidError::Foreign(method.id));
            }
            if !seen.insert(method.id.clone()) {
                return Err(DidError::Twice(method.id));
            }
            let asserts = document.assertion_method.iter().any(|entry| entry.as_str() == Some(&method.id));
            let Some(jwk) = method
                .public_key_jwk
                .filter(|jwk| asserts && jwk.kty == "EC" && jwk.crv.as_deref() == Some("P-256"))
            else {
                continue;
            };
            let key = jwk.point().ok_or_else(|| DidError::Key(method.id.clone()))?;
            keys.push((method.id, key));
        }
        if keys.is_empty() {
            return Err(DidError::Empty);
        }
        Ok(Self { id: document.id, keys })
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

    /// The document as it is published.
    #[must_use]
    pub fn to_json(&self) -> Value {
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
                    "id": id, "type": "JsonWebKey", "controller": self.id,
                    "publicKeyJwk": { "kty": "EC", "crv": "P-256", "x": strict::encode(x), "y": strict::encode(y) },
                })
            })
            .collect();
        json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"],
            "id": self.id,
            "verificationMethod": methods,
            "assertionMethod": self.keys.iter().map(|(id, _)| id).collect::<Vec<_>>(),
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

    #[test]
    fn keys_of_other_kinds_are_passed_over() {
        let mut json = document().to_json();
        json["verificationMethod"][0]["publicKeyJwk"] = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA" });
        assert_eq!(parse(&json).unwrap().keys.len(), 1);
    }
}
