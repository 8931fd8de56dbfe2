//! Reading what is typed into a portfolio: any language, several lines, no control characters.

use crate::error::FieldErrors;
use chrono::NaiveDate;

/// The text, with `\n` between its lines, or its problem noted: `what` is as "The title".
pub fn text(errors: &mut FieldErrors, field: &str, typed: &str, most: usize, what: &str) -> String {
    let clean: String = typed
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| *c == '\n' || (!c.is_control() && !crate::people::name::is_direction_override(*c)))
        .collect();
    let clean = clean.trim();
    let count = clean.chars().count();
    if count > most {
        errors.add(
            field,
            "too_long",
            format!("{what} has {count} characters; it can have at most {most}"),
        );
    }
    clean.to_owned()
}

/// The same on one line.
pub fn line(errors: &mut FieldErrors, field: &str, typed: &str, most: usize, what: &str) -> String {
    let one = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    text(errors, field, &one, most, what)
}

/// A day, as a date field sends it.
pub fn day(errors: &mut FieldErrors, field: &str, typed: &str, missing: &str) -> Option<NaiveDate> {
    let typed = typed.trim();
    if typed.is_empty() {
        errors.add(field, "missing", missing);
        return None;
    }
    let read = typed
        .parse::<NaiveDate>()
        .ok()
        .filter(|day| (1950..2200).contains(&chrono::Datelike::year(day)));
    if read.is_none() {
        errors.add(field, "not_a_date", "Enter a date, such as 2026-03-12");
    }
    read
}

/// Hours and minutes as a number of minutes; both blank is 0.
pub fn minutes(errors: &mut FieldErrors, fields: [&str; 2], hours: &str, minutes: &str) -> u32 {
    let mut read = |field: &str, typed: &str, most: u32, words: &str| {
        let typed = typed.trim();
        if typed.is_empty() {
            return 0;
        }
        match typed.parse::<u32>() {
            Ok(number) if number <= most => number,
            _ => {
                errors.add(field, "not_a_number", format!("{words} are a whole number from 0 to {most}"));
                0
            }
        }
    };
    read(fields[0], hours, 1_000, "Hours") * 60 + read(fields[1], minutes, 59, "Minutes")
}
