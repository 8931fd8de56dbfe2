//! `plenary`: one program, several commands. stdout is data, stderr is for people.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    server::commands::run(server::commands::Cli::parse())
}
