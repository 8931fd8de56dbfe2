//! What a mail says, said once.
//!
//! A [`Letter`] is a heading and blocks. It renders itself as plain text and as HTML with the same words in the same
//! order, so neither reader gets less. Nothing in it is markup: every string is shown as it is.

mod html;
pub mod plain;
mod text;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

/// A whole message, ready to be drawn both ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Who writes: the organisation's name, above the heading.
    pub sender: String,
    /// The one level-one heading; not always the subject, which may have to be neutral.
    pub title: String,
    pub blocks: Vec<Block>,
    /// Why the reader got this and how to reach a person: small lines at the end.
    pub footer: Vec<Block>,
}

/// A part of a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// A level-two heading.
    Heading(String),
    /// A paragraph. Its line breaks are kept.
    Para(String),
    /// Names and values: When, Where, Booking reference.
    Facts(Vec<(String, String)>),
    /// The one thing the reader is asked to do: a button. The label says what it does without its surroundings.
    Action { label: String, url: String },
    /// Any other link, on a line of its own.
    Link { label: String, url: String },
    /// Points, in no order.
    List(Vec<String>),
    /// A code to type somewhere, shown large.
    Code(String),
    /// Something not to be missed: a change, a cancellation. Said in words, not by colour.
    Notice(String),
    /// Where to turn for help now, with its own heading.
    Support(Vec<SupportLine>),
}

/// One place to turn to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportLine {
    /// "Samaritans".
    pub name: String,
    /// "116 123".
    pub contact: String,
    /// "free, day or night"; may be empty.
    pub note: String,
}

/// The heading over support lines.
const SUPPORT_TITLE: &str = "If you need support";

/// What stands in for a link that must not be read by anybody but its addressee.
const MASKED: &str = "link hidden";

impl Letter {
    /// A letter with a heading and nothing else yet.
    pub fn new(sender: impl Into<String>, title: impl Into<String>) -> Self {
        Letter {
            sender: sender.into(),
            title: title.into(),
            blocks: Vec::new(),
            footer: Vec::new(),
        }
    }

    /// Adds a block.
    #[must_use]
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// Adds a small block at the end.
    #[must_use]
    pub fn ending(mut self, block: Block) -> Self {
        self.footer.push(block);
        self
    }

    /// Plain text: lines of about 72 characters parted by `\n`, links whole on a line of their own.
    pub fn text(&self) -> String {
        text::render(self)
    }

    /// An HTML document: `lang="en-GB"`, one `h1`, no image, script or outside file; light and dark.
    pub fn html(&self) -> String {
        html::render(self)
    }

    /// The same letter for people who may see that it was sent but not use it: links and codes are hidden.
    #[must_use]
    pub fn masked(mut self) -> Self {
        for block in self.blocks.iter_mut().chain(&mut self.footer) {
            match block {
                Block::Action { url, .. } | Block::Link { url, .. } => *url = MASKED.to_owned(),
                Block::Code(code) => *code = "code hidden".to_owned(),
                _ => {}
            }
        }
        self
    }
}
