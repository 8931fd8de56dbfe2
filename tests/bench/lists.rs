//! The organiser's lists of an event with 100,000 places: time of each, and queries beside those of one with a hundredth of
//! them, at the same place in the list.

use crate::{
    http::Connection,
    load::percentile,
    process::{Program, Setting},
    queries,
    report::{Bound, Report, Row},
    seed,
};
use anyhow::Result;
use chrono::{DateTime, TimeDelta, Utc};
use domain::{organisations::Role, platform::clock::Clock};
use serde_json::json;
use std::time::Instant;

const PLACES: usize = 100_000;
/// Of the event beside it: on its pages, too, come others before and after. An event with one place would show less on
/// a page, and ask less for it.
const FEW: usize = PLACES / 100;
const REQUESTS: usize = 60;
const SLUG: &str = "large";
const SMALL: &str = "small";

/// What an organiser opens, by its name in the report; `{}` is the event.
const LISTS: [(&str, &str); 13] = [
    ("bookings", "/organise/events/{}/bookings"),
    ("bookings, page 1,600", "/organise/events/{}/bookings?page=1600"),
    (
        "bookings by when booked, page 1,600",
        "/organise/events/{}/bookings?sort=booked&page=1600",
    ),
    ("bookings, a name searched", "/organise/events/{}/bookings?q=Delegate+50000"),
    ("the event's overview", "/organise/events/{}"),
    ("attendance", "/organise/events/{}/attendance"),
    (
        "attendance, not arrived, page 900",
        "/organise/events/{}/attendance?show=away&page=900",
    ),
    ("attendance, who is in", "/organise/events/{}/attendance?show=in"),
    ("attendance, a name searched", "/organise/events/{}/attendance?q=Delegate+50000"),
    ("certificates", "/organise/events/{}/certificates"),
    (
        "certificates, none yet, page 900",
        "/organise/events/{}/certificates?show=without&page=900",
    ),
    ("certificates, a name searched", "/organise/events/{}/certificates?q=Delegate+50000"),
    ("check-in, a name searched", "/check-in/{}?q=Delegate+50000"),
];

pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let now = Clock::System.now();
    let data = "lists";
    for slug in [SLUG, SMALL] {
        program.import(data, &event(slug, now)).await?;
    }
    let db = seed::open(&program.data(data)).await?;
    // One of them is called as the search asks.
    seed::places(&db, SMALL, 29_026, FEW, now).await?;
    seed::places(&db, SLUG, 1_000_000, PLACES, now).await?;
    let cookie = seed::sign_in(&db, SLUG, Role::Owner, now).await?;
    drop(db);

    let setting = Setting {
        data,
        ..Setting::default()
    };
    let (server, _) = program.serve(setting, "/events").await?;
    let mut connection = Connection::open(server.address).await?.signed_in(&cookie);
    for (what, path) in LISTS {
        let path = path.replace("{}", SLUG);
        // The first brings the roll up to date with all that was put beside the program.
        connection.get(&path).await?.expect(200)?;
        let mut took = Vec::new();
        for _ in 0..REQUESTS {
            let begun = Instant::now();
            connection.get(&path).await?.expect(200)?;
            took.push(begun.elapsed());
        }
        took.sort_unstable();
        let what = format!("{what}, {PLACES} places, p95");
        let row = Row::new(what, percentile(&took, 95)?, "ms");
        report.add(row.within(Bound::AtMost, 50.0));
    }
    drop(connection);
    server.stop().await?;

    for (what, path) in LISTS {
        let large = path.replace("{}", SLUG);
        let small = path
            .replace("{}", SMALL)
            .replace("page=1600", "page=16")
            .replace("page=900", "page=9");
        let large = queries::count(&program.data(data), &large, &cookie).await?;
        let small = queries::count(&program.data(data), &small, &cookie).await?;
        let what = format!("{what}, queries; baseline: {FEW} places");
        let row = Row::new(what, large as f64, "queries").beside(small as f64);
        report.add(row.within(Bound::AtMost, small as f64));
    }
    Ok(())
}

/// Over since yesterday, so that every list of it has something to say.
fn event(slug: &str, now: DateTime<Utc>) -> serde_json::Value {
    let day = (now - TimeDelta::days(1)).date_naive();
    json!({
        "plenary": 1,
        "kind": "event",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "event": {
            "slug": slug, "status": "published", "title": "Study day", "summary": "One day for everybody.",
            "timezone": "Europe/London", "starts": format!("{day}T09:00"), "ends": format!("{day}T16:00"),
            "venue": {"name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA"}
        },
        "sessions": [{"code": "talk", "title": "The talk", "kind": "talk", "starts": format!("{day}T09:30"), "ends": format!("{day}T11:00"), "cpd": true}],
        "tickets": [{"code": "standard", "name": "Standard", "price_pence": 0}]
    })
}
