use std::fmt::Write;

use chrono::TimeZone;
use proptest::prelude::*;

use super::*;

const EVENT: &str = include_str!("examples/event.json");
const NETWORK: &str = include_str!("examples/network.json");

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 12, 0, 0).unwrap()
}

fn import(bytes: &[u8]) -> Result<Checked, Vec<Problem>> {
    read(bytes)?.check(&Known::default(), now())
}

fn problems(text: &str) -> Vec<Problem> {
    import(text.as_bytes()).unwrap_err()
}

fn problem(pointer: &str, line: usize, code: &'static str, message: &str) -> Problem {
    Problem::error(pointer, code, message).on_line(line)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn both_examples_of_the_contract_are_sound() {
    assert_eq!(import(EVENT.as_bytes()).unwrap().warnings(), []);
    assert_eq!(import(NETWORK.as_bytes()).unwrap().warnings(), []);
}

#[test]
fn a_byte_order_mark_and_marked_utf16_are_read() {
    let plain = read(EVENT.as_bytes()).unwrap().document;
    assert_eq!(read(format!("\u{FEFF}{EVENT}").as_bytes()).unwrap().document, plain);
    assert_eq!(read(&utf16(&format!("\u{FEFF}{EVENT}"), u16::to_le_bytes)).unwrap().document, plain);
    assert_eq!(read(&utf16(&format!("\u{FEFF}{EVENT}"), u16::to_be_bytes)).unwrap().document, plain);
}

#[test]
fn other_encodings_are_refused_with_the_remedy() {
    let message = "The file is not saved as UTF-8. Open it in an editor, choose “Save as” with the encoding UTF-8, and import that.";
    let refused = Problem::error("", "not_utf8", message);
    let mut odd = utf16(&format!("\u{FEFF}{EVENT}"), u16::to_le_bytes);
    odd.push(b' ');
    for bytes in [
        utf16(EVENT, u16::to_le_bytes),
        utf16(EVENT, u16::to_be_bytes),
        odd,
        b"\xFF\xFE\0\0{\0\0\0".to_vec(),
    ] {
        assert_eq!(import(&bytes), Err(vec![refused.clone()]));
    }
    assert_eq!(import(b"{\n\n\"name\":\"Si\xE2n\"}"), Err(vec![refused.on_line(3)]));
}

#[test]
fn a_file_may_have_5_mb() {
    let padded = |length: usize| format!("{EVENT}{}", " ".repeat(length - EVENT.len()));
    assert!(import(padded(FILE_LIMIT).as_bytes()).is_ok());
    let refused = Problem::error("", "too_large", "The file is larger than 5 MB, the most that can be imported.");
    assert_eq!(problems(&padded(FILE_LIMIT + 1)), [refused]);
}

#[test]
fn what_is_not_json_is_named_by_line_and_column() {
    assert_eq!(problems(" \n"), [Problem::error("", "empty", "The file is empty.")]);
    assert_eq!(
        problems("{\"plenary\":1,\n\"title\":\"Siân\" \"kind\":\"event\"}"),
        [problem(
            "",
            2,
            "not_json",
            "The file is not JSON from line 2, column 16: expected `,` or `}`."
        )]
    );
    let message = "The file ends too early, on line 2: something that was opened is never closed.";
    assert_eq!(
        problems("{\"plenary\":1,\n\"kind\":\"event\""),
        [problem("", 2, "not_json", message)]
    );
    let deep = "[".repeat(100_000);
    assert_eq!(problems(&deep)[0].code, "not_json");
}

#[test]
fn a_file_of_another_schema_or_kind_is_refused_at_once() {
    assert_eq!(
        problems("[1]"),
        [Problem::error(
            "",
            "wrong_type",
            "The file must be one group { … } with “plenary” and “kind” in it."
        )]
    );
    assert_eq!(
        problems("{\n\"plenary\":2,\"kind\":\"event\"}"),
        [problem(
            "/plenary",
            2,
            "other_schema",
            "The file is of schema 2; this program reads schema 1."
        )]
    );
    assert_eq!(
        problems("{\"plenary\":1,\n\"kind\":\"evening\"}"),
        [problem(
            "/kind",
            2,
            "unknown_kind",
            "“kind” must be “event” or “network”, not “evening”."
        )]
    );
    let message = "“kind” must be “event” or “network”.";
    assert_eq!(problems("{\"plenary\":1}"), [Problem::error("/kind", "unknown_kind", message)]);
}

#[test]
fn every_break_is_listed_at_its_place_with_the_rules_that_still_apply() {
    let text = r#"{"plenary":1,"kind":"event","organisation":{"slug":"x","name":"Example"},
"event":{"slug":"day","titel":"Day","timezone":"Europe/London",
 "starts":"2026-03-12T09:00","ends":"2026-03-12T08:00","capacity":"fifty","venue":"Hall"},
"rooms":{},
"sessions":[{"code":7,"title":"A","kind":"lunch","starts":"2026-03-12T09:00","ends":null,
 "room":"hall","cpd":"yes"}, 3],
"attendance":[{"place":"p1","session":"a","action":"withdraw","at":"2026-03-12T09:00"}]}"#;
    assert_eq!(
        problems(text),
        [
            problem("/organisation/email", 1, "missing", "“email” is missing."),
            problem(
                "/organisation/slug",
                1,
                "slug",
                "“x” must be 3 to 80 of the characters a to z, 0 to 9 and hyphen: it becomes part of an address."
            ),
            problem(
                "/event/titel",
                2,
                "unknown_key",
                "There is no field “titel” here. Did you mean “title”?"
            ),
            problem("/event/title", 2, "missing", "“title” is missing."),
            problem(
                "/event/capacity",
                3,
                "wrong_type",
                "This must be a whole number or null, not the text “fifty”."
            ),
            problem(
                "/event/venue",
                3,
                "wrong_type",
                "This must be a group { … } or null, not the text “Hall”."
            ),
            problem(
                "/event/ends",
                3,
                "end_not_after_start",
                "This must end later than it starts, which is Thursday 12 March 2026, 9am."
            ),
            problem("/rooms", 4, "wrong_type", "This must be a list [ … ], not a group."),
            problem(
                "/sessions/0/code",
                5,
                "wrong_type",
                "This must be text in quotation marks, not the number 7."
            ),
            problem(
                "/sessions/0/ends",
                5,
                "wrong_type",
                "This must be text in quotation marks, not null."
            ),
            problem(
                "/sessions/0/kind",
                5,
                "not_a_choice",
                "The text “lunch” is not one of the choices here: talk, workshop, panel, break, registration, exhibition, business."
            ),
            problem(
                "/sessions/0/cpd",
                6,
                "wrong_type",
                "This must be true or false, not the text “yes”."
            ),
            problem("/sessions/1", 6, "wrong_type", "This must be a group { … }, not the number 3."),
            problem(
                "/attendance/0/action",
                7,
                "not_a_choice",
                "The text “withdraw” is not one of the choices here: arrive, leave."
            ),
            problem("/attendance/0/place", 7, "unknown_place", "There is no place with the code “p1”."),
        ]
    );
}

#[test]
fn a_field_given_twice_is_not_silently_the_last() {
    let text = EVENT.replacen("\"type\":\"conference\"", "\"type\":\"course\",\n\"type\":\"conference\"", 1);
    let refused = problem(
        "/event/type",
        3,
        "repeated_key",
        "This field is given twice in the same group. Keep one.",
    );
    assert_eq!(errors(&text), [refused]);
}

fn errors(text: &str) -> Vec<Problem> {
    problems(text).into_iter().filter(|problem| !problem.warning).collect()
}

/// An event with a thousand places, one on a line from line 3, the last as given.
fn thousand(last: &str) -> String {
    let mut text = String::from(
        "{\"plenary\":1,\"kind\":\"event\",\"organisation\":{\"slug\":\"example\",\"name\":\"Example\",\"email\":\"a@example.org\"},\
         \"event\":{\"slug\":\"day\",\"title\":\"Day\",\"timezone\":\"Europe/London\",\"starts\":\"2027-03-11T09:00\",\"ends\":\"2027-03-11T16:00\"},\
         \"tickets\":[{\"code\":\"t\",\"name\":\"T\"}],\n\"places\":[\n",
    );
    for number in 1..1_000 {
        writeln!(
            text,
            "{{\"code\":\"p{number}\",\"ticket\":\"t\",\"name\":\"N\",\"email\":\"n{number}@example.org\"}},"
        )
        .unwrap();
    }
    text + last + "]}"
}

#[test]
fn the_last_of_a_thousand_records_is_named() {
    assert!(import(thousand(r#"{"code":"p1000","ticket":"t","email":"z@example.org"}"#).as_bytes()).is_ok());
    assert_eq!(
        problems(&thousand(r#"{"code":"p1000","ticket":"t","email":"example.org"}"#)),
        [problem(
            "/places/999/email",
            1_002,
            "email",
            "“example.org” Enter one e-mail address, with one @ in it, like name@example.org."
        )]
    );
    assert_eq!(
        problems(&thousand(r#"{"code":"p1000","ticket":"t","email":5}"#)),
        [problem(
            "/places/999/email",
            1_002,
            "wrong_type",
            "This must be text in quotation marks or null, not the number 5."
        )]
    );
    assert_eq!(problems(&thousand(r#"{"code":"p1000","#))[0].line, Some(1_002));
}

#[test]
fn a_hopeless_file_does_not_list_for_ever() {
    let text = EVENT.replacen("\"rooms\":[", &format!("\"rooms\":[{}", "1,".repeat(1_500)), 1);
    let problems = problems(&text);
    let errors: Vec<&Problem> = problems.iter().filter(|problem| !problem.warning).collect();
    assert_eq!(errors.len(), 1_001);
    assert_eq!(
        *errors[1_000],
        Problem::error("", "more", "There are 500 more problems like these.")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_change_to_the_bytes_makes_it_panic(
        is_event: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..6),
    ) {
        let mut bytes = if is_event { EVENT } else { NETWORK }.as_bytes().to_vec();
        for (index, byte, insert) in changes {
            let index = index.index(bytes.len());
            if insert { bytes.insert(index, byte) } else { bytes[index] = byte }
        }
        import(&bytes).ok();
    }

    #[test]
    fn no_change_to_a_value_makes_it_panic_or_pass_unread(
        is_event: bool,
        which in any::<prop::sample::Index>(),
        put in prop::sample::select(vec!["null", "-1", "1e300", "9223372036854775808", "\"\"", "\"\\u0000\\u202e\"", "[]", "{}", "[null]", "{\"a\":[1]}", "true"]),
    ) {
        let mut value: Value = serde_json::from_str(if is_event { EVENT } else { NETWORK }).unwrap();
        let mut pointers = Vec::new();
        list_pointers(&value, "", &mut pointers);
        let pointer = which.get(&pointers);
        *value.pointer_mut(pointer).unwrap() = serde_json::from_str(put).unwrap();
        let text = serde_json::to_string_pretty(&value).unwrap();
        if let Err(problems) = import(text.as_bytes()) {
            prop_assert!(problems.iter().all(|problem| !problem.message.contains("cannot be read")), "{problems:?}");
            prop_assert!(problems.iter().any(|problem| !problem.warning));
        }
    }
}

fn list_pointers(value: &Value, at: &str, pointers: &mut Vec<String>) {
    pointers.push(at.to_owned());
    match value {
        Value::Object(object) => object
            .iter()
            .for_each(|(key, value)| list_pointers(value, &format!("{at}/{key}"), pointers)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| list_pointers(item, &format!("{at}/{index}"), pointers)),
        _ => {}
    }
}

#[test]
fn many_breaks_in_one_list_do_not_hide_a_rule_broken_elsewhere() {
    let text = EVENT
        .replacen("\"rooms\":[", &format!("\"rooms\":[{}", "1,".repeat(900)), 1)
        .replacen("jane@example.org", "jane", 1);
    let errors = errors(&text);
    assert_eq!(errors.len(), 901);
    assert_eq!(errors[900].pointer, "/places/0/email");
}
