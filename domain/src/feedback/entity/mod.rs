//! Columns and relations, nothing else.

pub mod feedback_answer;
pub mod feedback_done;
pub mod feedback_form;
pub mod feedback_waiting;
pub mod outcome_rating;
