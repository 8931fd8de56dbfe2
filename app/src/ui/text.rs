//! Text that keeps together, and text that may break: a postcode is read as one, a long address must not push a phone's
//! page wide.

use leptos::prelude::*;

/// The text with the space in each UK postcode made one that does not break.
#[must_use]
pub fn together(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        out.push_str(word);
        if let Some(next) = words.peek() {
            out.push(if is_outward(word) && is_inward(next) { '\u{a0}' } else { ' ' });
        }
    }
    out
}

/// "OX1", "SW1A", "M60": the first half of a postcode.
fn is_outward(word: &str) -> bool {
    let word = word.rsplit(['(', ',']).next().unwrap_or(word);
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &word.as_bytes()[letters.min(word.len())..];
    (1..=2).contains(&letters) && matches!(rest, [first] if first.is_ascii_digit())
        || (1..=2).contains(&letters)
            && matches!(rest, [first, second] if first.is_ascii_digit() && (second.is_ascii_digit() || second.is_ascii_uppercase()))
}

/// "1AA", with what may follow it.
fn is_inward(word: &str) -> bool {
    let word = word.trim_end_matches([',', '.', ';', ')', ':']);
    matches!(word.as_bytes(), [digit, a, b] if digit.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

/// An address or a code that may break after `@`, `.`, `-`, `_`, `+` and `/`, rather than run out of the page. Read aloud and copied it
/// is the text itself.
pub fn breaking(text: &str) -> AnyView {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        if matches!(c, '@' | '.' | '-' | '_' | '+' | '/') && at + 1 < text.len() {
            parts.push(text[from..=at].to_owned());
            from = at + 1;
        }
    }
    let last = text[from..].to_owned();
    let parts = parts.into_iter().map(|part| view! { {part}<wbr/> }).collect_view();
    view! { {parts}{last} }.into_any()
}

/// What stands in a cell; "None" where nothing would, so that a screen reader does not say it is blank.
pub fn or_none(text: impl Into<String>) -> AnyView {
    let text = text.into();
    if text.trim().is_empty() {
        view! { <span class="quiet">"None"</span> }.into_any()
    } else {
        text.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::together;

    #[test]
    fn postcodes_keep_together_and_nothing_else_does() {
        for (text, kept) in [
            ("1 High Street, Oxford, OX1 1AA", "1 High Street, Oxford, OX1\u{a0}1AA"),
            ("Hall (SW1A 2AB), M1 1AE.", "Hall (SW1A\u{a0}2AB), M1\u{a0}1AE."),
            ("Room A1 2nd floor", "Room A1 2nd floor"),
            ("9am to 4pm", "9am to 4pm"),
            ("", ""),
        ] {
            assert_eq!(together(text), kept);
        }
    }
}
