use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::*;

const EVENT: &str = include_str!("examples/event.json");
const NETWORK: &str = include_str!("examples/network.json");

fn published() -> Value {
    serde_json::from_str(JSON_SCHEMA).unwrap()
}

/// Leaves out what a written file leaves out.
fn tidy(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let kept = object
                .iter()
                .filter(|(_, value)| !matches!(value, Value::Null | Value::Bool(false)) && **value != json!([]));
            Value::Object(kept.map(|(key, value)| (key.clone(), tidy(value))).collect())
        }
        Value::Array(items) => items.iter().map(tidy).collect(),
        plain => plain.clone(),
    }
}

/// Adds what a written file spells out where the example relies on defaults.
fn with_default(list: &mut Value, key: &str, default: &str) {
    for item in list.as_array_mut().unwrap() {
        item.as_object_mut().unwrap().entry(key).or_insert(default.into());
    }
}

#[test]
fn the_event_of_the_contract_is_written_as_it_was_read() {
    let read: EventDocument = serde_json::from_str(EVENT).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    assert_eq!(written, tidy(&serde_json::from_str(EVENT).unwrap()));
    assert_eq!(serde_json::from_value::<EventDocument>(written).unwrap(), read);
}

#[test]
fn the_network_of_the_contract_is_written_as_it_was_read() {
    let read: NetworkDocument = serde_json::from_str(NETWORK).unwrap();
    let written = serde_json::to_value(&read).unwrap();
    let mut expected = tidy(&serde_json::from_str(NETWORK).unwrap());
    with_default(&mut expected["members"], "state", "requested");
    assert_eq!(written, expected);
    assert_eq!(serde_json::from_value::<NetworkDocument>(written).unwrap(), read);
}

/// Every object of the published schema beside the struct that reads it.
fn check_each_pair(check: &mut impl FnMut(&str, &Value, &dyn Fn(Value) -> Result<Value, String>)) {
    let schema = published();
    let mut pair = |name: &str, read: &dyn Fn(Value) -> Result<Value, String>| {
        let mut at = &schema["$defs"];
        for (depth, step) in name.split('/').enumerate() {
            at = if depth == 0 { &at[step] } else { &at["properties"][step] };
        }
        assert!(at["properties"].is_object(), "{name} is not in schema.json");
        check(name, at, read);
    };
    pair("event_document", &reread::<EventDocument>);
    pair("network_document", &reread::<NetworkDocument>);
    pair("organisation", &reread::<Organisation>);
    pair("event", &reread::<Event>);
    pair("event/venue", &reread::<Venue>);
    pair("support", &reread::<Support>);
    pair("evidence", &reread::<Evidence>);
    pair("cpd", &reread::<Cpd>);
    pair("room", &reread::<Room>);
    pair("track", &reread::<Track>);
    pair("speaker", &reread::<Speaker>);
    pair("session", &reread::<Session>);
    pair("ticket", &reread::<Ticket>);
    pair("place", &reread::<Place>);
    pair("attendance", &reread::<Attendance>);
    pair("network", &reread::<Network>);
    pair("network/contact", &reread::<Contact>);
    pair("network/consent", &reread::<ConsentWording>);
    pair("member", &reread::<Member>);
    pair("member/consent", &reread::<ConsentGiven>);
    pair("meeting", &reread::<Meeting>);
}

fn reread<T: DeserializeOwned + Serialize>(value: Value) -> Result<Value, String> {
    let read: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(read).map_err(|error| error.to_string())
}

/// A value that fits the schema, with every field filled so that none would be left out on writing.
fn sample(schema: &Value, only_required: bool) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
        return sample(&published()["$defs"][name], only_required);
    }
    if let Some(only) = schema.get("const") {
        return only.clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match schema["type"].as_str().or(schema["type"][0].as_str()).unwrap() {
        "object" => {
            let required = schema["required"].as_array().unwrap();
            let properties = schema["properties"].as_object().unwrap().iter();
            let wanted = properties.filter(|(key, _)| !only_required || required.contains(&json!(key)));
            Value::Object(
                wanted
                    .map(|(key, schema)| (key.clone(), sample(schema, only_required)))
                    .collect::<Map<_, _>>(),
            )
        }
        "array" => json!([sample(&schema["items"], only_required)]),
        "integer" => 7.into(),
        "boolean" => true.into(),
        _ => "text".into(),
    }
}

/// The names in a refusal such as "unknown field `x`, expected one of `a`, `b`".
fn expected_names(refusal: &str) -> BTreeSet<String> {
    let (_, expected) = refusal.split_once("expected").unwrap();
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_published_schema_and_the_structs_have_the_same_fields() {
    check_each_pair(&mut |name, schema, read| {
        let refusal = read(json!({"no such field": 1})).unwrap_err();
        let published: BTreeSet<String> = schema["properties"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(expected_names(&refusal), published, "{name}");
        let full = sample(schema, false);
        assert_eq!(read(full.clone()), Ok(full), "{name}");
    });
}

#[test]
fn the_published_schema_and_the_structs_require_the_same() {
    check_each_pair(&mut |name, schema, read| {
        let least = sample(schema, true);
        assert!(read(least.clone()).is_ok(), "{name}: {least}");
        for key in least.as_object().unwrap().keys() {
            let mut without = least.clone();
            without.as_object_mut().unwrap().remove(key);
            assert_eq!(read(without), Err(format!("missing field `{key}`")), "{name}");
        }
    });
}

#[test]
fn what_may_be_null_may_be_null_in_both() {
    check_each_pair(&mut |name, schema, read| {
        for (key, property) in schema["properties"].as_object().unwrap() {
            if property["type"].as_array().is_some_and(|types| types.contains(&json!("null"))) {
                let mut value = sample(schema, false);
                value[key] = Value::Null;
                assert!(read(value).is_ok(), "{name}/{key}");
            }
        }
    });
}

#[test]
fn the_published_schema_and_the_enums_have_the_same_words() {
    fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Value {
        all.iter().map(|value| word(*value)).collect()
    }
    let schema = published();
    let choices = |definition: &str, key: &str| {
        let choices = schema["$defs"][definition]["properties"][key]["enum"].as_array().unwrap().iter();
        choices.filter(|choice| !choice.is_null()).cloned().collect::<Value>()
    };
    assert_eq!(choices("event", "type"), words(EventKind::ALL, EventKind::word));
    assert_eq!(choices("event", "status"), words(EventStatus::ALL, EventStatus::word));
    assert_eq!(
        choices("event", "attendance_mode"),
        words(AttendanceMode::ALL, AttendanceMode::word)
    );
    assert_eq!(choices("cpd", "rule"), words(CpdRule::ALL, CpdRule::word));
    assert_eq!(
        choices("cpd", "participatory"),
        words(CpdParticipatory::ALL, CpdParticipatory::word)
    );
    assert_eq!(choices("session", "kind"), words(SessionKind::ALL, SessionKind::word));
    assert_eq!(choices("session", "status"), words(SessionStatus::ALL, SessionStatus::word));
    assert_eq!(choices("session", "domain"), words(Domain::ALL, Domain::word));
    assert_eq!(choices("ticket", "vat"), words(Vat::ALL, Vat::word));
    assert_eq!(
        choices("attendance", "action"),
        words(&[Action::Arrive, Action::Leave], Action::word)
    );
    assert_eq!(choices("attendance", "how"), words(How::ALL, How::word));
    assert_eq!(choices("member", "state"), words(MemberState::ALL, MemberState::word));
    assert_eq!(choices("meeting", "status"), words(EventStatus::ALL, EventStatus::word));
}
