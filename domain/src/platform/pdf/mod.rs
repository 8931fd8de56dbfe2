//! Drawing PDFs: the one module that names `printpdf` and `krilla`.
//!
//! A caller lays out [`Text`] with measured widths, places it on a [`Page`] together with lines, strokes and a QR code,
//! and [`finish`]es the pages into bytes. What is kept, or read by somebody's machine, also says in a [`Structure`] what
//! its parts are, and is written by [`accessible`]. Coordinates are points from the top left corner, y going down.
//!
//! Promises: the same input gives the same bytes; every face is embedded, cut to the glyphs the document uses; text can
//! be copied out in reading order; a letter no face has is drawn as `?` and counted, never as a missing-glyph box.

mod accessible;
mod faces;
mod finish;
pub mod flow;
mod page;
mod structure;
mod text;

pub use accessible::accessible;
pub use finish::{Attachment, Meta, finish};
pub use page::{Page, qr_modules, qr_path};
pub use structure::{Kind, PartId, Structure, Whose};
pub use text::{Line, Span, Text};

/// A4 portrait, in points.
pub const A4: (f32, f32) = (595.276, 841.89);

/// Points in a millimetre.
pub const MM: f32 = 72.0 / 25.4;

/// Why a document could not be drawn. Neither kind can come from what a person typed alone.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A built-in face could not be read or cut.
    #[error("the face {face} could not be used: {cause}")]
    Face {
        /// Name of the face.
        face: &'static str,
        /// What the font reader said.
        cause: String,
    },
    /// The address is longer than a QR code holds.
    #[error("no QR code holds this address: {0}")]
    Qr(String),
    /// The document could not be put together.
    #[error("the PDF could not be written: {0}")]
    Write(String),
}

/// What the functions of this module answer with.
pub type Result<T> = std::result::Result<T, Error>;

/// A colour on screen and paper, red, green and blue from 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// The voice of a span. Letters outside it fall back to a face that has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Running text.
    Regular,
    /// What must stand out within running text.
    Semibold,
    /// An aside.
    Italic,
    /// Large text: finer strokes, tighter fit.
    Display,
}
