//! A PostgreSQL of our own for the tests: made anew, on a free port, gone afterwards.

use crate::needs;
use crate::shell::{is_root, output, program, read, run, say, which, works};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A running server. It stops, and its folder goes, when this is dropped.
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    url: String,
}

impl Postgres {
    /// Makes a cluster and starts it on a free port of 127.0.0.1. As root it runs as the `postgres` user.
    pub fn start() -> Result<Postgres> {
        let programs = needs::postgres_programs().context("PostgreSQL is not installed")?;
        let owner = if is_root() {
            Some(needs::user("postgres").context("there is no user `postgres`")?)
        } else {
            None
        };
        let folder = fresh_folder(owner)?;
        let password = random_word()?;
        let cluster = folder.join("data");

        say("making a PostgreSQL cluster");
        let password_file = folder.join("password");
        write_private(&password_file, &password, owner)?;
        read(
            as_owner(&programs.join("initdb"), owner)
                .args([
                    "--username=postgres",
                    "--auth=md5",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--no-sync",
                    "--pgdata",
                ])
                .arg(&cluster)
                .arg("--pwfile")
                .arg(&password_file)
                .current_dir(&folder),
        )?;

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        say(format!("starting PostgreSQL on port {port}"));
        let log = fs::File::create(folder.join("log"))?;
        let server = as_owner(&programs.join("postgres"), owner)
            .arg("-D")
            .arg(&cluster)
            .args(settings(port, &folder).iter().flat_map(|setting| ["-c", setting]))
            .current_dir(&folder)
            .stdin(std::process::Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting postgres")?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        let mut postgres = Postgres { server, folder, url };
        postgres.wait(&programs.join("pg_isready"), port)?;
        Ok(postgres)
    }

    /// Where to connect, as its superuser; tests make databases of their own beside this one.
    pub fn url(&self) -> &str {
        &self.url
    }

    fn wait(&mut self, asking: &Path, port: u16) -> Result<()> {
        let started = Instant::now();
        while !works(
            Command::new(asking)
                .args(["--quiet", "--host=127.0.0.1", "--port"])
                .arg(port.to_string()),
        ) {
            let ended = self.server.try_wait()?;
            if ended.is_some() || started.elapsed() > Duration::from_secs(30) {
                let mut log = String::new();
                fs::File::open(self.folder.join("log"))?.read_to_string(&mut log)?;
                bail!("PostgreSQL did not start:\n{log}");
            }
            sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        say("stopping PostgreSQL");
        stop(&mut self.server);
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Asks it to end its sessions and stop; kills it if it takes longer than ten seconds.
fn stop(server: &mut Child) {
    let asked = works(Command::new("kill").args(["-INT", &server.id().to_string()]));
    let started = Instant::now();
    while asked && started.elapsed() < Duration::from_secs(10) {
        if matches!(server.try_wait(), Ok(Some(_))) {
            return;
        }
        sleep(Duration::from_millis(50));
    }
    let _ = server.kill();
    let _ = server.wait();
}

/// What makes it quick and small; nothing in it outlives the tests.
fn settings(port: u16, folder: &Path) -> Vec<String> {
    let mut settings: Vec<String> = [
        "listen_addresses=127.0.0.1",
        "max_connections=300",
        "shared_buffers=64MB",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "autovacuum=off",
        "log_min_messages=error",
        // The tests refuse on purpose, by the hundred.
        "log_min_error_statement=panic",
    ]
    .map(str::to_owned)
    .to_vec();
    settings.push(format!("port={port}"));
    // A socket's path holds about a hundred bytes.
    let socket = if folder.as_os_str().len() < 80 {
        folder.display().to_string()
    } else {
        String::new()
    };
    settings.push(format!("unix_socket_directories={socket}"));
    settings
}

/// A program that runs as the owner and gets SIGINT should this one be killed.
fn as_owner(file: &Path, owner: Option<(u32, u32)>) -> Command {
    let Some(setpriv) = which("setpriv") else {
        // Not Linux: then it is started by hand, and nobody is root.
        return program(file);
    };
    let mut command = program(setpriv);
    if let Some((user, group)) = owner {
        command.args([format!("--reuid={user}"), format!("--regid={group}"), "--clear-groups".to_owned()]);
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(file);
    command
}

/// An empty folder only the owner may enter: target/test-postgres, or one under the temporary folder
/// if the owner cannot get there (a clone below /root).
fn fresh_folder(owner: Option<(u32, u32)>) -> Result<PathBuf> {
    let preferred = output().join("test-postgres");
    if stop_leftover(&preferred.join("data"))? {
        say("stopped a PostgreSQL left by an earlier run");
    }
    if preferred.exists() {
        fs::remove_dir_all(&preferred).with_context(|| preferred.display().to_string())?;
    }
    make_folder(&preferred, owner)?;
    if works(as_owner(Path::new("test"), owner).arg("-w").arg(&preferred).current_dir("/")) {
        return Ok(preferred);
    }
    fs::remove_dir(&preferred)?;
    let other = std::env::temp_dir().join(format!("plenary-test-postgres-{}", random_word()?));
    make_folder(&other, owner)?;
    Ok(other)
}

fn make_folder(folder: &Path, owner: Option<(u32, u32)>) -> Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(folder).with_context(|| folder.display().to_string())?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    match owner {
        Some((user, group)) => chown(folder, Some(user), Some(group)).with_context(|| folder.display().to_string()),
        None => Ok(()),
    }
}

/// Stops the server a killed run left on this cluster, if its process is still that server.
fn stop_leftover(cluster: &Path) -> Result<bool> {
    let Ok(text) = fs::read_to_string(cluster.join("postmaster.pid")) else {
        return Ok(false);
    };
    let Some(id) = text.lines().next().and_then(|line| line.trim().parse::<u32>().ok()) else {
        return Ok(false);
    };
    let command_line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    if !String::from_utf8_lossy(&command_line).contains(&*cluster.to_string_lossy()) {
        return Ok(false);
    }
    run(Command::new("kill").args(["-INT", &id.to_string()]))?;
    let started = Instant::now();
    while Path::new(&format!("/proc/{id}")).exists() {
        if started.elapsed() > Duration::from_secs(10) {
            bail!("a PostgreSQL left by an earlier run, process {id}, does not stop");
        }
        sleep(Duration::from_millis(100));
    }
    Ok(true)
}

fn write_private(file: &Path, text: &str, owner: Option<(u32, u32)>) -> Result<()> {
    fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?
        .write_all(text.as_bytes())?;
    if let Some((user, group)) = owner {
        chown(file, Some(user), Some(group))?;
    }
    Ok(())
}

/// 128 random bits in hexadecimal.
fn random_word() -> Result<String> {
    let mut bytes = [0; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
