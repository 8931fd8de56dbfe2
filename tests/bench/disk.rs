//! What this disk and this database do at best.

use crate::load::all;
use anyhow::Result;
use domain::platform::db::{Db, Sync, begin_write};
use sea_orm::{ConnectionTrait, Statement};
use std::{
    fs::File,
    io::{Seek, SeekFrom, Write},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

/// How long the disk is asked.
const FLUSHING: Duration = Duration::from_secs(2);
/// SQLite's log begins again at its start after about a thousand pages; so does this.
const ROUND: u32 = 1_000;

/// How often a second 4 KB can be written and known to be on the disk.
pub fn flushes_per_second(folder: &Path) -> Result<f64> {
    let path = folder.join("flushed");
    let mut file = File::create(&path)?;
    let (begun, mut count) = (Instant::now(), 0_u32);
    while begun.elapsed() < FLUSHING {
        if count.is_multiple_of(ROUND) {
            file.seek(SeekFrom::Start(0))?;
        }
        file.write_all(&[count.to_le_bytes()[0]; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    let took = begun.elapsed().as_secs_f64();
    std::fs::remove_file(path)?;
    Ok(f64::from(count) / took)
}

/// `BEGIN IMMEDIATE`, three rows, `COMMIT`: how often a second through the same pool, in a file of its own.
pub async fn inserts_per_second(file: &Path, sync: Sync, clients: usize, times: usize) -> Result<f64> {
    let db = Db::open(&format!("sqlite:{}", file.display()), sync).await?;
    for table in ["one", "two", "three"] {
        let sql = format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, words TEXT NOT NULL)");
        db.writer().execute_unprepared(&sql).await?;
    }
    let (next, begun) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    all(clients, |_| {
        let (db, next) = (db.clone(), next.clone());
        async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= times {
                    return Ok(());
                }
                let tx = begin_write(&db).await?;
                for table in ["one", "two", "three"] {
                    let sql = format!("INSERT INTO {table} (number, words) VALUES ($1, $2)");
                    let values = [i64::try_from(number)?.into(), "a hundred bytes of nothing ".repeat(4).into()];
                    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values))
                        .await?;
                }
                tx.commit().await?;
            }
        }
    })
    .await?;
    Ok(times as f64 / begun.elapsed().as_secs_f64())
}
