//! Words down the page, on as many pages as they need: papers that are read, not filled in.

use super::{A4, Attachment, Colour, Kind, Line, MM, Meta, Page, Result, Structure, Style, Text, Whose};

pub const INK: Colour = Colour(0x24, 0x1a, 0x24);
pub const QUIET: Colour = Colour(0x5c, 0x4f, 0x5a);
const RULE: Colour = Colour(0xb9, 0xad, 0xb5);
const LEFT: f32 = 22.0 * MM;
const WIDTH: f32 = A4.0 - 2.0 * LEFT;
const TOP: f32 = 22.0 * MM;
const BOTTOM: f32 = A4.1 - 22.0 * MM;

/// Words down the page, on as many pages as they need.
pub struct Flow {
    pages: Vec<Page>,
    parts: Structure,
    y: f32,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            pages: vec![Page::new()],
            parts: Structure::new(),
            y: TOP,
        }
    }
}

impl Flow {
    /// One empty page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Room of `height` points.
    pub fn gap(&mut self, height: f32) {
        self.y += height;
    }

    /// Begins a new page, if less than `height` is left of this one.
    pub fn keep(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.pages.push(Page::new());
            self.y = TOP;
        }
    }

    fn page(&mut self, whose: Whose) -> &mut Page {
        let last = self.pages.len() - 1;
        let page = &mut self.pages[last];
        page.belongs(whose);
        page
    }

    fn line(&mut self, whose: Whose, line: Line, x: f32, size: f32, leading: f32) {
        self.keep(leading);
        self.y += leading;
        let y = self.y - leading * 0.28;
        self.page(whose).words(line, (x, y), size);
    }

    /// Words as wide as the page.
    ///
    /// # Errors
    /// Where no face has a letter of them.
    pub fn words(&mut self, words: &str, style: Style, colour: Colour, size: f32, leading: f32) -> Result<()> {
        self.set(Kind::Paragraph, words, style, colour, (size, leading))
    }

    fn set(&mut self, kind: Kind, words: &str, style: Style, colour: Colour, (size, leading): (f32, f32)) -> Result<()> {
        let text = Text::plain(words, style, colour)?;
        let part = Whose::Part(self.parts.words(kind, &text));
        for line in text.lines(size, WIDTH)? {
            self.line(part, line, LEFT, size, leading);
        }
        Ok(())
    }

    /// What the whole paper is called, above all else.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn title(&mut self, words: &str, size: f32, leading: f32) -> Result<()> {
        self.set(heading(1, words), words, Style::Display, INK, (size, leading))
    }

    /// A heading within what a heading begins.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn subheading(&mut self, words: &str) -> Result<()> {
        self.set(heading(3, words), words, Style::Semibold, INK, (12.0, 17.0))
    }

    /// A heading over a rule, kept with what follows.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn heading(&mut self, words: &str) -> Result<()> {
        self.keep(26.0 * MM);
        self.gap(7.0 * MM);
        self.set(heading(2, words), words, Style::Display, INK, (15.0, 19.0))?;
        let y = self.y + 1.5 * MM;
        self.page(Whose::Ornament).stroke((LEFT, y), (LEFT + WIDTH, y), 0.6, RULE);
        self.gap(3.5 * MM);
        Ok(())
    }

    /// A name, and what it is, beside it.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn fact(&mut self, name: &str, words: &str) -> Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        self.beside(name, Style::Semibold, &[(words, Style::Regular, INK, 10.5, 15.0)])
    }

    /// Times, and beside them what is on and what is said about it.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn row(&mut self, times: &str, (title, about): &(String, String)) -> Result<()> {
        self.beside(
            times,
            Style::Regular,
            &[(title, Style::Semibold, INK, 10.5, 15.0), (about, Style::Regular, QUIET, 9.5, 13.5)],
        )?;
        self.gap(1.5 * MM);
        Ok(())
    }

    fn beside(&mut self, first: &str, style: Style, second: &[(&str, Style, Colour, f32, f32)]) -> Result<()> {
        const INDENT: f32 = 38.0 * MM;
        self.keep(30.0);
        let text = Text::plain(first, style, INK)?;
        let name = Whose::Part(self.parts.words(Kind::Paragraph, &text));
        let mut first = text.lines(10.0, INDENT - 3.0 * MM)?.into_iter();
        for (words, style, colour, size, leading) in second {
            let text = Text::plain(words, *style, *colour)?;
            let part = Whose::Part(self.parts.words(Kind::Paragraph, &text));
            for line in text.lines(*size, WIDTH - INDENT)? {
                // First what stands first, since it is copied out in the order it is drawn.
                self.keep(*leading);
                if let Some(line) = first.next() {
                    let y = self.y + leading * 0.72;
                    self.page(name).words(line, (LEFT, y), 10.0);
                }
                self.line(part, line, LEFT + INDENT, *size, *leading);
            }
        }
        for line in first {
            self.line(name, line, LEFT, 10.0, 15.0);
        }
        Ok(())
    }

    /// The pages, each with its number, for a paper to be read on paper.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn finish(mut self) -> Result<Vec<Page>> {
        self.number()?;
        Ok(self.pages)
    }

    /// The same as a document that can be heard and kept. It has to begin with its [title](Flow::title).
    ///
    /// # Errors
    /// As [`Flow::words`], and those of [`accessible`](super::accessible()).
    pub fn accessible(mut self, meta: &Meta<'_>, files: &[Attachment<'_>]) -> Result<Vec<u8>> {
        self.number()?;
        super::accessible(&self.pages, &self.parts, meta, files)
    }

    fn number(&mut self) -> Result<()> {
        let count = self.pages.len();
        for (at, page) in self.pages.iter_mut().enumerate() {
            let words = format!("Page {} of {count}", at + 1);
            page.belongs(Whose::Margin);
            if let Some(line) = Text::plain(&words, Style::Regular, QUIET)?.lines(8.0, WIDTH)?.into_iter().next() {
                page.words(line, (LEFT, A4.1 - 12.0 * MM), 8.0);
            }
        }
        Ok(())
    }
}

fn heading(level: u16, words: &str) -> Kind {
    Kind::Heading {
        level,
        words: words.to_owned(),
    }
}
