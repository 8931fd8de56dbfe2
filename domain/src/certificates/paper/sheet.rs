//! The pages, and the words at the head of the first.

use crate::platform::pdf::{self, A4, Colour, Kind, MM, Page, PartId, Result, Span, Structure, Style, Text, Whose};

use super::fan::fan;
use super::{BOTTOM, DAMSON, Face, INK, LEFT, QUIET, RIGHT, WIDTH};

/// The most room the mark takes.
const MARK: (f32, f32) = (62.0 * MM, 17.0 * MM);
/// What lies under a specimen.
const SPECIMEN: Colour = Colour(0xee, 0xe4, 0xe8);

/// The pages so far; `y` is where the next thing begins on the last of them.
pub(super) struct Sheet {
    pub pages: Vec<Page>,
    pub parts: Structure,
    pub y: f32,
    pub accent: Colour,
    is_specimen: bool,
}

/// A paragraph's measures.
#[derive(Clone, Copy)]
pub(super) struct Set {
    pub size: f32,
    pub leading: f32,
    pub width: f32,
}

impl Sheet {
    pub(super) fn new(face: &Face) -> Result<Self> {
        let mut sheet = Self {
            pages: Vec::new(),
            parts: Structure::new(),
            y: 0.0,
            accent: face.accent.unwrap_or(DAMSON),
            is_specimen: face.is_specimen,
        };
        sheet.turn()?;
        Ok(sheet)
    }

    /// Begins a page with its double hairline.
    pub(super) fn turn(&mut self) -> Result<()> {
        let mut page = Page::new();
        for (inset, width, colour) in [(11.0 * MM, 0.9, QUIET), (11.0 * MM + 4.5, 0.35, QUIET)] {
            page.frame((inset, inset), (A4.0 - 2.0 * inset, A4.1 - 2.0 * inset), width, colour);
        }
        if self.is_specimen {
            for line in Text::plain("Specimen", Style::Display, SPECIMEN)?.lines(112.0, A4.0)? {
                let x = (A4.0 - line.width(112.0)) / 2.0;
                for y in [A4.1 * 0.36, A4.1 * 0.68] {
                    page.words(line.clone(), (x, y), 112.0);
                }
            }
        }
        self.pages.push(page);
        self.y = 25.0 * MM;
        Ok(())
    }

    pub(super) fn page(&mut self) -> &mut Page {
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    /// The last page, for things of one part.
    pub(super) fn of(&mut self, part: PartId) -> &mut Page {
        let page = self.page();
        page.belongs(Whose::Part(part));
        page
    }

    /// A rule, which says nothing.
    pub(super) fn rule(&mut self, y: f32, width: f32, colour: Colour) {
        let page = self.page();
        page.belongs(Whose::Ornament);
        page.stroke((LEFT, y), (RIGHT, y), width, colour);
    }

    /// Sets a paragraph and moves below it.
    pub(super) fn paragraph(&mut self, kind: Kind, text: &Text, set: Set) -> Result<()> {
        let part = self.parts.words(kind, text);
        self.of(part);
        self.lines(text.lines(set.size, set.width)?, set.size, set.leading);
        Ok(())
    }

    /// Sets what only the eye needs again.
    pub(super) fn again(&mut self, text: &Text, set: Set) -> Result<()> {
        self.page().belongs(Whose::Margin);
        self.lines(text.lines(set.size, set.width)?, set.size, set.leading);
        Ok(())
    }

    /// Sets lines below what stands there.
    fn lines(&mut self, lines: Vec<pdf::Line>, size: f32, leading: f32) {
        for line in lines {
            self.y += leading;
            let y = self.y;
            self.page().words(line, (LEFT, y), size);
        }
    }

    pub(super) fn head(&mut self, face: &Face) -> Result<()> {
        self.y = 25.0 * MM - 5.0;
        let width = WIDTH - 130.0;
        if let Some(mark) = &face.mark {
            let size = mark.on_paper(MARK);
            let part = self.parts.part(Kind::Figure(format!("The mark of {}", face.organiser)));
            let (at, bytes) = ((LEFT, 25.0 * MM - 3.0), mark.bytes.clone());
            self.of(part).picture(bytes, at, size);
            self.y += size.1 + 14.0;
        }
        let heading = Kind::Heading {
            level: 1,
            words: face.heading.clone(),
        };
        self.paragraph(
            heading,
            &Text::plain(&face.heading, Style::Display, INK)?,
            Set {
                size: 22.0,
                leading: 24.0,
                width,
            },
        )?;
        self.y += 4.0;
        self.paragraph(
            Kind::Paragraph,
            &Text::plain(&face.organiser, Style::Regular, INK)?,
            Set {
                size: 11.5,
                leading: 15.0,
                width,
            },
        )?;
        self.paragraph(
            Kind::Paragraph,
            &Text::plain(&face.contact, Style::Regular, QUIET)?,
            Set {
                size: 9.5,
                leading: 13.0,
                width,
            },
        )?;
        let told = format!("{} attended, a stroke for each quarter of an hour offered", face.hours);
        let part = self.parts.part(Kind::Figure(told));
        let accent = self.accent;
        fan(
            self.of(part),
            face.minutes,
            face.of_minutes,
            (RIGHT - 48.0, 25.0 * MM + 48.0),
            48.0,
            accent,
        );
        Ok(())
    }

    pub(super) fn body(&mut self, face: &Face) -> Result<()> {
        let above = if face.mark.is_some() { 14.0 } else { 22.0 };
        self.y = self.y.max(25.0 * MM + 62.0) + above;
        self.paragraph(
            Kind::Paragraph,
            &Text::plain(&face.introduction, Style::Regular, QUIET)?,
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
        self.balanced(&Text::new(&spans)?, 11.5, 17.0, WIDTH * 0.9)?;
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
                colour: self.accent,
            },
            large(" of continuing professional development"),
        ];
        if !face.participatory.is_empty() {
            spans.extend([large(", of which "), large(&face.participatory), large(" participatory")]);
        }
        self.balanced(&Text::new(&spans)?, 19.0, 25.0, WIDTH)
    }

    /// Sets a paragraph in lines of about equal length.
    fn balanced(&mut self, text: &Text, size: f32, leading: f32, width: f32) -> Result<()> {
        let part = self.parts.words(Kind::Paragraph, text);
        self.of(part);
        self.lines(text.balanced(size, width)?, size, leading);
        Ok(())
    }

    /// The name as large as it goes: on one line if it can be large there, else on two.
    pub(super) fn name(&mut self, name: &Text) -> Result<()> {
        let one = (26..=38).rev().step_by(2).map(|size| (size, 1));
        let two = (5..=27).rev().map(|size| (size, 2));
        let fits = one.chain(two).map(|(size, most): (u8, usize)| (f32::from(size), most));
        for (size, most) in fits {
            if name.lines(size, WIDTH)?.len() <= most {
                return self.balanced(name, size, size * 1.14, WIDTH);
            }
        }
        self.paragraph(
            Kind::Paragraph,
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
            page.belongs(Whose::Margin);
            for line in Text::plain(&text, Style::Regular, QUIET)?.lines(8.5, WIDTH)? {
                let x = RIGHT - line.width(8.5);
                page.words(line, (x, BOTTOM + 15.0), 8.5);
            }
        }
        Ok(())
    }
}
