//! The seal at the end of a certificate's PDF, and the token embedded within it.
//!
//! After the drawing's own `%%EOF` stands one line, a comment to every PDF reader:
//! `%plenary-seal <compact JWS over {"id","sha256"}>`. The digest is of every byte before that line, so any
//! changed, added or missing byte shows. The seal is checked before the PDF is parsed: only bytes signed by a
//! published key ever reach the parser.

use lopdf::{Dictionary, Document, LoadOptions, Object};
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::credential::is_id;
use crate::platform::signing::{DidDocument, JwsError, KeyRing, Site, jws};

/// How the seal line begins.
const MARK: &[u8] = b"%plenary-seal ";
/// How the drawing ends, just before the seal line.
const END: &[u8] = b"%%EOF\n";
/// The greatest seal that is read, in bytes.
const MAX_SEAL: usize = 2048;
/// Name of the attachment that holds the certificate's token.
pub const ATTACHMENT: &str = "certificate.jwt";
/// The greatest attachment that is unpacked, in bytes.
const MAX_ATTACHMENT: usize = 256 * 1024;
/// How deep a PDF's tree of names may be.
const MAX_DEPTH: usize = 8;

/// Why a PDF is not a sealed certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It does not begin like a PDF, or does not end like one where a seal is to be added.
    #[error("this is not a whole PDF")]
    NotPdf,
    /// There is no seal line, or not exactly one at the very end.
    #[error("the seal at the end of the PDF is missing or damaged")]
    Missing,
    /// The seal's signature is not good.
    #[error("the seal: {0}")]
    Signature(#[from] JwsError),
    /// The seal is good and these are not the bytes it was set under.
    #[error("the PDF was changed after it was sealed")]
    Changed,
    /// The sealed PDF has no certificate in it, or more than one.
    #[error("the PDF does not have exactly one certificate embedded in it")]
    Attachment,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    id: String,
    sha256: String,
}

/// A PDF whose seal was good.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsealed<'a> {
    /// The drawing, without its seal line.
    pub drawing: &'a [u8],
    /// Id of the certificate the seal was set for.
    pub id: String,
    /// Who sealed it.
    pub did: String,
}

/// Adds the seal line to a finished drawing. Nothing may be added after it.
pub fn seal(mut pdf: Vec<u8>, id: &str, keys: &KeyRing, site: &Site) -> Result<Vec<u8>, SealError> {
    let end = pdf.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(0, |last| last + 1);
    pdf.truncate(end);
    if !pdf.starts_with(b"%PDF-") || !pdf.ends_with(b"%%EOF") {
        return Err(SealError::NotPdf);
    }
    pdf.push(b'\n');
    let token = keys.sign(site, &json!({ "id": id, "sha256": digest(&pdf) }));
    pdf.extend_from_slice(MARK);
    pdf.extend_from_slice(token.as_bytes());
    pdf.push(b'\n');
    Ok(pdf)
}

/// Checks the seal over every byte of the file.
pub fn unseal<'a>(file: &'a [u8], documents: &[DidDocument]) -> Result<Unsealed<'a>, SealError> {
    if !file.starts_with(b"%PDF-") {
        return Err(SealError::NotPdf);
    }
    let lines = file.strip_suffix(b"\n").ok_or(SealError::Missing)?;
    let start = lines.iter().rposition(|byte| *byte == b'\n').ok_or(SealError::Missing)? + 1;
    let (drawing, line) = lines.split_at(start);
    let token = line
        .strip_prefix(MARK)
        .filter(|_| drawing.ends_with(END))
        .ok_or(SealError::Missing)?;
    let token = std::str::from_utf8(token).map_err(|_| SealError::Missing)?;
    let token = jws::parse(token, MAX_SEAL)?;
    let sealed = Sealed::deserialize(token.claimed())
        .ok()
        .filter(|sealed| is_id(&sealed.id))
        .ok_or(SealError::Missing)?;
    // Before the key is looked for: a changed file is a changed file, whoever sealed it.
    if sealed.sha256 != digest(drawing) {
        return Err(SealError::Changed);
    }
    let opened = token.check(documents)?;
    Ok(Unsealed {
        drawing,
        id: sealed.id,
        did: opened.did,
    })
}

/// The token attached to a drawing as `certificate.jwt`. Exactly one attachment may have that name.
pub fn embedded_token(drawing: &[u8]) -> Result<String, SealError> {
    let options = LoadOptions::with_max_decompressed_size(16 * 1024 * 1024);
    let document = Document::load_mem_with_options(drawing, options).map_err(|_| SealError::NotPdf)?;
    let found = attachments(&document).ok_or(SealError::Attachment)?;
    let [file] = found.as_slice() else {
        return Err(SealError::Attachment);
    };
    let stream = resolve(&document, file, b"EF")
        .and_then(|object| object.as_dict().ok())
        .and_then(|files| resolve(&document, files, b"F"))
        .and_then(|object| object.as_stream().ok())
        .ok_or(SealError::Attachment)?;
    let bytes = if stream.dict.has(b"Filter") {
        stream
            .decompressed_content_with_limit(MAX_ATTACHMENT)
            .map_err(|_| SealError::Attachment)?
    } else {
        stream.content.clone()
    };
    String::from_utf8(bytes)
        .ok()
        .filter(|token| token.len() <= MAX_ATTACHMENT)
        .ok_or(SealError::Attachment)
}

/// The file specifications named `certificate.jwt` in the catalogue's tree of embedded files.
fn attachments(document: &Document) -> Option<Vec<&Dictionary>> {
    let names = resolve(document, document.catalog().ok()?, b"Names")?.as_dict().ok()?;
    let root = resolve(document, names, b"EmbeddedFiles")?.as_dict().ok()?;
    let mut found = Vec::new();
    let mut waiting = vec![(root, 0)];
    while let Some((node, depth)) = waiting.pop() {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some(kids) = resolve(document, node, b"Kids") {
            for kid in kids.as_array().ok()? {
                waiting.push((follow(document, kid)?.as_dict().ok()?, depth + 1));
            }
        }
        if let Some(pairs) = resolve(document, node, b"Names") {
            for pair in pairs.as_array().ok()?.chunks(2) {
                let [_, file] = pair else { return None };
                let file = follow(document, file)?.as_dict().ok()?;
                let named = [&b"UF"[..], b"F"]
                    .iter()
                    .any(|key| resolve(document, file, key).is_some_and(is_attachment_name));
                if named {
                    found.push(file);
                }
            }
        }
    }
    Some(found)
}

/// A PDF string may be plain or UTF-16 with a mark in front.
fn is_attachment_name(name: &Object) -> bool {
    let wide: Vec<u8> = [0xfe, 0xff]
        .into_iter()
        .chain(ATTACHMENT.bytes().flat_map(|byte| [0, byte]))
        .collect();
    name.as_str()
        .is_ok_and(|name| name == ATTACHMENT.as_bytes() || name == wide.as_slice())
}

fn resolve<'a>(document: &'a Document, holder: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    follow(document, holder.get(key).ok()?)
}

fn follow<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
#[path = "seal_tests.rs"]
pub(crate) mod tests;
