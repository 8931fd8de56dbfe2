//! Checking a certificate, for ever and without a network.
//!
//! Needs the file, the published keys and, to know about revocation, the status list; opens no socket, reads no
//! clock and asks no database. Nothing in a file is shown, and a PDF is not even parsed, before a signature by a
//! published key has been found good. It says nothing about who presents the certificate.

pub mod shown;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{seal, status_list};
use crate::platform::signing::strict::Once;
use crate::platform::signing::{DidDocument, JwsError, jws};
use shown::{Parsed, Shown};

/// The greatest file that is looked at, in bytes.
pub const MAX_FILE: usize = 5 * 1024 * 1024;
/// The greatest token of a certificate that is read, in bytes.
pub const MAX_TOKEN: usize = 256 * 1024;

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Signed by a published key, unchanged, and not revoked as far as was asked.
    Valid,
    /// Not as it was issued, or no certificate at all.
    Altered,
    /// Genuine, and withdrawn since.
    Revoked,
    /// Signed by a key that is not among those given, or by one that may have been stolen.
    UnknownKey,
}

/// The answer to a check; as JSON it is what `plenary verify --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// What was found.
    pub result: Outcome,
    /// What the certificate says: present if it is valid or revoked, null if nothing in it can be believed.
    pub certificate: Option<Shown>,
    /// Why it is not valid, in words; null if it is.
    pub reason: Option<String>,
    /// Whether a status list was given and looked at. Without one, `valid` says nothing about revocation.
    pub revocation_checked: bool,
    /// Full address of the key it names, where that key is not known. Whoever made the file chose it: it says where to
    /// ask, and proves nothing.
    pub unknown_key: Option<String>,
}

impl Verdict {
    /// The exit code of `plenary verify`: 0 valid, 1 altered, 4 revoked, 5 unknown key.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.result {
            Outcome::Valid => 0,
            Outcome::Altered => 1,
            Outcome::Revoked => 4,
            Outcome::UnknownKey => 5,
        }
    }
}

/// Why a file is not valid.
struct Refused {
    result: Outcome,
    reason: String,
    unknown_key: Option<String>,
}

fn altered(reason: impl ToString) -> Refused {
    Refused {
        result: Outcome::Altered,
        reason: reason.to_string(),
        unknown_key: None,
    }
}

impl From<JwsError> for Refused {
    fn from(error: JwsError) -> Self {
        let reason = error.to_string();
        let (result, unknown_key) = match error {
            JwsError::UnknownKey(kid) => (Outcome::UnknownKey, Some(kid)),
            JwsError::Withdrawn(..) => (Outcome::UnknownKey, None),
            _ => (Outcome::Altered, None),
        };
        Self {
            result,
            reason,
            unknown_key,
        }
    }
}

impl From<seal::SealError> for Refused {
    fn from(error: seal::SealError) -> Self {
        match error {
            seal::SealError::Signature(error) => error.into(),
            other => altered(other),
        }
    }
}

impl From<status_list::StatusError> for Refused {
    fn from(error: status_list::StatusError) -> Self {
        match error {
            status_list::StatusError::Signature(error) => {
                let refused = Self::from(error);
                Self {
                    reason: format!("the status list: {}", refused.reason),
                    ..refused
                }
            }
            other => altered(other),
        }
    }
}

/// Checks a `.pdf`, `.jwt` or `.json` certificate; which it is shows in its first bytes.
///
/// `documents` are the published keys that are believed (`did.json`), `status` the signed list the certificate
/// names. A list that cannot be relied on, or is another one, never lets a certificate pass as valid.
/// No input makes it panic.
#[must_use]
pub fn verify(file: &[u8], documents: &[DidDocument], status: Option<&[u8]>) -> Verdict {
    let verdict = |result, certificate, reason, revocation_checked| Verdict {
        result,
        certificate,
        reason,
        revocation_checked,
        unknown_key: None,
    };
    let refused = |refused: Refused| Verdict {
        unknown_key: refused.unknown_key,
        ..verdict(refused.result, None, Some(refused.reason), false)
    };
    let Parsed { shown, status: entry, .. } = match genuine(file, documents) {
        Ok(parsed) => parsed,
        Err(refusal) => return refused(refusal),
    };
    let Some(status) = status else {
        return verdict(Outcome::Valid, Some(shown), None, false);
    };
    match is_revoked(status, documents, &shown, &entry) {
        Ok(false) => verdict(Outcome::Valid, Some(shown), None, true),
        Ok(true) => {
            let reason = Some("it was revoked by its organiser".to_owned());
            verdict(Outcome::Revoked, Some(shown), reason, true)
        }
        Err(refusal) => refused(refusal),
    }
}

fn genuine(file: &[u8], documents: &[DidDocument]) -> Result<Parsed, Refused> {
    if file.len() > MAX_FILE {
        return Err(altered("the file is too large to be a certificate"));
    }
    if file.starts_with(b"%PDF-") {
        return from_pdf(file, documents);
    }
    let text = std::str::from_utf8(file).map_err(|_| altered("this is not a certificate file"))?;
    if text.trim_start().starts_with('{') {
        from_json(text, documents)
    } else {
        from_token(one_line(text), documents)
    }
}

fn from_token(token: &str, documents: &[DidDocument]) -> Result<Parsed, Refused> {
    shown::parse(jws::open(token, documents, MAX_TOKEN)?).map_err(altered)
}

/// The seal first, then the token within; both by the same signer and for the same certificate.
fn from_pdf(file: &[u8], documents: &[DidDocument]) -> Result<Parsed, Refused> {
    let unsealed = seal::unseal(file, documents)?;
    let parsed = from_token(&seal::embedded_token(unsealed.drawing)?, documents)?;
    if parsed.shown.id != unsealed.id || parsed.shown.issuer != unsealed.did {
        return Err(altered("the seal was set for another certificate"));
    }
    Ok(parsed)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Download {
    jwt: String,
    credential: Once,
}

fn from_json(text: &str, documents: &[DidDocument]) -> Result<Parsed, Refused> {
    let download: Download = serde_json::from_str(text).map_err(|_| altered("the file does not have the form of a certificate"))?;
    let parsed = from_token(&download.jwt, documents)?;
    if !same(&parsed.credential, &download.credential.0) {
        return Err(altered("the readable part and the signed part do not say the same"));
    }
    Ok(parsed)
}

/// Values are compared and not spellings: white space and the order of members may differ, nothing else.
fn same(signed: &Value, readable: &Value) -> bool {
    signed == readable
}

fn is_revoked(status: &[u8], documents: &[DidDocument], shown: &Shown, entry: &shown::StatusEntry) -> Result<bool, Refused> {
    let published = status_list::read(status, documents)?;
    if published.did != shown.issuer || published.address != entry.list {
        return Err(altered("the status list given is not the one this certificate names"));
    }
    Ok(published.list.is_revoked(entry.place)?)
}

/// One line end after a token is what editors and shells add; it is let pass.
fn one_line(text: &str) -> &str {
    let text = text.strip_suffix('\n').unwrap_or(text);
    text.strip_suffix('\r').unwrap_or(text)
}

#[cfg(test)]
#[path = "verify_tests.rs"]
pub(crate) mod tests;
