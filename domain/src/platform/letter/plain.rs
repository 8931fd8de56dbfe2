//! What text may carry out of the building: no control characters, nothing that turns the reading direction round.
//!
//! Used for every mail header, calendar field and line of a letter, whatever was checked when it came in.

/// Text on one line: line breaks of every kind, tabs and other controls become one space; direction overrides go.
pub fn one_line(text: &str) -> String {
    let cleaned: String = text
        .chars()
        .filter(|c| !is_override(*c))
        .map(|c| if is_break(c) { ' ' } else { c })
        .collect();
    cleaned.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Text on several lines, parted by `\n`, each clean like [`one_line`]; never two empty lines together, none at either end.
pub fn lines(text: &str) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{85}', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}'], "\n");
    let mut kept: Vec<String> = Vec::new();
    for line in text.split('\n').map(one_line) {
        if !line.is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
            kept.push(line);
        }
    }
    if kept.last().is_some_and(String::is_empty) {
        kept.pop();
    }
    kept.join("\n")
}

/// Controls (U+0000 to U+001F, U+007F to U+009F) and the two line breaks Unicode adds.
fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates, and the byte order mark. Plain right-to-left text needs none of them.
fn is_override(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_is_one_line() {
        assert_eq!(one_line("  a\r\nb\tc\u{85}d\u{2028}e\0f\u{202e}g  "), "a b c d e fg");
        assert_eq!(one_line("Siân Llŷr 👩🏽‍⚕️ שלום"), "Siân Llŷr 👩🏽‍⚕️ שלום");
    }

    #[test]
    fn lines_keep_paragraphs_and_nothing_else() {
        assert_eq!(lines("\r\na\r\rb\n\n\n\nc\u{2029}d\r\n"), "a\n\nb\n\nc\nd");
        assert_eq!(lines("\n\n"), "");
    }
}
