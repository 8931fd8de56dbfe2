//! Starting the program under test, and what Linux says of a running process.

use crate::http::Connection;
use anyhow::{Context, Result, bail};
use std::{
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::process::{Child, Command};

/// Ticks of `/proc/PID/stat` in a second. Linux shows every process this unit, whatever the kernel counts in.
const TICKS: f64 = 100.0;
/// How long a start may take before it has failed. The first one makes the tables and loads the demo.
const PATIENCE: Duration = Duration::from_secs(60);

/// Limits out of the way: all clients have one address here.
const CONFIG: &str = "[limits]\n\
    booking_mailbox = { tries = 1000000, seconds = 60 }\n\
    booking_address = { tries = 1000000, seconds = 60 }\n";

/// The server's program, and the folder it works under.
#[derive(Debug)]
pub struct Program {
    pub file: PathBuf,
    pub folder: PathBuf,
}

/// How it is started.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Name of the data folder.
    pub data: &'a str,
    /// `full` or `normal`.
    pub sync: &'a str,
    pub arguments: &'a [&'a str],
    /// Where mail goes, in the clear, over four connections. Kept in the folder without.
    pub mail: Option<SocketAddr>,
}

impl Default for Setting<'_> {
    fn default() -> Self {
        Self {
            data: "",
            sync: "full",
            arguments: &["serve"],
            mail: None,
        }
    }
}

impl Program {
    pub fn data(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The command, with nothing from outside but what `setting` says.
    fn command(&self, setting: Setting<'_>) -> Result<Command> {
        let data = self.data(setting.data);
        std::fs::create_dir_all(&data)?;
        std::fs::write(data.join("plenary.toml"), CONFIG)?;
        let log = File::options().create(true).append(true).open(self.log(setting))?;
        let mut command = Command::new(&self.file);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PLENARY_")) {
            command.env_remove(name);
        }
        command
            .args(setting.arguments)
            .env("PLENARY_DATA_DIR", &data)
            .env("PLENARY_SQLITE_SYNC", setting.sync);
        if let Some(address) = setting.mail {
            command
                .env("PLENARY_SMTP_URL", format!("smtp://{address}"))
                .env("PLENARY_SMTP_CONNECTIONS", "4");
        }
        command
            .current_dir(&data)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true);
        Ok(command)
    }

    fn log(&self, setting: Setting<'_>) -> PathBuf {
        self.folder.join(format!("{}.log", setting.data))
    }

    /// Runs a command to its end.
    pub async fn run(&self, setting: Setting<'_>) -> Result<()> {
        let status = self.command(setting)?.status().await?;
        if !status.success() {
            bail!(
                "`plenary {}` ended with {status}: {}",
                setting.arguments.join(" "),
                tail(&self.log(setting))
            );
        }
        Ok(())
    }

    /// Reads `file` into a data folder.
    pub async fn import(&self, data: &str, file: &serde_json::Value) -> Result<()> {
        self.read_in(data, file, &["--send"]).await
    }

    /// The same without a mail to anybody.
    pub async fn import_quietly(&self, data: &str, file: &serde_json::Value) -> Result<()> {
        self.read_in(data, file, &[]).await
    }

    async fn read_in(&self, data: &str, file: &serde_json::Value, flags: &[&str]) -> Result<()> {
        let path = self.folder.join("import.json");
        std::fs::write(&path, file.to_string())?;
        let path = path.to_str().context("the folder's name is not text")?;
        self.run(Setting {
            data,
            arguments: &[&["import", path], flags].concat(),
            ..Setting::default()
        })
        .await
    }

    /// Starts a server and waits until it answers `path` with 200. Gives how long that took.
    pub async fn serve(&self, setting: Setting<'_>, path: &str) -> Result<(Server, Duration)> {
        let address = free_address()?;
        let begun = Instant::now();
        let mut child = self.command(setting)?.env("PLENARY_LISTEN", address.to_string()).spawn()?;
        let pid = child.id().context("the server ended at once")?;
        while begun.elapsed() < PATIENCE {
            if let Ok(mut connection) = Connection::open(address).await {
                connection.get(path).await?.expect(200)?;
                return Ok((Server { child, pid, address }, begun.elapsed()));
            }
            if let Some(status) = child.try_wait()? {
                bail!("the server ended with {status}: {}", tail(&self.log(setting)));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bail!(
            "the server did not start within {} s: {}",
            PATIENCE.as_secs(),
            tail(&self.log(setting))
        )
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn tail(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(10)..].join("\n")
}

/// A server that answers. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pid: u32,
    pub address: SocketAddr,
}

impl Server {
    pub fn new(child: Child, address: SocketAddr) -> Result<Self> {
        let pid = child.id().context("the server ended at once")?;
        Ok(Self { child, pid, address })
    }

    /// Asks it to end, as the system would, and waits. Close connections first: those in hand are finished.
    pub async fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().await?;
        if tokio::time::timeout(Duration::from_secs(20), self.child.wait()).await.is_err() {
            eprintln!("· the server did not end within 20 s of being asked to, and is killed");
            self.child.kill().await?;
        }
        Ok(())
    }

    /// Ends it at once.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Processor time it has had so far, its own and the system's for it, in seconds.
    pub fn cpu(&self) -> Result<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid))?;
        // The name, in parentheses, may hold anything; utime and stime are the 12th and 13th after it.
        let (_, rest) = stat.rsplit_once(')').context("/proc/PID/stat")?;
        let ticks: Vec<f64> = rest
            .split_whitespace()
            .skip(11)
            .take(2)
            .map_while(|word| word.parse().ok())
            .collect();
        let [user, system] = ticks[..] else {
            bail!("/proc/PID/stat has no times")
        };
        Ok((user + system) / TICKS)
    }

    /// Memory it holds, in MB (10⁶ bytes).
    pub fn resident(&self) -> Result<f64> {
        self.memory("VmRSS:")
    }

    /// The most memory it held so far, in MB (10⁶ bytes).
    pub fn peak(&self) -> Result<f64> {
        self.memory("VmHWM:")
    }

    fn memory(&self, name: &str) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .with_context(|| format!("/proc/PID/status has no {name}"))?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib * 1024.0 / 1e6)
    }
}
