//! The names of a year's meetings, made from their dates: what schools call them.

use chrono::{Datelike, NaiveDate};

/// "Autumn term meeting" and `autumn-2026`, for a day in a school year of three terms (England and Wales): autumn until
/// Christmas, spring until the end of March, then summer. Only a first name: organisers may give another.
#[must_use]
pub fn term(day: NaiveDate) -> (&'static str, String) {
    let (name, word) = match day.month() {
        1..=3 => ("Spring term meeting", "spring"),
        4..=8 => ("Summer term meeting", "summer"),
        _ => ("Autumn term meeting", "autumn"),
    };
    (name, format!("{word}-{}", day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_names_its_term() {
        let named = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).map(term);
        assert_eq!(named(2026, 10, 7), Some(("Autumn term meeting", "autumn-2026".to_owned())));
        assert_eq!(named(2027, 2, 24), Some(("Spring term meeting", "spring-2027".to_owned())));
        assert_eq!(named(2027, 6, 13), Some(("Summer term meeting", "summer-2027".to_owned())));
    }
}
