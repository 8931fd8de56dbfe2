//! The pages, and the words at the head of the first.

use crate::platform::pdf::{self, A4, MM, Page, Result, Span, Style, Text};

use super::fan::fan;
use super::{BOTTOM, DAMSON, Face, INK, LEFT, QUIET, RIGHT, WIDTH};

/// The pages so far; `y` is where the next thing begins on the last of them.
pub(super) struct Sheet {
    pub pages: Vec<Page>,
    pub y: f32,
}

/// A paragraph's measures.
#[derive(Clone, Copy)]
pub(super) struct Set {
    pub size: f32,
    pub leading: f32,
    pub width: f32,
}

impl Sheet {
    pub(super) fn new() -> Result<Self> {
        let mut sheet = Self { pages: Vec::new(), y: 0.0 };
        sheet.turn();
        Ok(sheet)
    }

    /// Begins a page with its double hairline.
    pub(super) fn turn(&mut self) {
        let mut page = Page::new();
        for (inset, width, colour) in [(11.0 * MM, 0.9, QUIET), (11.0 * MM + 4.5, 0.35, QUIET)] {
            page.frame((inset, inset), (A4.0 - 2.0 * inset, A4.1 - 2.0 * inset), width, colour);
        }
        self.pages.push(page);
        self.y = 25.0 * MM;
    }

    pub(super) fn page(&mut self) -> &mut Page {
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    /// Sets a paragraph and moves below it.
    pub(super) fn paragraph(&mut self, text: &Text, set: Set) -> Result<()> {
        for line in text.lines(set.size, set.width)? {
            self.line(line, set.size, set.leading);
        }
        Ok(())
    }

    /// Sets one line below what stands there.
    fn line(&mut self, line: pdf::Line, size: f32, leading: f32) {
        self.y += leading;
        let y = self.y;
        self.page().words(line, (LEFT, y), size);
    }

    pub(super) fn head(&mut self, face: &Face) -> Result<()> {
        fan(self.page(), face.minutes, face.of_minutes, (RIGHT - 48.0, 25.0 * MM + 48.0), 48.0);
        self.y = 25.0 * MM - 5.0;
        let width = WIDTH - 130.0;
        self.paragraph(
            &Text::plain("Certificate of attendance", Style::Display, INK)?,
            Set {
                size: 22.0,
                leading: 22.0,
                width,
            },
        )?;
        self.y += 4.0;
        self.paragraph(
            &Text::plain(&face.organiser, Style::Regular, INK)?,
            Set {
                size: 11.5,
                leading: 15.0,
                width,
            },
        )?;
        self.paragraph(
            &Text::plain(&face.contact, Style::Regular, QUIET)?,
            Set {
                size: 9.5,
                leading: 13.0,
                width,
            },
        )
    }

    pub(super) fn body(&mut self, face: &Face) -> Result<()> {
        self.y = self.y.max(25.0 * MM + 62.0) + 22.0;
        self.paragraph(
            &Text::plain("This is to record that", Style::Regular, QUIET)?,
            Set {
                size: 11.5,
                leading: 15.0,
                width: WIDTH,
            },
        )?;
        self.y += 6.0;
        self.name(&Text::plain(&face.name, Style::Display, INK)?)?;
        self.y += 13.0;

        let plain = |text| Span {
            text,
            style: Style::Regular,
            colour: INK,
        };
        let mut spans = vec![
            plain("was present at "),
            Span {
                text: &face.event,
                style: Style::Semibold,
                colour: INK,
            },
        ];
        for words in [&face.place, &face.date].into_iter().filter(|words| !words.is_empty()) {
            spans.extend([plain(", "), plain(words)]);
        }
        spans.push(plain(", for"));
        for line in Text::new(&spans)?.balanced(11.5, WIDTH * 0.9)? {
            self.line(line, 11.5, 17.0);
        }
        self.y += 8.0;

        let large = |text| Span {
            text,
            style: Style::Display,
            colour: INK,
        };
        let mut spans = vec![
            Span {
                text: &face.hours,
                style: Style::Semibold,
                colour: DAMSON,
            },
            large(" of continuing professional development"),
        ];
        if !face.participatory.is_empty() {
            spans.extend([large(", of which "), large(&face.participatory), large(" participatory")]);
        }
        for line in Text::new(&spans)?.balanced(19.0, WIDTH)? {
            self.line(line, 19.0, 25.0);
        }
        Ok(())
    }

    /// The name as large as it goes: on one line if it can be large there, else on two.
    pub(super) fn name(&mut self, name: &Text) -> Result<()> {
        let one = (26..=38).rev().step_by(2).map(|size| (size, 1));
        let two = (5..=27).rev().map(|size| (size, 2));
        let fits = one.chain(two).map(|(size, most): (u8, usize)| (f32::from(size), most));
        for (size, most) in fits {
            if name.lines(size, WIDTH)?.len() <= most {
                for line in name.balanced(size, WIDTH)? {
                    self.line(line, size, size * 1.14);
                }
                return Ok(());
            }
        }
        self.paragraph(
            name,
            Set {
                size: 5.0,
                leading: 6.0,
                width: WIDTH,
            },
        )
    }

    /// Shares out the room a short table leaves: above the words, above the table, and the rest above the foot.
    pub(super) fn settle(&mut self, head: usize, body: usize, foot: f32) {
        let [page] = self.pages.as_mut_slice() else { return };
        let spare = (foot - 30.0 - self.y).max(0.0);
        page.shift(head, (spare * 0.3).min(44.0));
        page.shift(body, (spare * 0.12).min(18.0));
    }

    /// On several pages: which this is, of how many, of which certificate.
    pub(super) fn number_pages(&mut self, face: &Face) -> Result<()> {
        let count = self.pages.len();
        if count == 1 {
            return Ok(());
        }
        for (page, at) in self.pages.iter_mut().zip(1..) {
            let text = if at == 1 {
                format!("Page {at} of {count}")
            } else {
                format!("Certificate {}. Page {at} of {count}", face.number)
            };
            for line in Text::plain(&text, Style::Regular, QUIET)?.lines(8.5, WIDTH)? {
                let x = RIGHT - line.width(8.5);
                page.words(line, (x, BOTTOM + 15.0), 8.5);
            }
        }
        Ok(())
    }
}
