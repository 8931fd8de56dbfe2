//! Compares a parsed file with the published JSON Schema, and reports every difference at once: serde
//! would stop at the first. It understands the part of JSON Schema that `schema.json` uses for shape
//! (`$ref`, `type`, `enum`, `const`, `properties`, `required`, `items`); limits on length and size are
//! for `check`, which has better words for them.
//!
//! What is broken is replaced by an empty value of the right type and marked, so that the rest of the
//! file can still be checked without repeating the break.

use serde_json::{Map, Value};

use super::problem::{At, Problems, quoted};
use super::schema::{JSON_SCHEMA, Kind};

/// Compares `value` with the schema of its kind and mends it in place, unless there are more problems
/// than anyone will read ([`Problems::is_full`]).
pub(super) fn compare(value: &mut Value, kind: Kind, problems: &mut Problems) -> Result<(), serde_json::Error> {
    let schema: Value = serde_json::from_str(JSON_SCHEMA)?;
    let name = match kind {
        Kind::Event => "event_document",
        Kind::Network => "network_document",
    };
    let definitions = &schema["$defs"];
    Comparison { definitions, problems }.value(&At::default(), value, &definitions[name]);
    Ok(())
}

struct Comparison<'s, 'p> {
    definitions: &'s Value,
    problems: &'p mut Problems,
}

impl<'s> Comparison<'s, '_> {
    fn value(&mut self, at: &At, value: &mut Value, schema: &'s Value) {
        let schema = self.resolve(schema);
        if !types(schema).any(|expected| is_of_type(value, expected)) {
            let wanted = types(schema).map(type_name).collect::<Vec<_>>().join(" or ");
            let message = format!("This must be {wanted}, not {}.", describe(value));
            return self.broken(at, value, schema, "wrong_type", message);
        }
        if let Some(only) = schema.get("const").filter(|only| *only != value) {
            let message = format!("This must be {only}, not {}.", describe(value));
            return self.broken(at, value, schema, "not_a_choice", message);
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array)
            && !choices.contains(value)
        {
            let words: Vec<&str> = choices.iter().filter_map(Value::as_str).collect();
            let message = format!("{} is not one of the choices here: {}.", describe(value), words.join(", "));
            return self.broken(at, value, schema, "not_a_choice", capitalised(&message));
        }
        match value {
            Value::Object(object) => self.object(at, object, schema),
            Value::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.value(&at.item(index), item, &schema["items"]);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, at: &At, object: &mut Map<String, Value>, schema: &'s Value) {
        let Some(properties) = schema["properties"].as_object() else {
            return;
        };
        object.retain(|key, _| {
            let is_known = properties.contains_key(key);
            if !is_known {
                self.problems.error(at.key(key), "unknown_key", unknown_key(key, properties));
            }
            is_known
        });
        for key in required(schema) {
            if !object.contains_key(key) {
                let at = at.key(key);
                self.problems.error(&at, "missing", format!("{} is missing.", quoted(key)));
                if !self.problems.is_full() {
                    self.problems.mark_broken(&at);
                    object.insert(key.to_owned(), self.empty(&properties[key]));
                }
            }
        }
        for (key, value) in object {
            self.value(&at.key(key), value, &properties[key]);
        }
    }

    fn broken(&mut self, at: &At, value: &mut Value, schema: &'s Value, code: &'static str, message: String) {
        self.problems.error(at, code, message);
        // A hopeless file is not mended: that would only fill the memory.
        if !self.problems.is_full() {
            *value = self.empty(schema);
            self.problems.mark_broken(at);
        }
    }

    /// The least value that has the right shape.
    fn empty(&self, schema: &'s Value) -> Value {
        let schema = self.resolve(schema);
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if types(schema).any(|expected| expected == "null") {
            return Value::Null;
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        match types(schema).next() {
            Some("object") => required(schema)
                .map(|key| (key.to_owned(), self.empty(&schema["properties"][key])))
                .collect::<Map<_, _>>()
                .into(),
            Some("array") => Value::Array(Vec::new()),
            Some("integer") => 0.into(),
            Some("boolean") => false.into(),
            _ => "".into(),
        }
    }

    fn resolve(&self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix("#/$defs/")) {
            Some(name) => &self.definitions[name],
            None => schema,
        }
    }
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let several = schema["type"].as_array().into_iter().flatten();
    several.chain(Some(&schema["type"])).filter_map(Value::as_str)
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn is_of_type(value: &Value, expected: &str) -> bool {
    match expected {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn type_name(expected: &str) -> &'static str {
    match expected {
        "object" => "a group { … }",
        "array" => "a list [ … ]",
        "string" => "text in quotation marks",
        "integer" => "a whole number",
        "boolean" => "true or false",
        _ => "null",
    }
}

fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) => format!("the text {}", quoted(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a group".to_owned(),
    }
}

fn capitalised(sentence: &str) -> String {
    let mut characters = sentence.chars();
    characters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn unknown_key(key: &str, properties: &Map<String, Value>) -> String {
    let nearest = properties.keys().map(|known| (distance(key, known), known)).min();
    match nearest {
        Some((0..=2, known)) => format!("There is no field {} here. Did you mean {}?", quoted(key), quoted(known)),
        _ => format!("There is no field {} here.", quoted(key)),
    }
}

/// How many letters must be changed, added or removed to make one word of the other; far off is 99.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().take(40).collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > 2 {
        return 99;
    }
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, left) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, right) in other.iter().enumerate() {
            let changed = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}
