//! Reports of meetings held online: looked through, matched by hand, added to the register, kept and removed by date.

use crate::ground::{app_at, changed, import, open_day, words};
use axum::body::Body;
use chrono::TimeDelta;
use domain::{
    attendance::{Action, How, entity::attendance_record, queries, service},
    organisations::Role,
};
use http::Method;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use tests::{Answer, Browser, Event, TestApp};

const PAGE: &str = "/organise/events/open-day/attendance/online";
const UPLOAD: &str = "/organise/events/open-day/attendance/online/upload";
const SETTLE: &str = "/do/attendance/settle-online";
const IMPORT: &str = "/do/attendance/import-online";

/// A morning in two parts, as the report of the fixtures has it: 9:30 to 11:00 and 11:20 to 12:50.
const REPORT: &str = "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes),Guest,Recording Consent,In Waiting Room\n\
    Jane Smith,JANE@example.org,12/03/2026 09:55:00,12/03/2026 11:00:00,65,No,,No\n\
    Jane Smith,jane@example.org,12/03/2026 10:55:00,12/03/2026 12:40:00,105,No,,No\n\
    Sian Llyr,,12/03/2026 09:25:00,12/03/2026 10:10:00,45,Yes,,No\n\
    Sian Llyr,,12/03/2026 10:20:00,12/03/2026 12:55:00,155,Yes,,No\n\
    Sam's iPad,,12/03/2026 09:00:00,12/03/2026 10:00:00,60,Yes,,No\n\
    Kofi Mensah,kofi@example.org,12/03/2026 09:00:00,12/03/2026 09:20:00,20,Yes,,Yes\n";

/// The evening of a day with four places, one of them cancelled, and an organiser.
async fn evening() -> (TestApp, Event, Browser) {
    let app = app_at("2026-03-12T18:30:00Z").await;
    let event = import(&app, &day("open-day")).await;
    app.execute("UPDATE place SET state = 'cancelled' WHERE name = 'Gone Away'").await;
    let organiser = app.person_with_role(Role::Organiser).await;
    (app, event, organiser)
}

fn day(slug: &str) -> serde_json::Value {
    changed(open_day(slug), |file| {
        let session = |code: &str, title: &str, starts: &str, ends: &str| {
            json!({ "code": code, "title": title, "kind": "talk", "starts": format!("2026-03-12T{starts}"),
                    "ends": format!("2026-03-12T{ends}"), "cpd": true })
        };
        file["sessions"] = json!([
            session("am1", "First", "09:30", "11:00"),
            session("am2", "Second", "11:20", "12:50"),
        ]);
        let place = |code: &str, name: &str, email: &str| json!({ "code": code, "ticket": "nhs", "name": name, "email": email });
        file["places"] = json!([
            place("p1", "Jane Smith", "jane@example.org"),
            place("p2", "Siân Llŷr", "office@example.org"),
            place("p3", "Kofi Mensah", "kofi@example.org"),
            place("p4", "Samira Ali", "office@example.org"),
            place("p5", "Gone Away", "gone@example.org"),
        ]);
    })
}

/// Hands in a report; follows nowhere.
async fn hand_in(browser: &Browser, to: &str, file: &[u8]) -> Answer {
    let mut body = format!("--parted\r\nContent-Disposition: form-data; name=\"to\"\r\n\r\n{to}\r\n").into_bytes();
    body.extend_from_slice(
        b"--parted\r\nContent-Disposition: form-data; name=\"file\"; filename=\"report.csv\"\r\nContent-Type: text/csv\r\n\r\n",
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

async fn look(browser: &Browser, to: &str, file: &[u8]) -> Answer {
    let answer = hand_in(browser, to, file).await;
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

/// Who arrived and left when, by name, in the order it was written.
async fn written(app: &TestApp, event: &Event) -> Vec<String> {
    let names = queries::list_attendees(&app.services.db.read, event.id).await.unwrap();
    let name = |id| names.iter().find(|one| one.participant_id == id).unwrap().name().to_owned();
    records(app)
        .await
        .iter()
        .map(|row| {
            let word = if row.action == Action::Arrive { "arrive" } else { "leave" };
            format!("{} {word} {}", name(row.participant_id), row.at.format("%H:%M"))
        })
        .collect()
}

/// The part of the page about whoever the report calls so.
fn of(answer: &Answer, name: &str) -> String {
    let text = words(answer);
    let (_, table) = text.split_once("What it comes to ").unwrap_or_else(|| panic!("no table: {text}"));
    let (_, rest) = table.split_once(&format!("{name} ")).unwrap_or_else(|| panic!("no {name}: {text}"));
    let end = rest.find(" Line").map_or(0, |at| at + 5);
    let end = rest[end..].find(" Line").map_or(rest.len(), |next| end + next);
    rest[..end].trim().to_owned()
}

async fn minutes_of(app: &TestApp, event: &Event, name: &str) -> (u32, u32) {
    let all = service::hours_of(&app.services.db.read, &app.find_event(&event.slug).await.row)
        .await
        .unwrap();
    let one = all.into_iter().find(|one| one.name.as_deref() == Some(name)).unwrap();
    (one.working.minutes, one.working.shown_minutes)
}

#[tokio::test]
async fn a_report_is_looked_through_then_added_and_a_second_time_changes_nothing() {
    let (app, event, organiser) = evening().await;
    let before = app.everything().await;
    let preview = look(&organiser, "", REPORT.as_bytes()).await;
    let shown = words(&preview);
    assert!(
        shown.contains("3 stays of 2 people would be added. Nothing is written yet."),
        "{shown}"
    );
    assert!(
        shown.contains("People in it 4 Place found 3 Nobody yet 1 Dates Day first, as 31/12"),
        "{shown}"
    );
    let jane = of(&preview, "Jane Smith");
    assert!(
        jane.contains("By address") && jane.contains("165 minutes at the event; First: 65 minutes, Second: 80 minutes."),
        "{jane}"
    );
    assert!(jane.contains("Add Thursday 12 March 2026, 9:55am to 12:40pm"), "{jane}");
    let sian = of(&preview, "Sian Llyr");
    assert!(
        sian.contains("By name") && sian.contains("First: 80 minutes, Second: 90 minutes."),
        "{sian}"
    );
    let sam = of(&preview, "Sam's iPad");
    assert!(sam.contains("Nobody yet"), "{sam}");
    assert!(of(&preview, "Kofi Mensah").contains("Only waited to be let in."));
    let after = app.everything().await;
    let touched: Vec<_> = before.keys().filter(|table| before[*table] != after[*table]).collect();
    assert_eq!(touched, ["form_draft", "rate_limit"], "looking writes nothing of the event");

    let done = organiser.submit(preview.page().form(IMPORT)).await;
    assert_eq!(done.bare_path(), "/organise/events/open-day/attendance");
    assert!(
        words(&done).contains("Added to the register. 3 stays from the report."),
        "{}",
        words(&done)
    );
    let expected = [
        "Jane Smith arrive 09:55",
        "Jane Smith leave 12:40",
        "Siân Llŷr arrive 09:25",
        "Siân Llŷr leave 10:10",
        "Siân Llŷr arrive 10:20",
        "Siân Llŷr leave 12:55",
    ];
    assert_eq!(written(&app, &event).await, expected);
    let person = Some(app.person("organiser@example.org").await);
    assert!(
        records(&app)
            .await
            .iter()
            .all(|row| row.how == How::Online && row.recorded_by == person && row.reason.as_deref() == Some("From a Zoom report"))
    );
    assert_eq!(queries::first_break(&app.services.db.read, event.id).await.unwrap(), None);
    // 40 + 40 + 90 minutes of the sessions; shown by quarters of an hour.
    assert_eq!(minutes_of(&app, &event, "Siân Llŷr").await, (170, 165));

    let again = organiser.submit(preview.page().form(IMPORT)).await;
    assert_eq!(
        again.problems(),
        ["There is nothing to add: what the report says is in the register already"]
    );
    let second = look(&organiser, "", REPORT.as_bytes()).await;
    assert!(words(&second).contains("There is nothing to add."));
    assert!(second.page().find_form(IMPORT).is_none());
    assert!(of(&second, "Jane Smith").contains("There already"), "{}", of(&second, "Jane Smith"));
    assert_eq!(records(&app).await.len(), 6);
    assert_eq!(app.count("online_report").await, 1);
    assert_eq!(app.count("online_row").await, 6);
}

#[tokio::test]
async fn whose_place_it_is_can_be_said_and_is_remembered_in_the_organisation() {
    let (app, event, organiser) = evening().await;
    let preview = look(&organiser, "", REPORT.as_bytes()).await;
    // A line nobody has here is refused beside its field, and what was typed stays.
    let form = preview.page().form(SETTLE).set("form[hands][6]", "Nobody Known");
    let refused = organiser.submit(form).await;
    assert_eq!(
        refused.problems(),
        ["Nobody at this event has the name or place code “Nobody Known”"]
    );
    let form = refused.page().form(SETTLE);
    assert_eq!(form.value("form[hands][6]"), Some("Nobody Known"));
    let settled = organiser
        .submit(form.set("form[hands][6]", "samira ali").set("form[hands][2]", ""))
        .await;
    assert!(of(&settled, "Sam's iPad").contains("As you said"), "{}", of(&settled, "Sam's iPad"));
    assert!(
        of(&settled, "Jane Smith").starts_with("jane@example.org Lines 2, 3 Nobody yet"),
        "{}",
        of(&settled, "Jane Smith")
    );
    assert!(
        words(&settled).contains("3 stays of 2 people would be added."),
        "{}",
        words(&settled)
    );
    assert_eq!(app.count("online_match").await, 0, "nothing is remembered before it is confirmed");
    organiser.submit(settled.page().form(IMPORT)).await;
    let now = written(&app, &event).await;
    assert!(
        now.contains(&"Samira Ali arrive 09:00".to_owned()) && !now.iter().any(|line| line.starts_with("Jane")),
        "{now:?}"
    );
    assert_eq!(app.count("online_match").await, 1);

    // At the next event of the organisation it is known, by the mailbox and the name of the place.
    import(&app, &day("next-day")).await;
    let upload = UPLOAD.replace("open-day", "next-day");
    let answer = organiser
        .post_file(&upload, "file", "report.csv", "text/csv", REPORT.as_bytes())
        .await;
    let next = organiser.follow(answer).await;
    let sam = of(&next, "Sam's iPad");
    assert!(sam.contains("As said before"), "{sam}");
    assert!(
        next.page()
            .form(SETTLE)
            .value("form[hands][6]")
            .unwrap()
            .starts_with("Samira Ali, ")
    );
    // Another organisation knows nothing of it.
    let other = changed(day("other-day"), |file| {
        file["organisation"] = json!({ "slug": "other-college", "name": "Other College", "email": "other@example.org" });
    });
    import(&app, &other).await;
    let stranger = app
        .person_with_role_in("other-college", Role::Organiser, "stranger@example.org")
        .await;
    let answer = stranger
        .post_file(
            &UPLOAD.replace("open-day", "other-day"),
            "file",
            "report.csv",
            "text/csv",
            REPORT.as_bytes(),
        )
        .await;
    let elsewhere = stranger.follow(answer).await;
    assert!(of(&elsewhere, "Sam's iPad").contains("Nobody yet"));
    // What was said wrongly is taken back by saying nobody.
    let form = next.page().form(SETTLE).set("form[hands][6]", "");
    let settled = organiser.submit(form).await;
    organiser.submit(settled.page().form(IMPORT)).await;
    assert_eq!(app.count("online_match").await, 0);
}

#[tokio::test]
async fn a_report_that_can_be_read_two_ways_is_asked_about() {
    let (app, _, organiser) = evening().await;
    let report = "Name,User Email,Join Time,Leave Time\nJane Smith,jane@example.org,02/03/2026 09:55,02/03/2026 11:00\n";
    let preview = look(&organiser, "", report.as_bytes()).await;
    assert!(words(&preview).contains("Say how its dates are to be read."), "{}", words(&preview));
    assert!(words(&preview).contains("Dates Either order"), "{}", words(&preview));
    assert!(preview.page().find_form(IMPORT).is_none());
    // Whoever posts it all the same is told.
    let forged = preview.page().form(SETTLE);
    let draft = forged.value("draft").unwrap().to_owned();
    let told = organiser
        .post(IMPORT, &[("slug", "open-day"), ("draft", &draft), ("form[count]", "0")])
        .await;
    let told = organiser.follow(told).await;
    assert_eq!(
        told.problems(),
        ["Say first whether the day or the month comes first in the report"]
    );
    let form = told.page().form(SETTLE).set("form[order]", "month_first");
    let settled = organiser.submit(form).await;
    assert!(words(&settled).contains("Dates Month first, as 12/31"), "{}", words(&settled));
    assert!(of(&settled, "Jane Smith").contains("Not in while it ran."));
    assert_eq!(records(&app).await.len(), 0);
}

#[tokio::test]
async fn a_teams_report_of_one_session_counts_within_that_session() {
    let (app, event, organiser) = evening().await;
    let text = "1. Summary\r\nMeeting title\tFirst talk\r\n\r\n2. Participants\r\n\
        Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\r\n\
        Jane Smith\t3/12/26, 9:00:30\u{202f}AM\t3/12/26, 11:30:00\u{202f}AM\t2h 29m 30s\tjane@example.org\tj@example.org\tAttendee\r\n\r\n\
        3. In-Meeting Activities\r\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\r\n\
        Jane Smith\t3/12/26, 9:00:30\u{202f}AM\t3/12/26, 10:00:00\u{202f}AM\t59m 30s\tjane@example.org\tAttendee\r\n\
        Jane Smith\t3/12/26, 9:58:00\u{202f}AM\t3/12/26, 11:30:00\u{202f}AM\t1h 32m\tjane@example.org\tAttendee\r\n";
    let bytes: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let preview = look(&organiser, "am1", &bytes).await;
    assert!(words(&preview).contains("Report Teams: First talk"), "{}", words(&preview));
    organiser.submit(preview.page().form(IMPORT)).await;
    assert_eq!(written(&app, &event).await, ["Jane Smith arrive 09:30", "Jane Smith leave 11:00"]);
    assert!(records(&app).await.iter().all(|row| row.session_id.is_some()));
}

#[tokio::test]
async fn what_the_register_has_already_is_left_as_it_is() {
    let (app, event, organiser) = evening().await;
    let csv = |rows: &str| format!("Name,User Email,Join Time,Leave Time\n{rows}");
    let add = async |rows: &str| {
        let preview = look(&organiser, "", csv(rows).as_bytes()).await;
        let done = organiser.submit(preview.page().form(IMPORT)).await;
        assert_eq!(done.bare_path(), "/organise/events/open-day/attendance", "{}", words(&done));
    };
    add("Jane Smith,jane@example.org,2026-03-12 10:00,2026-03-12 11:00\n").await;
    // Before it, over it and after it: what is new joins on to what is there.
    add("Jane Smith,jane@example.org,2026-03-12 09:30,2026-03-12 12:00\n").await;
    assert_eq!(
        written(&app, &event).await,
        [
            "Jane Smith arrive 10:00",
            "Jane Smith leave 11:00",
            "Jane Smith arrive 09:30",
            "Jane Smith arrive 11:00",
            "Jane Smith leave 12:00",
        ]
    );
    // 9:30 to 11:00 and 11:20 to 12:00.
    assert_eq!(minutes_of(&app, &event, "Jane Smith").await.0, 130);
    // Somebody who never left by the register was there to the end.
    let kofi = queries::list_attendees(&app.services.db.read, event.id).await.unwrap();
    let kofi = kofi.iter().find(|one| one.name() == "Kofi Mensah").unwrap().code.clone();
    let door = "/organise/events/open-day/attendance/";
    let page = organiser.get(&format!("{door}{kofi}")).await;
    let form = page.page().form("/do/attendance/add");
    let form = form
        .set("form[action]", "arrive")
        .set("form[at]", "2026-03-12T09:05")
        .set("form[reason]", "At the desk");
    organiser.submit(form).await;
    let preview = look(
        &organiser,
        "",
        csv("Kofi,kofi@example.org,2026-03-12 09:30,2026-03-12 12:00\n").as_bytes(),
    )
    .await;
    assert!(words(&preview).contains("There is nothing to add."), "{}", words(&preview));
}

#[tokio::test]
async fn a_stay_that_was_taken_back_is_not_added_again_and_one_ahead_is_a_problem() {
    let (app, event, organiser) = evening().await;
    let csv = b"Name,User Email,Join Time,Leave Time\nJane Smith,jane@example.org,2026-03-12 10:00,2026-03-12 11:00\n";
    let preview = look(&organiser, "", csv).await;
    organiser.submit(preview.page().form(IMPORT)).await;
    for row in records(&app).await.iter().rev() {
        app.pass(TimeDelta::seconds(1));
        domain::attendance::correct::withdraw(&app.services, &domain::access::Actor::System, &event.slug, row.id, "not them")
            .await
            .unwrap();
    }
    let preview = look(&organiser, "", csv).await;
    assert!(
        of(&preview, "Jane Smith").contains("Taken back before"),
        "{}",
        of(&preview, "Jane Smith")
    );
    assert!(words(&preview).contains("There is nothing to add."));

    app.execute("UPDATE event SET starts_wall = '2026-03-13 09:00:00', ends_wall = '2026-03-13 16:00:00'")
        .await;
    let ahead = b"Name,User Email,Join Time,Leave Time\nJane Smith,jane@example.org,2026-03-13 10:00,2026-03-13 11:00\n";
    let preview = look(&organiser, "", ahead).await;
    assert!(
        of(&preview, "Jane Smith").contains("Problem Friday 13 March 2026, 11am has not been yet."),
        "{}",
        of(&preview, "Jane Smith")
    );
}

#[tokio::test]
async fn the_lines_are_kept_for_organisers_until_their_day() {
    let (app, event, organiser) = evening().await;
    let hostile = format!("{REPORT}=cmd(),evil@example.org,12/03/2026 09:00:00,12/03/2026 10:00:00,60,Yes,,No\n");
    let preview = look(&organiser, "", hostile.as_bytes()).await;
    organiser.submit(preview.page().form(IMPORT)).await;
    let page = organiser.get(PAGE).await;
    // The event ended at 4pm and it is half past six: ninety days from now.
    assert!(
        words(&page).contains("Zoom Thursday 12 March 2026 7 Wednesday 10 June 2026"),
        "{}",
        words(&page)
    );
    let csv = organiser.get(&event.desk("/attendance/online.csv")).await;
    assert!(csv.header("content-disposition").contains("online-open-day.csv"));
    let lines: Vec<_> = csv.text.lines().collect();
    assert_eq!(lines.len(), 8);
    assert_eq!(
        lines[1],
        "Zoom,2,stay,Jane Smith,JANE@example.org,,12/03/2026 09:55:00,12/03/2026 11:00:00,65,Jane Smith"
    );
    assert!(lines[7].starts_with("Zoom,8,stay,'=cmd(),"), "{}", lines[7]);
    let viewer = app.person_with_role(Role::Viewer).await;
    assert_eq!(viewer.get(&event.desk("/attendance/online.csv")).await.status, 403);

    app.pass(TimeDelta::days(90) - TimeDelta::seconds(1));
    domain::work::sweep(&app.services).await.unwrap();
    assert_eq!(app.count("online_row").await, 7);
    app.pass(TimeDelta::seconds(1));
    domain::work::sweep(&app.services).await.unwrap();
    assert_eq!((app.count("online_row").await, app.count("online_report").await), (0, 0));
    assert_eq!(records(&app).await.len(), 6, "the register stays");
    assert!(!words(&organiser.get(PAGE).await).contains("Reports added before"));
}

#[tokio::test]
async fn a_refused_file_keeps_what_stands_beside_it() {
    let (app, _, organiser) = evening().await;
    let kept = |answer: &Answer| answer.page().form(UPLOAD).value("to").unwrap().to_owned();
    let refused = look(&organiser, "am2", b"Jane Smith,9:10\n").await;
    assert!(
        refused.problems()[0].starts_with("This is no report that can be read"),
        "{:?}",
        refused.problems()
    );
    assert!(refused.page().title().starts_with("Error: "));
    assert_eq!(kept(&refused), "am2");
    let missing = look(&organiser, "am2", b"").await;
    assert_eq!(missing.problems(), ["Choose the file with the report"]);

    let large = hand_in(&organiser, "am2", &vec![b'x'; 5 * 1024 * 1024 + 1]).await;
    assert_eq!(large.status, 413);
    let to = large.header("refresh").split("url=").nth(1).unwrap().to_owned();
    let refused = organiser.get(&to).await;
    assert_eq!(
        refused.problems(),
        ["The file is larger than 5 MB. Is it the report of one meeting?"]
    );
    assert_eq!(kept(&refused), "am2");
    assert_eq!(records(&app).await.len(), 0);
    assert_eq!(organiser.get(PAGE).await.h1(), "Import an online meeting");
}

#[tokio::test]
async fn a_report_with_one_person_costs_as_many_questions_as_one_with_three() {
    let (app, _, organiser) = evening().await;
    let mut costs = Vec::new();
    for rows in [1, 3] {
        let text: String = REPORT.lines().take(rows * 2).map(|line| format!("{line}\n")).collect();
        let answer = hand_in(&organiser, "", text.as_bytes()).await;
        let before = app.queries();
        let page = organiser.follow(answer).await;
        assert!(words(&page).contains("would be added"), "{}", words(&page));
        costs.push(app.queries() - before);
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test]
async fn the_lines_go_with_an_event_that_is_deleted() {
    let (app, event, organiser) = evening().await;
    let preview = look(&organiser, "", REPORT.as_bytes()).await;
    organiser.submit(preview.page().form(IMPORT)).await;
    let draft = changed(open_day("never-seen"), |file| file["event"]["status"] = "draft".into());
    let draft = import(&app, &draft).await;
    // Nobody can be in the report of an event nobody has a place at: as if they had been, once.
    app.execute(&format!("UPDATE online_report SET event_id = {}", draft.id)).await;
    let page = organiser.get(&draft.desk("/cancel")).await;
    organiser.submit(page.page().form("/do/organise/cancel")).await;
    assert_eq!(app.count("event WHERE slug = 'never-seen'").await, 0);
    assert_eq!((app.count("online_row").await, app.count("online_report").await), (0, 0));
    assert_eq!(app.count(&format!("event WHERE id = {}", event.id)).await, 1);
}
