//! The JSON API as other systems rely on it: each answer of the contract, whole.

use crate::ground::{MORNING, app_at, book, changed, contract, everything_but_tries, import, meddle, named, open_day, order, unnamed};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use domain::bookings::service;
use serde_json::{Value, json};
use tests::{Answer, TestApp};

fn request(path: &str, key: Option<&str>, media_type: &str, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", media_type);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.body(body.into()).unwrap()
}

async fn get(app: &TestApp, path: &str) -> Answer {
    app.call(Request::get(path).body(Body::empty()).unwrap()).await
}

async fn post(app: &TestApp, slug: &str, key: &str, body: &Value) -> Answer {
    app.call(request(
        &format!("/api/v1/events/{slug}/bookings"),
        Some(key),
        "application/json",
        body.to_string(),
    ))
    .await
}

fn two_places(booker: &str) -> Value {
    json!({
        "booker": { "name": "Pat Booker", "email": booker },
        "purchase_order": "PO-77",
        "places": [
            { "ticket": "nhs", "name": "Jane Smith", "email": "Jane@Example.org", "job_role": "Nurse", "organisation": "Example Trust" },
            { "ticket": "nhs" },
        ],
    })
}

/// The problem an answer is, after what every problem has was checked.
fn problem(reply: &Answer) -> (u16, String) {
    let body = reply.json();
    assert_eq!(reply.header("content-type"), "application/problem+json", "{body}");
    assert_eq!(body["status"], reply.status, "{body}");
    assert!(body["title"].is_string() && body["detail"].is_string(), "{body}");
    (reply.status, body["type"].as_str().unwrap().to_owned())
}

/// Pointers and codes of a 422.
fn pointers(reply: &Answer) -> Vec<(String, String)> {
    assert_eq!(problem(reply), (422, "/problems/invalid".to_owned()), "{}", reply.text);
    let body = reply.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    body["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (text(&error["pointer"]), text(&error["code"])))
        .collect()
}

#[tokio::test]
async fn a_booking_answers_201_with_everything_the_contract_names() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;

    let reply = post(&app, "open-day", "k1", &two_places("pa@example.org")).await;

    assert_eq!(
        (reply.status, reply.header("content-type"), reply.header("cache-control")),
        (201, "application/json", "no-store")
    );
    assert_eq!(reply.header("idempotency-replayed"), "");
    let body = reply.json();
    let rows = app.places(&event).await;
    assert_eq!(rows.len(), 2);
    let reference = body["reference"].as_str().unwrap();
    assert!(
        reference
            .strip_prefix("PL-")
            .is_some_and(|rest| rest.len() == 6 && !rest.contains(['0', 'O', '1', 'I'])),
        "{reference}"
    );
    let codes: Vec<&str> = body["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|place| place["code"].as_str().unwrap())
        .collect();
    assert!(
        codes
            .iter()
            .all(|code| domain::platform::random::read_place_code(code).as_deref() == Some(code)),
        "{codes:?}"
    );
    let manage_url = body["manage_url"].as_str().unwrap();
    assert_eq!(
        body,
        json!({
            "reference": reference, "event": "open-day", "status": "confirmed",
            "places": [
                { "code": codes[0], "ticket": "nhs", "name": "Jane Smith", "email": "jane@example.org" },
                { "code": codes[1], "ticket": "nhs", "name": null, "email": null },
            ],
            "total_pence": 46_800, "manage_url": manage_url,
        })
    );
    let token = manage_url.strip_prefix(&app.services.url("/bookings/")).unwrap();
    let held = service::open(&app.services, token).await.unwrap();
    assert_eq!(
        (held.booking.reference.as_str(), held.booking.purchase_order.as_deref(), held.whole),
        (reference, Some("PO-77"), true)
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn the_event_may_be_named_in_the_body_instead_of_the_address() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let named_event = |slug: &str| changed(two_places("pa@example.org"), |body| body["event"] = slug.into());

    let reply = app
        .call(request(
            "/api/v1/bookings",
            Some("k1"),
            "application/json; charset=utf-8",
            named_event("open-day").to_string(),
        ))
        .await;
    assert_eq!((reply.status, &reply.json()["event"]), (201, &json!("open-day")));
    let without = app
        .call(request(
            "/api/v1/bookings",
            Some("k2"),
            "application/json",
            two_places("pa@example.org").to_string(),
        ))
        .await;
    assert_eq!(pointers(&without), [("/event".to_owned(), "missing".to_owned())]);
    assert_eq!(
        pointers(&post(&app, "open-day", "k3", &named_event("other-day")).await),
        [("/event".to_owned(), "differs".to_owned())]
    );
    assert_eq!(app.places(&event).await.len(), 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_same_request_again_is_the_same_booking_and_says_so() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let stable = |reply: &Answer| changed(reply.json(), |body| body["manage_url"] = Value::Null);

    let first = post(&app, "open-day", "k1", &two_places("pa@example.org")).await;
    app.pass(TimeDelta::hours(3));
    let again = post(&app, "open-day", "k1", &two_places("pa@example.org")).await;

    assert_eq!((again.status, again.header("idempotency-replayed")), (201, "true"));
    assert_eq!(stable(&again), stable(&first));
    // Spelt differently, it is the same order.
    let respelt = changed(two_places("PA@Example.org"), |body| {
        body["places"][0]["name"] = " Jane  Smith ".into()
    });
    assert_eq!(stable(&post(&app, "open-day", "k1", &respelt).await), stable(&first));

    let before = everything_but_tries(&app).await;
    let other = post(
        &app,
        "open-day",
        "k1",
        &changed(two_places("pa@example.org"), |body| body["places"][0]["name"] = "Joan Smith".into()),
    )
    .await;
    assert_eq!(problem(&other), (422, "/problems/key-reused".to_owned()));
    assert_eq!((app.places(&event).await.len(), everything_but_tries(&app).await), (2, before));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_replay_still_answers_after_booking_has_closed() {
    let app = app_at(MORNING).await;
    import(&app, &open_day("open-day")).await;
    let first = post(&app, "open-day", "k1", &two_places("pa@example.org")).await;
    app.move_to("2026-03-13T09:00:00Z");
    let again = post(&app, "open-day", "k1", &two_places("pa@example.org")).await;
    assert_eq!((again.status, &again.json()["reference"]), (201, &first.json()["reference"]));
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_request_repeated_while_it_is_in_flight_books_once() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let body = two_places("pa@example.org");

    let replies = futures::future::join_all((0..8).map(|_| post(&app, "open-day", "k1", &body))).await;

    assert!(replies.iter().all(|reply| reply.status == 201), "{replies:?}");
    let first = replies[0].json();
    assert!(
        replies
            .iter()
            .all(|reply| reply.json()["places"] == first["places"] && reply.json()["reference"] == first["reference"])
    );
    assert_eq!(
        replies
            .iter()
            .filter(|reply| reply.header("idempotency-replayed").is_empty())
            .count(),
        1
    );
    assert_eq!(app.places(&event).await.len(), 2);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_not_a_request_is_told_which_kind_of_not() {
    let app = app_at(MORNING).await;
    import(&app, &open_day("open-day")).await;
    let before = everything_but_tries(&app).await;
    let path = "/api/v1/events/open-day/bookings";
    let good = two_places("pa@example.org").to_string();

    for media_type in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        assert_eq!(
            problem(&app.call(request(path, Some("k"), media_type, good.clone())).await),
            (415, "/problems/not-json".to_owned()),
            "{media_type}"
        );
    }
    let (blank, long) = (" ", "k".repeat(256));
    for key in [None, Some(""), Some(blank), Some(long.as_str())] {
        assert_eq!(
            problem(&app.call(request(path, key, "application/json", good.clone())).await),
            (400, "/problems/key-missing".to_owned()),
            "{key:?}"
        );
    }
    for broken in ["", "{", "Jane Smith", &format!("{good} {{}}")] {
        assert_eq!(
            problem(&app.call(request(path, Some("k"), "application/json", broken.to_owned())).await),
            (400, "/problems/not-json".to_owned()),
            "{broken}"
        );
    }
    let padded = |length: usize| format!("{good}{}", " ".repeat(length - good.len()));
    let too_large = app.call(request(path, Some("k"), "application/json", padded(256 * 1024 + 1))).await;
    assert_eq!(problem(&too_large), (413, "/problems/too-large".to_owned()));
    assert_eq!(
        problem(&get(&app, "/api/v1/nothing").await),
        (404, "/problems/not-found".to_owned())
    );
    assert_eq!(everything_but_tries(&app).await, before);

    assert_eq!(
        app.call(request(path, Some("k"), "application/json", padded(256 * 1024)))
            .await
            .status,
        201,
        "256 KB is not too much"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn each_field_that_cannot_be_used_is_pointed_at() {
    let app = app_at(MORNING).await;
    import(&app, &open_day("open-day")).await;
    let before = everything_but_tries(&app).await;
    let long = "x".repeat(121);
    let place = |name: &str, email: &str| json!({ "ticket": "nhs", "name": name, "email": email });
    let with = |places: Value| json!({ "booker": { "name": "Pat Booker", "email": "pa@example.org" }, "places": places });
    let several: Vec<Value> = (0..21).map(|_| json!({ "ticket": "nhs" })).collect();
    let cases = [
        (
            json!({ "places": [{ "ticket": "nhs" }] }),
            vec![("/booker/name", "missing"), ("/booker/email", "missing")],
        ),
        (
            json!({ "booker": { "name": "Pat\r\nBcc: x", "email": "pa@example" }, "places": [{ "ticket": "nhs" }] }),
            vec![("/booker/name", "invalid"), ("/booker/email", "invalid")],
        ),
        (
            changed(with(json!([{ "ticket": "nhs" }])), |body| {
                body["purchase_order"] = long.as_str().into()
            }),
            vec![("/purchase_order", "invalid")],
        ),
        (with(json!([])), vec![("/places", "none")]),
        (with(several.into()), vec![("/places", "too_many")]),
        (
            with(json!([place("Jane Smith", "siân@example.org")])),
            vec![("/places/0/email", "invalid")],
        ),
        (
            with(json!([place("", "jane@example.org"), place("Jane Smith", "")])),
            vec![("/places/0/name", "missing"), ("/places/1/email", "missing")],
        ),
        (
            with(json!([place("Jane \u{202e}htimS", "jane@example.org")])),
            vec![("/places/0/name", "invalid")],
        ),
        (
            with(json!([place("see https://example.org", "jane@example.org")])),
            vec![("/places/0/name", "invalid")],
        ),
        (with(json!([place(&long, "jane@example.org")])), vec![("/places/0/name", "invalid")]),
        (
            with(json!([{ "ticket": "nhs", "job_role": "a\nb", "organisation": "c\td" }])),
            vec![("/places/0/job_role", "invalid"), ("/places/0/organisation", "invalid")],
        ),
        (
            with(json!([place("Jane Smith", "jane@example.org"), { "ticket": "free", "name": "JANE smith", "email": "Jane@example.org" }])),
            vec![("/places/1/name", "twice")],
        ),
        (
            with(json!([{ "ticket": "nhs" }, { "ticket": 5 }])),
            vec![("/places/1/ticket", "wrong_shape")],
        ),
        (with(json!("two")), vec![("/places", "wrong_shape")]),
        (
            with(json!([{ "ticket": "nhs", "nom": "Jane" }])),
            vec![("/places/0/nom", "wrong_shape")],
        ),
    ];
    for (i, (body, expected)) in cases.into_iter().enumerate() {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
            .collect();
        assert_eq!(pointers(&post(&app, "open-day", &format!("k{i}"), &body).await), expected, "{body}");
    }
    assert_eq!(everything_but_tries(&app).await, before);
}

#[tokio::test]
async fn what_cannot_be_had_is_a_conflict_of_its_kind() {
    let app = app_at(MORNING).await;
    import(&app, &open_day("open-day")).await;
    import(&app, &changed(open_day("full-day"), |file| file["event"]["capacity"] = 1.into())).await;
    book(
        &app,
        order("full-day", "first", vec![named("nhs", "Jane Smith", "jane@example.org")]),
    )
    .await
    .unwrap();
    import(
        &app,
        &changed(open_day("small-ticket"), |file| file["tickets"][0]["places"] = 1.into()),
    )
    .await;
    for (slug, key, value) in [
        ("closed-day", "bookings_close", json!("2026-02-01T17:00")),
        ("early-day", "bookings_open", json!("2026-02-03T09:00")),
        ("shut-day", "status", json!("closed")),
        ("cancelled-day", "status", json!("cancelled")),
        ("draft-day", "status", json!("draft")),
    ] {
        import(&app, &changed(open_day(slug), |file| file["event"][key] = value)).await;
    }
    let past = changed(open_day("past-day"), |file| {
        file["event"]["starts"] = "2026-01-12T09:00".into();
        file["event"]["ends"] = "2026-01-12T16:00".into();
        file["sessions"] = json!([]);
    });
    import(&app, &past).await;
    let other = changed(open_day("other-day"), |file| file["tickets"][0]["code"] = "elsewhere".into());
    import(&app, &other).await;
    let hidden = import(&app, &open_day("hidden-ticket")).await;
    meddle(
        &app,
        "UPDATE ticket SET hidden = $1 WHERE event_id = $2 AND code = 'nhs'",
        vec![true.into(), hidden.id.into()],
    )
    .await;
    app.run_jobs().await;
    let before = everything_but_tries(&app).await;

    let one = |ticket: &str| json!({ "booker": { "name": "Pat Booker", "email": "pa@example.org" }, "places": [{ "ticket": ticket }] });
    for (slug, body, status, kind) in [
        ("full-day", one("nhs"), 409, "full"),
        ("small-ticket", two_places("pa@example.org"), 409, "full"),
        ("closed-day", one("nhs"), 409, "closed"),
        ("early-day", one("nhs"), 409, "closed"),
        ("shut-day", one("nhs"), 409, "closed"),
        ("cancelled-day", one("nhs"), 409, "closed"),
        ("past-day", one("nhs"), 409, "closed"),
        ("open-day", one("unknown"), 409, "not-on-sale"),
        ("open-day", one("elsewhere"), 409, "not-on-sale"),
        ("hidden-ticket", one("nhs"), 409, "not-on-sale"),
        ("draft-day", one("nhs"), 404, "not-found"),
        ("no-such-day", one("nhs"), 404, "not-found"),
    ] {
        assert_eq!(
            problem(&post(&app, slug, "k", &body).await),
            (status, format!("/problems/{kind}")),
            "{slug}"
        );
    }
    assert_eq!(everything_but_tries(&app).await, before, "and nothing was left behind");
}

#[tokio::test]
async fn one_mailbox_books_ten_times_an_hour() {
    let app = app_at(MORNING).await;
    let event = import(&app, &open_day("open-day")).await;
    let one = json!({ "booker": { "name": "Pat Booker", "email": "pa@example.org" }, "places": [{ "ticket": "nhs" }] });
    for i in 0..10 {
        assert_eq!(post(&app, "open-day", &format!("k{i}"), &one).await.status, 201);
    }
    let refused = post(&app, "open-day", "k10", &one).await;
    assert_eq!(
        (problem(&refused), refused.header("retry-after")),
        ((429, "/problems/too-many".to_owned()), "3600")
    );
    assert_eq!(
        post(&app, "open-day", "k9", &one).await.header("idempotency-replayed"),
        "true",
        "a replay is no booking"
    );
    app.pass(TimeDelta::hours(1));
    assert_eq!(post(&app, "open-day", "k10", &one).await.status, 201);
    assert_eq!(app.places(&event).await.len(), 11);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_list_shows_public_events_to_come() {
    let app = app_at(MORNING).await;
    let none = get(&app, "/api/v1/events").await;
    assert_eq!((none.status, none.json()), (200, json!({ "events": [], "next": null })));

    import(&app, &open_day("open-day")).await;
    import(
        &app,
        &changed(open_day("draft-day"), |file| file["event"]["status"] = "draft".into()),
    )
    .await;
    book(&app, order("open-day", "one", vec![unnamed("nhs"), unnamed("free")]))
        .await
        .unwrap();
    app.run_jobs().await;

    let reply = get(&app, "/api/v1/events").await;
    assert_eq!(reply.header("content-type"), "application/json");
    let listed = json!({
        "slug": "open-day", "title": "Spring study day", "summary": "A day.", "type": "conference", "status": "published", "timezone": "Europe/London",
        "starts": "2026-03-12T09:00:00+00:00", "ends": "2026-03-12T16:00:00+00:00", "attendance_mode": "venue", "capacity": 50, "places_left": 48,
        "cpd_minutes": 300, "url": app.services.url("/events/open-day"),
    });
    assert_eq!(reply.json(), json!({ "events": [listed], "next": null }));
    assert_eq!(get(&app, "/api/v1/events?q=nowhere").await.json()["events"], json!([]));
    assert_eq!(get(&app, "/api/v1/events?when=past").await.json()["events"], json!([]));
    app.move_to("2026-03-13T09:00:00Z");
    assert_eq!(get(&app, "/api/v1/events").await.json()["events"], json!([]));
    assert_eq!(get(&app, "/api/v1/events?when=past").await.json()["events"][0]["slug"], "open-day");
}

#[tokio::test]
async fn the_event_of_the_contract_is_shown_whole() {
    let app = app_at(MORNING).await;
    let file = changed(contract(), |file| {
        file["attendance"] = json!([]);
        file["tickets"][0]["places"] = 40.into();
    });
    import(&app, &file).await;

    let session = |code: &str, title: &str, kind: &str, starts: &str, ends: &str, room: Value, cpd: bool, participatory: bool| {
        json!({
            "code": code, "title": title, "kind": kind, "starts": format!("2026-03-12T{starts}:00+00:00"), "ends": format!("2026-03-12T{ends}:00+00:00"),
            "room": room, "track": null, "cpd": cpd, "participatory": participatory,
        })
    };
    let hall = || json!("Main hall");
    assert_eq!(
        get(&app, "/api/v1/events/self-harm-2026").await.json(),
        json!({
            "slug": "self-harm-2026", "title": "Self-harm: compassion and practice", "summary": "One day for health and school staff.", "type": "conference",
            "status": "published", "timezone": "Europe/London", "starts": "2026-03-12T09:00:00+00:00", "ends": "2026-03-12T16:00:00+00:00",
            "attendance_mode": "venue", "capacity": 50, "places_left": 39, "cpd_minutes": 300, "url": app.services.url("/events/self-harm-2026"),
            "venue": { "name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA" },
            "cpd": { "offered_minutes": 300, "participatory_minutes": 75, "statement": "subject to peer group approval" },
            "tickets": [{ "code": "nhs", "name": "NHS and public sector", "price_pence": 19_500, "vat": "standard", "places_left": 39, "on_sale": true }],
            "sessions": [
                session("reg", "Registration", "registration", "09:00", "09:30", Value::Null, false, false),
                session("am1", "National picture", "talk", "09:30", "11:00", hall(), true, false),
                session("am2", "Schools", "talk", "11:20", "12:50", hall(), true, false),
                session("pm1", "Pathways workshop", "workshop", "13:35", "14:50", hall(), true, true),
                session("pm2", "Panel", "panel", "15:05", "15:50", hall(), true, false),
            ],
        })
    );
    assert_eq!(
        problem(&get(&app, "/api/v1/events/no-such-event").await),
        (404, "/problems/not-found".to_owned())
    );
    app.move_to("2026-03-11T18:00:00Z");
    assert_eq!(
        get(&app, "/api/v1/events/self-harm-2026").await.json()["tickets"][0]["on_sale"],
        json!(false),
        "booking has closed"
    );
}

#[tokio::test]
async fn the_list_and_the_event_agree_on_what_is_left() {
    let app = app_at(MORNING).await;
    let with = |slug: &str, capacity: Value, nhs: Value, free: Value| {
        changed(open_day(slug), |file| {
            file["event"]["capacity"] = capacity;
            file["tickets"][0]["places"] = nhs;
            file["tickets"][1]["places"] = free;
        })
    };
    let none = || Value::Null;
    for (file, left) in [
        (with("no-limit", none(), none(), none()), none()),
        (with("by-event", json!(9), none(), json!(2)), json!(8)),
        (with("by-tickets", none(), json!(3), json!(2)), json!(4)),
        (with("by-both", json!(5), json!(3), json!(9)), json!(4)),
        (with("sold-out", json!(50), json!(1), json!(0)), json!(0)),
    ] {
        import(&app, &file).await;
        let slug = file["event"]["slug"].as_str().unwrap();
        book(&app, order(slug, slug, vec![unnamed("nhs")])).await.unwrap();
        assert_eq!(
            get(&app, &format!("/api/v1/events/{slug}")).await.json()["places_left"],
            left,
            "{slug}"
        );
        let listed = get(&app, "/api/v1/events").await.json();
        let row = listed["events"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["slug"] == slug)
            .unwrap()
            .clone();
        assert_eq!(row["places_left"], left, "{slug} on the list");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn summer_times_carry_their_offset() {
    let app = app_at(MORNING).await;
    let file = changed(open_day("summer-day"), |file| {
        file["event"]["starts"] = "2026-06-12T09:30".into();
        file["event"]["ends"] = "2026-06-12T11:00".into();
        file["sessions"] = json!([]);
    });
    import(&app, &file).await;
    let shown = get(&app, "/api/v1/events/summer-day").await.json();
    assert_eq!(
        (&shown["starts"], &shown["ends"]),
        (&json!("2026-06-12T09:30:00+01:00"), &json!("2026-06-12T11:00:00+01:00"))
    );
}

#[tokio::test]
async fn the_description_names_every_address_of_the_api() {
    let app = app_at(MORNING).await;
    let described = get(&app, "/api/v1/openapi.json").await.json();
    assert!(described["openapi"].as_str().unwrap().starts_with("3."), "{described}");
    for (path, methods) in server::router::list_routes() {
        if !path.starts_with("/api/v1/") || path == "/api/v1/openapi.json" {
            continue;
        }
        let base = described["servers"][0]["url"]
            .as_str()
            .unwrap_or_default()
            .trim_end_matches('/')
            .to_owned();
        let within = path.strip_prefix(base.trim_start_matches(|c| c != '/')).unwrap_or(&path);
        let entry = [&described["paths"][&path], &described["paths"][within]]
            .into_iter()
            .find(|entry| entry.is_object());
        for method in methods {
            assert!(
                entry.is_some_and(|entry| entry[method.to_lowercase()].is_object()),
                "{method} {path} is not described"
            );
        }
    }
}
