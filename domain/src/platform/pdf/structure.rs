//! What the parts of a document are and in which order they are read, for somebody who hears it rather than sees it.

use super::Text;

/// Longer than this nothing is said a second time beside the glyphs; a PDF's strings end at 32,767 bytes.
const MOST_SAID: usize = 8_000;

/// The parts of one document. They are read in the order they were begun, wherever they stand on the pages.
#[derive(Debug, Default)]
pub struct Structure {
    pub(super) parts: Vec<Part>,
    open: Vec<usize>,
}

/// One part of a [`Structure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartId(pub(super) usize);

/// What a part is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A heading: level 1 is the document's own, and has to come first.
    Heading {
        /// From 1.
        level: u16,
        /// Its words, for the list of headings.
        words: String,
    },
    /// A paragraph.
    Paragraph,
    /// A drawing or picture, in words.
    Figure(String),
    /// What opens an address, and what it is for.
    Link(String),
    /// A table, in a few words. It holds [`Kind::Head`], [`Kind::Body`] and [`Kind::Foot`].
    Table(String),
    /// Rows of headings.
    Head,
    /// Rows.
    Body,
    /// Rows of sums.
    Foot,
    /// A row of cells.
    Row,
    /// The heading of a column.
    ColumnHeading,
    /// The heading of a row, so many columns wide.
    RowHeading(u32),
    /// Any other cell.
    Cell,
}

/// Whose the things placed on a page next are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Nobody's: rules, frames, and what is repeated for the eye alone.
    #[default]
    Ornament,
    /// The margin's: numbers of pages, and headings repeated at the top of a page.
    Margin,
    /// A part's.
    Part(PartId),
}

#[derive(Debug)]
pub(super) struct Part {
    pub kind: Kind,
    pub within: Option<usize>,
    /// What it says in the order of speech, where the eye meets it in another.
    pub said: Option<String>,
}

impl Structure {
    /// No parts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A part within the one that is open.
    pub fn part(&mut self, kind: Kind) -> PartId {
        let kind = match kind {
            // A heading without words would be one nobody could find.
            Kind::Heading { words, .. } if words.trim().is_empty() => Kind::Paragraph,
            kind => kind,
        };
        self.parts.push(Part {
            kind,
            within: self.open.last().copied(),
            said: None,
        });
        PartId(self.parts.len() - 1)
    }

    /// A part of words.
    pub fn words(&mut self, kind: Kind, text: &Text) -> PartId {
        let id = self.part(kind);
        if text.is_turned() && text.letters().len() <= MOST_SAID {
            self.parts[id.0].said = Some(text.letters().to_owned());
        }
        id
    }

    /// Begins a part that holds those begun until it is closed.
    pub fn open(&mut self, kind: Kind) -> PartId {
        let id = self.part(kind);
        self.open.push(id.0);
        id
    }

    /// Ends the part begun last.
    pub fn close(&mut self) {
        self.open.pop();
    }
}
