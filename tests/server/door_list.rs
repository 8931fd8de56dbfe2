//! The attendance desk: who is in where, hours as a table, and door lists brought in from a spreadsheet.

use crate::ground::{app_at, changed, import, open_day, words};
use axum::body::Body;
use domain::attendance::{Action, How, entity::attendance_record, queries};
use domain::organisations::Role;
use http::Method;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use tests::{Answer, Browser, Event, TestApp};

const PAGE: &str = "/organise/events/open-day/attendance/import";
const UPLOAD: &str = "/organise/events/open-day/attendance/upload";

/// The evening of a day with four places, one of them cancelled, and an organiser at the desk.
async fn evening() -> (TestApp, Event, Browser) {
    let app = app_at("2026-03-12T18:30:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        let place = |code: &str, name: &str, email: &str| json!({ "code": code, "ticket": "nhs", "name": name, "email": email });
        file["places"] = json!([
            place("p1", "Jane Smith", "jane@example.org"),
            place("p2", "Siân Llŷr", "office@example.org"),
            place("p3", "Kofi Mensah", "kofi@example.org"),
            place("p4", "Jane Smith", "other.jane@example.org"),
            place("p5", "Gone Away", "gone@example.org"),
        ]);
        file["attendance"] = json!([{ "place": "p3", "session": null, "action": "arrive", "at": "2026-03-12T09:05", "how": "steward" }]);
    });
    let event = import(&app, &file).await;
    app.execute("UPDATE place SET state = 'cancelled' WHERE name = 'Gone Away'").await;
    let organiser = app.person_with_role(Role::Organiser).await;
    (app, event, organiser)
}

/// Hands in a list with what is asked beside it; follows nowhere.
async fn hand_in(browser: &Browser, beside: &[(&str, &str)], file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in beside {
        body.extend_from_slice(format!("--parted\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").as_bytes());
    }
    body.extend_from_slice(
        b"--parted\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\nContent-Type: text/csv\r\n\r\n",
    );
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--parted--\r\n");
    let headers = [
        ("content-type", "multipart/form-data; boundary=parted"),
        ("origin", "http://plenary.test"),
        ("sec-fetch-site", "same-origin"),
    ];
    browser.request(Method::POST, UPLOAD, &headers, Body::from(body)).await
}

async fn look(browser: &Browser, beside: &[(&str, &str)], file: &str) -> Answer {
    let answer = hand_in(browser, beside, file.as_bytes()).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    browser.follow(answer).await
}

async fn records(app: &TestApp) -> Vec<attendance_record::Model> {
    attendance_record::Entity::find()
        .order_by_asc(attendance_record::Column::Seq)
        .all(&app.services.db.read)
        .await
        .unwrap()
}

/// The line of the preview that begins so.
fn line(answer: &Answer, number: u64) -> String {
    let text = words(answer);
    let (_, rest) = text
        .split_once(&format!("Line {number} "))
        .unwrap_or_else(|| panic!("no line {number}: {text}"));
    let end = rest.find("Line ").or_else(|| rest.find("Hand in another")).unwrap_or(rest.len());
    rest[..end].trim().to_owned()
}

#[tokio::test]
async fn a_list_is_looked_through_then_added_and_a_second_time_adds_nothing() {
    let (app, event, organiser) = evening().await;
    let list = "\u{feff}Delegate;Email;Time in;Time out;Notes\r\n\
        Sian Llyr;;9:10;15:00;\r\n\
        Kofi Mensah;kofi@example.org;09:30;;late?\r\n\
        ;jane@example.org;2026-03-12 09:20;3.15pm;\r\n";
    let before = app.everything().await;
    let preview = look(&organiser, &[("to", ""), ("at", "")], list).await;
    let shown = words(&preview);
    assert!(
        shown.contains("4 records of 2 people would be added. Nothing is written yet."),
        "{shown}"
    );
    assert!(
        shown.contains("Columns found Name (“Delegate”), Email address (“Email”), Arrived (“Time in”), Left (“Time out”)"),
        "{shown}"
    );
    assert!(shown.contains("Columns left alone Notes"), "{shown}");
    assert!(
        line(&preview, 2)
            .ends_with("Siân Llŷr Add Arrived, the event, Thursday 12 March 2026, 9:10am Add Left, the event, Thursday 12 March 2026, 3pm"),
        "{}",
        line(&preview, 2)
    );
    assert!(
        line(&preview, 3)
            .ends_with("In already Arrived, the event, Thursday 12 March 2026, 9:30am; here since Thursday 12 March 2026, 9:05am"),
        "{}",
        line(&preview, 3)
    );
    let after = app.everything().await;
    let changed: Vec<_> = before.keys().filter(|table| before[*table] != after[*table]).collect();
    assert_eq!(changed, ["form_draft", "rate_limit"], "looking writes nothing of the event");

    let done = organiser.submit(preview.page().form("/do/attendance/import")).await;
    assert_eq!(done.bare_path(), "/organise/events/open-day/attendance");
    assert!(
        words(&done).contains("Added to the register. 4 records from the list."),
        "{}",
        words(&done)
    );
    let added: Vec<_> = records(&app).await.into_iter().skip(1).collect();
    let person = Some(app.person("organiser@example.org").await);
    assert!(
        added
            .iter()
            .all(|row| row.how == How::Register && row.recorded_by == person && row.reason.as_deref() == Some("From a door list"))
    );
    assert_eq!(
        added
            .iter()
            .map(|row| (row.action, row.at.format("%H:%M").to_string()))
            .collect::<Vec<_>>(),
        [
            (Action::Arrive, "09:10".to_owned()),
            (Action::Leave, "15:00".to_owned()),
            (Action::Arrive, "09:20".to_owned()),
            (Action::Leave, "15:15".to_owned())
        ]
    );
    assert_eq!(queries::first_break(&app.services.db.read, event.id).await.unwrap(), None);

    // Pressed twice, and handed in twice.
    let again = organiser.submit(preview.page().form("/do/attendance/import")).await;
    assert_eq!(
        again.problems(),
        ["There is nothing to add: what the list says is in the register already"]
    );
    let preview = look(&organiser, &[], list).await;
    assert!(words(&preview).contains("There is nothing to add."));
    assert!(preview.page().find_form("/do/attendance/import").is_none());
    assert!(line(&preview, 2).contains("There already Arrived"), "{}", line(&preview, 2));
    assert_eq!(records(&app).await.len(), 5);
}

#[tokio::test]
async fn each_line_that_cannot_be_added_says_why_and_the_others_can() {
    let (app, _, organiser) = evening().await;
    let code = {
        let all = queries::list_attendees(&app.services.db.read, app.find_event("open-day").await.id)
            .await
            .unwrap();
        all.into_iter()
            .find(|attendee| attendee.import_code.as_deref() == Some("p4"))
            .unwrap()
            .code
    };
    let list = format!(
        "Name,Email,Code,Session,In,Out\n\
         Jane Smith,,,,9:10,\n\
         Nobody Known,,,,9:10,\n\
         ,,ABCDEFGH,,9:10,\n\
         Gone Away,,,,9:10,\n\
         Siân Llŷr,,,Evening,9:10,\n\
         Siân Llŷr,,,,ten past,\n\
         Siân Llŷr,,,,9:10,9:05\n\
         Siân Llŷr,,,,,9:05\n\
         Siân Llŷr,,,,19:10,\n\
         Siân Llŷr,,,,2026-03-11 9:10,\n\
         John Other,office@example.org,,,9:10,\n\
         ,,,,9:10,\n\
         Siân Llŷr,,,,x,\n\
         Siân Llŷr,,,,no,\n\
         ,,{code},am,9:30,12:00\n\
         Kofi Mensah,,,Afternoon,13:25,\n"
    );
    let preview = look(&organiser, &[], &list).await;
    let problems = [
        (2, "2 people here fit. Give the place code"),
        (3, "Nobody at this event has this name"),
        (4, "Nobody at this event has the place code “ABCDEFGH”"),
        (5, "Their place was cancelled"),
        (6, "There is no session “Evening” on the agenda"),
        (7, "“ten past” is no time that can be read"),
        (8, "They left before they arrived, or in the same minute"),
        (9, "They left without having arrived. Give the time they arrived"),
        (10, "Thursday 12 March 2026, 7:10pm has not been yet"),
        (11, "The event was not on Wednesday 11 March 2026"),
        (
            12,
            "The list says John Other, and that place is Siân Llŷr’s. Give the place code, if they are the same",
        ),
        (13, "It does not say who this is"),
        (
            14,
            "The list gives no time. Say above when those arrived, and hand the list in again",
        ),
    ];
    for (number, problem) in problems {
        assert!(
            line(&preview, number).ends_with(&format!("Problem {problem}.")),
            "{}",
            line(&preview, number)
        );
    }
    assert!(line(&preview, 15).ends_with("Not there, by the list."), "{}", line(&preview, 15));
    assert!(
        line(&preview, 16).contains("Jane Smith Add Arrived, Morning,"),
        "{}",
        line(&preview, 16)
    );
    assert!(
        words(&preview).contains("13 lines have a problem and will be left out."),
        "{}",
        words(&preview)
    );
    organiser.submit(preview.page().form("/do/attendance/import")).await;
    assert_eq!(records(&app).await.len(), 4);
    // The wrong lines alone.
    let only = organiser.get(&format!("{}&show=problems", preview.path)).await;
    assert!(words(&only).contains("Line 14 ") && !words(&only).contains("Line 15 "));
}

#[tokio::test]
async fn ticks_and_blanks_arrive_when_and_where_the_form_says() {
    let (app, _, organiser) = evening().await;
    let preview = look(
        &organiser,
        &[("to", "pm"), ("at", "13:30")],
        "Name,Here\nSiân Llŷr,x\nKofi Mensah,\n",
    )
    .await;
    organiser.submit(preview.page().form("/do/attendance/import")).await;
    let added: Vec<_> = records(&app).await.into_iter().skip(1).collect();
    assert_eq!(added.len(), 2);
    assert!(
        added
            .iter()
            .all(|row| row.session_id.is_some() && row.at.format("%H:%M").to_string() == "13:30")
    );
    let register = organiser.get("/organise/events/open-day/attendance").await;
    let shown = words(&register);
    assert!(shown.contains("The event, Thursday 12 March 2026 1 in now"), "{shown}");
    assert!(shown.contains("1:30pm Afternoon 2 in now 2 came"), "{shown}");
    let who = organiser.get("/organise/events/open-day/attendance?to=pm&show=in").await;
    assert!(
        words(&who).contains("Afternoon: 2 of 4 came, 2 in now. 2 shown."),
        "{}",
        words(&who)
    );
}

#[tokio::test]
async fn times_are_by_the_clock_at_the_event_in_summer_too() {
    let app = app_at("2026-06-12T18:30:00Z").await;
    let file = changed(open_day("open-day"), |file| {
        file["event"]["starts"] = "2026-06-12T09:00".into();
        file["event"]["ends"] = "2026-06-12T16:00".into();
        file["sessions"] = json!([{ "code": "am", "title": "Morning", "kind": "talk", "starts": "2026-06-12T09:30", "ends": "2026-06-12T12:30", "cpd": true }]);
        file["places"] = json!([{ "code": "p1", "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" }]);
    });
    import(&app, &file).await;
    let organiser = app.person_with_role(Role::Organiser).await;
    let text = "Name\tIn\r\nJane Smith\t9:10\r\n";
    let utf16: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let preview = organiser.follow(hand_in(&organiser, &[], &utf16).await).await;
    organiser.submit(preview.page().form("/do/attendance/import")).await;
    assert_eq!(
        records(&app).await[0].at,
        "2026-06-12T08:10:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    );
}

#[tokio::test]
async fn a_refused_file_keeps_everything_beside_it() {
    let (app, _, organiser) = evening().await;
    let beside = [("to", "am"), ("at", "9:30")];
    let kept = |answer: &Answer| {
        let form = answer.page().form(UPLOAD);
        (form.value("to").unwrap().to_owned(), form.value("at").unwrap().to_owned())
    };
    let refused = look(&organiser, &beside, "Jane Smith,9:10\nJoan,9:12\n").await;
    assert_eq!(
        refused.problems(),
        ["The first line has no heading that says who somebody is. Name one column Name, Email, Code or Reference"]
    );
    assert!(refused.page().title().starts_with("Error: "));
    assert_eq!(kept(&refused), ("am".to_owned(), "9:30".to_owned()));
    let missing = look(&organiser, &beside, "").await;
    assert_eq!(missing.problems(), ["Choose the file with the list"]);

    let large = hand_in(&organiser, &beside, &vec![b'x'; 1024 * 1024 + 1]).await;
    assert_eq!(large.status, 413);
    let to = large.header("refresh").split("url=").nth(1).unwrap().to_owned();
    let refused = organiser.get(&to).await;
    assert_eq!(refused.problems(), ["The file is larger than 1 MB. Is it the list, saved as CSV?"]);
    assert_eq!(kept(&refused), ("am".to_owned(), "9:30".to_owned()));
    let huge = hand_in(&organiser, &beside, &vec![b'x'; 5 * 1024 * 1024]).await;
    assert_eq!(huge.status, 413);
    assert_eq!(records(&app).await.len(), 1);
    assert_eq!(organiser.get(PAGE).await.h1(), "Import a door list");
}

#[tokio::test]
async fn nothing_is_added_when_the_register_changed_since_the_list_was_looked_through() {
    let (app, _, organiser) = evening().await;
    let list = "Name,In\nSiân Llŷr,9:10\nKofi Mensah,9:05\nJane Smith,9:00\n";
    let first = look(&organiser, &[], list).await;
    let second = look(&organiser, &[], "Name,In\nSiân Llŷr,9:10\n").await;
    organiser.submit(second.page().form("/do/attendance/import")).await;
    let stale = organiser.submit(first.page().form("/do/attendance/import")).await;
    assert_eq!(
        stale.problems(),
        ["There is nothing to add: what the list says is in the register already"]
    );
    let fresh = look(&organiser, &[], "Email,In\njane@example.org,9:00\noffice@example.org,9:20\n").await;
    let form = fresh.page().form("/do/attendance/import").forge("form[count]", "2");
    let stale = organiser.submit(form).await;
    assert_eq!(
        stale.problems(),
        ["Things have changed since you looked: it would add 1 records now. Look again, then confirm"]
    );
    assert_eq!(records(&app).await.len(), 2);
    organiser.submit(stale.page().form("/do/attendance/import")).await;
    assert_eq!(records(&app).await.len(), 3);
}

#[tokio::test]
async fn the_register_asks_as_many_questions_for_one_person_as_for_three_and_its_table_says_the_same() {
    let (app, event, organiser) = evening().await;
    let preview = look(&organiser, &[], "Email,Session,In,Out\nkofi@example.org,am,9:30,12:00\n").await;
    organiser.submit(preview.page().form("/do/attendance/import")).await;
    let cost = async |path: &str| {
        let before = app.queries();
        let answer = organiser.get(path).await;
        assert_eq!(answer.status, 200);
        (app.queries() - before, answer)
    };
    let (one, _) = cost(&event.desk("/attendance?q=kofi")).await;
    let (three, shown) = cost(&event.desk("/attendance?q=m")).await;
    assert_eq!(one, three);
    assert!(words(&shown).contains("3 shown."), "{}", words(&shown));
    app.execute("UPDATE place SET organisation = '=1+1' WHERE name = 'Kofi Mensah'")
        .await;
    let csv = organiser.get(&event.desk("/attendance.csv?q=kofi")).await;
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].ends_with("Minutes: Morning,Minutes: Afternoon"), "{}", lines[0]);
    assert!(lines[1].starts_with("Kofi Mensah,,'=1+1,PL-"), "{}", lines[1]);
    assert!(csv.header("content-disposition").contains("hours-open-day.csv"));
    let of_list = |count: &str| format!("Name,In\n{count}");
    let (one, three) = (
        of_list("Siân Llŷr,9:00\n"),
        of_list("Siân Llŷr,9:00\nKofi Mensah,9:00\nNobody,9:00\n"),
    );
    let mut costs = Vec::new();
    for list in [one, three] {
        let before = app.queries();
        look(&organiser, &[], &list).await;
        costs.push(app.queries() - before);
    }
    assert_eq!(costs[0], costs[1], "a preview");
}
