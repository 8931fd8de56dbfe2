//! The project's own commands: `cargo xtask run | test | bench | ci`, and the parts of `ci` that are useful alone.
//!
//! What people read while it works goes to stderr; stdout carries only what another program may want
//! (the two addresses of `run`, the count that ends `ci`, an `apt-get` line).
//! It exits 0 when all is well, 1 when something failed, 2 on wrong usage, 3 when something it needs is missing.

mod announce;
mod bench;
mod browser_tests;
mod bundle;
mod ci;
mod layers;
mod licences;
mod needs;
mod postgres;
mod report;
mod run;
mod shell;
mod spdx;
mod suite;
mod wasm;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask COMMAND

  run             build everything, load the demo into an empty data/, serve it on 127.0.0.1:3000
  test            install or start what the tests need, and run them all
  bench           measure the release build, write target/bench.json
  ci              everything a change must pass; ends with `N passed, N failed`

  bundle          build the browser bundle into target/site/pkg
  check-layers    prove from the dependency tree who knows whom
  check-licences  check licences and doubled crates";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["run"] => run::run(),
        ["test"] => Ok(ci::test()),
        ["bench"] => bench::bench(),
        ["ci"] => Ok(ci::ci()),
        ["bundle"] => bundle::build().map(|()| ExitCode::SUCCESS),
        ["check-layers"] => layers::check().map(|()| ExitCode::SUCCESS),
        ["check-licences"] => licences::check().map(|()| ExitCode::SUCCESS),
        ["announce", address, base_url] => announce::announce(address, base_url),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprintln!("{USAGE}");
            Ok(ExitCode::from(2))
        }
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("\nxtask: {error:#}");
        needs::exit_code(&error)
    })
}
