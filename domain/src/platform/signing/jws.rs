//! Compact JWS (RFC 7515) with ES256 (RFC 7518 section 3.4), and no other algorithm.

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey};
use serde::Deserialize;
use serde_json::{Value, json};

use chrono::{DateTime, Utc};

use super::did::DidDocument;
use super::{is_did_web, is_key_name, strict};

/// A key together with the full address it is published under, ready to sign.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    key: &'a SigningKey,
    did: &'a str,
    name: &'a str,
}

impl<'a> Signer<'a> {
    /// `did` is who signs, `name` the key's own name (`k2026-1`).
    #[must_use]
    pub fn new(key: &'a SigningKey, did: &'a str, name: &'a str) -> Self {
        Self { key, did, name }
    }

    /// Signs `payload` as one compact token: `header.payload.signature`, all base64url. The same payload and key
    /// always give the same token (RFC 6979), so no randomness is needed.
    #[must_use]
    pub fn sign(&self, payload: &Value) -> String {
        let header = json!({ "alg": "ES256", "kid": format!("{}#{}", self.did, self.name), "typ": "JWT" });
        let mut token = format!(
            "{}.{}",
            strict::encode(header.to_string().as_bytes()),
            strict::encode(payload.to_string().as_bytes())
        );
        let signature: Signature = self.key.sign(token.as_bytes());
        token.push('.');
        token.push_str(&strict::encode(&signature.to_bytes()));
        token
    }
}

/// A token whose signature was good.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// Who signed, as in `did:web:events.example.org`.
    pub did: String,
    /// Full address of the key, `did#name`.
    pub kid: String,
    /// What was signed; always a JSON object.
    pub payload: Value,
}

/// Why a token was not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than the reader is willing to read.
    #[error("the signed part is too large")]
    TooLarge,
    /// Not three strictly encoded parts, or a header that is not ours to the letter.
    #[error("the signed part is not well formed: {0}")]
    Malformed(&'static str),
    /// `alg` is not ES256; `none` and shared-secret algorithms end here.
    #[error("it is signed with a method that is not accepted here (only ES256 is)")]
    Algorithm,
    /// No published key has this address.
    #[error("the key {0} is not among the published keys")]
    UnknownKey(String),
    /// The key at this address may have been stolen, which is known since that time. Nothing it signed is believed,
    /// however early it says it was signed.
    #[error("the key {0} was withdrawn on {day}, since somebody else may have it", day = .1.format("%-d %B %Y"))]
    Withdrawn(String, DateTime<Utc>),
    /// The key is known and did not sign this.
    #[error("the signature does not match")]
    Signature,
}

/// Nothing else may stand in a header, so `crit`, `jwk`, `b64` and their like are refused unread.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
    typ: Option<String>,
}

/// A token that is well formed, and not yet believed.
#[derive(Debug)]
pub struct Unchecked<'a> {
    did: String,
    kid: String,
    signed: &'a [u8],
    signature: Signature,
    payload: Value,
}

/// Takes a compact token of at most `limit` bytes apart without asking who signed it.
pub fn parse(token: &str, limit: usize) -> Result<Unchecked<'_>, JwsError> {
    if token.len() > limit {
        return Err(JwsError::TooLarge);
    }
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(tail), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(JwsError::Malformed("it does not have three parts"));
    };
    let decode = |part| strict::decode(part).ok_or(JwsError::Malformed("it is not strict base64url"));
    let (header, payload, signature) = (decode(head)?, decode(body)?, decode(tail)?);

    let value = strict::parse_json(&header).map_err(|_| JwsError::Malformed("its header is not JSON"))?;
    if value.get("alg").and_then(Value::as_str).is_some_and(|alg| alg != "ES256") {
        return Err(JwsError::Algorithm);
    }
    let header: Header =
        serde_json::from_value(value).map_err(|_| JwsError::Malformed("its header has other members than alg, kid and typ"))?;
    if header.alg != "ES256" {
        return Err(JwsError::Algorithm);
    }
    if header.typ.is_some_and(|typ| typ != "JWT") {
        return Err(JwsError::Malformed("its type is not JWT"));
    }
    let (did, _) = header
        .kid
        .split_once('#')
        .filter(|(did, name)| is_did_web(did) && is_key_name(name))
        .ok_or(JwsError::Malformed("its key has no did:web address"))?;
    let payload = strict::parse_json(&payload)
        .ok()
        .filter(Value::is_object)
        .ok_or(JwsError::Malformed("its content is not a JSON object"))?;
    let signature = Signature::from_slice(&signature).map_err(|_| JwsError::Malformed("its signature is not two numbers of 32 bytes"))?;
    let signed = token.as_bytes().get(..head.len() + 1 + body.len()).unwrap_or_default();
    Ok(Unchecked {
        did: did.to_owned(),
        kid: header.kid,
        signed,
        signature,
        payload,
    })
}

impl Unchecked<'_> {
    /// What it claims. Good for refusing a token early, never for believing it.
    #[must_use]
    pub fn claimed(&self) -> &Value {
        &self.payload
    }

    /// Checks the signature against published keys.
    pub fn check(self, documents: &[DidDocument]) -> Result<Opened, JwsError> {
        // One document that knows the key to be stolen is enough, whatever an older one says.
        if let Some(at) = documents.iter().find_map(|document| document.withdrawn(&self.kid)) {
            return Err(JwsError::Withdrawn(self.kid, at));
        }
        let mut keys = documents.iter().filter_map(|document| document.key(&self.kid)).peekable();
        if keys.peek().is_none() {
            return Err(JwsError::UnknownKey(self.kid));
        }
        if !keys.any(|key| key.verify(self.signed, &self.signature).is_ok()) {
            return Err(JwsError::Signature);
        }
        Ok(Opened {
            did: self.did,
            kid: self.kid,
            payload: self.payload,
        })
    }
}

/// Checks a compact token of at most `limit` bytes against published keys.
///
/// What is not well formed is said to be so before any key is looked for: [`JwsError::UnknownKey`] means a
/// whole, properly spelt token by somebody not in `documents`.
pub fn open(token: &str, documents: &[DidDocument], limit: usize) -> Result<Opened, JwsError> {
    parse(token, limit)?.check(documents)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const DID: &str = "did:web:events.example.org";
    const LIMIT: usize = 4096;

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_slice(&[seed; 32]).unwrap()
    }

    fn published(seed: u8) -> [DidDocument; 1] {
        [DidDocument::new(DID, [("k2026-1".to_owned(), *key(seed).verifying_key())])]
    }

    fn with_header(header: &Value) -> String {
        let key = key(7);
        let mut token = format!(
            "{}.{}",
            strict::encode(header.to_string().as_bytes()),
            strict::encode(br#"{"a":1}"#)
        );
        let signature: Signature = key.sign(token.as_bytes());
        token.push('.');
        token.push_str(&strict::encode(&signature.to_bytes()));
        token
    }

    fn refused(token: &str) -> JwsError {
        open(token, &published(7), LIMIT).unwrap_err()
    }

    #[test]
    fn a_signed_token_opens_and_signing_repeats_itself() {
        let key = key(7);
        let signer = Signer::new(&key, DID, "k2026-1");
        let token = signer.sign(&json!({ "a": 1 }));
        assert_eq!(token, signer.sign(&json!({ "a": 1 })));
        let opened = open(&token, &published(7), LIMIT).unwrap();
        assert_eq!(
            opened,
            Opened {
                did: DID.to_owned(),
                kid: format!("{DID}#k2026-1"),
                payload: json!({ "a": 1 })
            }
        );
    }

    #[test]
    fn alg_none_and_a_shared_secret_of_the_public_key_are_refused() {
        let kid = format!("{DID}#k2026-1");
        for alg in ["none", "None", "HS256", "RS256", "ES384", "es256", ""] {
            assert_eq!(
                refused(&with_header(&json!({ "alg": alg, "kid": kid, "typ": "JWT" }))),
                JwsError::Algorithm
            );
        }
        let unsigned = with_header(&json!({ "alg": "none", "kid": kid }));
        let unsigned = &unsigned[..=unsigned.rfind('.').unwrap()];
        assert_eq!(refused(unsigned), JwsError::Algorithm);
    }

    #[test]
    fn a_header_with_anything_else_in_it_is_refused() {
        let kid = format!("{DID}#k2026-1");
        assert!(
            open(
                &with_header(&json!({ "alg": "ES256", "kid": kid, "typ": "JWT" })),
                &published(7),
                LIMIT
            )
            .is_ok()
        );
        for header in [
            json!({ "alg": "ES256", "kid": kid, "crit": ["b64"], "b64": false }),
            json!({ "alg": "ES256", "kid": kid, "jwk": {} }),
            json!({ "alg": "ES256", "kid": kid, "typ": "JOSE" }),
            json!({ "alg": "ES256" }),
            json!({ "kid": kid }),
            json!({ "alg": "ES256", "kid": "k2026-1" }),
            json!({ "alg": "ES256", "kid": "https://events.example.org#k2026-1" }),
            json!(["ES256"]),
        ] {
            assert!(matches!(refused(&with_header(&header)), JwsError::Malformed(_)), "{header}");
        }
    }

    #[test]
    fn another_key_is_unknown_or_does_not_match() {
        let key = key(7);
        let token = Signer::new(&key, DID, "k2026-1").sign(&json!({ "a": 1 }));
        assert_eq!(open(&token, &published(8), LIMIT), Err(JwsError::Signature));
        let newer = Signer::new(&key, DID, "k2026-2").sign(&json!({ "a": 1 }));
        assert_eq!(refused(&newer), JwsError::UnknownKey(format!("{DID}#k2026-2")));
        let elsewhere = Signer::new(&key, "did:web:other.example.org", "k2026-1").sign(&json!({ "a": 1 }));
        assert!(matches!(refused(&elsewhere), JwsError::UnknownKey(_)));
        assert_eq!(open(&token, &[], LIMIT), Err(JwsError::UnknownKey(format!("{DID}#k2026-1"))));
    }

    #[test]
    fn what_a_stolen_key_signed_is_refused_whatever_an_older_document_says() {
        let key = key(7);
        let token = Signer::new(&key, DID, "k2026-1").sign(&json!({ "a": 1 }));
        let at = "2026-05-01T10:00:00Z".parse().unwrap();
        let marked = DidDocument::new(DID, []).withdrawing([("k2026-1".to_owned(), at)]);
        let [old] = published(7);
        for documents in [vec![marked.clone()], vec![old.clone(), marked.clone()], vec![marked, old]] {
            let refused = open(&token, &documents, LIMIT).unwrap_err();
            assert_eq!(refused, JwsError::Withdrawn(format!("{DID}#k2026-1"), at));
            assert!(refused.to_string().contains("was withdrawn on 1 May 2026"), "{refused}");
        }
    }

    #[test]
    fn a_key_address_holds_nothing_but_a_name() {
        for did in ["did:web:x y", "did:web:", "did:web:\u{202e}x", "did:web:x<b>", "did:key:z6Mk"] {
            let header = json!({ "alg": "ES256", "kid": format!("{did}#k2026-1"), "typ": "JWT" });
            assert!(matches!(refused(&with_header(&header)), JwsError::Malformed(_)), "{did}");
        }
    }

    #[test]
    fn parts_spelt_otherwise_are_refused() {
        let key = key(7);
        let token = Signer::new(&key, DID, "k2026-1").sign(&json!({ "a": 1 }));
        assert_eq!(open(&token, &published(7), token.len() - 1), Err(JwsError::TooLarge));
        for other in [
            format!("{token}="),
            format!("{token}."),
            format!("{token}\n"),
            format!(" {token}"),
            String::new(),
        ] {
            assert!(matches!(refused(&other), JwsError::Malformed(_)), "{other:?}");
        }
        // 64 bytes leave four bits over in the last character: only one of sixteen spellings is right.
        let last = token.chars().last().unwrap();
        for other in ('A'..='Z').chain('a'..='z').chain('0'..='9').filter(|other| *other != last) {
            let changed = format!("{}{other}", &token[..token.len() - 1]);
            assert!(open(&changed, &published(7), LIMIT).is_err(), "{other}");
        }
        assert!(matches!(
            refused(&Signer::new(&key, DID, "k2026-1").sign(&json!([1]))),
            JwsError::Malformed(_)
        ));
    }
}
