//! Parts that two areas or more draw with: the page itself, forms and their fields, words for times and money.

pub mod flash;
pub mod form;
pub mod head;
pub mod icons;
pub mod page;
mod qr;
pub mod support;
mod text;
pub mod time;

pub use flash::{flash, unsent};
pub use form::{Choice, Field, FileField, Form, Select, TextArea};
pub use page::{Host, Page, Scripts, page};
pub use qr::Qr;
pub use text::{breaking, or_none, together};

/// `text` as HTML source, for the two places where the framework writes text just as it is: `title` and `textarea`.
/// Unescaped, a name with markup in it would become markup there.
#[must_use]
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
