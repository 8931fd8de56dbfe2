//! Looking for what somebody typed in columns of text.

use sea_orm::Value;

/// The condition that a word stands in one of these columns, capitals or not; its values are added to `values`. SQLite
/// lowers ASCII letters only, so the word is also looked for as it was typed.
#[must_use]
pub fn has_word(columns: &[&str], word: &str, values: &mut Vec<Value>) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    values.push(format!("%{}%", escaped.to_lowercase()).into());
    values.push(format!("%{escaped}%").into());
    let (lower, typed) = (values.len() - 1, values.len());
    let each: Vec<String> = columns
        .iter()
        .map(|column| format!("LOWER({column}) LIKE ${lower} ESCAPE '\\' OR {column} LIKE ${typed} ESCAPE '\\'"))
        .collect();
    format!("({})", each.join(" OR "))
}
