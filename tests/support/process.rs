//! The program itself as a process, for what only a process can show: what it does to files, and what is done to it.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// The program on a data folder of its own, with nothing of our environment.
#[must_use]
pub fn program(data: &Path) -> Command {
    let here = std::env::current_exe().unwrap();
    let file = here.parent().and_then(Path::parent).unwrap().join("plenary");
    assert!(
        file.is_file(),
        "{} is missing; build it first: cargo build -p server --bin plenary",
        file.display()
    );
    let mut command = Command::new(file);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PLENARY_")) {
        command.env_remove(name);
    }
    command
        .current_dir(data.parent().unwrap())
        .env("PLENARY_DATA_DIR", data)
        .env("PLENARY_LOG", "warn")
        .stdin(Stdio::null());
    command
}

/// What a command that ended says: its exit code, and its words for people.
#[must_use]
pub fn ended(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or_else(|| panic!("it was killed: {words}")), words)
}

/// `plenary serve` on a port of its own. It is killed when dropped.
#[derive(Debug)]
pub struct Served {
    process: Child,
    address: SocketAddr,
}

impl Served {
    /// Starts it by `command`, to which `PLENARY_LISTEN` is added, and waits until it is ready.
    pub async fn start(command: &mut Command) -> Self {
        let address = free_address();
        let process = command
            .env("PLENARY_LISTEN", address.to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut served = Self { process, address };
        for _ in 0..600 {
            assert_eq!(served.process.try_wait().unwrap(), None, "the server has ended");
            if TcpStream::connect(address).await.is_ok() && served.get("/health/ready").await.0 == 200 {
                return served;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the server is not ready within half a minute");
    }

    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// The status and the whole text of the answer to a request with these headers, each ended by a line break.
    pub async fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> (u16, String) {
        let text = self.try_send(method, path, headers, body).await.unwrap();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        (status.unwrap_or_else(|| panic!("no answer: {text}")), text)
    }

    /// The same to a program that may end meanwhile: what came of the answer, which may be nothing.
    pub async fn try_send(&self, method: &str, path: &str, headers: &str, body: &str) -> std::io::Result<String> {
        let mut stream = TcpStream::connect(self.address).await?;
        let host = self.address;
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        self.send("GET", path, "", "").await
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address nobody listens on just now.
#[must_use]
pub fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}
