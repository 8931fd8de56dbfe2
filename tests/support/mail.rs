//! What was mailed: the message as written, and as it left.

use base64ct::{Base64, Encoding};
use domain::{
    Services,
    messages::{Content, State, entity::message},
};
use sea_orm::{EntityTrait, QueryOrder};
use std::path::Path;

/// One message to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub to_name: String,
    pub subject: String,
    pub kind: String,
    pub state: State,
    pub message_id: String,
    /// The letter as plain text: as it left, with its real links, once it has; until then as it was written.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The method and text of its calendar.
    pub calendar: Option<(String, String)>,
    /// Every byte of the file it was kept in, once it left into the folder.
    pub raw: Option<Vec<u8>>,
    pub row: message::Model,
}

impl Mail {
    /// The first address of ours in the text whose path begins with `prefix`, as a path.
    #[must_use]
    pub fn path(&self, prefix: &str) -> Option<String> {
        let words = self.text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ')'));
        words
            .filter_map(|word| {
                word.split_once("://")
                    .and_then(|(_, rest)| rest.find('/').map(|at| rest[at..].to_owned()))
            })
            .find(|path| path.starts_with(prefix))
    }

    /// The parts of what left.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        read_mime(self.raw.as_deref().expect("the message has left"))
    }

    /// The headers of what left, unfolded, in lower case names.
    #[must_use]
    pub fn headers(&self) -> Vec<(String, String)> {
        split(&String::from_utf8_lossy(self.raw.as_deref().expect("the message has left"))).0
    }
}

pub(crate) async fn all(services: &Services, folder: &Path) -> Vec<Mail> {
    let rows = message::Entity::find()
        .order_by_asc(message::Column::Id)
        .all(&services.db.read)
        .await
        .unwrap();
    rows.into_iter()
        .map(|row| {
            let content: Content = serde_json::from_str(&row.content).unwrap();
            let raw = std::fs::read(folder.join(format!("{}.eml", row.message_id.trim_matches(['<', '>'])))).ok();
            let parts = raw.as_deref().map(read_mime).unwrap_or_default();
            let of = |media_type: &str| parts.iter().find(|part| part.media_type == media_type).map(Part::text);
            Mail {
                to: row.to_address.clone(),
                to_name: row.to_name.clone(),
                subject: row.subject.clone(),
                kind: row.kind.clone(),
                state: row.state,
                message_id: row.message_id.clone(),
                text: of("text/plain").unwrap_or_else(|| content.letter.text()),
                html: of("text/html").unwrap_or_else(|| content.letter.html()),
                calendar: content.calendar,
                raw,
                row,
            }
        })
        .collect()
}

/// One leaf of a message.
#[derive(Clone, Debug)]
pub struct Part {
    /// Without its parameters, in lower case.
    pub media_type: String,
    pub headers: Vec<(String, String)>,
    pub bytes: Vec<u8>,
}

impl Part {
    /// The content with `\n` for line ends.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap().replace("\r\n", "\n")
    }

    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        find(&self.headers, name)
    }
}

/// The leaves of a message, in order, decoded.
#[must_use]
pub fn read_mime(raw: &[u8]) -> Vec<Part> {
    let text = String::from_utf8(raw.to_vec()).expect("a message on the wire is ASCII");
    let mut parts = Vec::new();
    read_entity(&text, &mut parts);
    parts
}

fn read_entity(text: &str, parts: &mut Vec<Part>) {
    let (headers, body) = split(text);
    let content_type = find(&headers, "content-type").to_owned();
    let media_type = content_type.split(';').next().unwrap().trim().to_ascii_lowercase();
    if media_type.starts_with("multipart/") {
        let boundary = content_type.split_once("boundary=").expect("a multipart names its boundary").1;
        let boundary = boundary
            .strip_prefix('"')
            .map_or_else(|| boundary.split(';').next().unwrap(), |quoted| quoted.split('"').next().unwrap());
        let delimiter = format!("--{boundary}");
        let inner: Vec<&str> = body.split(&delimiter).collect();
        assert!(inner.last().unwrap().starts_with("--"), "a multipart is closed");
        for part in &inner[1..inner.len() - 1] {
            let part = part.strip_prefix("\r\n").expect("a boundary stands on its own line");
            read_entity(part.strip_suffix("\r\n").unwrap_or(part), parts);
        }
        return;
    }
    let bytes = match find(&headers, "content-transfer-encoding").to_ascii_lowercase().as_str() {
        "base64" => Base64::decode_vec(&body.split_whitespace().collect::<String>()).expect("base64 is whole"),
        "quoted-printable" => quoted_printable(&body),
        _ => body.into_bytes(),
    };
    parts.push(Part {
        media_type,
        headers,
        bytes,
    });
}

pub(crate) fn split(text: &str) -> (Vec<(String, String)>, String) {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            let last = &mut headers.last_mut().expect("a header before its second line").1;
            last.push(' ');
            last.push_str(line.trim_start());
        } else if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    (headers, body.to_owned())
}

fn find<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first != b'=' {
            out.push(*first);
        } else if let Some(after) = tail.strip_prefix(b"\r\n") {
            rest = after;
        } else {
            let digits = std::str::from_utf8(&tail[..2]).unwrap();
            out.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits after ="));
            rest = &tail[2..];
        }
    }
    out
}
