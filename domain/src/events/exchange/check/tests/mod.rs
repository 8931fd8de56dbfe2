//! One case for each rule: the file, and the whole of what is said about it.

use chrono::{DateTime, TimeZone, Utc};

use super::*;
use crate::events::exchange::{Problem, read};

mod events;
mod networks;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2028, 1, 10, 12, 0, 0).unwrap()
}

fn import(text: &str, known: &Known) -> Result<Checked, Vec<Problem>> {
    read(text.as_bytes()).unwrap().check(known, now())
}

fn error(pointer: &str, line: usize, code: &'static str, message: &str) -> Problem {
    Problem::error(pointer, code, message).on_line(line)
}

fn warning(pointer: &str, line: usize, code: &'static str, message: &str) -> Problem {
    Problem {
        warning: true,
        ..error(pointer, line, code, message)
    }
}

/// What is said of a sound file with one piece of it replaced.
fn said_of(sound: &str, old: &str, new: &str) -> Vec<Problem> {
    assert_eq!(sound.matches(old).count(), 1, "{old}");
    match import(&sound.replace(old, new), &Known::default()) {
        Ok(checked) => checked.warnings().to_vec(),
        Err(problems) => {
            assert!(problems.iter().any(|problem| !problem.warning));
            problems
        }
    }
}
