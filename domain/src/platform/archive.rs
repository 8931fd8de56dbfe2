//! A ZIP written as it is sent: what is in it comes one file after the other, so that an archive of any size takes little
//! memory. It ends early with an error where a file could not be made, so that a part never passes for the whole.

use anyhow::Context;
use chrono::{DateTime, Datelike, Timelike, Utc};
use std::io::{self, Write};
use tokio::sync::mpsc::{self, Receiver, Sender};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Files made ahead of the one that is being sent, and pieces of it ahead of whoever takes them.
const AHEAD: usize = 4;
/// The size of such a piece, in bytes.
const PIECE: usize = 64 * 1024;

/// What comes of an archive, piece by piece.
pub type Pieces = Receiver<io::Result<Vec<u8>>>;

/// Where the files of an archive are put, each under its name in it.
#[derive(Clone, Debug)]
pub struct Files(Sender<anyhow::Result<(String, Vec<u8>)>>);

impl Files {
    /// Adds a file, and waits while enough are made ahead. False where nobody takes the archive any more: nothing more
    /// need be made.
    pub async fn put(&self, name: impl Into<String>, bytes: Vec<u8>) -> bool {
        self.0.send(Ok((name.into(), bytes))).await.is_ok()
    }

    /// Ends the archive as one that could not be made.
    pub async fn fail(&self, cause: anyhow::Error) {
        let _ = self.0.send(Err(cause)).await;
    }
}

/// An archive of what will be put, its files dated `at` (UTC). It is whole once the last [`Files`] is dropped.
#[must_use]
pub fn archive(at: DateTime<Utc>) -> (Files, Pieces) {
    let (files, made) = mpsc::channel(AHEAD);
    let (taker, pieces) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        if let Err(cause) = write(made, &taker, at) {
            // Whoever asked went away, or something could not be made: either way nothing more comes.
            tracing::warn!(cause = %cause, "an archive ended early");
            let _ = taker.blocking_send(Err(io::Error::other("the archive could not be finished")));
        }
    });
    (Files(files), pieces)
}

/// Nothing is compressed: what is large is so already.
fn write(
    mut made: Receiver<anyhow::Result<(String, Vec<u8>)>>,
    taker: &Sender<io::Result<Vec<u8>>>,
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut zip = ZipWriter::new_stream(Held {
        bytes: Vec::with_capacity(PIECE),
        taker,
    });
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(dated(at).unwrap_or_default());
    while let Some(file) = made.blocking_recv() {
        let (name, bytes) = file?;
        zip.start_file(name, options).context("a file of the archive could not be begun")?;
        zip.write_all(&bytes).context("a file of the archive could not be written")?;
    }
    let mut held = zip.finish().context("the archive could not be ended")?.into_inner();
    held.flush().context("the end of the archive was not taken")
}

/// The time as a ZIP writes it; nothing outside the years it has words for.
fn dated(at: DateTime<Utc>) -> Option<zip::DateTime> {
    let part = |number: u32| u8::try_from(number).ok();
    let year = u16::try_from(at.year()).ok()?;
    let (month, day) = (part(at.month())?, part(at.day())?);
    zip::DateTime::from_date_and_time(year, month, day, part(at.hour())?, part(at.minute())?, 0).ok()
}

/// Hands on what is written in pieces, and waits where they are not taken.
struct Held<'a> {
    bytes: Vec<u8>,
    taker: &'a Sender<io::Result<Vec<u8>>>,
}

impl Write for Held<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        if self.bytes.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.bytes.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.bytes, Vec::with_capacity(PIECE));
        self.taker
            .blocking_send(Ok(piece))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "whoever asked went away"))
    }
}
