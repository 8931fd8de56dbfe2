//! Parts that two areas or more draw with: the page itself, forms and their fields, words for times and money.

pub mod form;
pub mod icons;
pub mod page;
pub mod support;
pub mod time;

pub use form::{Choice, Field, Form, Select, TextArea};
pub use page::{Host, Page, Scripts, page};
