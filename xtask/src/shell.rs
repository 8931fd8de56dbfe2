//! Running other programs so that a reader sees what is going on, and where things are.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Cargo's target folder, one for every build this program starts.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// Where this program puts what it makes: always `target` in the workspace, so that others find it there.
pub fn output() -> PathBuf {
    root().join("target")
}

/// Tells the reader what starts now.
pub fn say(what: impl AsRef<str>) {
    eprintln!("· {}", what.as_ref());
}

/// A program started in the workspace's folder.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    // `cargo run` points the loader at its own toolchain, which would mislead another one.
    command.current_dir(root()).env_remove("LD_LIBRARY_PATH");
    command
}

/// The cargo that runs this program.
pub fn cargo() -> Command {
    program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs it in the reader's sight and fails unless it ends well.
pub fn run(command: &mut Command) -> Result<()> {
    let line = shown(command);
    say(format!("$ {line}"));
    // What it tells people; our own stdout is for programs.
    let status = command
        .stdout(std::io::stderr())
        .status()
        .with_context(|| format!("could not start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Runs it quietly and gives what it printed; on failure the error carries what it complained about.
pub fn read(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not start `{line}`"))?;
    if !output.status.success() {
        bail!(
            "`{line}` ended with {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{line}` printed something that is not text"))
}

/// Whether it can be started and ends well, whatever it prints.
pub fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Where a program is found on the PATH.
pub fn which(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Whether this runs as the administrator, who may install packages.
pub fn is_root() -> bool {
    read(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// The command as somebody would type it in the workspace's folder.
fn shown(command: &Command) -> String {
    let root = format!("{}/", root().display());
    let program = Path::new(command.get_program());
    let program = match program.strip_prefix(&root) {
        Ok(ours) => ours.as_os_str(),
        Err(_) => program.file_name().unwrap_or(command.get_program()),
    };
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy().replace(&root, ""))
        .collect::<Vec<_>>()
        .join(" ")
}
