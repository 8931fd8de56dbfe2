//! What is wrong with a file, told to the person who wrote it.

use std::collections::HashSet;

use serde::Serialize;

/// The most problems listed one by one; what comes after is only counted.
pub const MOST_LISTED: usize = 1_000;

/// One thing wrong with a file, or (as a warning) worth knowing before it is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Where: a JSON Pointer (RFC 6901) such as `/places/0/email`. Empty for the file as a whole.
    pub pointer: String,
    /// The line of the file it stands on, counted from 1, where that is known.
    pub line: Option<usize>,
    /// What, for programs: a word that stays the same.
    pub code: &'static str,
    /// What, for people: whole sentences.
    pub message: String,
    /// Nothing is refused because of a warning.
    pub warning: bool,
}

impl Problem {
    /// Something for which the file is refused.
    pub fn error(pointer: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            line: None,
            code,
            message: message.into(),
            warning: false,
        }
    }

    /// The same problem, known to stand on this line.
    pub fn on_line(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }
}

/// Problems as they are found. A hopeless file does not fill the memory: past [`MOST_LISTED`] errors, or
/// as many warnings, the rest are counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Problems {
    list: Vec<Problem>,
    errors: usize,
    warnings: usize,
    broken: HashSet<String>,
    /// Lists of the file in which codes are broken: what refers into them cannot be judged.
    uncertain: HashSet<String>,
}

impl Problems {
    pub fn error(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.push(Problem::error(pointer, code, message));
    }

    pub fn warn(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.push(Problem {
            warning: true,
            ..Problem::error(pointer, code, message)
        });
    }

    pub fn push(&mut self, problem: Problem) {
        if self.follows_a_break(&problem) {
            return;
        }
        let count = if problem.warning { &mut self.warnings } else { &mut self.errors };
        *count += 1;
        if *count <= MOST_LISTED {
            self.list.push(problem);
        }
    }

    /// Says that what stands here has been reported and replaced: nothing more is reported of it.
    pub fn mark_broken(&mut self, at: &At) {
        let mut steps = at.as_str().split('/').skip(1);
        if let Some(list) = steps.next()
            && steps.nth(1).is_none_or(|key| key == "code")
        {
            self.uncertain.insert(list.to_owned());
        }
        self.broken.insert(at.into());
    }

    /// Whether this problem stands on or in something broken, or misses a code in a list with broken ones.
    fn follows_a_break(&self, problem: &Problem) -> bool {
        let mut pointer = problem.pointer.as_str();
        while !self.broken.is_empty() && !pointer.is_empty() {
            if self.broken.contains(pointer) {
                return true;
            }
            pointer = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        problem
            .code
            .strip_prefix("unknown_")
            .is_some_and(|what| self.uncertain.contains(&format!("{what}s")))
    }

    /// Whether there are more errors than are listed, so that looking further helps nobody.
    pub fn is_full(&self) -> bool {
        self.errors > MOST_LISTED
    }

    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Everything found, in the order it was found, ending with the count of what is not listed.
    pub fn into_list(mut self) -> Vec<Problem> {
        for (count, warning, what) in [(self.errors, false, "problems"), (self.warnings, true, "warnings")] {
            if let Some(more) = count.checked_sub(MOST_LISTED).filter(|more| *more > 0) {
                let message = format!("There are {more} more {what} like these.");
                self.list.push(Problem {
                    warning,
                    ..Problem::error("", "more", message)
                });
            }
        }
        self.list
    }
}

/// A place in a file, to make pointers from.
#[derive(Clone, Debug, Default)]
pub(super) struct At(String);

impl At {
    pub fn key(&self, key: &str) -> Self {
        let mut pointer = self.0.clone();
        push_key(&mut pointer, key);
        Self(pointer)
    }

    pub fn item(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<At> for String {
    fn from(at: At) -> Self {
        at.0
    }
}

impl From<&At> for String {
    fn from(at: &At) -> Self {
        at.0.clone()
    }
}

/// Adds one step to a pointer, with `~` and `/` escaped as RFC 6901 has it.
pub(super) fn push_key(pointer: &mut String, key: &str) {
    pointer.push('/');
    for character in key.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// A value out of the file, short and harmless enough to repeat in a message.
pub(super) fn quoted(value: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown: String = value
        .chars()
        .take(SHOWN)
        .map(|character| match character {
            hidden if crate::people::name::is_control(hidden) => '\u{FFFD}',
            hidden if crate::people::name::is_direction_override(hidden) => '\u{FFFD}',
            plain => plain,
        })
        .collect();
    if value.chars().count() > SHOWN {
        shown.push('…');
    }
    format!("“{shown}”")
}
