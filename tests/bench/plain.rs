//! The baseline of a page: a process that hands out the same bytes from memory and does nothing else.

use crate::process::Server;
use anyhow::{Context, Result};
use axum::{Router, body::Bytes, http::header, routing::get, serve::ListenerExt};
use std::{net::Ipv4Addr, path::Path, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpListener,
    process::Command,
};

/// The address of the bytes.
pub const PATH: &str = "/page";

/// Serves what is in `file` until killed; says its address on stdout.
pub async fn serve(file: &Path) -> Result<()> {
    let bytes = Bytes::from(std::fs::read(file)?);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let page = get(move || {
        let bytes = bytes.clone();
        async move { ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], bytes) }
    });
    Ok(axum::serve(listener, Router::new().route(PATH, page)).await?)
}

/// Starts this program as that process.
pub async fn start(file: &Path) -> Result<Server> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .arg("--plain")
        .arg(file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("no stdout")?)
        .read_line(&mut line)
        .await?;
    Server::new(child, line.trim().parse().context("the baseline did not say its address")?)
}
