//! The public event page, as the demo has it: processor time, rate, latency, queries, weight.

use crate::{
    http::Connection,
    load::{percentile, saturate, steady},
    plain,
    process::{Program, Setting},
    queries,
    report::{Bound, Report, Row},
};
use anyhow::{Context, Result};

/// The page that is measured.
pub const PATH: &str = "/events/self-harm-conference";
/// The data folder with the demo in it; later rows start on it again.
pub const DATA: &str = "demo";

/// The cookie of a browser that has booked before: its pages are not those kept for everybody.
const KNOWN: &str = "browser=benchbenchbenchbenchbe";

const CONNECTIONS: usize = 16;
const REQUESTS: usize = 5_000;
/// The baseline takes so little that fewer would be lost between two ticks of the clock.
const PLAIN_REQUESTS: usize = 30_000;

pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let setting = Setting {
        data: DATA,
        arguments: &["serve", "--demo"],
        ..Setting::default()
    };
    let (server, _) = program.serve(setting, PATH).await?;
    let body = Connection::open(server.address).await?.get(PATH).await?.expect(200)?;
    saturate(&server, PATH, "", CONNECTIONS, REQUESTS / 10).await?;
    let page = saturate(&server, PATH, "", CONNECTIONS, REQUESTS).await?;
    let rate = page.per_second / 2.0;
    let took = steady(server.address, PATH, CONNECTIONS, rate, REQUESTS).await?;
    let anew = saturate(&server, PATH, KNOWN, CONNECTIONS, REQUESTS).await?;
    let resident = server.resident()?;
    server.stop().await?;

    let file = program.folder.join("page.html");
    std::fs::write(&file, &body)?;
    let bare = plain::start(&file).await?;
    saturate(&bare, plain::PATH, "", CONNECTIONS, PLAIN_REQUESTS / 10).await?;
    let plain = saturate(&bare, plain::PATH, "", CONNECTIONS, PLAIN_REQUESTS).await?;
    let plain_rate = plain.per_second / 2.0;
    let plain_took = steady(bare.address, plain::PATH, CONNECTIONS, plain_rate, REQUESTS).await?;
    bare.kill().await?;

    let queries = queries::count(&program.data(DATA), PATH, KNOWN).await.context("counting queries")?;
    report.add(
        Row::new("event page, server CPU a request", page.cpu_ms, "ms")
            .beside(plain.cpu_ms)
            .within(Bound::AtMost, 0.6),
    );
    report.add(Row::new("the same for a browser it knows: drawn anew", anew.cpu_ms, "ms").beside(plain.cpu_ms));
    report.add(Row::new("event page drawn anew, queries", queries as f64, "queries").within(Bound::AtMost, 6.0));
    report.add(Row::new("event page, 16 connections", page.per_second, "/s").beside(plain.per_second));
    for of_100 in [50, 99] {
        let what = format!("event page, p{of_100} at half that rate");
        report.add(Row::new(what, percentile(&took, of_100)?, "ms").beside(percentile(&plain_took, of_100)?));
    }
    report.add(Row::new("event page, HTML", body.len() as f64 / 1000.0, "KB"));
    report.add(Row::new("memory after 15,500 pages", resident, "MB"));
    Ok(())
}
