//! What goes wrong outside the program: a full disk, a database that is gone, a clock set back, a second server. Plain
//! words for whoever is asking, nothing half done, and on it goes when the trouble is over.

use crate::{
    ground::{app_at, book, everything_but_tries, import, named, open_day, order},
    headers::breaks,
};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use domain::{
    Error,
    attendance::{self, entity::attendance_record, service::Scan},
    organisations::Role,
    people,
    platform::{
        clock::Clock,
        jobs::{self, State},
    },
};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::json;
use std::process::Command;
use tests::{Answer, Served, TestApp, ended, free_address};

/// What the program says when something on its side fails: nothing of the machine's own words.
const TELLING: [&str; 7] = ["sqlite", "postgres", "sqlx", "database", "disk i/o", "plenary.db", "locked"];

fn is_plain(text: &str) {
    let (_, body) = text.split_once("\r\n\r\n").unwrap_or(("", text));
    let lower = body.to_lowercase();
    for word in TELLING {
        assert!(!lower.contains(word), "{word}: {text}");
    }
}

/// An order of two places through the API.
fn two_places(n: usize) -> String {
    let place = |who: &str| json!({ "ticket": "standard", "name": format!("{who} {n}"), "email": format!("{who}-{n}@example.org") });
    json!({ "booker": { "name": "Pat Booker", "email": format!("pa-{n}@example.org") }, "places": [place("jane"), place("joan")] })
        .to_string()
}

/// An event two months from the machine's own day.
async fn app_with_an_event_by_the_machines_clock() -> TestApp {
    let app = TestApp::start().await;
    app.services.clock.move_to(Clock::System.now());
    let wall = |hour: u32| {
        (app.now() + TimeDelta::days(60))
            .format(&format!("%Y-%m-%dT{hour:02}:00"))
            .to_string()
    };
    app.event().when("Europe/London", &wall(9), &wall(16)).create().await;
    app
}

async fn ask_over_the_wire(served: &Served, n: usize) -> (u16, String) {
    let headers = format!("Content-Type: application/json\r\nIdempotency-Key: k{n}\r\n");
    served
        .send("POST", "/api/v1/events/study-day/bookings", &headers, &two_places(n))
        .await
}

/// How much a process may write into any one file, from now on; nothing for as much as it likes.
fn limit_files(process: u32, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    assert_eq!(ended(Command::new("prlimit").arg("--pid").arg(process.to_string()).arg(limit)).0, 0);
}

#[tokio::test]
async fn on_a_full_disk_a_booking_is_refused_whole_and_the_next_one_goes_through_when_there_is_room() {
    let app = app_with_an_event_by_the_machines_clock().await;
    if app.services.db.is_postgres() {
        return; // Its disk is another program's, which answers as one that is gone: the test below.
    }
    // Told "file too large" rather than killed, as a full disk would tell it "no space left".
    let program = app.program();
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "trap '' XFSZ; exec \"$0\" serve --no-worker"])
        .arg(program.get_program());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let served = Served::start(command.current_dir(&app.folder)).await;
    let log = std::fs::metadata(app.folder.join("plenary.db-wal")).unwrap().len();
    limit_files(served.id(), &(log + 200 * 1024).to_string());

    let mut booked = 0;
    let refused = loop {
        let (status, text) = ask_over_the_wire(&served, booked).await;
        if status != 201 {
            break (status, text);
        }
        booked += 1;
        assert!(booked < 500, "the disk never fills");
    };
    assert!(booked > 0);
    // The last little room goes too. A second failure used to leave the connection in a transaction nobody ended:
    // everything after it was answered as done, and was gone at the next start.
    limit_files(served.id(), "4096");
    let form = "Content-Type: application/x-www-form-urlencoded\r\nAccept: text/html\r\nSec-Fetch-Site: same-origin\r\n";
    let mut answers = vec![refused];
    for _ in 0..3 {
        answers.push(ask_over_the_wire(&served, booked).await);
        let (status, page) = served
            .send("POST", "/do/people/ask", form, "form%5Bemail%5D=ama%40example.org")
            .await;
        assert_eq!(status, 503, "{page}");
        assert!(page.contains("Nothing you sent was changed."), "{page}");
        is_plain(&page);
    }
    for (status, text) in answers {
        assert_eq!(status, 500, "{text}");
        assert!(
            text.contains("application/problem+json") && text.contains("Something went wrong on our side. Nothing was changed."),
            "{text}"
        );
        is_plain(&text);
    }
    assert_eq!(served.get("/events/study-day").await.0, 200, "whoever only reads does not notice");

    let whole = async |bookings: usize| {
        let bookings = i64::try_from(bookings).unwrap();
        assert_eq!(
            (
                app.count("booking").await,
                app.count("place").await,
                app.count("participant").await,
                app.count("job").await,
                app.count("sign_in_request").await
            ),
            (bookings, bookings * 2, bookings * 2, bookings, 0)
        );
        assert!(breaks(&app).await.iter().all(|(_, broken)| broken.is_none()));
    };
    whole(booked).await;

    limit_files(served.id(), "unlimited");
    assert_eq!(
        ask_over_the_wire(&served, booked).await.0,
        201,
        "the same order, under the same key"
    );
    assert_eq!(served.get("/health/ready").await.0, 200);
    whole(booked + 1).await;
    drop(served);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_database_that_is_away_is_told_in_plain_words_and_comes_back_by_itself() {
    let app = TestApp::start().await;
    let event = app.event().create().await;
    let browser = app.browser();
    let filled = browser
        .get("/sign-in")
        .await
        .page()
        .form("/do/people/ask")
        .set("form[email]", "ama@example.org");
    let book = async || -> Answer {
        let request = Request::post("/api/v1/events/study-day/bookings")
            .header("content-type", "application/json")
            .header("idempotency-key", "k1");
        app.call(request.body(Body::from(two_places(1))).unwrap()).await
    };
    let before = everything_but_tries(&app).await;

    let gone = app.take_database_away().await;
    let (ordered, posted) = tokio::join!(book(), browser.send(filled.clone()));
    assert_eq!((ordered.status, ordered.header("content-type")), (500, "application/problem+json"));
    assert_eq!(ordered.json()["detail"], "Something went wrong on our side. Nothing was changed.");
    assert_eq!((posted.status, posted.h1().as_str()), (503, "Not available just now"));
    assert_eq!(posted.header("retry-after"), "30");
    let ready = browser.get("/health/ready").await;
    if app.services.db.is_postgres() {
        assert_eq!((ready.status, ready.text.as_str()), (503, "the database does not answer\n"));
    } else {
        // A locked file can still be read.
        assert_eq!((ready.status, ready.text.as_str()), (200, "ready\n"));
    }
    for answer in [&ordered, &posted] {
        is_plain(&answer.text);
    }
    let read = browser.get(&event.path("")).await;
    assert_eq!(read.status == 200, !app.services.db.is_postgres(), "{}", read.text);
    if read.status != 200 {
        assert!(read.status >= 500, "{}", read.status);
        is_plain(&read.text);
    }

    gone.comes_back().await;
    assert_eq!(everything_but_tries(&app).await, before, "nothing was half done");
    assert_eq!(browser.get("/health/ready").await.text, "ready\n");
    assert_eq!(book().await.status, 201);
    assert_eq!(browser.submit(filled).await.h1(), "Check your email");
    assert_eq!(app.places(&event).await.len(), 2);
    app.run_jobs().await;
}

/// The chain of an event's attendance as it is kept: what was done, in the order it was written down.
async fn attendance(app: &TestApp) -> Vec<(i64, attendance::Action)> {
    let rows = attendance_record::Entity::find()
        .order_by_asc(attendance_record::Column::Id)
        .all(&app.services.db.read)
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.seq, row.action)).collect()
}

#[tokio::test]
async fn a_clock_set_back_an_hour_holds_nothing_up_and_breaks_no_order() {
    const BACK: TimeDelta = TimeDelta::hours(-1);
    let app = TestApp::builder().at("2027-03-12T11:00:00Z").start().await;
    let event = app
        .event()
        .place("p1", "Jane Smith", "jane@example.org")
        .place("p2", "Joan Jones", "joan@example.org")
        .create()
        .await;
    let later = open_day("open-day");
    let mut later = later.to_string().replace("2026-03-12", "2027-06-12");
    later.retain(|c| c != '\n');
    import(&app, &serde_json::from_str(&later).unwrap()).await;
    let steward = app.person_with_role(Role::Steward).await;
    let actor = app.actor(&steward).await;
    app.person("ama@example.org").await;
    let link = people::service::mint_link(&app.services, "ama@example.org").await.unwrap();
    let scan = async |person: usize, action: attendance::Action| {
        let participant = app.places(&event).await[person].participant_id;
        let scan = Scan {
            target: attendance::service::Target::Participant(participant),
            session: None,
            action,
            how: attendance::How::Steward,
        };
        let answered = attendance::service::record(&app.services, &actor, &event.slug, scan).await.unwrap();
        format!("{:?}", answered.answer).split([' ', '{']).next().unwrap().to_owned()
    };
    use attendance::Action::{Arrive, Leave};
    assert_eq!(scan(0, Arrive).await, "Arrived");
    // Work asked for just before, one piece of it in the hands of somebody who dies.
    for n in ["one", "two"] {
        book(
            &app,
            order("open-day", n, vec![named("nhs", "Ama Owusu", &format!("{n}@example.org"))]),
        )
        .await
        .unwrap();
    }
    let held = jobs::take(&app.services, "dies").await.unwrap().unwrap();
    // A mailbox that has asked as often as it may.
    let ask = async || {
        let browser = app.browser();
        let page = browser.get("/sign-in").await.page();
        browser
            .submit(page.form("/do/people/ask").set("form[email]", "kofi@example.org"))
            .await
    };
    for _ in 0..5 {
        assert_eq!(ask().await.h1(), "Check your email");
    }
    assert!(ask().await.problems()[0].starts_with("That was tried too often"));

    app.pass(BACK);

    assert_eq!(ask().await.h1(), "Check your email", "a limit does not last longer than it says");
    let (jobs, messages) = app.run_jobs().await;
    assert_eq!(jobs, 2, "the one that was held too");
    assert!(messages >= 4, "{messages}");
    assert_eq!(app.count("job WHERE state <> 'done'").await, 0);
    let taken_up = jobs::find(&app.services, held.job.id).await.unwrap().unwrap();
    assert_eq!((taken_up.state, taken_up.attempts), (State::Done, 2));

    assert_eq!(scan(1, Arrive).await, "Arrived");
    assert_eq!(scan(0, Arrive).await, "AlreadyIn");
    assert_eq!(scan(0, Leave).await, "Left");
    assert_eq!(
        scan(0, Leave).await,
        "NotIn",
        "the leave follows its arrival, whatever the clock said"
    );
    assert_eq!(attendance(&app).await, [(1, Arrive), (2, Arrive), (3, Leave)]);
    assert_eq!(
        attendance::queries::first_break(&app.services.db.read, event.id).await.unwrap(),
        None
    );
    assert!(breaks(&app).await.iter().all(|(_, broken)| broken.is_none()));

    assert_eq!(steward.get("/check-in/study-day").await.status, 200, "still signed in");
    let ama = app.browser();
    let page = ama.get(link.strip_prefix(&app.base_url).unwrap()).await;
    assert_eq!(ama.send(page.page().form("/do/people/confirm")).await.status, 303);
    assert_eq!(ama.get("/my").await.status, 200);
    let full = book(
        &app,
        order("study-day", "late", vec![named("standard", "Kofi Mensah", "kofi@example.org")]),
    )
    .await;
    assert!(!matches!(full, Err(Error::Database(_) | Error::Unexpected(_))), "{full:?}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_second_server_on_one_folder_says_so_and_exits_3() {
    let app = app_at("2026-11-20T10:00:00Z").await;
    let first = Served::start(app.program().arg("serve")).await;
    if app.services.db.is_postgres() {
        // There nodes share the database, and the folder's lock is not theirs.
        let second = Served::start(app.program().arg("serve")).await;
        assert_eq!(
            (first.get("/health/ready").await.0, second.get("/health/ready").await.0),
            (200, 200)
        );
        return;
    }
    let (code, words) = ended(app.program().arg("serve").env("PLENARY_LISTEN", free_address().to_string()));
    assert_eq!(code, 3);
    assert!(words.contains("another plenary is already using"), "{words}");
    assert_eq!(first.get("/health/ready").await.0, 200, "the first goes on");

    // Killed, it leaves nothing that would keep the next one out.
    drop(first);
    let next = Served::start(app.program().arg("serve")).await;
    assert_eq!(next.get("/health/ready").await.0, 200);
}
