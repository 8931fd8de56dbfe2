//! `cargo xtask run`: from a fresh clone to a conference one can click through.

use crate::shell::{program, root, run as run_shown, say, target};
use crate::{bundle, suite};
use anyhow::{Context, Result};
use std::io::ErrorKind;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

/// Where the server listens, what its addresses begin with, where it keeps its data: as configured, or as by default.
struct Place {
    address: String,
    base_url: String,
    data: String,
}

impl Place {
    fn configured() -> Place {
        let setting = |name: &str, default: String| std::env::var(name).unwrap_or(default);
        let address = setting("PLENARY_LISTEN", "127.0.0.1:3000".to_owned());
        let base_url = setting("PLENARY_BASE_URL", format!("http://{address}"));
        Place {
            address,
            base_url,
            data: setting("PLENARY_DATA_DIR", "data".to_owned()),
        }
    }

    /// A program that will find the same settings.
    fn program(&self, file: &Path) -> Command {
        let mut command = program(file);
        command
            .env("PLENARY_LISTEN", &self.address)
            .env("PLENARY_BASE_URL", &self.base_url)
            .env("PLENARY_DATA_DIR", &self.data);
        command
    }
}

/// Builds, loads the demo into an empty data folder, and becomes `plenary serve`.
///
/// It *becomes* the server: Ctrl-C, or a signal to this process, reaches the server itself, and nothing is left behind.
/// A helper started just before prints the addresses once the server is ready.
pub fn run() -> Result<ExitCode> {
    let place = Place::configured();
    if let Err(error) = TcpListener::bind(&place.address) {
        eprintln!("xtask: cannot serve on {}: {error}", place.address);
        eprintln!("Stop what uses it, or set PLENARY_LISTEN to another address.");
        return Ok(ExitCode::from(3));
    }
    if let Err(error) = bundle::build() {
        say(format!("the browser bundle could not be built: {error:#}"));
        say("going on without it: every page works, only without its live parts");
    }
    say("building the server: some minutes the first time");
    suite::build_server()?;

    let plenary = target().join("debug/plenary");
    if is_empty(&root().join(&place.data))? {
        say(format!("loading the demo into {}/", place.data));
        run_shown(place.program(&plenary).arg("demo"))?;
    } else {
        say(format!(
            "{}/ already holds something, so the demo is left out; remove the folder to start afresh",
            place.data
        ));
    }

    say("starting the server; Ctrl-C stops it");
    let announcer = std::env::current_exe().context("finding this program")?;
    place
        .program(&announcer)
        .args(["announce", &place.address, &place.base_url])
        .spawn()
        .context("starting the announcer")?;
    let error = place.program(&plenary).arg("serve").exec();
    Err(error).context("starting target/debug/plenary")
}

/// Whether there is nothing in a folder, or no folder.
fn is_empty(folder: &Path) -> Result<bool> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("looking into {}", folder.display())),
    }
}
