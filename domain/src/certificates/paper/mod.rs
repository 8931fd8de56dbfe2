//! The certificate of attendance on paper: A4, to be framed.
//!
//! The words arrive ready in a [`Face`]; here they only find their places. The first page is whole in itself (name, hours,
//! statement, code to check it); sessions that do not fit go on to further pages.

mod fan;
mod foot;
mod sheet;
mod table;

use chrono::{DateTime, Utc};

use crate::platform::pdf::{self, A4, Attachment, Colour, MM, Meta, Result};

use foot::Foot;
use sheet::Sheet;

/// Everything printed on a certificate, in the words it is printed in. Empty words are left out.
#[derive(Clone, Debug, Default)]
pub struct Face {
    /// Legal name of the organiser.
    pub organiser: String,
    /// How to reach the organiser, such as an address for mail.
    pub contact: String,
    /// Name of the person, as on their place.
    pub name: String,
    /// Title of the event.
    pub event: String,
    /// Where, with its preposition: `at Example Hall, Oxford`, `live online`.
    pub place: String,
    /// When, with its preposition: `on Thursday 12 March 2026`.
    pub date: String,
    /// Hours attended: `4.25 hours`.
    pub hours: String,
    /// Hours of them that were participatory: `1.25 hours`.
    pub participatory: String,
    /// Minutes attended as shown, for the strokes: one is fifteen minutes.
    pub minutes: u32,
    /// Minutes offered, for the strokes.
    pub of_minutes: u32,
    /// Sessions, in the order they began.
    pub sessions: Vec<Row>,
    /// Minutes attended of those offered: `255 of 300`.
    pub total: String,
    /// The organiser's statement, with its full stop: `Of 5 hours offered, subject to peer group approval for revalidation.`
    pub statement: String,
    /// Address of the page that checks the certificate, whole: `https://plenary.example.org/certificates/3f9c71ab52de`.
    pub address: String,
    /// Number of the certificate.
    pub number: String,
    /// When it was issued: `Thursday 12 March 2026, 6:30pm`.
    pub issued: String,
    /// Who signed it and with which key: `did:web:plenary.example.org, key 2026-1`.
    pub signed_with: String,
    /// The certificate it replaces: `certificate 17aa-90be-11cd of 12 March 2026`.
    pub replaces: String,
}

/// One session on a certificate.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// When it began: `9:30am`, or with its day where the event has several.
    pub began: String,
    /// Its title.
    pub title: String,
    /// Minutes attended, a minute counted once.
    pub minutes: u32,
    /// Minutes it lasted.
    pub of_minutes: u32,
    /// Whether its minutes are participatory.
    pub participatory: bool,
}

/// Name of the attached credential.
pub const CREDENTIAL: &str = "certificate.jwt";

const INK: Colour = Colour(0x24, 0x1a, 0x24);
const QUIET: Colour = Colour(0x5c, 0x4f, 0x5a);
const RULE: Colour = Colour(0xb9, 0xad, 0xb5);
const DAMSON: Colour = Colour(0x57, 0x20, 0x59);
const MISSED: Colour = Colour(0xb8, 0x93, 0xb8);

const LEFT: f32 = 25.0 * MM;
const WIDTH: f32 = A4.0 - 2.0 * LEFT;
const RIGHT: f32 = LEFT + WIDTH;
const BOTTOM: f32 = A4.1 - 25.0 * MM;
const CODE_SIDE: f32 = 26.0 * MM;
/// Where a further page's sessions end.
const LAST_LINE: f32 = BOTTOM - 22.0;

/// Draws the certificate, the credential attached as [`CREDENTIAL`]. The same arguments give the same bytes.
pub fn draw(face: &Face, jwt: &str, at: DateTime<Utc>) -> Result<Vec<u8>> {
    let mut sheet = Sheet::new()?;
    sheet.head(face)?;
    let head = sheet.page().mark();
    sheet.body(face)?;
    let body = sheet.page().mark();
    let foot = Foot::new(face)?;
    sheet.sessions(face, foot.top)?;
    sheet.settle(head, body, foot.top);
    foot.place(&mut sheet, face)?;
    sheet.number_pages(face)?;
    let title = format!("Certificate of attendance: {}", face.name);
    let meta = Meta {
        title: &title,
        author: &face.organiser,
        lang: "en-GB",
        at,
    };
    let file = Attachment {
        name: CREDENTIAL,
        media_type: "application/jwt",
        about: "The signed credential this page shows",
        bytes: jwt.as_bytes(),
    };
    pdf::finish(&sheet.pages, &meta, &[file])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
