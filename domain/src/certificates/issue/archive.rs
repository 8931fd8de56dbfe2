//! All certificates of an event as one ZIP: written as it is sent, so that ten thousand take no more memory than ten.

use crate::{
    Services,
    access::{Actor, Permission},
    bookings::table::line,
    certificates::{
        CertificateState,
        credential::{Snapshot, address},
        entity::certificate,
        hours::hours_in_words,
        queries,
    },
    error::Result,
    events::service::load_for,
    ids::{CertificateId, EventId},
    platform::{audit, db::begin_write},
};
use anyhow::Context;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::{
    io::{self, Write},
    sync::Arc,
};
use tokio::sync::mpsc::{self, Receiver, Sender};
use unicode_normalization::UnicodeNormalization;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// Certificates read from the database at a time.
const AT_ONCE: u64 = 50;
/// Files drawn ahead of the one that is being sent, and pieces of it ahead of whoever takes them.
const AHEAD: usize = 4;
/// The size of such a piece, in bytes.
const PIECE: usize = 64 * 1024;
/// The longest name of a person within a file's name, in characters.
const NAME: usize = 60;

/// An archive on its way. It ends early with an error where something could not be made, so that a part never passes for
/// the whole.
#[derive(Debug)]
pub struct Archive {
    pub file_name: String,
    pub pieces: Receiver<io::Result<Vec<u8>>>,
}

/// Every certificate of the event at `slug` that counts, as sealed PDFs named after their holders, and a table of them.
/// For whoever may change the event; noted in its audit trail.
pub async fn archive(services: &Arc<Services>, actor: &Actor, slug: &str) -> Result<Archive> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let tx = begin_write(&services.db).await?;
    let entry = audit::Entry {
        chain: format!("event:{}", event.id),
        action: "certificates.downloaded",
        object: "event",
        object_id: event.id.0,
        detail: None,
    };
    audit::record(&tx, actor, services.clock.now(), entry).await?;
    tx.commit().await?;
    let (files, made) = mpsc::channel(AHEAD);
    let (taker, pieces) = mpsc::channel(AHEAD);
    let (services, event_id) = (services.clone(), event.id);
    tokio::spawn(async move {
        if let Err(cause) = draw_all(&services, event_id, &files).await {
            let _ = files.send(Err(cause)).await;
        }
    });
    tokio::task::spawn_blocking(move || {
        if let Err(cause) = write(made, &taker) {
            // Whoever asked went away, or something could not be made: either way nothing more comes.
            tracing::warn!(cause = %cause, "an archive of certificates ended early");
            let _ = taker.blocking_send(Err(io::Error::other("the archive could not be finished")));
        }
    });
    Ok(Archive {
        file_name: format!("certificates-{}.zip", event.name_in_files()),
        pieces,
    })
}

type File = (String, Vec<u8>);

/// Draws one after the other, by the order of issue, and the table at the end.
async fn draw_all(services: &Services, event: EventId, files: &Sender<anyhow::Result<File>>) -> anyhow::Result<()> {
    let mut table = "\u{feff}".to_owned();
    line(
        &mut table,
        ["Name", "CPD", "Minutes", "Issued", "Certificate", "Address", "File"].map(str::to_owned),
    );
    let mut after = CertificateId(0);
    loop {
        let some = certificate::Entity::find()
            .filter(certificate::Column::EventId.eq(event))
            .filter(certificate::Column::State.eq(CertificateState::Valid))
            .filter(certificate::Column::Jwt.ne(""))
            .filter(certificate::Column::Id.gt(after))
            .order_by_asc(certificate::Column::Id)
            .limit(AT_ONCE)
            .all(&services.db.read)
            .await?;
        let Some(last) = some.last() else { break };
        after = last.id;
        for row in some {
            let snapshot: Snapshot = serde_json::from_str(&row.snapshot)?;
            let name = file_name(&snapshot);
            line(
                &mut table,
                [
                    snapshot.name.clone(),
                    hours_in_words(snapshot.shown_minutes),
                    snapshot.shown_minutes.to_string(),
                    queries::face::moment(snapshot.issued_at, &snapshot.zone),
                    snapshot.id.clone(),
                    address(&snapshot.id, &services.site),
                    name.clone(),
                ],
            );
            let (bytes, _) = queries::public::sealed(services, row).await?;
            if files.send(Ok((name, bytes))).await.is_err() {
                return Ok(());
            }
        }
    }
    let _ = files.send(Ok(("certificates.csv".to_owned(), table.into_bytes()))).await;
    Ok(())
}

/// "Siân Llŷr 3f9c71ab.pdf": letters, digits, hyphens and spaces of the name, and the beginning of the certificate's number,
/// so that two of one name are two files.
fn file_name(snapshot: &Snapshot) -> String {
    let name: String = snapshot
        .name
        .nfc()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '\'' | '’') {
                c
            } else {
                ' '
            }
        })
        .take(NAME)
        .collect();
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{name} {}.pdf", snapshot.id.get(..8).unwrap_or(&snapshot.id))
        .trim_start()
        .to_owned()
}

/// Nothing is compressed: a PDF is so already.
fn write(mut made: Receiver<anyhow::Result<File>>, taker: &Sender<io::Result<Vec<u8>>>) -> anyhow::Result<()> {
    let mut zip = ZipWriter::new_stream(Pieces {
        held: Vec::with_capacity(PIECE),
        taker,
    });
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    while let Some(file) = made.blocking_recv() {
        let (name, bytes) = file?;
        zip.start_file(name, options).context("a file of the archive could not be begun")?;
        zip.write_all(&bytes).context("a file of the archive could not be written")?;
    }
    let mut pieces = zip.finish().context("the archive could not be ended")?.into_inner();
    pieces.flush().context("the end of the archive was not taken")?;
    Ok(())
}

/// Hands on what is written in pieces, and waits where they are not taken.
struct Pieces<'a> {
    held: Vec<u8>,
    taker: &'a Sender<io::Result<Vec<u8>>>,
}

impl Write for Pieces<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.held, Vec::with_capacity(PIECE));
        self.taker
            .blocking_send(Ok(piece))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "whoever asked went away"))
    }
}
