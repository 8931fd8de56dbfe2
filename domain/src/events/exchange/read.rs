//! From the bytes of a file to a [`Document`]: size, encoding, syntax, shape.

use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::check::{self, Checked, Known};
use super::lines;
use super::problem::{Problem, Problems, quoted};
use super::schema::{Document, Kind, SCHEMA};
use super::shape;

/// The most bytes a file may have: 5 MB.
pub const FILE_LIMIT: usize = 5 * 1024 * 1024;

/// A file whose syntax is sound. Where its shape is not, the document holds empty values in those places:
/// only what [`Read::check`] gives may be stored.
#[derive(Debug)]
pub struct Read {
    document: Document,
    problems: Problems,
    text: String,
}

impl Read {
    /// What the file says, to look up what is already stored of it.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Applies every rule. `known` holds the codes already stored of an event that is to be updated.
    /// Refused, it gives all problems of the file, those of its shape too, in the order of its lines.
    pub fn check(&self, known: &Known, now: DateTime<Utc>) -> Result<Checked, Vec<Problem>> {
        let found = self.problems.clone();
        let checked = match &self.document {
            Document::Event(document) => check::event_after(found, document, known, now).map(Box::new).map(Checked::Event),
            Document::Network(document) => check::network_after(found, document, now).map(Box::new).map(Checked::Network),
        };
        match checked {
            Ok(checked) => Ok(checked.map_warnings(|warnings| self.place(warnings))),
            Err(problems) => Err(self.place(problems)),
        }
    }

    /// Gives problems found elsewhere, by their pointers, the lines of this file, and brings them into its order.
    #[must_use]
    pub fn place(&self, problems: Vec<Problem>) -> Vec<Problem> {
        placed(&self.text, problems)
    }
}

/// Reads a file as far as it can be read. Refused outright are files too large, in no known encoding,
/// not JSON, of another schema, of no kind, or with more than a thousand breaks of shape; any other
/// problem waits for [`Read::check`].
pub fn read(bytes: &[u8]) -> Result<Read, Vec<Problem>> {
    let text = decode(bytes).map_err(|problem| vec![problem])?;
    let mut value: Value = serde_json::from_str(&text).map_err(|error| vec![not_json(&text, &error)])?;
    let kind = kind_of(&value).map_err(|problem| placed(&text, vec![problem]))?;

    let mut problems = Problems::default();
    for (pointer, line) in lines::repeated_keys(&text) {
        let message = "This field is given twice in the same group. Keep one.";
        problems.push(Problem::error(pointer, "repeated_key", message).on_line(line));
    }
    shape::compare(&mut value, kind, &mut problems).map_err(|error| vec![inexplicable(&error.to_string())])?;
    if problems.is_full() {
        return Err(placed(&text, problems.into_list()));
    }
    let document = match kind {
        Kind::Event => typed(value).map(Box::new).map(Document::Event),
        Kind::Network => typed(value).map(Box::new).map(Document::Network),
    };
    match document {
        Ok(document) => Ok(Read { document, problems, text }),
        Err(problem) => {
            problems.push(problem);
            Err(placed(&text, problems.into_list()))
        }
    }
}

/// Gives problems their lines and brings them into the order of the file.
fn placed(text: &str, mut problems: Vec<Problem>) -> Vec<Problem> {
    lines::place(text, &mut problems);
    problems.sort_by_key(|problem| problem.line.unwrap_or(if problem.code == "more" { usize::MAX } else { 0 }));
    problems
}

fn decode(bytes: &[u8]) -> Result<String, Problem> {
    if bytes.len() > FILE_LIMIT {
        return Err(Problem::error(
            "",
            "too_large",
            "The file is larger than 5 MB, the most that can be imported.",
        ));
    }
    let text = match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(not_utf8()),
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, u16::from_le_bytes)?,
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, u16::from_be_bytes)?,
        // No JSON text begins with a zero byte, nor has one second: that is UTF-16 or UTF-32 unmarked.
        [0, ..] | [_, 0, ..] => return Err(not_utf8()),
        [0xEF, 0xBB, 0xBF, rest @ ..] => decode_utf8(rest)?,
        _ => decode_utf8(bytes)?,
    };
    if text.trim().is_empty() {
        return Err(Problem::error("", "empty", "The file is empty."));
    }
    Ok(text)
}

fn decode_utf8(bytes: &[u8]) -> Result<String, Problem> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        not_utf8().on_line(1 + before.iter().filter(|byte| **byte == b'\n').count())
    })
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Problem> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(not_utf8());
    }
    char::decode_utf16(pairs.iter().map(|pair| unit(*pair)))
        .collect::<Result<_, _>>()
        .map_err(|_| not_utf8())
}

fn not_utf8() -> Problem {
    let message = "The file is not saved as UTF-8. Open it in an editor, choose “Save as” with the encoding UTF-8, and import that.";
    Problem::error("", "not_utf8", message)
}

fn not_json(text: &str, error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        return Problem::error(
            "",
            "not_json",
            format!("The file ends too early, on line {line}: something that was opened is never closed."),
        )
        .on_line(line);
    }
    // serde_json counts bytes; people count characters.
    let before = text.lines().nth(line.saturating_sub(1)).map(|text| text.as_bytes());
    let before = before.and_then(|bytes| bytes.get(..column.min(bytes.len()))).unwrap_or_default();
    let column = String::from_utf8_lossy(before).chars().count();
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or_default();
    Problem::error(
        "",
        "not_json",
        format!("The file is not JSON from line {line}, column {column}: {reason}."),
    )
    .on_line(line)
}

/// The kind of the file, if it is one of this schema.
fn kind_of(value: &Value) -> Result<Kind, Problem> {
    if !value.is_object() {
        let message = "The file must be one group { … } with “plenary” and “kind” in it.";
        return Err(Problem::error("", "wrong_type", message));
    }
    if let Value::Number(number) = &value["plenary"]
        && number.as_u64() != Some(SCHEMA)
    {
        let message = format!("The file is of schema {number}; this program reads schema {SCHEMA}.");
        return Err(Problem::error("/plenary", "other_schema", message));
    }
    match value["kind"].as_str() {
        Some("event") => Ok(Kind::Event),
        Some("network") => Ok(Kind::Network),
        other => {
            let said = other.map_or_else(String::new, |word| format!(", not {}", quoted(word)));
            Err(Problem::error(
                "/kind",
                "unknown_kind",
                format!("“kind” must be “event” or “network”{said}."),
            ))
        }
    }
}

/// The schema and the structs agree (a test holds them to it), so this refuses nothing in practice.
fn typed<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut pointer = String::new();
        for segment in error.path() {
            match segment {
                serde_path_to_error::Segment::Seq { index } => super::problem::push_key(&mut pointer, &index.to_string()),
                serde_path_to_error::Segment::Map { key } => super::problem::push_key(&mut pointer, key),
                _ => {}
            }
        }
        Problem {
            pointer,
            ..inexplicable(&error.inner().to_string())
        }
    })
}

fn inexplicable(reason: &str) -> Problem {
    Problem::error("", "wrong_type", format!("This cannot be read: {reason}."))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
#[path = "read_tests.rs"]
mod tests;
