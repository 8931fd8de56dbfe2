//! The journeys of tests/browser in Chromium, against the server just built.

use crate::needs;
use crate::postgres::Postgres;
use crate::report::Tally;
use crate::shell::{output, program, root, run, target};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// Compiles the journeys' TypeScript without running it.
pub fn check_types() -> Result<()> {
    run(node("tsc").args(["--noEmit"]))
}

/// Every journey with scripts on and off, and axe on every page, on SQLite.
pub fn on_sqlite(tests: &mut Tally) -> Result<()> {
    counted(node("playwright").arg("test"), "sqlite", tests)
}

/// One journey on PostgreSQL, with scripts on.
pub fn smoke_on_postgres(tests: &mut Tally, postgres: &Postgres) -> Result<()> {
    let mut command = node("playwright");
    command
        .args(["test", "--project=scripts-on", "--grep=@smoke"])
        .env("PLENARY_DATABASE_URL", postgres.url());
    counted(&mut command, "postgres", tests)
}

fn node(name: &str) -> Command {
    let folder = root().join("tests/browser");
    let mut command = program(folder.join("node_modules/.bin").join(name));
    command.current_dir(folder);
    command
}

fn counted(command: &mut Command, name: &str, tests: &mut Tally) -> Result<()> {
    let results = output().join(format!("browser-tests/{name}.json"));
    let _ = std::fs::remove_file(&results);
    command
        .env("PLENARY_BINARY", target().join("debug/plenary"))
        .env("PLENARY_BROWSER_RESULTS", &results);
    if let Some(chromium) = needs::chromium() {
        command.env("PLENARY_CHROMIUM", chromium);
    }
    let outcome = run(command);
    // Failing tests end Playwright with an error; they are counted all the same.
    let counted = read_results(&results);
    if let Ok(counted) = &counted {
        tests.add(*counted);
    }
    outcome.and(counted.map(|_| ()))
}

fn read_results(file: &Path) -> Result<Tally> {
    let text = std::fs::read_to_string(file).with_context(|| format!("Playwright left no {}", file.display()))?;
    count(&text)
}

/// What Playwright's JSON says. A test that passed only when repeated counts as failed.
fn count(text: &str) -> Result<Tally> {
    let results: serde_json::Value = serde_json::from_str(text)?;
    let number = |what: &str| {
        results["stats"][what]
            .as_u64()
            .with_context(|| format!("no `{what}` in Playwright's results"))
    };
    let broken = results["errors"].as_array().map_or(0, |errors| errors.len() as u64);
    Ok(Tally {
        passed: number("expected")?,
        failed: number("unexpected")? + number("flaky")? + broken,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn flaky_tests_and_broken_files_count_as_failed() {
        let text = r#"{"errors":[{"message":"x"}],"stats":{"expected":9,"skipped":1,"unexpected":2,"flaky":1}}"#;

        assert_eq!(count(text).unwrap(), Tally { passed: 9, failed: 4 });
        assert!(count("{}").is_err());
    }
}
