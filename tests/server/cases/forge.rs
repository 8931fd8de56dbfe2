//! Tokens and files as somebody might make them who means to deceive, or who makes mistakes.

use domain::platform::signing::strict;
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer as _},
    pkcs8::{DecodePrivateKey as _, EncodePublicKey as _, LineEnding},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// A private key in whoever's hands.
pub struct Key(SigningKey);

impl Key {
    /// One of the installation's own.
    pub fn of_file(path: &Path) -> Self {
        Self(SigningKey::from_pkcs8_pem(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    /// One nobody publishes.
    pub fn strange() -> Self {
        Self(SigningKey::from_slice(&[77; 32]).unwrap())
    }

    /// A properly signed token that says just this.
    pub fn sign(&self, header: &Value, payload: &Value) -> String {
        self.sign_text(&header.to_string(), &payload.to_string())
    }

    /// The same, spelt just so.
    pub fn sign_text(&self, header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", strict::encode(header.as_bytes()), strict::encode(payload.as_bytes()));
        let signature: Signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", strict::encode(&signature.to_bytes()))
    }

    /// A token signed with the public key as if it were a shared secret (HS256).
    pub fn sign_with_public_half(&self, kid: &str, payload: &Value) -> String {
        let secret = self.0.verifying_key().to_public_key_pem(LineEnding::LF).unwrap();
        let header = json!({ "alg": "HS256", "kid": kid, "typ": "JWT" });
        let signed = format!(
            "{}.{}",
            strict::encode(header.to_string().as_bytes()),
            strict::encode(payload.to_string().as_bytes())
        );
        format!("{signed}.{}", strict::encode(&hmac(secret.as_bytes(), signed.as_bytes())))
    }

    /// The public half as a header may bring it along.
    pub fn jwk(&self) -> Value {
        let point = self.0.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        json!({ "kty": "EC", "crv": "P-256", "x": strict::encode(x), "y": strict::encode(y) })
    }
}

/// HMAC with SHA-256 (RFC 2104).
fn hmac(secret: &[u8], text: &[u8]) -> Vec<u8> {
    let mut key = if secret.len() > 64 {
        Sha256::digest(secret).to_vec()
    } else {
        secret.to_vec()
    };
    key.resize(64, 0);
    let pad = |byte: u8| key.iter().map(|key| key ^ byte).collect::<Vec<_>>();
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

/// The header a certificate's token has.
pub fn header(kid: &str) -> Value {
    json!({ "alg": "ES256", "kid": kid, "typ": "JWT" })
}

fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

pub fn payload_of(token: &str) -> Value {
    serde_json::from_slice(&strict::decode(parts(token)[1]).unwrap()).unwrap()
}

pub fn kid_of(token: &str) -> String {
    let header: Value = serde_json::from_slice(&strict::decode(parts(token)[0]).unwrap()).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// The same under the old signature, saying something else.
pub fn saying(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut payload = payload_of(token);
    change(&mut payload);
    let [header, _, signature] = parts(token);
    format!("{header}.{}.{signature}", strict::encode(payload.to_string().as_bytes()))
}

/// The same under the old signature, with another header.
pub fn headed(token: &str, change: impl FnOnce(&mut Value)) -> String {
    let [header, payload, signature] = parts(token);
    let mut header: Value = serde_json::from_slice(&strict::decode(header).unwrap()).unwrap();
    change(&mut header);
    format!("{}.{payload}.{signature}", strict::encode(header.to_string().as_bytes()))
}

/// The same with these bytes as its signature.
pub fn signed_by(token: &str, signature: &[u8]) -> String {
    let [header, payload, _] = parts(token);
    format!("{header}.{payload}.{}", strict::encode(signature))
}

pub fn signature_of(token: &str) -> Vec<u8> {
    strict::decode(parts(token)[2]).unwrap()
}

/// The same signature, spelt with other bits in the last character that mean nothing.
pub fn spelt_otherwise(token: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = token.split_at(token.len() - 1);
    let at = LETTERS.iter().position(|letter| *letter == last.as_bytes()[0]).unwrap();
    format!("{rest}{}", char::from(LETTERS[at ^ 1]))
}

/// Where a PDF's seal line begins.
fn seal_at(pdf: &[u8]) -> usize {
    let mark = b"%plenary-seal ";
    pdf.windows(mark.len()).rposition(|window| window == mark).unwrap()
}

pub fn drawing_of(pdf: &[u8]) -> &[u8] {
    &pdf[..seal_at(pdf)]
}

pub fn seal_of(pdf: &[u8]) -> String {
    let line = &pdf[seal_at(pdf) + 14..];
    String::from_utf8(line.to_vec()).unwrap().trim_end().to_owned()
}

/// A drawing with a seal line of one's own.
pub fn sealed(drawing: &[u8], token: &str) -> Vec<u8> {
    [drawing, b"%plenary-seal ", token.as_bytes(), b"\n"].concat()
}

/// What a seal of this drawing says.
pub fn seal_claims(drawing: &[u8], id: &str) -> Value {
    json!({ "id": id, "sha256": hex::encode(Sha256::digest(drawing)) })
}

pub fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[at] ^= 0x01;
    changed
}
