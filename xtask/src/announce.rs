//! Prints where the server of `cargo xtask run` is, once it answers. Started beside it, gone when it has spoken.

use crate::shell::{program, read, target};
use anyhow::Result;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::thread::sleep;
use std::time::Duration;

/// Waits for `/health/ready` and prints the two lines. Says nothing if the server, its parent, ends before that.
pub fn announce(address: &str, base_url: &str) -> Result<ExitCode> {
    let server = std::os::unix::process::parent_id();
    // A server told to listen everywhere is asked here.
    let near = address.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]");
    while !is_ready(&near) {
        if std::os::unix::process::parent_id() != server {
            return Ok(ExitCode::FAILURE);
        }
        sleep(Duration::from_millis(100));
    }
    println!("Plenary: {base_url}");
    match read(program(target().join("debug/plenary")).args(["sign-in-link", "--email", "owner@example.org"])) {
        Ok(link) => println!("Organiser sign-in: {}", link.trim()),
        Err(_) => eprintln!("The demo's organiser is not in this data folder; `plenary sign-in-link --email E` signs you in."),
    }
    Ok(ExitCode::SUCCESS)
}

fn is_ready(address: &str) -> bool {
    ask(address).is_some_and(|answer| answer.starts_with("HTTP/1.1 200"))
}

fn ask(address: &str) -> Option<String> {
    let mut connection = TcpStream::connect(address).ok()?;
    connection.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(
        connection,
        "GET /health/ready HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    connection.take(64 * 1024).read_to_string(&mut answer).ok()?;
    Some(answer)
}
