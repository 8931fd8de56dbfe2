//! Which mail server, and how it is spoken to: `PLENARY_SMTP_URL`.
//!
//! ```text
//! smtps://USER:PASSWORD@mail.example.org            TLS from the start, port 465
//! smtp://USER:PASSWORD@mail.example.org             STARTTLS, and nothing is said without it; port 587
//! smtp://localhost:1025                             in the clear: only to this machine, and the default there; port 25
//! smtp://localhost?tls=required                     STARTTLS to this machine
//! ```
//!
//! `tls=required` and `tls=none` are the only options; `tls=none` to another machine is refused, since sign-in links
//! and names would cross the network in the clear. USER and PASSWORD are percent-encoded. A path is the name given in
//! EHLO (`smtp://mail.example.org/events.example.org`), which otherwise is the host name.

use std::fmt;
use std::net::IpAddr;

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS before the first word.
    Tls,
    /// STARTTLS, required.
    StartTls,
    /// None; only ever to this machine.
    Clear,
}

/// A mail server's address and how to sign in to it.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub credentials: Option<(String, String)>,
    /// The name to give in EHLO, if not the host name.
    pub hello: Option<String>,
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secret = self.credentials.as_ref().map(|_| "hidden");
        f.debug_struct("Server")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("credentials", &secret)
            .field("hello", &self.hello)
            .finish()
    }
}

/// Why a mail server's URL cannot be used. Says nothing of what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    #[error("the mail server must be given as smtp://… or smtps://…")]
    Scheme,
    #[error("the mail server's URL names no host")]
    Host,
    #[error("the mail server's port must be a number from 1 to 65535")]
    Port,
    #[error("the mail server's user and password must be percent-encoded, with no control characters")]
    Credentials,
    #[error("the mail server's URL takes only ?tls=required and ?tls=none")]
    Option,
    #[error("mail may go without TLS only to this machine; leave out tls=none, or use smtps://")]
    ClearToAnother,
}

impl Server {
    /// Reads a URL as described at the top of this module.
    pub fn parse(url: &str) -> Result<Server, BadUrl> {
        let url = url.trim();
        let (scheme, rest) = url.split_once("://").ok_or(BadUrl::Scheme)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, place) = match authority.rsplit_once('@') {
            Some((who, place)) => (Some(credentials(who)?), place),
            None => (None, authority),
        };
        let (host, port) = split_port(place)?;
        if host.is_empty() || !host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_:".contains(&b)) {
            return Err(BadUrl::Host);
        }
        let tls = match query.split_once('=') {
            None if query.is_empty() => None,
            Some(("tls", "required")) => Some(true),
            Some(("tls", "none")) => Some(false),
            _ => return Err(BadUrl::Option),
        };
        let near = is_this_machine(host);
        let security = match (scheme.to_ascii_lowercase().as_str(), tls) {
            ("smtps", None | Some(true)) => Security::Tls,
            ("smtps", Some(false)) => return Err(BadUrl::Option),
            ("smtp", None) if near => Security::Clear,
            ("smtp", None | Some(true)) => Security::StartTls,
            ("smtp", Some(false)) if near => Security::Clear,
            ("smtp", Some(false)) => return Err(BadUrl::ClearToAnother),
            _ => return Err(BadUrl::Scheme),
        };
        let usual = match security {
            Security::Tls => 465,
            Security::StartTls => 587,
            Security::Clear => 25,
        };
        let hello = Some(path.trim_matches('/')).filter(|path| !path.is_empty());
        if hello.is_some_and(|name| !name.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b))) {
            return Err(BadUrl::Host);
        }
        Ok(Server {
            host: host.to_owned(),
            port: port.unwrap_or(usual),
            security,
            credentials,
            hello: hello.map(str::to_owned),
        })
    }
}

pub(super) fn split_port(place: &str) -> Result<(&str, Option<u16>), BadUrl> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or(BadUrl::Host)?;
            (host, after.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    match port {
        None => Ok((host, None)),
        Some(port) => match port.parse() {
            Ok(0) | Err(_) => Err(BadUrl::Port),
            Ok(port) => Ok((host, Some(port))),
        },
    }
}

pub(super) fn credentials(who: &str) -> Result<(String, String), BadUrl> {
    let (user, password) = who.split_once(':').ok_or(BadUrl::Credentials)?;
    Ok((decoded(user)?, decoded(password)?))
}

pub(super) fn decoded(text: &str) -> Result<String, BadUrl> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| byte.and_then(|b| char::from(b).to_digit(16));
        let (high, low) = (digit(rest.next()), digit(rest.next()));
        let code = high.zip(low).and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        bytes.push(code.ok_or(BadUrl::Credentials)?);
    }
    let text = String::from_utf8(bytes).map_err(|_| BadUrl::Credentials)?;
    if text.is_empty() || text.chars().any(char::is_control) {
        Err(BadUrl::Credentials)
    } else {
        Ok(text)
    }
}

pub(super) fn is_this_machine(host: &str) -> bool {
    let name = host.to_ascii_lowercase();
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Result<(String, u16, Security), BadUrl> {
        Server::parse(url).map(|server| (server.host, server.port, server.security))
    }

    #[test]
    fn urls_say_how_a_connection_is_protected() {
        let ok = |host: &str, port, security| Ok((host.to_owned(), port, security));
        assert_eq!(read("smtps://mail.example.org"), ok("mail.example.org", 465, Security::Tls));
        assert_eq!(read("smtp://mail.example.org"), ok("mail.example.org", 587, Security::StartTls));
        assert_eq!(
            read("smtp://mail.example.org:25?tls=required"),
            ok("mail.example.org", 25, Security::StartTls)
        );
        assert_eq!(read("smtp://localhost:1025"), ok("localhost", 1025, Security::Clear));
        assert_eq!(read("smtp://127.0.0.1"), ok("127.0.0.1", 25, Security::Clear));
        assert_eq!(read("smtp://[::1]:2525?tls=none"), ok("::1", 2525, Security::Clear));
        assert_eq!(read("smtp://localhost?tls=required"), ok("localhost", 587, Security::StartTls));
        assert_eq!(read("smtp://mail.example.org?tls=none"), Err(BadUrl::ClearToAnother));
        assert_eq!(read("smtp://localhost.evil.example?tls=none"), Err(BadUrl::ClearToAnother));
        assert_eq!(read("smtp://mail.example.org?tls=opportunistic"), Err(BadUrl::Option));
        assert_eq!(read("smtps://mail.example.org?tls=none"), Err(BadUrl::Option));
        for bad in [
            "mail.example.org",
            "http://mail.example.org",
            "smtp://",
            "smtp://:25",
            "smtp://a b",
            "smtp://h:0",
            "smtp://h:99999",
            "smtp://[::1",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn credentials_are_decoded_and_never_shown() {
        let server = Server::parse("smtps://us%40er:p%40ss%3Aword@mail.example.org/events.example.org").unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(server.credentials, Some(("us@er".into(), "p@ss:word".into())));
        assert_eq!(server.hello.as_deref(), Some("events.example.org"));
        let shown = format!("{server:?}");
        assert!(!shown.contains("p@ss") && !shown.contains("us@er"), "{shown}");
        for bad in ["smtps://user@h", "smtps://user:%zz@h", "smtps://user:%0d%0a@h", "smtps://:@h"] {
            assert_eq!(read(bad), Err(BadUrl::Credentials), "{bad}");
        }
    }
}
