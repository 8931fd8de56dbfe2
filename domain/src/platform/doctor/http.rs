//! Asking the site itself, as a reader's browser would: one request, one small answer.

use super::PATIENCE;
use crate::platform::tls;
use chrono::{DateTime, Utc};
use std::io;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, rustls::pki_types::ServerName};

/// Where to ask.
#[derive(Clone, Debug)]
pub struct Place {
    pub https: bool,
    pub host: String,
    pub port: u16,
}

impl Place {
    /// The parts of an address that [`crate::platform::signing::Site`] has read.
    pub fn of(base: &str) -> Option<Self> {
        let (scheme, authority) = base.split_once("://")?;
        let https = scheme == "https";
        let (host, port) = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => authority
                .split_once(':')
                .map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let usual = if https { 443 } else { 80 };
        Some(Self {
            https,
            host: host.to_owned(),
            port: port.map_or(Some(usual), |port| port.parse().ok())?,
        })
    }

    /// Whether it is this machine alone.
    pub fn is_near(&self) -> bool {
        self.host == "localhost" || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub date: Option<DateTime<Utc>>,
    pub body: Vec<u8>,
}

/// Why nothing did.
#[derive(Debug)]
pub enum Silence {
    /// Nobody listens there.
    Refused,
    /// No answer in time, or none that can be read.
    None,
    /// No secure connection: a word and a sentence.
    Tls(&'static str, String),
}

/// Asks for `path`.
pub async fn get(place: &Place, path: &str) -> Result<Answer, Silence> {
    let asking = async {
        let stream = TcpStream::connect((place.host.as_str(), place.port)).await?;
        // HTTP/1.0, so that the answer comes in one piece and the connection ends with it.
        let host = if place.host.contains(':') {
            format!("[{}]:{}", place.host, place.port)
        } else {
            format!("{}:{}", place.host, place.port)
        };
        let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nUser-Agent: plenary-doctor\r\nConnection: close\r\n\r\n");
        if place.https {
            let name = ServerName::try_from(place.host.clone()).map_err(io::Error::other)?;
            let stream = TlsConnector::from(tls::trust()?).connect(name, stream).await?;
            talk(stream, &request).await
        } else {
            talk(stream, &request).await
        }
    };
    match timeout(PATIENCE, asking).await {
        Ok(Ok(bytes)) => read(&bytes).ok_or(Silence::None),
        Ok(Err(cause)) if cause.kind() == io::ErrorKind::ConnectionRefused => Err(Silence::Refused),
        Ok(Err(cause)) => Err(tls::fault(&cause, "this site").map_or(Silence::None, |(code, words)| Silence::Tls(code, words))),
        Err(_) => Err(Silence::None),
    }
}

async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> io::Result<Vec<u8>> {
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut bytes = Vec::new();
    match stream.take(256 * 1024).read_to_end(&mut bytes).await {
        // Many servers hang up without the goodbye that TLS asks for.
        Err(cause) if cause.kind() == io::ErrorKind::UnexpectedEof && !bytes.is_empty() => Ok(bytes),
        Err(cause) => Err(cause),
        Ok(_) => Ok(bytes),
    }
}

fn read(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let date = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("date"))
        .and_then(|(_, value)| DateTime::parse_from_rfc2822(value.trim()).ok())
        .map(|at| at.to_utc());
    Some(Answer {
        status,
        date,
        body: bytes[end + 4..].to_vec(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let parts = |base| Place::of(base).map(|place| (place.https, place.host.clone(), place.port, place.is_near()));
        assert_eq!(
            parts("https://events.example.org"),
            Some((true, "events.example.org".to_owned(), 443, false))
        );
        assert_eq!(parts("http://127.0.0.1:3000"), Some((false, "127.0.0.1".to_owned(), 3000, true)));
        assert_eq!(parts("http://[::1]:3000"), Some((false, "::1".to_owned(), 3000, true)));
    }

    #[test]
    fn an_answer_is_read_with_its_date() {
        let answer = read(b"HTTP/1.1 200 OK\r\ndate: Fri, 20 Nov 2026 10:00:00 GMT\r\n\r\nlive\n");
        let told = answer.map(|answer| (answer.status, answer.date.map(|at| at.to_rfc3339()), answer.body));
        assert_eq!(told, Some((200, Some("2026-11-20T10:00:00+00:00".to_owned()), b"live\n".to_vec())));
        assert!(read(b"220 mail.example.org ESMTP\r\n").is_none());
    }
}
