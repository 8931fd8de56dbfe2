//! Check-in without signal: the list a phone takes along, and what it kept sent later, once, twice, from two phones, by a
//! clock that is wrong, and to a program that is killed meanwhile.

use crate::ground::{app_at, at, book, import, meddle, named, one_elsewhere_and_one_cancelled, open_day, order};
use axum::body::Body;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{
    access::Actor,
    attendance::{Action, How, entity::attendance_record, queries},
    bookings::service::{Holder, cancel_place},
    organisations::Role,
    platform::{clock::Clock, zones},
};
use http::Method;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
};
use tests::{Answer, Browser, Event, Served, TestApp, eventually};

/// Half an hour before the doors open; London is on UTC in March.
const DOORS: &str = "2026-03-12T08:30:00Z";
const SYNC: &str = "/check-in/open-day/sync";

struct Day {
    app: TestApp,
    event: Event,
    codes: Vec<String>,
}

impl Day {
    /// The open day on its morning, with places for these people.
    async fn with(names: &[&str]) -> Self {
        let app = app_at("2026-02-02T09:00:00Z").await;
        let event = import(&app, &open_day("open-day")).await;
        let email = |i: usize| format!("person-{i}@example.org");
        let lines = names.iter().enumerate().map(|(i, name)| named("nhs", name, &email(i))).collect();
        book(&app, order("open-day", "k", lines)).await.unwrap();
        app.run_jobs().await;
        app.move_to(DOORS);
        let mut codes = Vec::new();
        for place in app.all_places(event.id).await {
            let found = queries::find_attendee(&app.services.db.read, place.participant_id).await.unwrap();
            codes.push(found.unwrap().code);
        }
        Self { app, event, codes }
    }

    async fn steward(&self) -> Browser {
        self.app.person_with_role(Role::Steward).await
    }

    async fn other_steward(&self) -> Browser {
        let email = "second-steward@example.org";
        self.app.person_with_role_in("example-training", Role::Steward, email).await
    }

    /// Everything recorded, in the order it was written.
    async fn records(&self) -> Vec<attendance_record::Model> {
        let query = attendance_record::Entity::find().order_by_asc(attendance_record::Column::Seq);
        query.all(&self.app.services.db.read).await.unwrap()
    }

    async fn chain_is_whole(&self) -> bool {
        queries::first_break(&self.app.services.db.read, self.event.id)
            .await
            .unwrap()
            .is_none()
    }
}

fn millis(moment: &str) -> i64 {
    at(moment).timestamp_millis()
}

/// One scan; `n` makes its id.
fn scan(n: u32, code: &str, action: &str, moment: &str) -> Value {
    json!({ "id": format!("scan-of-a-phone-{n}"), "code": code, "action": action, "at": millis(moment) })
}

async fn post(browser: &Browser, path: &str, body: String) -> Answer {
    let headers = [
        ("content-type", "application/json"),
        ("sec-fetch-site", "same-origin"),
        ("accept", "*/*"),
    ];
    browser.request(Method::POST, path, &headers, Body::from(body)).await
}

async fn sync(browser: &Browser, scans: &[Value]) -> Vec<Value> {
    let answer = post(browser, SYNC, json!({ "scans": scans }).to_string()).await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, "no-store"),
        "{}",
        answer.text
    );
    answer.json()["answers"].as_array().unwrap().clone()
}

/// What one scan is answered: the kind, whether it was known, and the words.
fn told(outcome: &Value) -> (&str, bool, &str) {
    (
        outcome["is"].as_str().unwrap(),
        outcome["known"].as_bool().unwrap(),
        outcome["words"].as_str().unwrap(),
    )
}

async fn list(browser: &Browser) -> Value {
    let answer = browser.get("/check-in/open-day/list.json").await;
    assert_eq!(
        (answer.status, answer.header("cache-control")),
        (200, "no-store"),
        "{}",
        answer.text
    );
    answer.json()
}

#[tokio::test]
async fn the_list_has_what_a_steward_needs_and_nothing_else() {
    let day = Day::with(&["Jane Smith", "Siân Llŷr"]).await;
    let steward = day.steward().await;
    let seats = day.app.all_places(day.event.id).await;
    cancel_place(&day.app.services, Holder::Actor(&Actor::System), seats[1].id)
        .await
        .unwrap();
    day.app.run_jobs().await;
    sync(&steward, &[scan(1, &day.codes[0], "arrive", "2026-03-12T08:20:00Z")]).await;
    let mut to_am = scan(2, &day.codes[0], "arrive", "2026-03-12T08:21:00Z");
    to_am["session"] = "am".into();
    sync(&steward, &[to_am]).await;
    sync(&steward, &[scan(3, &day.codes[0], "leave", "2026-03-12T08:22:00Z")]).await;

    let told = list(&steward).await;

    let jane = json!({ "code": day.codes[0], "name": "Jane Smith", "role": "", "cancelled": false,
        "in": { "am": millis("2026-03-12T08:21:00Z") }, "left": { "": millis("2026-03-12T08:22:00Z") } });
    let sian = json!({ "code": day.codes[1], "name": "Siân Llŷr", "role": "", "cancelled": true });
    assert_eq!(told["people"], json!([jane, sian]));
    assert_eq!(told["now"], millis(DOORS));
    assert_eq!(
        told["event"],
        json!({ "slug": "open-day", "title": "Spring study day", "zone": "Europe/London", "when": "Thursday 12 March 2026, 9am to 4pm",
            "days": [{ "opens": millis("2026-03-12T06:00:00Z"), "closes": millis("2026-03-13T00:00:00Z") }], "cancelled": false })
    );
    assert_eq!(
        told["sessions"][1],
        json!({ "code": "am", "title": "Morning", "day": "2026-03-12", "starts": "9:30am" })
    );
    let keys: Vec<_> = told.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["event", "now", "people", "sessions"]);
}

#[tokio::test]
async fn an_arrival_taken_back_is_not_on_the_list() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;
    sync(&steward, &[scan(1, &day.codes[0], "arrive", "2026-03-12T08:20:00Z")]).await;
    assert!(list(&steward).await["people"][0]["in"][""].is_i64());
    let record = day.records().await[0].id;
    let actor = day.app.actor(&steward).await;
    domain::attendance::correct::withdraw(&day.app.services, &actor, "open-day", record, "Pressed by mistake")
        .await
        .unwrap();
    assert_eq!(list(&steward).await["people"][0].get("in"), None);
}

#[tokio::test]
async fn a_list_of_many_asks_no_more_than_a_list_of_one() {
    let few = Day::with(&["Jane Smith"]).await;
    let many = Day::with(&["Jane Smith", "Siân Llŷr", "Ama Owusu", "Joan Jones", "Kofi Mensah"]).await;
    let mut asked = Vec::new();
    for day in [&few, &many] {
        let steward = day.steward().await;
        let scans: Vec<_> = (0..)
            .zip(&day.codes)
            .map(|(n, code)| scan(n, code, "arrive", "2026-03-12T08:20:00Z"))
            .collect();
        sync(&steward, &scans).await;
        asked.push(day.app.count_queries(list(&steward)).await);
    }
    assert_eq!(asked[0], asked[1]);
}

#[tokio::test]
async fn scans_kept_are_recorded_at_the_time_they_were_made_by_whoever_sends_them() {
    let day = Day::with(&["Jane Smith", "Joan Jones"]).await;
    let steward = day.steward().await;
    let person = day.app.actor(&steward).await.person_id();
    day.app.move_to("2026-03-12T12:00:00Z");
    let mut by_name = scan(2, &day.codes[1], "arrive", "2026-03-12T08:41:00Z");
    by_name["by_name"] = true.into();
    by_name["session"] = "am".into();
    // As they lie in the phone, not in the order of time; a code is read from its address as well.
    let address = format!("http://plenary.test/check-in/open-day?code={}", day.codes[0]);
    let leave = scan(3, &day.codes[0], "leave", "2026-03-12T11:00:00Z");
    let answers = sync(&steward, &[leave, by_name, scan(1, &address, "arrive", "2026-03-12T08:40:00Z")]).await;

    let mut words: Vec<_> = answers
        .iter()
        .map(|answer| (answer["name"].as_str().unwrap(), told(answer)))
        .collect();
    words.sort_unstable();
    assert_eq!(
        words,
        [
            ("Jane Smith", ("recorded", false, "Arrived at 8:40am.")),
            ("Jane Smith", ("recorded", false, "Left at 11am.")),
            ("Joan Jones", ("recorded", false, "Arrived at 8:41am.")),
        ]
    );
    let rows = day.records().await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.action, row.how, row.session_id.is_some(), row.at))
        .collect();
    assert_eq!(
        told,
        [
            (Action::Arrive, How::Scan, false, at("2026-03-12T08:40:00Z")),
            (Action::Arrive, How::Steward, true, at("2026-03-12T08:41:00Z")),
            (Action::Leave, How::Scan, false, at("2026-03-12T11:00:00Z")),
        ]
    );
    for row in &rows {
        assert_eq!((row.recorded_by, row.recorded_at), (person, at("2026-03-12T12:00:00Z")));
    }
    assert!(day.chain_is_whole().await);
    day.app.prove_roll().await;
}

#[tokio::test]
async fn a_scan_sent_again_is_answered_the_same_and_records_nothing() {
    let day = Day::with(&["Jane Smith"]).await;
    let (one, other) = (day.steward().await, day.other_steward().await);
    let code = &day.codes[0];
    let (first, second) = (
        scan(1, code, "arrive", "2026-03-12T08:20:00Z"),
        scan(2, code, "arrive", "2026-03-12T08:25:00Z"),
    );
    let unknown = scan(3, "22222222", "arrive", "2026-03-12T08:25:00Z");
    assert_eq!(
        told(&sync(&one, std::slice::from_ref(&first)).await[0]),
        ("recorded", false, "Arrived at 8:20am.")
    );
    let again = sync(&other, &[second.clone(), unknown.clone()]).await;
    assert_eq!(
        told(&again[0]),
        ("already_in", false, "Already in since 8:20am, by another steward.")
    );
    // Whatever happens meanwhile: a scan answered once stays answered.
    let record = day.records().await[0].id;
    let actor = day.app.actor(&one).await;
    day.app.pass(TimeDelta::minutes(1));
    domain::attendance::correct::withdraw(&day.app.services, &actor, "open-day", record, "Pressed by mistake")
        .await
        .unwrap();
    let rows = day.records().await;
    let scans = [first.clone(), second, unknown, first];
    for _ in 0..2 {
        let known = sync(&other, &scans).await;
        let mut words: Vec<_> = known.iter().map(told).collect();
        words.sort_unstable();
        assert_eq!(
            words,
            [
                ("already_in", true, "Already in since 8:20am, by another steward."),
                ("recorded", true, "Arrived at 8:20am."),
                ("recorded", true, "Arrived at 8:20am."),
                ("refused", true, "Nobody at this event has that code, reference or name."),
            ]
        );
    }
    assert_eq!(day.records().await, rows);
    assert!(day.chain_is_whole().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_batch_sent_by_two_at_once_is_recorded_once() {
    let day = Day::with(&["Jane Smith", "Joan Jones", "Ama Owusu"]).await;
    let (one, other) = (day.steward().await, day.other_steward().await);
    let scans: Vec<_> = (0..)
        .zip(&day.codes)
        .map(|(n, code)| scan(n, code, "arrive", "2026-03-12T08:20:00Z"))
        .collect();
    let (a, b) = tokio::join!(sync(&one, &scans), sync(&other, &scans));
    let known = a.iter().chain(&b).filter(|answer| told(answer).1).count();
    assert_eq!((day.records().await.len(), known), (3, 3));
    assert!(day.chain_is_whole().await);
}

#[tokio::test]
async fn of_two_phones_with_one_code_the_earlier_arrival_stands() {
    let day = Day::with(&["Jane Smith", "Joan Jones"]).await;
    let (one, other) = (day.steward().await, day.other_steward().await);
    let (jane, joan) = (&day.codes[0], &day.codes[1]);
    day.app.move_to("2026-03-12T12:00:00Z");
    // The later of two is sent after the earlier.
    sync(&one, &[scan(1, jane, "arrive", "2026-03-12T09:00:00Z")]).await;
    let later = sync(&other, &[scan(2, jane, "arrive", "2026-03-12T09:05:00Z")]).await;
    assert_eq!(told(&later[0]), ("already_in", false, "Already in since 9am, by another steward."));
    assert_eq!(later[0]["at"], millis("2026-03-12T09:00:00Z"));
    // The earlier of two is sent after the later.
    sync(&one, &[scan(3, joan, "arrive", "2026-03-12T09:05:00Z")]).await;
    let earlier = sync(&other, &[scan(4, joan, "arrive", "2026-03-12T09:00:00Z")]).await;
    assert_eq!(told(&earlier[0]), ("recorded", false, "Arrived at 9am."));
    let people = &list(&one).await["people"];
    assert_eq!((people[0]["in"][""].as_i64(), people[1]["in"][""].as_i64()), {
        let nine = Some(millis("2026-03-12T09:00:00Z"));
        (nine, nine)
    });
    // A leave of which this phone has not seen the arrival waits for it.
    let left = sync(
        &other,
        &[
            scan(5, joan, "leave", "2026-03-12T11:00:00Z"),
            scan(6, jane, "leave", "2026-03-12T08:59:00Z"),
        ],
    )
    .await;
    assert_eq!(
        left.iter().map(|answer| told(answer).0).collect::<Vec<_>>(),
        ["recorded", "recorded"]
    );
    let twice = sync(&one, &[scan(7, joan, "leave", "2026-03-12T11:30:00Z")]).await;
    assert_eq!(told(&twice[0]), ("not_in", false, "They had left at 11am already."));

    // Hours: each from the earlier arrival, and Jane's leave before it counts nothing.
    day.app.move_to("2026-03-12T18:00:00Z");
    let person = async |code: &str| {
        let worked = domain::attendance::service::working_of_code(&day.app.services, &Actor::System, code).await;
        worked.unwrap().working.minutes
    };
    assert_eq!((person(joan).await, person(jane).await), (90, 300));
    assert!(day.chain_is_whole().await);
}

#[tokio::test]
async fn a_wrong_clock_is_put_right() {
    let day = Day::with(&["Jane Smith", "Joan Jones", "Ama Owusu", "Kofi Mensah"]).await;
    let steward = day.steward().await;
    let send = async |skew: TimeDelta, scan: Value| {
        let body = json!({ "skew": skew.num_milliseconds(), "scans": [scan] }).to_string();
        let answer = post(&steward, SYNC, body).await.json();
        assert_eq!(answer["now"], millis(DOORS), "the phone measures its clock by this");
        answer["answers"][0].clone()
    };
    // Three minutes fast, and four hours slow.
    let fast = send(TimeDelta::minutes(-3), scan(1, &day.codes[0], "arrive", "2026-03-12T08:32:00Z")).await;
    assert_eq!(
        (told(&fast).0, fast["at"].as_i64()),
        ("recorded", Some(millis("2026-03-12T08:29:00Z")))
    );
    let slow = send(TimeDelta::hours(4), scan(2, &day.codes[1], "arrive", "2026-03-12T04:10:00Z")).await;
    assert_eq!(
        (told(&slow).0, slow["at"].as_i64()),
        ("recorded", Some(millis("2026-03-12T08:10:00Z")))
    );
    // What the way to the server leaves open is no future; more than that is, and may be sent again once it is right.
    let near = send(TimeDelta::zero(), scan(3, &day.codes[2], "arrive", "2026-03-12T08:30:20Z")).await;
    assert_eq!((told(&near).0, near["at"].as_i64()), ("recorded", Some(millis(DOORS))));
    let ahead = scan(4, &day.codes[3], "arrive", "2026-03-12T08:32:00Z");
    let refused = send(TimeDelta::zero(), ahead.clone()).await;
    assert_eq!(told(&refused).0, "refused");
    assert!(told(&refused).2.contains("has not come yet"), "{refused}");
    assert_eq!(told(&send(TimeDelta::minutes(-3), ahead).await).0, "recorded");
    assert_eq!(day.records().await.len(), 4);
    // Numbers no clock shows are refused like anything else.
    let never = json!({ "id": "scan-of-a-phone-9", "code": day.codes[0], "action": "arrive", "at": i64::MAX });
    assert_eq!(told(&send(TimeDelta::minutes(1), never).await).0, "refused");
}

#[tokio::test]
async fn what_cannot_be_recorded_is_refused_in_words() {
    let day = Day::with(&["Jane Smith", "Joan Jones"]).await;
    let (app, steward) = (&day.app, day.steward().await);
    let elsewhere = one_elsewhere_and_one_cancelled(app, &day.event).await;
    app.move_to(DOORS);
    let jane = &day.codes[0];
    let with = |n: u32, field: &str, value: Value| {
        let mut scan = scan(n, jane, "arrive", "2026-03-12T08:20:00Z");
        scan[field] = value;
        scan
    };
    let cases = [
        (with(1, "code", elsewhere.code.as_str().into()), "This code is for another event."),
        (with(2, "code", day.codes[1].as_str().into()), "This place was cancelled."),
        (
            with(3, "code", "22222222".into()),
            "Nobody at this event has that code, reference or name.",
        ),
        (
            with(4, "code", "'; DROP TABLE place; --".into()),
            "Nobody at this event has that code",
        ),
        (with(5, "session", "nowhere".into()), "That session is not on the agenda any more."),
        (with(6, "at", millis("2026-03-12T05:59:00Z").into()), "This event is not on today."),
        (with(7, "at", millis("2026-03-11T09:00:00Z").into()), "This event is not on today."),
        (with(8, "at", millis("2026-03-05T08:00:00Z").into()), "more than seven days ago"),
        (with(9, "action", "withdraw".into()), "This scan cannot be read."),
        (with(10, "action", "dance".into()), "This scan cannot be read."),
        (with(11, "id", "short".into()), "This scan cannot be read."),
        (with(12, "id", "x".repeat(65).into()), "This scan cannot be read."),
        (with(13, "id", "no-spaces in-an-id\u{0}".into()), "This scan cannot be read."),
    ];
    for (scan, words) in cases {
        let answer = sync(&steward, std::slice::from_ref(&scan)).await;
        assert_eq!(told(&answer[0]).0, "refused", "{scan}");
        assert!(told(&answer[0]).2.contains(words), "{scan}: {answer:?}");
        assert!(
            !answer[0].to_string().contains("Ama"),
            "who is at another event is not told: {answer:?}"
        );
    }
    assert!(day.records().await.is_empty());

    meddle(
        app,
        "UPDATE event SET status = 'cancelled' WHERE slug = $1",
        vec!["open-day".into()],
    )
    .await;
    let answer = sync(&steward, &[scan(20, jane, "arrive", "2026-03-12T08:20:00Z")]).await;
    assert_eq!(told(&answer[0]), ("refused", false, "This event was cancelled."));
    assert!(day.records().await.is_empty());
}

#[tokio::test]
async fn what_was_kept_on_an_earlier_day_is_taken_for_a_week() {
    let day = Day::with(&["Jane Smith", "Joan Jones"]).await;
    let steward = day.steward().await;
    day.app.move_to("2026-03-19T09:10:00Z");
    let kept = scan(1, &day.codes[0], "arrive", "2026-03-12T09:10:00Z");
    let older = scan(2, &day.codes[1], "arrive", "2026-03-12T09:09:59Z");
    let answers = sync(&steward, &[kept, older]).await;
    let words: BTreeMap<_, _> = answers
        .iter()
        .map(|answer| (answer["name"].as_str().unwrap(), told(answer).0))
        .collect();
    assert_eq!(words, BTreeMap::from([("Jane Smith", "recorded"), ("Joan Jones", "refused")]));
    let rows = day.records().await;
    assert_eq!((rows.len(), rows[0].at), (1, at("2026-03-12T09:10:00Z")));
}

#[tokio::test]
async fn what_is_no_batch_is_refused_whole() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;
    let one = scan(1, &day.codes[0], "arrive", "2026-03-12T08:20:00Z");
    let good = json!({ "scans": [one.clone()] }).to_string();
    let many = |count: u32| json!({ "scans": (0..count).map(|n| scan(n, "22222222", "arrive", DOORS)).collect::<Vec<_>>() }).to_string();
    let large = json!({ "scans": [one.clone()], "more": "x".repeat(256 * 1024) }).to_string();
    let other = json!({ "by": 4_711, "scans": [one] }).to_string();
    for (body, status) in [
        ("no JSON".to_owned(), 400),
        (String::new(), 400),
        (format!("{good}{good}"), 400),
        (json!({ "scans": [{ "id": 7 }] }).to_string(), 400),
        (json!({ "scans": {} }).to_string(), 400),
        (json!([]).to_string(), 400),
        (many(501), 422),
        (large, 413),
        (other, 409),
    ] {
        let answer = post(&steward, SYNC, body.clone()).await;
        assert_eq!(answer.status, status, "{} {}", &body[..body.len().min(80)], answer.text);
        assert!(answer.header("content-type").starts_with("text/plain"), "{}", answer.text);
    }
    let headers = |content_type, site| [("content-type", content_type), ("sec-fetch-site", site)];
    let send = async |headers: &[(&str, &str)]| steward.request(Method::POST, SYNC, headers, Body::from(good.clone())).await.status;
    assert_eq!(send(&headers("text/plain", "same-origin")).await, 415);
    assert_eq!(send(&headers("application/json", "cross-site")).await, 403);
    assert_eq!(post(&steward, "/check-in/no-such-day/sync", good.clone()).await.status, 404);
    assert!(day.records().await.is_empty());
    assert_eq!(day.app.count("door_scan").await, 0);

    assert_eq!(post(&steward, SYNC, many(500)).await.status, 200);
    let empty = post(&steward, SYNC, json!({ "scans": [] }).to_string()).await;
    assert_eq!(empty.json(), json!({ "now": millis(DOORS), "answers": [] }));
}

#[tokio::test]
async fn whoever_is_signed_out_comes_back_to_the_page_that_holds_what_was_kept() {
    let day = Day::with(&["Jane Smith"]).await;
    let nobody = day.app.browser();
    let answer = post(&nobody, SYNC, json!({ "scans": [] }).to_string()).await;
    assert_eq!(answer.location().unwrap(), "/sign-in?next=/check-in/open-day/offline");
}

#[tokio::test]
async fn signing_out_clears_the_phone_and_asks_first_where_scans_wait() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;
    steward.set_cookie("door-waiting", "open-day.12");
    let asked = steward.post::<&str, &str>("/sign-out", &[]).await;
    assert_eq!((asked.status, asked.h1().as_str()), (200, "Scans wait on this phone"));
    assert!(asked.text.contains("12 scans wait to be sent"), "{}", asked.text);
    assert_eq!(asked.page().link("Go back and send them").unwrap(), "/check-in/open-day/offline");
    assert_eq!(asked.header("clear-site-data"), "");
    assert_eq!(steward.get("/check-in/open-day").await.status, 200, "still signed in");
    let out = steward.send(asked.page().form("/sign-out?lose=1")).await;
    assert_eq!(
        (out.location().as_deref(), out.header("clear-site-data")),
        (Some("/"), "\"cache\", \"storage\"")
    );
    assert_eq!((steward.cookie("sign-in"), steward.cookie("door-waiting")), (None, None));

    // What another page may have put there is not believed, nor shown.
    for forged in ["<b>.12", "open-day.0", "open-day.many", "open-day", "", "../x.3"] {
        let steward = day.other_steward().await;
        steward.set_cookie("door-waiting", forged);
        let out = steward.post::<&str, &str>("/sign-out", &[]).await;
        assert_eq!(out.location().as_deref(), Some("/"), "{forged}");
    }
}

#[tokio::test]
async fn the_page_its_script_and_its_manifest_are_served_without_a_browser_bundle() {
    let day = Day::with(&["Jane Smith"]).await;
    let steward = day.steward().await;
    let door = steward.get("/check-in/open-day").await.page();
    let path = door.link("Camera, and check-in without signal").unwrap();
    let page = steward.get(&path).await;
    assert_eq!((page.status, page.h1().as_str()), (200, "Check-in without signal"));
    assert!(page.page().main().contains("This page needs scripts."), "{}", page.page().main());
    let manifest = page
        .page()
        .all("link")
        .find(|link| link.attr("rel") == Some("manifest"))
        .cloned()
        .unwrap();
    assert_eq!(
        manifest.attr("crossorigin"),
        Some("use-credentials"),
        "a draft's title is not for everybody"
    );
    let manifest = steward.get(manifest.attr("href").unwrap()).await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let manifest = manifest.json();
    assert_eq!(
        (manifest["start_url"].as_str(), manifest["scope"].as_str()),
        (Some(path.as_str()), Some("/check-in/"))
    );
    let icon = steward.get(manifest["icons"][0]["src"].as_str().unwrap()).await;
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/svg+xml"));

    // Every file the script asks for is there.
    let mut found = BTreeSet::from(["door.js".to_owned(), "sw.js".to_owned()]);
    let mut looked = BTreeSet::new();
    while let Some(name) = found.difference(&looked).next().cloned() {
        let file = day.app.browser().get(&format!("/check-in/_/{name}")).await;
        assert_eq!(
            (file.status, file.header("content-type")),
            (200, "text/javascript; charset=utf-8"),
            "{name}"
        );
        assert_eq!(file.header("service-worker-allowed"), "/check-in/");
        assert_eq!(file.header("cache-control"), "no-cache");
        let imports = file.text.lines().filter(|line| line.starts_with("import "));
        found.extend(imports.map(|line| line.split("\"./").nth(1).unwrap().split('"').next().unwrap().to_owned()));
        looked.insert(name);
    }
    assert_eq!(looked.len(), 7, "{looked:?}");
}

/// An event that lasts all of today by the machine's clock, with so many places; and their codes.
async fn all_day(app: &TestApp, places: usize) -> Event {
    app.services.clock.move_to(Clock::System.now());
    let today = zones::wall(app.now(), zones::find_zone("Europe/London").unwrap()).date();
    let builder = app
        .event()
        .slug("open-day")
        .when("Europe/London", &format!("{today}T00:00"), &format!("{today}T23:59"));
    let builder = builder.with(|file| file["sessions"][0]["ends"] = format!("{today}T23:00").into());
    let builder = (0..places).fold(builder, |builder, n| {
        builder.place(&format!("p{n}"), &format!("Person {n}"), &format!("person-{n}@example.org"))
    });
    builder.create().await
}

fn kill(served: &Served) {
    let killed = Command::new("kill").args(["-9", &served.id().to_string()]).status().unwrap();
    assert!(killed.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_killed_in_the_middle_of_syncs_loses_nothing_and_records_nothing_twice() {
    const PLACES: usize = 300;
    let app = TestApp::start().await;
    let event = all_day(&app, PLACES).await;
    let steward = app.person_with_role(Role::Steward).await;
    let now: DateTime<Utc> = app.now();
    let people = queries::list_attendees(&app.services.db.read, event.id).await.unwrap();
    let scans: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(n, person)| json!({ "id": format!("scan-of-a-phone-{n}"), "code": person.code, "action": "arrive", "at": now.timestamp_millis() }))
        .collect();
    assert_eq!(scans.len(), PLACES);
    let body = json!({ "scans": scans }).to_string();
    let headers = format!(
        "Content-Type: application/json\r\nCookie: sign-in={}\r\n",
        steward.cookie("sign-in").unwrap()
    );
    let recorded = async || app.count("attendance_record").await;

    // Twice it is killed while it records, and the phone hears nothing.
    for (reached, below) in [(40, 300), (140, 300)] {
        let served = Served::start(app.program().arg("serve")).await;
        let (answer, ()) = tokio::join!(served.try_send("POST", SYNC, &headers, &body), async {
            eventually("some are recorded", async || recorded().await >= reached).await;
            kill(&served);
        });
        drop(served);
        assert!(answer.as_deref().unwrap_or_default().is_empty(), "nothing was answered: {answer:?}");
        let count = recorded().await;
        assert!(reached <= count && count < below, "{count} were recorded when it was killed");
        assert_eq!(app.count("door_scan").await, count, "each with its id, or not at all");
        assert_eq!(queries::first_break(&app.services.db.read, event.id).await.unwrap(), None);
    }

    let served = Served::start(app.program().arg("serve")).await;
    let mut known = Vec::new();
    for _ in 0..2 {
        let (status, text) = served.send("POST", SYNC, &headers, &body).await;
        assert_eq!(status, 200, "{text}");
        let (_, json) = text.split_once("\r\n\r\n").unwrap();
        let json: Value = serde_json::from_str(json).unwrap();
        let answers = json["answers"].as_array().unwrap();
        assert!(answers.iter().all(|answer| told(answer).0 == "recorded"), "{answers:?}");
        known.push(answers.iter().filter(|answer| told(answer).1).count());
    }
    drop(served);
    assert!((140..PLACES).contains(&known[0]), "{} were known from before", known[0]);
    assert_eq!(known[1], PLACES);
    let records = queries::list_records(&app.services.db.read, event.id).await.unwrap();
    let once: BTreeSet<_> = records.iter().map(|record| record.participant_id).collect();
    assert_eq!((records.len(), once.len()), (PLACES, PLACES));
    assert_eq!(queries::first_break(&app.services.db.read, event.id).await.unwrap(), None);
    app.prove_roll().await;
}
