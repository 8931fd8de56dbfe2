//! What can be told without a database: the event's own group goes round unchanged.

use super::*;
use crate::events::exchange::{Checked, Document, Known, read, store::row_of};
use chrono::{DateTime, Utc};

const EXAMPLE: &str = include_str!("examples/event.json");

fn now() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

fn checked(name: &str, text: &str) -> (EventDocument, Box<crate::events::exchange::CheckedEvent>) {
    let file = read(text.as_bytes()).unwrap();
    let Document::Event(document) = file.document().clone() else {
        panic!("{name} is no event")
    };
    let Checked::Event(checked) = file.check(&Known::default(), now()).unwrap() else {
        panic!("{name} is no event")
    };
    (*document, checked)
}

#[test]
fn an_event_is_written_as_it_was_read() {
    let (document, checked) = checked("contract", EXAMPLE);
    assert_eq!(event_group(&row_of(&checked, now())), document.event);
}

#[test]
fn a_file_that_says_little_is_written_with_what_was_taken_for_granted() {
    let text = r#"{"plenary":1,"kind":"event","organisation":{"slug":"example","name":"Example","email":"office@example.org"},
        "event":{"slug":"a-course","type":"course","title":"A course","timezone":"Europe/London","starts":"2027-03-11T09:00:30","ends":"2027-03-11T16:00"}}"#;
    let written = event_group(&row_of(&checked("short", text).1, now()));
    let cpd = written.cpd.clone().unwrap();
    assert_eq!(
        (cpd.rule, cpd.threshold_percent, cpd.round_down_to, cpd.min_minutes),
        (CpdRule::Proportional, None, Some(15), Some(15))
    );
    assert_eq!(
        (written.starts.as_str(), written.summary, written.venue),
        ("2027-03-11T09:00:30", None, None)
    );
    assert_eq!(written.status.map(crate::events::EventStatus::word), Some("draft"));
}
