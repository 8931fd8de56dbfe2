//! The Rust tests: every crate on SQLite, the server's on PostgreSQL as well.

use crate::postgres::Postgres;
use crate::report::Tally;
use crate::shell::{cargo, run, say};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// One selection of crates for every build: cargo unites features over what is selected, and another selection
/// would compile the dependencies again. `bundle` stays out: only the browser build waits for wasm-bindgen.
const WORKSPACE: [&str; 3] = ["--workspace", "--exclude", "bundle"];

/// Builds target/debug/plenary.
pub fn build_server() -> Result<()> {
    run(cargo().arg("build").args(WORKSPACE).args(["--bin", "plenary"]))
}

/// Builds target/release/{plenary,bench}.
pub fn build_release() -> Result<()> {
    run(cargo()
        .args(["build", "--release"])
        .args(WORKSPACE)
        .args(["--bin", "plenary", "--bin", "bench"]))
}

/// Compiles every test, so that the minutes of the test steps are the tests' own.
pub fn build_tests() -> Result<()> {
    run(cargo().args(["test", "--no-run"]).args(WORKSPACE))
}

/// Every Rust test, on SQLite; those that need PostgreSQL beside it find it if it runs.
pub fn on_sqlite(tests: &mut Tally, postgres: Option<&Postgres>) -> Result<()> {
    let mut command = cargo();
    command
        .args(["test", "--no-fail-fast"])
        .args(WORKSPACE)
        .env("PLENARY_TEST_DATABASE", "sqlite");
    if let Some(postgres) = postgres {
        command.env("PLENARY_TEST_POSTGRES", postgres.url());
    }
    counted(&mut command, tests)
}

/// The server's tests again, on PostgreSQL.
pub fn on_postgres(tests: &mut Tally, postgres: &Postgres) -> Result<()> {
    let mut command = cargo();
    command
        .args(["test", "--no-fail-fast"])
        .args(WORKSPACE)
        .args(["--test", "server"])
        .env("PLENARY_TEST_DATABASE", "postgres")
        .env("PLENARY_TEST_POSTGRES", postgres.url());
    counted(&mut command, tests)
}

/// Runs cargo's tests in the reader's sight and counts them from the lines that sum each program up.
fn counted(command: &mut Command, tests: &mut Tally) -> Result<()> {
    say(format!(
        "$ cargo {}",
        command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    ));
    let mut running = command.stdout(Stdio::piped()).spawn().context("starting cargo test")?;
    let output = running.stdout.take().context("cargo test has no output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        eprintln!("{line}");
        if let Some(summed) = count(&line) {
            tests.add(summed);
        }
    }
    let status = running.wait()?;
    if !status.success() {
        bail!("cargo test ended with {status}, {} tests failed", tests.failed);
    }
    Ok(())
}

/// What a line like `test result: ok. 12 passed; 0 failed; 1 ignored; …` says.
fn count(line: &str) -> Option<Tally> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let mut parts = counts.split("; ").filter_map(|part| part.split_once(' '));
        parts.find(|(_, what)| *what == word).and_then(|(number, _)| number.parse().ok())
    };
    Some(Tally {
        passed: number("passed")?,
        failed: number("failed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_read_from_cargos_lines() {
        let good = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.03s";
        let bad = "test result: FAILED. 2 passed; 5 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s";

        assert_eq!(count(good), Some(Tally { passed: 12, failed: 0 }));
        assert_eq!(count(bad), Some(Tally { passed: 2, failed: 5 }));
        assert_eq!(count("test bookings::pressing_twice_books_once ... ok"), None);
    }
}
