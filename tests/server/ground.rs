//! What the tests of bookings, invites, attendance and certificates share: events as import files, and orders.

use chrono::{DateTime, Utc};
use domain::{
    Error,
    access::Actor,
    attendance::queries::{self, Attendee},
    bookings::{
        order::{Line, Order, Who},
        service::{self, Booked, Holder},
    },
    events::exchange::ImportError,
};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::{Event, Mail, TestApp};

/// A weekday morning on which the events of these tests can be booked.
pub const MORNING: &str = "2026-02-02T09:00:00Z";

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A fresh installation at this moment.
pub async fn app_at(now: &str) -> TestApp {
    TestApp::builder().at(now).start().await
}

/// The event of the contract, word for word.
pub const CONTRACT: &str = include_str!("../../domain/src/events/exchange/examples/event.json");

pub fn contract() -> Value {
    serde_json::from_str(CONTRACT).unwrap()
}

/// A plain event on 12 March 2026 with fifty places and two kinds of ticket, nobody in it yet.
pub fn open_day(slug: &str) -> Value {
    json!({
        "plenary": 1, "kind": "event",
        "organisation": { "slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org" },
        "event": {
            "slug": slug, "status": "published", "title": "Spring study day", "summary": "A day.", "timezone": "Europe/London",
            "starts": "2026-03-12T09:00", "ends": "2026-03-12T16:00", "capacity": 50,
            "venue": { "name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA" },
        },
        "sessions": [
            { "code": "reg", "title": "Registration", "kind": "registration", "starts": "2026-03-12T09:00", "ends": "2026-03-12T09:30" },
            { "code": "am", "title": "Morning", "kind": "talk", "starts": "2026-03-12T09:30", "ends": "2026-03-12T12:30", "cpd": true },
            { "code": "pm", "title": "Afternoon", "kind": "workshop", "starts": "2026-03-12T13:30", "ends": "2026-03-12T15:30", "cpd": true, "participatory": true },
        ],
        "tickets": [
            { "code": "nhs", "name": "NHS and public sector", "price_pence": 19500, "vat": "standard" },
            { "code": "free", "name": "Lived experience", "price_pence": 0 },
        ],
    })
}

/// The same with what `change` makes of it.
pub fn changed(mut file: Value, change: impl FnOnce(&mut Value)) -> Value {
    change(&mut file);
    file
}

/// Imports a file as whoever runs the machine, mailing nobody.
pub async fn import(app: &TestApp, file: &Value) -> Event {
    let report = app.import(file).await;
    app.find_event(&report.slug).await
}

/// Where and what an import found wrong, warnings left out.
pub fn refused(answer: Result<domain::events::exchange::Report, ImportError>) -> Vec<(String, String)> {
    match answer {
        Err(ImportError::Problems(problems)) => problems
            .into_iter()
            .filter(|problem| !problem.warning)
            .map(|problem| (problem.pointer, problem.code.to_owned()))
            .collect(),
        other => panic!("{other:?}"),
    }
}

pub fn named(ticket: &str, name: &str, email: &str) -> Line {
    let who = Who {
        name: Some(name.to_owned()),
        email: Some(email.to_owned()),
        ..Who::default()
    };
    Line {
        ticket: ticket.to_owned(),
        who,
    }
}

pub fn unnamed(ticket: &str) -> Line {
    Line {
        ticket: ticket.to_owned(),
        who: Who::default(),
    }
}

/// An order by a mailbox of its own for each key, so that no limit but the one under test is met.
pub fn order(event: &str, key: &str, lines: Vec<Line>) -> Order {
    Order {
        event: event.to_owned(),
        key: key.to_owned(),
        booker_name: "Pat Booker".to_owned(),
        booker_email: format!("pa-{}@example.org", key.to_lowercase()),
        purchase_order: None,
        lines,
    }
}

pub async fn book(app: &TestApp, order: Order) -> Result<Booked, Error> {
    service::book(&app.services, &Actor::Nobody, order).await
}

/// One statement behind the program's back, which must meet a row.
pub async fn meddle(app: &TestApp, sql: &str, values: Vec<sea_orm::Value>) {
    let db = app.services.db.writer();
    let done = db
        .execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
        .await
        .unwrap();
    assert!(done.rows_affected() > 0, "{sql} met no row");
}

/// The messages of one kind, oldest first.
pub async fn mails_of(app: &TestApp, kind: &str) -> Vec<Mail> {
    app.mails().await.into_iter().filter(|mail| mail.kind == kind).collect()
}

/// The words of a page's `main` as somebody reads them: a space wherever one element ends and another begins.
pub fn words(answer: &tests::Answer) -> String {
    let (_, main) = answer
        .text
        .split_once("<main")
        .unwrap_or_else(|| panic!("{} has no main: {}", answer.path, answer.text));
    let (main, _) = main.split_once("</main>").unwrap();
    // Comments are the framework's own, and part no words.
    let mut parted = String::new();
    for (i, piece) in main.split("<!").enumerate() {
        parted.push_str(if i == 0 { piece } else { piece.split_once('>').unwrap().1 });
    }
    // Where a long word may break, nobody reads a gap.
    let spaced = format!("<p{}</p>", parted.replace("<wbr>", "").replace('<', " <"));
    let page = tests::Page::parse(&spaced);
    page.all("p").next().unwrap().text.clone()
}

/// Every row of every table but the counters of tries: a refused try is counted, and leaves nothing else.
pub async fn everything_but_tries(app: &TestApp) -> std::collections::BTreeMap<String, Vec<String>> {
    let mut all = app.everything().await;
    all.remove("rate_limit").unwrap();
    all
}

/// Somebody with a place at another event than `event`, whose second place is cancelled.
pub async fn one_elsewhere_and_one_cancelled(app: &TestApp, event: &Event) -> Attendee {
    import(app, &open_day("other-day")).await;
    app.move_to(MORNING);
    book(app, order("other-day", "other", vec![named("nhs", "Ama Owusu", "ama@example.org")]))
        .await
        .unwrap();
    let seats = app.all_places(event.id).await;
    service::cancel_place(&app.services, Holder::Actor(&Actor::System), seats[1].id)
        .await
        .unwrap();
    app.run_jobs().await;
    let other = app.find_event("other-day").await;
    queries::find_attendee(&app.services.db.read, app.places(&other).await[0].participant_id)
        .await
        .unwrap()
        .unwrap()
}
