//! All certificates of an event as one archive: ten thousand take no more memory than ten.

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
    platform::{
        archive::{self, Files, Pieces},
        audit,
        db::begin_write,
    },
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// Certificates read from the database at a time.
const AT_ONCE: u64 = 50;
/// The longest name of a person within a file's name, in characters.
const NAME: usize = 60;

/// An archive on its way.
#[derive(Debug)]
pub struct Archive {
    pub file_name: String,
    pub pieces: Pieces,
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
    let now = services.clock.now();
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    let (files, pieces) = archive::archive(now);
    let (services, event_id) = (services.clone(), event.id);
    tokio::spawn(async move {
        if let Err(cause) = draw_all(&services, event_id, &files).await {
            files.fail(cause).await;
        }
    });
    Ok(Archive {
        file_name: format!("certificates-{}.zip", event.name_in_files()),
        pieces,
    })
}

/// Draws one after the other, by the order of issue, and the table at the end.
async fn draw_all(services: &Services, event: EventId, files: &Files) -> anyhow::Result<()> {
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
            if !files.put(name, bytes).await {
                return Ok(());
            }
        }
    }
    files.put("certificates.csv", table.into_bytes()).await;
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
