//! Mails as other people's programs write them: the files in `cases/replies`, with what is different in each test filled in.

use base64ct::{Base64, Encoding};
use std::path::PathBuf;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/cases/replies"))
}

/// The names of all there are.
#[must_use]
pub fn letters() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap();
    let mut names: Vec<String> = files
        .map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// The mail of this name as it goes over the wire. `{{name}}` is what `fields` say it is; what stands between `<<<base64` and
/// `>>>` is encoded.
#[must_use]
pub fn letter(name: &str, fields: &[(&str, &str)]) -> Vec<u8> {
    let file = folder().join(format!("{name}.eml"));
    let mut text = std::fs::read_to_string(&file).unwrap_or_else(|cause| panic!("{}: {cause}", file.display()));
    for (field, value) in fields {
        text = text.replace(&format!("{{{{{field}}}}}"), value);
    }
    let mut wire = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<<<base64\n") {
        let (inner, tail) = after.split_once("\n>>>").expect("what is to be encoded ends");
        wire.push_str(&before.replace('\n', "\r\n"));
        let encoded = Base64::encode_string(format!("{}\r\n", inner.replace('\n', "\r\n")).as_bytes());
        let lines: Vec<&str> = encoded
            .as_bytes()
            .chunks(76)
            .map(|line| std::str::from_utf8(line).unwrap())
            .collect();
        wire.push_str(&lines.join("\r\n"));
        rest = tail;
    }
    wire.push_str(&rest.replace('\n', "\r\n"));
    wire.into_bytes()
}
