use super::*;
use crate::error::Error;

fn now() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

fn form() -> EventForm {
    EventForm {
        title: "Safer schools".to_owned(),
        starts: "2027-03-11T09:00".to_owned(),
        ends: "2027-03-11T16:00".to_owned(),
        ..EventForm::fresh()
    }
}

fn refused(form: &EventForm) -> Vec<(String, String)> {
    match form.parse(now()) {
        Err(Error::Invalid(errors)) => errors.0.into_iter().map(|error| (error.field, error.message)).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_title_and_two_times_are_enough() {
    let checked = form().parse(now()).unwrap();
    assert_eq!(
        (checked.slug.as_str(), checked.capacity, checked.cpd.round_down_to),
        ("safer-schools", None, 15)
    );
    assert_eq!(checked.starts.wall.to_string(), "2027-03-11 09:00:00");
}

#[test]
fn an_empty_form_is_told_what_to_enter() {
    let told = refused(&EventForm::default());
    assert_eq!(
        told.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(),
        ["form[title]", "form[starts]", "form[ends]", "form[timezone]"]
    );
    assert_eq!(told[0].1, "Enter a title");
}

#[test]
fn what_is_wrong_stands_beside_its_own_field() {
    let mut form = EventForm {
        ends: "2027-03-11T08:00".to_owned(),
        capacity: "many".to_owned(),
        online_url: "example.org".to_owned(),
        ..form()
    };
    form.support.insert(
        "3".to_owned(),
        SupportForm {
            name: "Samaritans".to_owned(),
            ..SupportForm::default()
        },
    );
    form.evidence.insert("1".to_owned(), EvidenceForm::default());
    form.evidence.insert(
        "2".to_owned(),
        EvidenceForm {
            quote: "q".to_owned(),
            source: "s".to_owned(),
            published: "June".to_owned(),
            ..EvidenceForm::default()
        },
    );
    let told = refused(&form);
    assert_eq!(
        told.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(),
        [
            "form[ends]",
            "form[online_url]",
            "form[capacity]",
            "form[support][3][contact]",
            "form[evidence][2][published]"
        ]
    );
    assert!(told[0].1.starts_with("End: this must end later than it starts"), "{}", told[0].1);
    assert_eq!(told[3].1, "Line of help 3: this must not be empty");
}

#[test]
fn a_time_the_clocks_jump_over_is_refused_and_one_that_comes_twice_noted() {
    let never = EventForm {
        starts: "2027-03-28T01:30".to_owned(),
        ends: "2027-03-28T16:00".to_owned(),
        ..form()
    };
    let told = refused(&never);
    assert_eq!(told[0].0, "form[starts]");
    assert!(told[0].1.contains("the clocks go forward"), "{}", told[0].1);
    let twice = EventForm {
        starts: "2027-10-31T01:30".to_owned(),
        ends: "2027-10-31T16:00".to_owned(),
        ..form()
    };
    assert!(twice.notes(now()).iter().any(|note| note.contains("happens twice")));
}

#[test]
fn wording_is_advised_and_never_refused() {
    let form = EventForm {
        summary: "For those who committed suicide attempts.".to_owned(),
        venue_name: "Hall".to_owned(),
        ..form()
    };
    assert!(form.parse(now()).is_ok());
    let notes = form.notes(now());
    assert!(
        notes.len() == 1 && notes[0].starts_with("Summary: instead of “committed suicide”"),
        "{notes:?}"
    );
}

#[test]
fn rows_are_taken_by_number_not_by_letter() {
    let mut form = form();
    for n in ["10", "2", "1"] {
        form.support.insert(
            n.to_owned(),
            SupportForm {
                name: n.to_owned(),
                contact: "c".to_owned(),
                ..SupportForm::default()
            },
        );
    }
    assert_eq!(
        form.parse(now())
            .unwrap()
            .support
            .iter()
            .map(|line| line.name.as_str())
            .collect::<Vec<_>>(),
        ["1", "2", "10"]
    );
}

#[test]
fn an_address_is_made_of_a_title_and_hides_what_is_sensitive() {
    assert_eq!(slug_of("Self-harm: compassion & practice"), "self-harm-compassion-practice");
    assert_eq!(slug_of("Siân Llŷr’s day"), "sian-llyrs-day");
    assert_eq!((slug_of("…"), slug_of("AI")), ("event".to_owned(), "event-ai".to_owned()));
    assert!(slug_of(&"long title ".repeat(20)).len() <= 70);
    let form = EventForm {
        sensitive: "true".to_owned(),
        neutral_title: "Study day, 11 March".to_owned(),
        ..form()
    };
    assert_eq!(form.parse(now()).unwrap().slug, "study-day-11-march");
}
