//! The certificate of attendance on paper: A4, to be framed.
//!
//! The words arrive ready in a [`Face`]; here they only find their places. The first page is whole in itself (name, hours,
//! statement, code to check it); sessions that do not fit go on to further pages.

mod fan;
mod foot;
mod sheet;
mod table;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::platform::pdf::{self, A4, Attachment, Colour, MM, Meta, Result};

use foot::Foot;
use sheet::Sheet;

/// Everything printed on a certificate, in the words it is printed in. Empty words are left out.
#[derive(Clone, Debug, Default)]
pub struct Face {
    /// What it is: `Certificate of attendance`.
    pub heading: String,
    /// What stands before the name: `This is to record that`.
    pub introduction: String,
    /// The organiser's own words under the sessions.
    pub closing: String,
    /// The colour of the hours and the strokes, where it is not the usual one.
    pub accent: Option<Colour>,
    /// The organiser's mark.
    pub mark: Option<Picture>,
    /// The signature of whoever answers for it.
    pub signature: Option<Picture>,
    /// Whose signature it is.
    pub signatory: String,
    /// What they are.
    pub signatory_role: String,
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
    /// Whether somebody approved the event, with its full stop: `CPD approval applied for: Example College.`
    pub accreditation: String,
    /// A line for each scheme people follow: `RCPsych: 4.25 hours, clinical, subject to peer group approval.`
    pub schemes: Vec<String>,
    /// What people were to learn.
    pub objectives: Vec<String>,
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
    /// Whether it only shows what certificates will look like, and says so across.
    pub is_specimen: bool,
}

/// A PNG or JPEG on a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its name among the kept pictures.
    pub name: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The file; empty where only its page is drawn.
    pub bytes: Arc<[u8]>,
}

impl Picture {
    /// Its width and height on paper, in points: as large as fits, and no larger than two hundred dots an inch make it.
    fn on_paper(&self, (width, height): (f32, f32)) -> (f32, f32) {
        let (own_width, own_height) = (self.width.max(1) as f32, self.height.max(1) as f32);
        let scale = (width / own_width).min(height / own_height).min(72.0 / 200.0);
        (own_width * scale, own_height * scale)
    }
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

const LEFT: f32 = 25.0 * MM;
const WIDTH: f32 = A4.0 - 2.0 * LEFT;
const RIGHT: f32 = LEFT + WIDTH;
const BOTTOM: f32 = A4.1 - 25.0 * MM;
const CODE_SIDE: f32 = 26.0 * MM;
/// Where a further page's sessions end.
const LAST_LINE: f32 = BOTTOM - 22.0;

/// Draws the certificate, the credential attached as [`CREDENTIAL`]; a specimen has none. The same arguments give the same
/// bytes.
pub fn draw(face: &Face, jwt: &str, at: DateTime<Utc>) -> Result<Vec<u8>> {
    let mut sheet = Sheet::new(face)?;
    sheet.head(face)?;
    let head = sheet.page().mark();
    sheet.body(face)?;
    let body = sheet.page().mark();
    let foot = Foot::new(face)?;
    sheet.sessions(face, foot.top)?;
    sheet.settle(head, body, foot.top);
    foot.place(&mut sheet, face)?;
    sheet.number_pages(face)?;
    let title = format!("{}: {}", face.heading, face.name);
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
    let files: &[Attachment<'_>] = if face.is_specimen { &[] } else { &[file] };
    pdf::accessible(&sheet.pages, &sheet.parts, &meta, files)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;
