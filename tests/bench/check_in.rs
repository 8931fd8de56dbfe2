//! Check-in as a steward's phone does it: the code posted, then the answer's page; 50 people a second at one door.

use crate::{
    http::Connection,
    load::{all, percentile},
    process::{Program, Setting},
    report::{Bound, Report, Row},
    seed,
};
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{organisations::Role, platform::clock::Clock};
use serde_json::json;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

const SCANS: usize = 1_000;
const PER_SECOND: f64 = 50.0;
/// So many phones take turns.
const STEWARDS: usize = 10;
const SLUG: &str = "today";

pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let (now, data) = (Clock::System.now(), "check-in");
    program.import(data, &event(now)).await?;
    let db = seed::open(&program.data(data)).await?;
    let codes = Arc::new(seed::places(&db, SLUG, 1_000, SCANS, now).await?);
    let cookie = Arc::new(seed::sign_in(&db, SLUG, Role::Steward, now).await?);
    drop(db);

    let setting = Setting {
        data,
        ..Setting::default()
    };
    let (server, _) = program.serve(setting, "/events").await?;
    let (address, begun) = (server.address, Instant::now() + Duration::from_millis(50));
    let took = all(STEWARDS, |steward| {
        let (codes, cookie) = (codes.clone(), cookie.clone());
        async move {
            let mut connection = Connection::open(address).await?.signed_in(&cookie);
            let mut took = Vec::new();
            for number in (steward..SCANS).step_by(STEWARDS) {
                let due = begun + Duration::from_secs_f64(number as f64 / PER_SECOND);
                let late = Instant::now() > due;
                tokio::time::sleep_until(due.into()).await;
                let asked = if late { due } else { Instant::now() };
                let form = [("slug", SLUG), ("to", ""), ("code", &codes[number]), ("action", "arrive")];
                let answered = connection.post_form("/do/attendance/record", &form).await?;
                let page = answered.location.context("the scan was not answered with a page")?;
                let page = String::from_utf8(connection.get(&page).await?.expect(200)?)?;
                took.push(asked.elapsed());
                let main = page.split_once("<main").map_or(page.as_str(), |(_, main)| main);
                let start: String = main.chars().take(600).collect();
                ensure!(page.contains("answer--yes"), "a scan was not answered in green: {start}");
            }
            Ok(took)
        }
    })
    .await?;
    let mut took: Vec<Duration> = took.into_iter().flatten().collect();
    took.sort_unstable();
    server.stop().await?;
    report.add(Row::new("check-in with its answer, 50 a second, p50", percentile(&took, 50)?, "ms"));
    report.add(Row::new("check-in with its answer, 50 a second, p99", percentile(&took, 99)?, "ms").within(Bound::AtMost, 20.0));
    Ok(())
}

/// On since yesterday and until tomorrow: the bench may run at midnight.
fn event(now: DateTime<Utc>) -> serde_json::Value {
    let day = |days| (now + TimeDelta::days(days)).date_naive();
    // A day without a session is no day of an event of several.
    let sessions: Vec<_> = (-1..=1)
        .map(|number| {
            let (code, day) = (format!("talk-{}", number + 1), day(number));
            json!({"code": code, "title": "The talk", "kind": "talk", "starts": format!("{day}T09:30"), "ends": format!("{day}T11:00"), "cpd": true})
        })
        .collect();
    json!({
        "plenary": 1,
        "kind": "event",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "event": {
            "slug": SLUG, "status": "published", "title": "Study days", "summary": "Three days for everybody.",
            "timezone": "Europe/London", "starts": format!("{}T09:00", day(-1)), "ends": format!("{}T16:00", day(1)),
            "venue": {"name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA"}
        },
        "sessions": sessions,
        "tickets": [{"code": "standard", "name": "Standard", "price_pence": 0}]
    })
}
