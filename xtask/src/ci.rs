//! `cargo xtask test` and `cargo xtask ci`: one list of steps, the second longer.

use crate::postgres::Postgres;
use crate::report::Report;
use crate::shell::{cargo, run};
use crate::{browser_tests, bundle, layers, licences, needs, suite};
use std::process::ExitCode;

/// All tests, and what they need.
pub fn test() -> ExitCode {
    let mut report = Report::default();
    if report.step("What the tests need", |_| needs::for_tests()).is_some() {
        tests(&mut report);
    }
    report.finish()
}

/// Everything a change must pass.
pub fn ci() -> ExitCode {
    let mut report = Report::default();
    if report.step("What the tests need", |_| needs::for_tests()).is_some() {
        report.step("Formatting", |_| run(cargo().args(["fmt", "--all", "--check"])));
        report.step("Layers", |_| layers::check());
        report.step("Licences and doubled crates", |_| licences::check());
        report.step("Clippy", |_| {
            run(cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
        });
        report.step("Documentation", |_| {
            run(cargo().args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
        });
        report.step("Types of the browser tests", |_| browser_tests::check_types());
        tests(&mut report);
    }
    report.finish()
}

/// The bundle comes before the server, which embeds it, so that the server is compiled once.
fn tests(report: &mut Report) {
    report.step("Browser bundle", |_| bundle::build());
    let server = report.step("Server", |_| suite::build_server());
    let compiled = report.step("Compiling the tests", |_| suite::build_tests());
    let postgres = report.step("PostgreSQL", |_| Postgres::start());

    if compiled.is_some() {
        report.step("Rust tests on SQLite", |tests| suite::on_sqlite(tests, postgres.as_ref()));
    } else {
        report.not_run("Rust tests on SQLite", "they do not compile");
    }
    match (&compiled, &postgres) {
        (Some(()), Some(postgres)) => {
            report.step("Server tests on PostgreSQL", |tests| suite::on_postgres(tests, postgres));
        }
        _ => report.not_run("Server tests on PostgreSQL", "a step before it failed"),
    }
    if server.is_some() {
        report.step("Browser tests on SQLite", browser_tests::on_sqlite);
    } else {
        report.not_run("Browser tests on SQLite", "the server does not compile");
    }
    match (&server, &postgres) {
        (Some(()), Some(postgres)) => {
            report.step("Browser smoke on PostgreSQL", |tests| {
                browser_tests::smoke_on_postgres(tests, postgres)
            });
        }
        _ => report.not_run("Browser smoke on PostgreSQL", "a step before it failed"),
    }
}
