//! A toolchain that can compile for the browser: the one in use, or Debian's.

use crate::needs;
use crate::shell::{cargo, program, read, root, run, say, target, which, works};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// The crate the browser runs, and nothing that the server's build turned on.
const WHAT: [&str; 10] = [
    "--package",
    "app",
    "--lib",
    "--profile",
    "browser",
    "--target",
    TARGET,
    "--no-default-features",
    "--features",
    "hydrate",
];

/// Who compiles for the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The toolchain in use, which has the target.
    InUse,
    /// Debian's compiler, which has no standard library for the target and so builds it.
    Debian,
}

/// Finds a way to compile for the browser: the target if it is there, rustup, Debian's packages.
pub fn find() -> Result<Toolchain> {
    if has_target() {
        return Ok(Toolchain::InUse);
    }
    if which("rustup").is_some() {
        say(format!("adding {TARGET} to the toolchain"));
        if run(program("rustup").args(["target", "add", TARGET])).is_ok() && has_target() {
            return Ok(Toolchain::InUse);
        }
        say("rustup could not; trying Debian's compiler");
    }
    let missing: Vec<&str> = ["rustc-web", "cargo-web", "rust-web-src", "lld"]
        .into_iter()
        .filter(|name| !has_package(name))
        .collect();
    needs::install(&missing).context("no compiler for the browser")?;
    Ok(Toolchain::Debian)
}

/// Compiles the browser's half of `app` and gives the file made.
pub fn compile(toolchain: Toolchain) -> Result<PathBuf> {
    match toolchain {
        Toolchain::InUse => {
            run(cargo().arg("build").args(WHAT))?;
            Ok(made(&target()))
        }
        Toolchain::Debian => {
            let folder = target().join("browser-debian");
            run(program("/usr/bin/cargo")
                .args(["-Zbuild-std=std,panic_abort", "build", "--ignore-rust-version", "--target-dir"])
                .arg(&folder)
                .args(WHAT)
                .env("RUSTC", "/usr/bin/rustc")
                // build-std is unstable, and Debian ships the stable compiler.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker()))?;
            Ok(made(&folder))
        }
    }
}

/// What the compiler calls itself; another one makes another bundle.
pub fn version() -> String {
    read(&mut rustc("-vV")).unwrap_or_default()
}

fn made(folder: &Path) -> PathBuf {
    folder.join(TARGET).join("browser").join("app.wasm")
}

fn rustc(argument: &str) -> Command {
    let mut command = program(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.arg(argument);
    command
}

/// Whether the compiler in use has a standard library for the browser.
fn has_target() -> bool {
    let Ok(folder) = read(rustc("--print").args(["target-libdir", "--target", TARGET])) else {
        return false;
    };
    let entries = std::fs::read_dir(root().join(folder.trim())).into_iter().flatten().flatten();
    entries
        .into_iter()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

fn has_package(name: &str) -> bool {
    works(Command::new("dpkg").args(["--status", name]))
}

/// The toolchain's own `rust-lld`, which knows what its compiler writes, or the system's `wasm-ld`.
fn linker() -> PathBuf {
    let own = || {
        let about = version();
        let host = about.lines().find_map(|line| line.strip_prefix("host: "))?;
        let sysroot = read(rustc("--print").arg("sysroot")).ok()?;
        let file = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin/rust-lld");
        file.is_file().then_some(file)
    };
    own().unwrap_or_else(|| PathBuf::from("wasm-ld"))
}
