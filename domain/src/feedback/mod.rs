//! Feedback after an event. That somebody gave it and what they said are kept apart: a certificate may wait for the one,
//! never for the other, and nobody can put the two together (domain.md 7).
//!
//! Answers are handed in as a whole, wait until [`MIXED`] people's are there or the form is closed, and are then taken
//! apart and written in a random order under random ids. From then on no two of them are known to be of one person.

use crate::words::words;

pub mod questions;
pub mod small;

#[cfg(feature = "server")]
pub mod ask;
#[cfg(feature = "server")]
pub mod edit;
#[cfg(feature = "server")]
pub mod entity;
#[cfg(feature = "server")]
pub mod give;
#[cfg(feature = "server")]
pub mod mix;
#[cfg(feature = "server")]
pub mod outcomes;
#[cfg(feature = "server")]
pub mod remind;
#[cfg(feature = "server")]
pub mod results;

pub use questions::{Answer, Condition, Question};

/// From so many people's answers on they are mixed.
pub const MIXED: usize = 5;

words! {
    /// Nobody sees a draft; an open one can be answered; a closed one cannot any more.
    FormState { Draft = "draft", Open = "open", Closed = "closed" }
}
words! {
    /// When somebody says how well they can do something.
    Moment { Before = "before", After = "after" }
}
words! {
    QuestionKind { Scale = "scale", Choice = "choice", Choices = "choices", Text = "text" }
}

impl QuestionKind {
    /// As an organiser reads it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Scale => "A scale from 1 to 5",
            Self::Choice => "Choose one",
            Self::Choices => "Choose any",
            Self::Text => "In their own words",
        }
    }
}

/// Why feedback is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Feedback on this event is not open yet.")]
    NotOpen,
    #[error("Feedback on this event is closed.")]
    Closed,
    #[error("Your feedback is in already. It cannot be changed, because nobody can tell which is yours.")]
    Given,
    #[error("Your place at this event does not stand, so there is nothing to give feedback on.")]
    NoPlace,
    #[error("Answers are in, so the questions stay as they are.")]
    HasAnswers,
}
