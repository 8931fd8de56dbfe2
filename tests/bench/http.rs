//! As much of an HTTP/1.1 client as it takes to load a server on this machine: one kept-alive connection, one request at a
//! time, bodies by length or in chunks.

use anyhow::{Context, Result, bail};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest answer that is read.
const MOST: usize = 16 * 1024 * 1024;

pub struct Connection {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
    /// The `Cookie` header; empty for none.
    cookie: String,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// Where it sends on to.
    pub location: Option<String>,
    pub body: Vec<u8>,
}

/// What stands before a body.
struct Head {
    status: u16,
    location: Option<String>,
    length: Option<usize>,
    chunked: bool,
}

impl Answer {
    /// The body, if the status is this one.
    pub fn expect(self, status: u16) -> Result<Vec<u8>> {
        if self.status != status {
            bail!("{} instead of {status}: {}", self.status, self.start());
        }
        Ok(self.body)
    }

    /// How the body begins, for messages.
    pub fn start(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(300).collect()
    }
}

impl Connection {
    pub async fn open(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::with_capacity(64 * 1024, stream),
            address,
            cookie: String::new(),
        })
    }

    /// The same for somebody signed in.
    #[must_use]
    pub fn signed_in(mut self, cookie: &str) -> Self {
        cookie.clone_into(&mut self.cookie);
        self
    }

    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.ask("GET", path, &[("accept", "text/html, application/json")], "").await
    }

    /// Posts JSON under an idempotency key.
    pub async fn post(&mut self, path: &str, key: &str, json: &str) -> Result<Answer> {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.ask("POST", path, &headers, json).await
    }

    /// Posts a form whose values need no encoding.
    pub async fn post_form(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
        self.ask("POST", path, &headers, &pairs.join("&")).await
    }

    async fn ask(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<Answer> {
        let answered = async {
            self.send(method, path, headers, body).await?;
            self.read().await
        };
        let answered = tokio::time::timeout(PATIENCE, answered).await.context("no answer came");
        answered.flatten().with_context(|| format!("{method} {path}"))
    }

    async fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Result<()> {
        let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\n", self.address);
        let cookie = Some(("cookie", self.cookie.as_str())).filter(|(_, cookie)| !cookie.is_empty());
        for (name, value) in headers.iter().copied().chain(cookie) {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        Ok(())
    }

    async fn head(&mut self) -> Result<Head> {
        let mut line = String::new();
        self.line(&mut line).await?;
        let status = line
            .split(' ')
            .nth(1)
            .and_then(|word| word.parse().ok())
            .with_context(|| format!("not HTTP: {line}"))?;
        let (mut length, mut chunked, mut location) = (None, false, None);
        loop {
            self.line(&mut line).await?;
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').with_context(|| format!("not a header: {line}"))?;
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.trim().parse::<usize>()?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                chunked = value.trim().eq_ignore_ascii_case("chunked");
            } else if name.eq_ignore_ascii_case("location") {
                location = Some(value.trim().to_owned());
            }
        }
        Ok(Head {
            status,
            location,
            length,
            chunked,
        })
    }

    async fn read(&mut self) -> Result<Answer> {
        let head = self.head().await?;
        let (mut line, mut body) = (String::new(), Vec::new());
        if head.chunked {
            while self.chunk(&mut line, &mut body).await? {}
        } else {
            self.take(head.length.context("an answer without a length")?, &mut body).await?;
        }
        Ok(Answer {
            status: head.status,
            location: head.location,
            body,
        })
    }

    /// Gets what is sent in chunks however long it is, and gives how many bytes that was.
    pub async fn download(&mut self, path: &str) -> Result<u64> {
        self.send("GET", path, &[("accept", "*/*")], "").await?;
        let head = self.head().await?;
        if head.status != 200 || !head.chunked {
            bail!("{path}: {} or not in chunks", head.status);
        }
        let (mut line, mut piece, mut bytes) = (String::new(), Vec::new(), 0);
        while self.chunk(&mut line, &mut piece).await? {
            bytes += piece.len() as u64;
            piece.clear();
        }
        Ok(bytes)
    }

    /// One chunk; false after the last.
    async fn chunk(&mut self, line: &mut String, body: &mut Vec<u8>) -> Result<bool> {
        self.line(line).await?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).with_context(|| format!("not the size of a chunk: {line}"))?;
        self.take(size, body).await?;
        self.line(line).await?;
        Ok(size > 0)
    }

    async fn take(&mut self, size: usize, body: &mut Vec<u8>) -> Result<()> {
        let start = body.len();
        if start + size > MOST {
            bail!("an answer of more than {MOST} bytes");
        }
        body.resize(start + size, 0);
        self.stream.read_exact(&mut body[start..]).await?;
        Ok(())
    }

    async fn line(&mut self, line: &mut String) -> Result<()> {
        line.clear();
        if self.stream.read_line(line).await? == 0 {
            bail!("the connection was closed");
        }
        line.truncate(line.trim_end().len());
        Ok(())
    }
}
