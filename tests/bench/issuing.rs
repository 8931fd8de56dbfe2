//! One event's certificates for 10,000 people, in one job: killed half way and taken up again, mailed, and all of them
//! downloaded as one archive. What is looked at is that none is missing or there twice, and how much memory it takes.

use crate::{
    http::Connection,
    process::{Program, Server, Setting},
    report::{Bound, Report, Row},
    seed,
    sink::Sink,
};
use anyhow::{Result, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use domain::{certificates::entity::certificate, organisations::Role, platform::clock::Clock};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

const PEOPLE: usize = 10_000;
const SLUG: &str = "large";
/// How long the whole may take before it has failed.
const PATIENCE: Duration = Duration::from_secs(600);
/// In MB.
const MEMORY: f64 = 150.0;

pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let (now, data) = (Clock::System.now(), "issuing");
    program.import_quietly(data, &event(now)).await?;
    let db = seed::open(&program.data(data)).await?;
    let cookie = seed::sign_in(&db, SLUG, Role::Owner, now).await?;
    drop(db);
    let sink = Sink::start().await?;
    let setting = Setting {
        data,
        mail: Some(sink.address),
        ..Setting::default()
    };
    let (server, _) = program.serve(setting, "/events").await?;
    let mut connection = Connection::open(server.address).await?.signed_in(&cookie);
    let desk = format!("/organise/events/{SLUG}/certificates");
    let page = String::from_utf8(connection.get(&desk).await?.expect(200)?)?;
    ensure!(page.contains(&format!("Issue {PEOPLE} certificates")), "not everybody qualifies");
    let before = server.resident()?;
    let begun = Instant::now();
    let count = PEOPLE.to_string();
    connection
        .post_form("/do/certificates/issue", &[("slug", SLUG), ("count", &count)])
        .await?;
    wait_until(&mut connection, &desk, |done| done.is_some_and(|done| done >= PEOPLE / 2)).await?;
    let first = begun.elapsed().as_secs_f64();
    let peak = server.peak()?;
    drop(connection);
    server.kill().await?;

    let (server, _) = program.serve(setting, "/events").await?;
    let mut connection = Connection::open(server.address).await?.signed_in(&cookie);
    wait_until(&mut connection, &desk, |done| done.is_none()).await?;
    let peak = peak.max(server.peak()?);
    sink.wait_for(PEOPLE).await?;
    let took = begun.elapsed().as_secs_f64();
    let peak_mailed = peak.max(server.peak()?);
    drop(connection);
    server.stop().await?;
    let (rows, people) = count_issued(program, data).await?;

    report.add(Row::new(
        "certificates of one job, half of 10,000",
        PEOPLE as f64 / 2.0 / first,
        "/s",
    ));
    report.add(Row::new("10,000 certificates issued and mailed, killed half way", took, "s"));
    report.add(Row::new("certificates there are", rows as f64, "certificates").within(Bound::Exactly, PEOPLE as f64));
    report.add(Row::new("people who have one", people as f64, "people").within(Bound::Exactly, PEOPLE as f64));
    report.add(
        Row::new("most memory while they were issued and mailed; baseline: before", peak_mailed, "MB")
            .beside(before)
            .within(Bound::AtMost, MEMORY),
    );
    archive(program, setting, &cookie, &desk, report).await
}

/// All of them as one ZIP, from a server that did nothing before.
async fn archive(program: &Program, setting: Setting<'_>, cookie: &str, desk: &str, report: &mut Report) -> Result<()> {
    let (server, _): (Server, _) = program.serve(setting, "/events").await?;
    let mut connection = Connection::open(server.address).await?.signed_in(cookie);
    let begun = Instant::now();
    let bytes = connection.download(&format!("{desk}.zip")).await?;
    let took = begun.elapsed().as_secs_f64();
    report.add(Row::new("10,000 certificates as one archive", took, "s"));
    report.add(Row::new("its size, for each certificate", bytes as f64 / PEOPLE as f64 / 1000.0, "KB").within(Bound::AtMost, 60.0));
    report.add(Row::new("most memory while it was sent", server.peak()?, "MB").within(Bound::AtMost, MEMORY));
    drop(connection);
    server.stop().await
}

/// Looks at the bar until it is where it is waited for; `None` is no bar any more.
async fn wait_until(connection: &mut Connection, desk: &str, is_there: impl Fn(Option<usize>) -> bool) -> Result<()> {
    let begun = Instant::now();
    loop {
        let page = String::from_utf8(connection.get(desk).await?.expect(200)?)?;
        let bar = page.split_once("<progress").map(|(_, rest)| rest);
        let done = bar.and_then(|bar| bar.split_once("value=\"")?.1.split_once('"')?.0.parse().ok());
        if is_there(done) {
            return Ok(());
        }
        ensure!(
            begun.elapsed() < PATIENCE,
            "the job did not come so far within {} s",
            PATIENCE.as_secs()
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

/// How many certificates there are, and of how many people.
async fn count_issued(program: &Program, data: &str) -> Result<(u64, usize)> {
    let db = seed::open(&program.data(data)).await?;
    let rows = certificate::Entity::find().count(&db.read).await?;
    let people: BTreeSet<i64> = certificate::Entity::find()
        .all(&db.read)
        .await?
        .into_iter()
        .map(|row| row.participant_id.0)
        .collect();
    Ok((rows, people.len()))
}

/// Over since yesterday; all came, and stayed.
fn event(now: DateTime<Utc>) -> serde_json::Value {
    let day = (now - TimeDelta::days(1)).date_naive();
    let code = |number: usize| format!("p{number}");
    let places: Vec<_> = (0..PEOPLE)
        .map(|number| {
            json!({
                "code": code(number), "ticket": "standard", "name": format!("Delegate {number:05}"), "email": format!("delegate-{number}@example.org"),
                "job_role": "Nurse", "organisation": "Example Trust"
            })
        })
        .collect();
    let attendance: Vec<_> = (0..PEOPLE)
        .map(|number| json!({"place": code(number), "session": null, "action": "arrive", "at": format!("{day}T09:10"), "how": "steward"}))
        .collect();
    json!({
        "plenary": 1,
        "kind": "event",
        "organisation": {"slug": "example-training", "name": "Example Training Ltd", "email": "events@example.org"},
        "event": {
            "slug": SLUG, "status": "published", "title": "Study day", "summary": "One day for everybody.",
            "timezone": "Europe/London", "starts": format!("{day}T09:00"), "ends": format!("{day}T16:00"),
            "venue": {"name": "Example Hall", "address": "1 High Street, Oxford", "postcode": "OX1 1AA"}
        },
        "sessions": [
            {"code": "am", "title": "The talks", "kind": "talk", "starts": format!("{day}T09:30"), "ends": format!("{day}T12:30"), "cpd": true},
            {"code": "pm", "title": "The workshop", "kind": "workshop", "starts": format!("{day}T13:30"), "ends": format!("{day}T15:30"), "cpd": true, "participatory": true}
        ],
        "tickets": [{"code": "standard", "name": "Standard", "price_pence": 0}],
        "places": places,
        "attendance": attendance
    })
}
