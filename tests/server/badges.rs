//! What is printed: badges, the sheet to sign and the steward's list, read back from the PDF.

use domain::{
    attendance::{badges::Sheet, queries},
    organisations::Role,
};
use lopdf::Document;
use tests::{Browser, Event, TestApp};

async fn day() -> (TestApp, Event, Browser) {
    let app = TestApp::start().await;
    let event = app
        .event()
        .title("Self-harm: a study day")
        .place("p1", "Dr Siân Llŷr", "sian@example.org")
        .place("p2", "Kofi Mensah", "kofi@example.org")
        .place(
            "p3",
            "Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh-Cholmondeley",
            "long@example.org",
        )
        .with(|file| {
            file["places"][1]["job_role"] = "School nurse".into();
            file["places"][1]["organisation"] = "Thames Valley Schools".into();
        })
        .create()
        .await;
    let organiser = app.person_with_role(Role::Organiser).await;
    (app, event, organiser)
}

/// The words of each page.
async fn pages(browser: &Browser, path: &str) -> Vec<String> {
    let answer = browser.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    let document = Document::load_mem(&answer.bytes).unwrap();
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    let words = |number: &u32| {
        document
            .extract_text(&[*number])
            .unwrap()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    numbers.iter().map(words).collect()
}

async fn codes(app: &TestApp, event: &Event) -> Vec<String> {
    let people = queries::list_attendees(&app.services.db.read, event.id).await.unwrap();
    people.into_iter().map(|person| person.code).collect()
}

#[tokio::test]
async fn a_badge_has_the_name_the_role_and_a_code() {
    let (app, event, organiser) = day().await;
    for sheet in Sheet::ALL {
        let read = pages(&organiser, &event.desk(&format!("/badges.pdf?sheet={}", sheet.word()))).await;
        assert_eq!(read.len(), 1, "{sheet:?}");
        let words = &read[0];
        for expected in [
            "Siân",
            "Dr Siân Llŷr",
            "Kofi",
            "School nurse",
            "Thames Valley Schools",
            "Self-harm: a study day",
        ] {
            assert!(words.contains(expected), "{sheet:?} has no {expected}: {words}");
        }
        for code in codes(&app, &event).await {
            assert!(words.contains(&code), "{sheet:?}: {words}");
        }
    }
}

#[tokio::test]
async fn a_begun_sheet_goes_on_where_it_was_left() {
    let (_app, event, organiser) = day().await;
    let read = pages(&organiser, &event.desk("/badges.pdf?sheet=a6&from=3")).await;
    assert_eq!(read.len(), 2);
    // By last name.
    assert!(read[0].contains("Siân") && read[0].contains("Featherstonehaugh"), "{}", read[0]);
    assert!(read[1].contains("Kofi"), "{}", read[1]);
    // What is no label of the sheet is asked for again, and nothing is printed.
    for typed in ["nine", "0", "5"] {
        let answer = organiser.get(&event.desk(&format!("/badges.pdf?sheet=a6&from={typed}"))).await;
        let answer = organiser.follow(answer).await;
        assert!(
            answer.text.contains("Enter the first unused label as a number from 1 to 4."),
            "{}",
            answer.text
        );
        let form = answer.page().forms().into_iter().find(|form| form.value("from").is_some()).unwrap();
        assert_eq!((form.value("from"), form.value("sheet")), (Some(typed), Some("a6")));
    }
}

#[tokio::test]
async fn organisations_are_left_out_where_asked_and_where_the_event_is_sensitive() {
    let (app, event, organiser) = day().await;
    let without = pages(&organiser, &event.desk("/badges.pdf?organisations=no")).await;
    assert!(!without[0].contains("Thames Valley"), "{}", without[0]);
    app.execute("UPDATE event SET sensitive = TRUE, neutral_title = 'A study day'")
        .await;
    let sensitive = pages(&organiser, &event.desk("/badges.pdf")).await;
    assert!(!sensitive[0].contains("Thames Valley"), "{}", sensitive[0]);
    assert!(
        !sensitive[0].contains("Self-harm") && sensitive[0].contains("A study day"),
        "{}",
        sensitive[0]
    );
    let chosen = pages(&organiser, &event.desk("/badges.pdf?organisations=yes")).await;
    assert!(chosen[0].contains("Thames Valley"), "{}", chosen[0]);
    let name = organiser.get(&event.desk("/badges.pdf")).await;
    let name = name.header("content-disposition").to_owned();
    assert!(name.contains("badges-a-study-day.pdf"), "{name}");
}

#[tokio::test]
async fn whoever_signs_sees_no_other_name() {
    let (app, event, organiser) = day().await;
    let signing = pages(&organiser, &event.desk("/signing.pdf")).await.join(" ");
    let names = pages(&organiser, &event.desk("/names.pdf")).await.join(" ");
    for code in codes(&app, &event).await {
        assert!(signing.contains(&code) && names.contains(&code), "{code}");
    }
    for private in ["Siân", "Kofi", "Mensah", "School nurse", "Thames Valley", "example.org"] {
        assert!(!signing.contains(private), "{private}: {signing}");
    }
    assert!(
        names.contains("Kofi Mensah") && names.contains("School nurse, Thames Valley Schools"),
        "{names}"
    );
}

#[tokio::test]
async fn there_is_nothing_to_print_without_a_name() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    let organiser = app.person_with_role(Role::Organiser).await;
    assert_eq!(organiser.get(&event.desk("/badges.pdf")).await.status, 404);
    let page = organiser.get(&event.desk("/badges")).await;
    assert!(page.text.contains("No badges yet"), "{}", page.text);
}
