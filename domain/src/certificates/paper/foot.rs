//! The statement, the address that checks the certificate, its number and its code.

use crate::platform::pdf::{self, Result, Style, Text};

use super::sheet::Sheet;
use super::{BOTTOM, CODE_SIDE, Face, INK, LEFT, QUIET, RIGHT, WIDTH};

/// What stands at the bottom of the first page, measured from there.
pub(super) struct Foot {
    pub top: f32,
    blocks: Vec<(Vec<pdf::Line>, f32, f32, f32)>,
}

impl Foot {
    pub(super) fn new(face: &Face) -> Result<Self> {
        let width = WIDTH - CODE_SIDE - 26.0;
        let mut facts = vec![format!("Certificate {}.", face.number)];
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
        let shown = face.address.trim_start_matches("https://").trim_start_matches("http://");
        let mut blocks = Vec::new();
        for (words, colour, size, leading, above) in [
            (face.statement.as_str(), INK, 10.5, 14.5, 0.0),
            ("Check this certificate at", QUIET, 9.5, 13.0, 9.0),
            (shown, INK, 9.5, 13.0, 0.0),
            (facts.join(" ").as_str(), QUIET, 8.0, 10.5, 9.0),
        ] {
            let lines = Text::plain(words, Style::Regular, colour)?.lines(size, width)?;
            if !lines.is_empty() {
                blocks.push((lines, size, leading, above));
            }
        }
        let height: f32 = blocks
            .iter()
            .map(|(lines, _, leading, above)| above + leading * lines.len() as f32)
            .sum();
        Ok(Self {
            top: BOTTOM - height.max(CODE_SIDE),
            blocks,
        })
    }

    pub(super) fn place(self, sheet: &mut Sheet, face: &Face) -> Result<()> {
        let page = &mut sheet.pages[0];
        let height: f32 = self
            .blocks
            .iter()
            .map(|(lines, _, leading, above)| above + leading * lines.len() as f32)
            .sum();
        let mut y = BOTTOM - height + 2.5;
        for (lines, size, leading, above) in self.blocks {
            y += above;
            for line in lines {
                y += leading;
                page.words(line, (LEFT, y - 2.5), size);
            }
        }
        let corner = (RIGHT - CODE_SIDE, BOTTOM - CODE_SIDE);
        page.qr(&face.address, corner, CODE_SIDE, INK)?;
        page.link(corner, (CODE_SIDE, CODE_SIDE), &face.address);
        Ok(())
    }
}
