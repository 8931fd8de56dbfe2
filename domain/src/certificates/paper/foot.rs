//! Closing words, signature, statement; the address that checks the certificate, its number and its code.

use crate::platform::pdf::{self, Kind, MM, Result, Span, Style, Text, Whose};

use super::sheet::Sheet;
use super::{BOTTOM, CODE_SIDE, Face, INK, LEFT, QUIET, RIGHT, WIDTH};

/// The most room a signature takes.
const SIGNATURE: (f32, f32) = (50.0 * MM, 12.0 * MM);

/// What stands at the bottom of the first page, measured from there.
pub(super) struct Foot {
    pub top: f32,
    blocks: Vec<Block>,
}

/// One of the things there, with the room above it.
struct Block {
    above: f32,
    height: f32,
    what: What,
}

enum What {
    Words {
        text: Text,
        lines: Vec<pdf::Line>,
        size: f32,
        leading: f32,
    },
    /// The address, which opens the page that checks the certificate.
    Address {
        text: Text,
        lines: Vec<pdf::Line>,
        size: f32,
        leading: f32,
    },
    Signature((f32, f32)),
}

impl Block {
    /// A paragraph; none, if it has no words.
    fn words(words: &str, style: Style, colour: pdf::Colour, (size, leading): (f32, f32), above: f32) -> Result<Option<Self>> {
        Self::text(Text::plain(words, style, colour)?, (size, leading), above)
    }

    fn text(text: Text, (size, leading): (f32, f32), above: f32) -> Result<Option<Self>> {
        let lines = text.lines(size, WIDTH - CODE_SIDE - 26.0)?;
        if lines.is_empty() {
            return Ok(None);
        }
        Ok(Some(Self {
            above,
            height: leading * lines.len() as f32,
            what: What::Words {
                text,
                lines,
                size,
                leading,
            },
        }))
    }
}

impl Foot {
    pub(super) fn new(face: &Face) -> Result<Self> {
        let mut blocks: Vec<Block> = Vec::new();
        blocks.extend(Block::words(&face.closing, Style::Regular, INK, (10.5, 14.5), 0.0)?);
        if let Some(signature) = &face.signature {
            let size = signature.on_paper(SIGNATURE);
            blocks.push(Block {
                above: 6.0,
                height: size.1,
                what: What::Signature(size),
            });
        }
        if !face.signatory.is_empty() {
            let above = if face.signature.is_some() { 0.0 } else { 8.0 };
            blocks.extend(Block::text(signatory(face)?, (10.5, 14.5), above)?);
        }
        let above = if blocks.is_empty() { 0.0 } else { 10.0 };
        blocks.extend(Block::words(&face.statement, Style::Regular, INK, (10.5, 14.5), above)?);
        blocks.extend(Block::words(&face.accreditation, Style::Regular, INK, (10.5, 14.5), 0.0)?);
        for (at, scheme) in face.schemes.iter().enumerate() {
            let above = if at == 0 { 3.0 } else { 0.0 };
            blocks.extend(Block::words(scheme, Style::Regular, QUIET, (9.0, 12.0), above)?);
        }
        blocks.extend(Block::words("Check this certificate at", Style::Regular, QUIET, (9.5, 13.0), 9.0)?);
        let shown = face.address.trim_start_matches("https://").trim_start_matches("http://");
        if let Some(Block { above, height, what }) = Block::words(shown, Style::Regular, INK, (9.5, 13.0), 0.0)?
            && let What::Words {
                text,
                lines,
                size,
                leading,
            } = what
        {
            blocks.push(Block {
                above,
                height,
                what: What::Address {
                    text,
                    lines,
                    size,
                    leading,
                },
            });
        }
        blocks.extend(Block::words(&facts(face)?, Style::Regular, QUIET, (8.0, 10.5), 9.0)?);
        let height: f32 = blocks.iter().map(|block| block.above + block.height).sum();
        Ok(Self {
            top: BOTTOM - height.max(CODE_SIDE),
            blocks,
        })
    }

    pub(super) fn place(self, sheet: &mut Sheet, face: &Face) -> Result<()> {
        let height: f32 = self.blocks.iter().map(|block| block.above + block.height).sum();
        let mut y = BOTTOM - height + 2.5;
        for block in self.blocks {
            y += block.above;
            let top = y;
            y += block.height;
            match block.what {
                What::Words {
                    text,
                    lines,
                    size,
                    leading,
                } => {
                    let part = sheet.parts.words(Kind::Paragraph, &text);
                    let page = &mut sheet.pages[0];
                    page.belongs(Whose::Part(part));
                    put(page, lines, size, leading, top);
                }
                What::Address {
                    text,
                    lines,
                    size,
                    leading,
                } => {
                    sheet.parts.open(Kind::Paragraph);
                    let part = sheet.parts.words(Kind::Link(told(face)), &text);
                    sheet.parts.close();
                    let page = &mut sheet.pages[0];
                    page.belongs(Whose::Part(part));
                    let wide = lines.iter().map(|line| line.width(size)).fold(0.0, f32::max);
                    page.link((LEFT, top), (wide, block.height), &face.address);
                    put(page, lines, size, leading, top);
                }
                What::Signature(size) => {
                    let part = sheet.parts.part(Kind::Figure(signed(face)));
                    let page = &mut sheet.pages[0];
                    page.belongs(Whose::Part(part));
                    if let Some(signature) = &face.signature {
                        page.picture(signature.bytes.clone(), (LEFT, top - 2.5), size);
                    }
                }
            }
        }
        let corner = (RIGHT - CODE_SIDE, BOTTOM - CODE_SIDE);
        let link = sheet.parts.open(Kind::Link(told(face)));
        let code = sheet
            .parts
            .part(Kind::Figure("QR code with the address that checks this certificate".to_owned()));
        sheet.parts.close();
        let page = &mut sheet.pages[0];
        page.belongs(Whose::Part(code));
        page.qr(&face.address, corner, CODE_SIDE, INK)?;
        page.belongs(Whose::Part(link));
        page.link(corner, (CODE_SIDE, CODE_SIDE), &face.address);
        Ok(())
    }
}

fn put(page: &mut pdf::Page, lines: Vec<pdf::Line>, size: f32, leading: f32, top: f32) {
    for (line, below) in lines.into_iter().zip(1u8..) {
        page.words(line, (LEFT, top + leading * f32::from(below) - 2.5), size);
    }
}

fn told(face: &Face) -> String {
    format!("Check this certificate at {}", face.address)
}

fn signed(face: &Face) -> String {
    match face.signatory.as_str() {
        "" => format!("Signature for {}", face.organiser),
        name => format!("Signature of {name}"),
    }
}

/// Whose signature it is, and what they are.
fn signatory(face: &Face) -> Result<Text> {
    let span = |text, style, colour| Span { text, style, colour };
    let role = format!(", {}", face.signatory_role);
    let mut spans = vec![span(face.signatory.as_str(), Style::Semibold, INK)];
    if !face.signatory_role.is_empty() {
        spans.push(span(role.as_str(), Style::Regular, QUIET));
    }
    Text::new(&spans)
}

/// Number, day of issue, key, and what it replaces.
fn facts(face: &Face) -> Result<String> {
    let mut facts = if face.is_specimen {
        vec!["Specimen: nobody attended, nothing was signed.".to_owned()]
    } else {
        vec![format!("Certificate {}.", face.number)]
    };
    for (before, words) in [
        ("Issued ", &face.issued),
        ("Signed with ", &face.signed_with),
        ("Replaces ", &face.replaces),
    ] {
        if !words.is_empty() {
            facts.push(format!("{before}{words}."));
        }
    }
    let unprinted = [&face.name, &face.event, &face.organiser]
        .into_iter()
        .try_fold(0, |sum, words| Ok(sum + Text::plain(words, Style::Regular, INK)?.missing))?;
    if unprinted > 0 {
        facts.push("A letter this page could not print is shown as a question mark; the address above shows them all.".to_owned());
    }
    Ok(facts.join(" "))
}
