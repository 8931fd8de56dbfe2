//! Looking for what somebody typed in columns of text.

use sea_orm::{DatabaseBackend, Value};

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
