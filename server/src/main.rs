//! `plenary`: one program, several commands. stdout is data, stderr is for people.

use clap::Parser;
use std::process::ExitCode;

// A page is thousands of small strings. `cargo xtask bench` shows what the allocator is worth.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    server::commands::run(server::commands::Cli::parse())
}
