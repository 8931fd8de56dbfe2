//! Looking for what somebody typed: in columns of text as they are, and in names that were folded.

use sea_orm::{DatabaseBackend, Value};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The condition that a word stands in one of these columns, capitals or not; its values are added to `values`. SQLite
/// knows of capitals in ASCII only, so a word with other letters is also looked for as it was typed.
#[must_use]
pub fn has_word(backend: DatabaseBackend, columns: &[&str], word: &str, values: &mut Vec<Value>) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let lower = escaped.to_lowercase();
    let mut add = |text: &str| {
        values.push(format!("%{text}%").into());
        values.len()
    };
    let first = add(&lower);
    // PostgreSQL refuses a value that no condition names.
    let typed = (backend == DatabaseBackend::Sqlite && !escaped.is_ascii() && escaped != lower).then(|| add(&escaped));
    let each = columns.iter().map(|column| match (backend, typed) {
        (DatabaseBackend::Sqlite, None) => format!("{column} LIKE ${first} ESCAPE '\\'"),
        (_, Some(typed)) => {
            format!("{column} LIKE ${first} ESCAPE '\\' OR {column} LIKE ${typed} ESCAPE '\\'")
        }
        _ => format!("LOWER({column}) LIKE ${first} ESCAPE '\\'"),
    });
    format!("({})", each.collect::<Vec<_>>().join(" OR "))
}

/// The condition that exactly this text stands in a column, as a folded word in what was folded; its value is added to
/// `values`.
#[must_use]
pub fn holds(backend: DatabaseBackend, column: &str, text: &str, values: &mut Vec<Value>) -> String {
    values.push(text.into());
    let find = if backend == DatabaseBackend::Sqlite { "instr" } else { "strpos" };
    format!("({find}({column}, ${}) > 0)", values.len())
}

/// A name as it is compared: without accents, capitals, apostrophes, and with one space between its words.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            '\'' | '’' | '‘' | 'ʼ' | '`' | '"' => {}
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ı' => folded.push('i'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            // One lower-cased capital comes apart into a letter and its mark.
            c if is_combining_mark(c) => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.ends_with(' ') || folded.is_empty() => {}
            _ => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// Whether every word of `typed` (folded) stands somewhere in `name` (folded). Nothing typed matches nobody.
#[must_use]
pub fn has_name(name: &str, typed: &str) -> bool {
    !typed.is_empty() && typed.split(' ').all(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_accents_capitals_and_apostrophes() {
        assert_eq!(fold("  Þóra  SMITH-O'Brien "), "thora smith obrien");
        assert!(has_name(&fold("Siân Llŷr"), &fold("LLYR sian")));
        assert!(!has_name("anybody", ""));
    }
}
