//! `cargo xtask bench`: the release build, measured by the program in tests/bench.

use crate::shell::{output, program, run, say, target};
use crate::{bundle, suite};
use anyhow::Result;
use std::process::ExitCode;

/// Builds the release and writes target/bench.json. Fails if something could not be measured; what is over budget says so in its row.
pub fn bench() -> Result<ExitCode> {
    bundle::build()?;
    say("building the release: some twelve minutes the first time");
    suite::build_release()?;
    let release = target().join("release");
    let results = output().join("bench.json");
    run(program(release.join("bench"))
        .arg("--server")
        .arg(release.join("plenary"))
        .arg("--out")
        .arg(&results))?;
    say(format!("written to {}", results.display()));
    Ok(ExitCode::SUCCESS)
}
