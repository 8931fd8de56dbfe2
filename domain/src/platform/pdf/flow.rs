//! Words down the page, on as many pages as they need: papers that are read, not filled in.

use super::{A4, Colour, Line, MM, Page, Result, Style, Text};

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
    y: f32,
}

impl Default for Flow {
    fn default() -> Self {
        Self {
            pages: vec![Page::new()],
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

    fn line(&mut self, line: Line, x: f32, size: f32, leading: f32) {
        self.keep(leading);
        self.y += leading;
        let last = self.pages.len() - 1;
        self.pages[last].words(line, (x, self.y - leading * 0.28), size);
    }

    /// Words as wide as the page.
    ///
    /// # Errors
    /// Where no face has a letter of them.
    pub fn words(&mut self, words: &str, style: Style, colour: Colour, size: f32, leading: f32) -> Result<()> {
        for line in Text::plain(words, style, colour)?.lines(size, WIDTH)? {
            self.line(line, LEFT, size, leading);
        }
        Ok(())
    }

    /// A heading over a rule, kept with what follows.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn heading(&mut self, words: &str) -> Result<()> {
        self.keep(26.0 * MM);
        self.gap(7.0 * MM);
        self.words(words, Style::Display, INK, 15.0, 19.0)?;
        let (last, y) = (self.pages.len() - 1, self.y + 1.5 * MM);
        self.pages[last].stroke((LEFT, y), (LEFT + WIDTH, y), 0.6, RULE);
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
        let mut first = Text::plain(first, style, INK)?.lines(10.0, INDENT - 3.0 * MM)?.into_iter();
        for (words, style, colour, size, leading) in second {
            for line in Text::plain(words, *style, *colour)?.lines(*size, WIDTH - INDENT)? {
                // First what stands first, since it is read and copied out in the order it is drawn.
                self.keep(*leading);
                if let Some(line) = first.next() {
                    let last = self.pages.len() - 1;
                    self.pages[last].words(line, (LEFT, self.y + leading * 0.72), 10.0);
                }
                self.line(line, LEFT + INDENT, *size, *leading);
            }
        }
        for line in first {
            self.line(line, LEFT, 10.0, 15.0);
        }
        Ok(())
    }

    /// The pages, each with its number.
    ///
    /// # Errors
    /// As [`Flow::words`].
    pub fn finish(mut self) -> Result<Vec<Page>> {
        let count = self.pages.len();
        for (at, page) in self.pages.iter_mut().enumerate() {
            let words = format!("Page {} of {count}", at + 1);
            if let Some(line) = Text::plain(&words, Style::Regular, QUIET)?.lines(8.0, WIDTH)?.into_iter().next() {
                page.words(line, (LEFT, A4.1 - 12.0 * MM), 8.0);
            }
        }
        Ok(self.pages)
    }
}
