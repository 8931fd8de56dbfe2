//! From the start of the process to the first page, and the memory of a server nobody asks.

use crate::{
    page,
    process::{Program, Setting},
    report::{Bound, Report, Row},
};
use anyhow::Result;
use std::time::Duration;

const STARTS: usize = 5;
const IDLE: Duration = Duration::from_secs(30);

/// Starts on the folder the page rows left, whose tables are up to date. The middle one of five counts.
pub async fn measure(program: &Program, report: &mut Report) -> Result<()> {
    let setting = Setting {
        data: page::DATA,
        ..Setting::default()
    };
    let mut took = Vec::new();
    for _ in 0..STARTS {
        let (server, first) = program.serve(setting, page::PATH).await?;
        took.push(first);
        server.stop().await?;
    }
    took.sort_unstable();
    report.add(Row::new("start to first page, migrated", took[STARTS / 2].as_secs_f64() * 1000.0, "ms").within(Bound::AtMost, 300.0));

    let (server, _) = program.serve(setting, page::PATH).await?;
    tokio::time::sleep(IDLE).await;
    report.add(Row::new("memory idle after 30 s", server.resident()?, "MB").within(Bound::AtMost, 60.0));
    server.stop().await
}
