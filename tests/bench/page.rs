//! The public event page, as the demo has it: processor time, rate, latency, queries, weight.

use crate::{
    http::Connection,
    load::{percentile, saturate, steady},
    plain,
    process::{Program, Setting},
    report::{Bound, Report, Row},
};
use anyhow::{Context, Result};
use axum::{body::Body, extract::Request};
use domain::{
    Services,
    platform::{
        clock::Clock,
        db::{Db, Sync},
        limits::Limits,
        mail::Mailer,
        random::Random,
        signing::{KeyRing, Site},
    },
};
use server::router::{self, RouterOptions};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The page that is measured.
pub const PATH: &str = "/events/self-harm-conference";
/// The data folder with the demo in it; later rows start on it again.
pub const DATA: &str = "demo";

const CONNECTIONS: usize = 16;
const REQUESTS: usize = 5_000;
/// The baseline takes so little that fewer would be lost between two ticks of the clock.
const PLAIN_REQUESTS: usize = 30_000;

pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let setting = Setting {
        data: DATA,
        sync: "full",
        arguments: &["serve", "--demo"],
    };
    let (server, _) = program.serve(setting, PATH).await?;
    let body = Connection::open(server.address).await?.get(PATH).await?.expect(200)?;
    saturate(&server, PATH, CONNECTIONS, REQUESTS / 10).await?;
    let page = saturate(&server, PATH, CONNECTIONS, REQUESTS).await?;
    let rate = page.per_second / 2.0;
    let took = steady(server.address, PATH, CONNECTIONS, rate, REQUESTS).await?;
    let resident = server.resident()?;
    server.stop().await?;

    let file = program.folder.join("page.html");
    std::fs::write(&file, &body)?;
    let bare = plain::start(&file).await?;
    saturate(&bare, plain::PATH, CONNECTIONS, PLAIN_REQUESTS / 10).await?;
    let plain = saturate(&bare, plain::PATH, CONNECTIONS, PLAIN_REQUESTS).await?;
    let plain_rate = plain.per_second / 2.0;
    let plain_took = steady(bare.address, plain::PATH, CONNECTIONS, plain_rate, REQUESTS).await?;
    bare.kill().await?;

    let queries = count_queries(&program.data(DATA)).await.context("counting queries")?;
    report.add(
        Row::new("event page, server CPU a request", page.cpu_ms, "ms")
            .beside(plain.cpu_ms)
            .within(Bound::AtMost, 0.6),
    );
    report.add(Row::new("event page, queries", queries as f64, "queries").within(Bound::AtMost, 6.0));
    report.add(Row::new("event page, 16 connections", page.per_second, "/s").beside(plain.per_second));
    for of_100 in [50, 99] {
        let what = format!("event page, p{of_100} at half that rate");
        report.add(Row::new(what, percentile(&took, of_100)?, "ms").beside(percentile(&plain_took, of_100)?));
    }
    report.add(Row::new("event page, HTML", body.len() as f64 / 1000.0, "KB"));
    report.add(Row::new("memory after 10,000 pages", resident, "MB"));
    Ok(())
}

/// How many queries one request for the page asks, counted on the connections that read, with the same router in this
/// process. The second request: what is read once and kept is not the page's.
async fn count_queries(data: &Path) -> Result<u64> {
    let mut db = Db::open(&format!("sqlite:{}", data.join("plenary.db").display()), Sync::Full).await?;
    let asked = Arc::new(AtomicU64::new(0));
    let counted = asked.clone();
    db.read.set_metric_callback(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let (clock, random) = (Clock::System, Random::system());
    let services = Services {
        db,
        site: Site::parse("http://127.0.0.1:3000")?,
        keys: KeyRing::open(&data.join("keys"), clock.now(), random.bytes())?,
        clock,
        random,
        mailer: Mailer::Folder(data.join("mail")),
        files: domain::platform::files::Files::folder(&data.join("files"))?,
        mail_from: "noreply@plenary.invalid".to_owned(),
        leave_url: "https://weather.example.org/".to_owned(),
        limits: Limits::default(),
        data_dir: data.to_owned(),
        smtp_connections: 1,
        wake: Arc::default(),
    };
    let app = router::build(Arc::new(services), &RouterOptions::default());
    let mut before = 0;
    for _ in 0..2 {
        before = asked.load(Ordering::Relaxed);
        let response = router::call(app.clone(), Request::get(PATH).body(Body::empty())?).await;
        anyhow::ensure!(response.status() == 200, "the page answered {}", response.status());
        axum::body::to_bytes(response.into_body(), usize::MAX).await?;
    }
    Ok(asked.load(Ordering::Relaxed) - before)
}
