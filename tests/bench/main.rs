//! `bench --server FILE --out FILE`: what the release build costs, beside what the same machine needs for the bare minimum.
//!
//! The program under test is the real one, started on a free loopback port with an empty data folder beside `--out`, so
//! that the figures are of that disk. Every loop is bounded by a count or a time. The load comes from this process, on the
//! same cores: rates are what one machine does with its own clients on it. Being over a budget is a result, not a failure:
//! the exit code says only whether everything could be measured.

mod booking;
mod certificates;
mod check_in;
mod disk;
mod http;
mod invites;
mod issuing;
mod lists;
mod load;
mod page;
mod plain;
mod process;
mod queries;
mod report;
mod seed;
mod sink;
mod start;

use anyhow::{Context, Result, bail};
use process::Program;
use report::Report;
use std::path::{Path, PathBuf};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let (mut server, mut out) = (None, None);
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .map(PathBuf::from)
            .with_context(|| format!("{} needs a file", name.display()))?;
        match name.to_str() {
            Some("--server") => server = Some(value),
            Some("--out") => out = Some(value),
            // Started by itself, as the baseline of a page.
            Some("--plain") => return plain::serve(&value).await,
            _ => bail!("usage: bench --server FILE --out FILE"),
        }
    }
    let (Some(server), Some(out)) = (server, out) else {
        bail!("usage: bench --server FILE --out FILE")
    };
    let server = server
        .canonicalize()
        .with_context(|| format!("{} is not there", server.display()))?;
    let beside = out
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(beside)?;
    let folder = Folder::make(&beside.canonicalize()?)?;

    let mut report = Report::begin();
    let program = Program {
        file: server,
        folder: folder.0.clone(),
    };
    page::measure(&program, &mut report).await.context("the event page")?;
    start::measure(&program, &mut report).await.context("starting")?;
    booking::measure(&program, &mut report).await.context("booking")?;
    check_in::measure(&program, &mut report).await.context("check-in")?;
    lists::measure(&program, &mut report).await.context("the organiser's lists")?;
    invites::measure(&program, &mut report).await.context("invites")?;
    issuing::measure(&program, &mut report).await.context("issuing certificates")?;
    certificates::measure(&folder.0, &mut report).context("certificates")?;
    report.print();
    report
        .write(&out)
        .with_context(|| format!("{} could not be written", out.display()))
}

/// Where everything is kept meanwhile; gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn make(beside: &Path) -> Result<Self> {
        let path = beside.join(format!("bench-data-{}", std::process::id()));
        std::fs::create_dir(&path).with_context(|| format!("{} could not be made", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
