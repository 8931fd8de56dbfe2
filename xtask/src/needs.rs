//! What has to be on the machine, and getting it there.

use crate::shell::{is_root, output, program, read, root, run, say, which, works};
use anyhow::{Context, Result};
use std::fmt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// Something is not installed and this program may not install it. Ends the command with exit code 3.
#[derive(Debug)]
pub struct Missing(String);

impl Missing {
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(3)
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Missing {}

/// What a command that failed with this ends with.
pub fn exit_code(error: &anyhow::Error) -> ExitCode {
    error.downcast_ref::<Missing>().map_or(ExitCode::FAILURE, Missing::exit_code)
}

/// Makes sure that everything the tests need is there: PostgreSQL, Chromium, an SMTP server to send to, an IMAP server to read
/// from, Node's packages and Python's.
pub fn for_tests() -> Result<()> {
    let mut packages = Vec::new();
    if postgres_programs().is_none() {
        packages.push("postgresql");
    }
    if chromium().is_none() {
        packages.push("chromium");
    }
    // Debian's own Python, since that is where its package goes; another may come before it on the PATH.
    if !works(Command::new("/usr/bin/python3").args(["-c", "import aiosmtpd"])) {
        packages.push("python3-aiosmtpd");
    }
    if !works(Command::new("/usr/bin/python3").args(["-c", "import ensurepip, venv"])) {
        packages.push("python3-venv");
    }
    if !std::path::Path::new("/usr/sbin/dovecot").is_file() || !std::path::Path::new("/usr/lib/dovecot/imap").is_file() {
        packages.push("dovecot-imapd");
    }
    if which("node").is_none() {
        packages.push("nodejs");
    }
    if which("npm").is_none() {
        packages.push("npm");
    }
    install(&packages)?;
    node_packages()?;
    python_packages()
}

/// Installs Debian packages: as root through apt-get, otherwise by printing the line to type.
pub fn install(packages: &[&str]) -> Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let names = packages.join(" ");
    if which("apt-get").is_none() {
        return Err(Missing(format!("these are needed, named as Debian names them: {names}")).into());
    }
    if !is_root() {
        println!("apt-get install --no-install-recommends {names}");
        return Err(Missing("these packages are needed; run the line above as root, then this again".to_owned()).into());
    }
    say(format!("installing {names}"));
    // Stale package lists may still do, so a failure here is told by the next command, if at all.
    let _ = run(program("apt-get").args(["update", "--quiet"]));
    run(program("apt-get")
        .args(["install", "--yes", "--quiet", "--no-install-recommends"])
        .args(packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

/// The folder with `initdb` and `postgres`, of the newest version installed.
pub fn postgres_programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    newest
        .map(|(_, folder)| folder)
        .or_else(|| Some(which("initdb")?.parent()?.to_path_buf()))
}

/// The browser the journeys run in: `PLENARY_CHROMIUM`, or Debian's.
pub fn chromium() -> Option<PathBuf> {
    match std::env::var_os("PLENARY_CHROMIUM") {
        Some(named) => Some(named.into()),
        None => which("chromium")
            .or_else(|| which("chromium-browser"))
            .or_else(|| which("google-chrome")),
    }
}

/// Installs what tests/browser asks for, unless its lock file is already served.
fn node_packages() -> Result<()> {
    let folder = root().join("tests/browser");
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::metadata(&lock)
        .and_then(|about| about.modified())
        .with_context(|| format!("reading {}", lock.display()))?;
    let installed = std::fs::metadata(folder.join("node_modules/.package-lock.json")).and_then(|about| about.modified());
    if installed.is_ok_and(|installed| installed >= wanted) {
        return Ok(());
    }
    say("installing the browser tests' packages");
    run(program("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .current_dir(folder))?;
    Ok(())
}

/// Installs what tests/server/judges asks for, in a folder of its own, unless just that is there.
fn python_packages() -> Result<()> {
    let wanted = root().join("tests/server/judges/requirements.txt");
    let wanted_text = std::fs::read_to_string(&wanted).with_context(|| format!("reading {}", wanted.display()))?;
    let folder = output().join("python");
    let installed = folder.join("requirements.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted_text) {
        return Ok(());
    }
    say("installing the Python packages that check certificates");
    run(program("/usr/bin/python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(program(folder.join("bin/pip"))
        .args(["install", "--quiet", "--no-deps", "--disable-pip-version-check", "--requirement"])
        .arg(&wanted))?;
    // Written last: with it the folder counts as whole.
    std::fs::write(&installed, wanted_text).with_context(|| format!("writing {}", installed.display()))
}

/// The numeric ids of a system user, if there is one.
pub fn user(name: &str) -> Option<(u32, u32)> {
    let id = |what: &str| read(Command::new("id").args([what, name])).ok()?.trim().parse().ok();
    Some((id("-u")?, id("-g")?))
}
