//! A toolchain that can compile for the browser: the one in use, or Debian's.

use crate::needs;
use crate::shell::{cargo, program, read, root, run, say, target, which, works};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";

/// How the crates the browser runs are compiled.
const HOW: [&str; 5] = ["--lib", "--profile", "browser", "--target", TARGET];

/// A crate the browser runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The islands, and nothing that the server's build turned on.
    App,
    /// The reader of codes.
    Scan,
}

impl Part {
    /// The crate's name, and its files'.
    pub fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::Scan => "scan",
        }
    }

    fn what(self) -> &'static [&'static str] {
        match self {
            Self::App => &["--package", "app", "--no-default-features", "--features", "hydrate"],
            Self::Scan => &["--package", "scan"],
        }
    }
}

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

/// Compiles a part and gives the file made.
pub fn compile(toolchain: Toolchain, part: Part) -> Result<PathBuf> {
    match toolchain {
        Toolchain::InUse => {
            run(cargo().arg("build").args(HOW).args(part.what()))?;
            Ok(made(&target(), part))
        }
        Toolchain::Debian => {
            let folder = target().join("browser-debian");
            run(program("/usr/bin/cargo")
                .args(["-Zbuild-std=std,panic_abort", "build", "--ignore-rust-version", "--target-dir"])
                .arg(&folder)
                .args(HOW)
                .args(part.what())
                .env("RUSTC", "/usr/bin/rustc")
                // build-std is unstable, and Debian ships the stable compiler.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker()))?;
            Ok(made(&folder, part))
        }
    }
}

/// What the compiler calls itself; another one makes another bundle.
pub fn version() -> String {
    read(&mut rustc("-vV")).unwrap_or_default()
}

fn made(folder: &Path, part: Part) -> PathBuf {
    folder.join(TARGET).join("browser").join(part.name()).with_extension("wasm")
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
