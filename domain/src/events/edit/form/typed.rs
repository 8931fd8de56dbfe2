//! What people type, read one field at a time.

use crate::error::FieldErrors;
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// The text with the line breaks of a file, or nothing where nothing was typed.
pub(crate) fn given(typed: &str) -> Option<String> {
    let text = tidy(typed);
    (!text.is_empty()).then_some(text)
}

pub(super) fn tidy(typed: &str) -> String {
    typed.replace("\r\n", "\n").trim().to_owned()
}

/// One of a list's words; `otherwise` where nothing was typed, and where what was is reported.
pub(crate) fn choice<T: FromStr>(errors: &mut FieldErrors, field: &str, label: &str, typed: &str, otherwise: T) -> T {
    match typed.trim() {
        "" => otherwise,
        word => word.parse().unwrap_or_else(|_| {
            errors.add(field, "not_a_choice", format!("{label}: choose one from the list"));
            otherwise
        }),
    }
}

/// A whole number, with or without commas between its thousands; nothing where nothing was typed.
pub(crate) fn number(errors: &mut FieldErrors, field: &str, typed: &str, ask: &str) -> Option<i64> {
    let figures = typed.trim().replace(',', "");
    if figures.is_empty() {
        return None;
    }
    errors.take(field, figures.parse::<i64>().map_err(|_| ask.to_owned()))
}

/// An address made from a title: `[a-z0-9-]{3,}`, accents dropped.
#[must_use]
pub fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for c in title
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
    {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') && !matches!(c, '\'' | '’') {
            slug.push('-');
        }
        if slug.len() >= 70 {
            break;
        }
    }
    let slug = slug.trim_matches('-');
    match slug.len() {
        0 => "event".to_owned(),
        1 | 2 => format!("event-{slug}"),
        _ => slug.to_owned(),
    }
}
