//! What is asked, and reading what is answered.

use super::QuestionKind;
use crate::error::{FieldErrors, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most questions a form has.
pub const MOST: usize = 30;
/// The most characters of an answer in somebody's own words.
pub const TEXT_LIMIT: usize = 2_000;
/// The steps of a scale.
pub const STEPS: u8 = 5;
/// Between the parts of a field's name: a session, a question, an option.
const PART: char = '~';

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Names it among the others, "q1"; it stays when they are put in another order.
    pub key: String,
    pub words: String,
    pub kind: QuestionKind,
    /// Of a choice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Asked about each session that counts, not about the event.
    #[serde(default)]
    pub per_session: bool,
    /// Asked only where an earlier question has this answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<Condition>,
}

/// An earlier question and the answer to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub question: String,
    /// An option; of a scale its step.
    pub answer: String,
}

/// An answer to one question, about the event or about a session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Answer {
    /// Code of the session it is about.
    pub session: Option<String>,
    pub question: String,
    pub answer: String,
}

impl Question {
    /// The name of its field, about `session` or the event.
    #[must_use]
    pub fn field(&self, session: Option<&str>) -> String {
        match session {
            Some(code) => format!("{code}{PART}{}", self.key),
            None => self.key.clone(),
        }
    }

    /// The name of the field of one option, where any may be chosen.
    #[must_use]
    pub fn option_field(&self, session: Option<&str>, option: usize) -> String {
        format!("{}{PART}{option}", self.field(session))
    }

    /// What can be answered, but in somebody's own words.
    #[must_use]
    pub fn possible(&self) -> Vec<String> {
        match self.kind {
            QuestionKind::Scale => (1..=STEPS).map(|step| step.to_string()).collect(),
            QuestionKind::Choice | QuestionKind::Choices => self.options.clone(),
            QuestionKind::Text => Vec::new(),
        }
    }
}

/// What a form begins with: what colleges ask organisers to find out, to be changed as they like.
#[must_use]
pub fn usual() -> Vec<Question> {
    let question = |key: &str, words: &str, kind| Question {
        key: key.to_owned(),
        words: words.to_owned(),
        kind,
        options: Vec::new(),
        per_session: false,
        only_if: None,
    };
    vec![
        question("q1", "How useful was the day for your work?", QuestionKind::Scale),
        Question {
            per_session: true,
            ..question("q2", "How useful was this session?", QuestionKind::Scale)
        },
        Question {
            options: ["Yes, all of it", "In part", "No"].map(str::to_owned).to_vec(),
            ..question("q3", "Did the day do what it set out to do?", QuestionKind::Choice)
        },
        Question {
            only_if: Some(Condition {
                question: "q3".to_owned(),
                answer: "No".to_owned(),
            }),
            ..question("q4", "What was missing?", QuestionKind::Text)
        },
        question("q5", "What will you do differently?", QuestionKind::Text),
        question("q6", "What should we change next time?", QuestionKind::Text),
    ]
}

/// The answers in a posted form: `typed` by the names of fields. Blank ones are left out, and so are those to questions
/// that were not asked. No answer is ever required.
///
/// # Errors
/// Each answer that cannot be one, beside its field (`form[answers][…]`).
pub fn read(questions: &[Question], sessions: &[String], typed: &BTreeMap<String, String>) -> Result<Vec<Answer>> {
    let mut errors = FieldErrors::default();
    let mut answers: Vec<Answer> = Vec::new();
    let rounds = std::iter::once(None).chain(sessions.iter().map(|code| Some(code.as_str())));
    for session in rounds {
        for question in questions.iter().filter(|question| question.per_session == session.is_some()) {
            if !is_asked(question, session, &answers) {
                continue;
            }
            let name = question.field(session);
            let mut given = Vec::new();
            if question.kind == QuestionKind::Choices {
                for (at, option) in question.options.iter().enumerate() {
                    if typed.contains_key(&question.option_field(session, at)) {
                        given.push(option.clone());
                    }
                }
            } else if let Some(text) = typed.get(&name).map(|text| text.replace("\r\n", "\n")) {
                let text = text.trim();
                let problem = match question.kind {
                    _ if text.is_empty() => continue,
                    QuestionKind::Text if text.chars().count() > TEXT_LIMIT => {
                        Some(format!("An answer can have at most {TEXT_LIMIT} characters"))
                    }
                    QuestionKind::Text if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') => {
                        Some("An answer cannot contain control characters".to_owned())
                    }
                    QuestionKind::Text => None,
                    _ if question.possible().iter().any(|possible| possible == text) => None,
                    _ => Some("Choose one of the answers, or none".to_owned()),
                };
                match problem {
                    Some(words) => errors.add(format!("form[answers][{name}]"), "not_an_answer", words),
                    None => given.push(text.to_owned()),
                }
            }
            answers.extend(given.into_iter().map(|answer| Answer {
                session: session.map(str::to_owned),
                question: question.key.clone(),
                answer,
            }));
        }
    }
    errors.finish(answers)
}

/// Whether a question is asked, after what was answered before it. One about a session may hang on one about the event.
fn is_asked(question: &Question, session: Option<&str>, before: &[Answer]) -> bool {
    question.only_if.as_ref().is_none_or(|wanted| {
        before.iter().any(|answer| {
            answer.question == wanted.question
                && answer.answer == wanted.answer
                && (answer.session.is_none() || answer.session.as_deref() == session)
        })
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> BTreeMap<String, String> {
        fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn answer(session: Option<&str>, question: &str, words: &str) -> Answer {
        Answer {
            session: session.map(str::to_owned),
            question: question.to_owned(),
            answer: words.to_owned(),
        }
    }

    #[test]
    fn answers_are_read_and_blank_ones_left_out() {
        let sessions = ["talk".to_owned(), "panel".to_owned()];
        let typed = typed(&[
            ("q1", "4"),
            ("talk~q2", "5"),
            ("panel~q2", ""),
            ("q5", " Ask sooner.\r\n"),
            ("q6", ""),
        ]);
        let read = read(&usual(), &sessions, &typed).unwrap();
        assert_eq!(
            read,
            [
                answer(None, "q1", "4"),
                answer(None, "q5", "Ask sooner."),
                answer(Some("talk"), "q2", "5")
            ]
        );
    }

    #[test]
    fn what_hangs_on_another_answer_counts_only_with_it() {
        let read = |fields: &[(&str, &str)]| super::read(&usual(), &[], &typed(fields)).unwrap();
        assert_eq!(read(&[("q3", "In part"), ("q4", "Time")]), [answer(None, "q3", "In part")]);
        assert_eq!(read(&[("q3", "No"), ("q4", "Time")]).len(), 2);
        assert_eq!(read(&[("q4", "Time")]), []);
    }

    #[test]
    fn any_of_several_may_be_chosen() {
        let question = Question {
            kind: QuestionKind::Choices,
            options: ["Talks", "Food", "Hall"].map(str::to_owned).to_vec(),
            ..usual().remove(0)
        };
        let read = read(&[question], &[], &typed(&[("q1~0", "true"), ("q1~2", "true"), ("q1~9", "true")])).unwrap();
        assert_eq!(read, [answer(None, "q1", "Talks"), answer(None, "q1", "Hall")]);
    }

    #[test]
    fn what_cannot_be_an_answer_is_refused_beside_its_field() {
        let long = "x".repeat(TEXT_LIMIT + 1);
        let fields = [("q1", "6"), ("q3", "Perhaps"), ("q5", long.as_str()), ("talk~q2", "many")];
        let Err(crate::Error::Invalid(errors)) = read(&usual(), &["talk".to_owned()], &typed(&fields)) else {
            panic!("taken")
        };
        let names: Vec<&str> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            names,
            [
                "form[answers][q1]",
                "form[answers][q3]",
                "form[answers][q5]",
                "form[answers][talk~q2]"
            ]
        );
    }
}
