//! One file with everything in it, and the way back.
//!
//! On SQLite the database is copied as one consistent whole while the site goes on. On PostgreSQL the database has its
//! own tools, and this says so.

use crate::{config::Config, start};
use anyhow::Context;
use domain::Services;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sea_orm::ConnectionTrait;
use std::{
    fs::{self, File, OpenOptions},
    io::Read,
    os::unix::fs::OpenOptionsExt,
    path::{Component, Path},
    process::ExitCode,
};

/// What may be in a backup besides the database.
const FOLDERS: [&str; 2] = ["files", "keys"];

pub async fn backup(services: &Services, file: &Path, with_keys: bool) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        !services.db.is_postgres(),
        "this installation keeps its data in PostgreSQL: back it up with pg_dump, and copy the keys folder beside it"
    );
    let copy = services.data_dir.join(format!("backup-{}.db", services.random.public_id()));
    let quoted = copy.to_string_lossy().replace('\'', "''");
    services
        .db
        .writer()
        .execute_unprepared(&format!("VACUUM INTO '{quoted}'"))
        .await
        .context("the database could not be copied")?;
    let written = write(services, file, &copy, with_keys);
    fs::remove_file(&copy).context("the copy of the database could not be removed")?;
    written?;
    eprintln!(
        "Everything is in {}{}.",
        file.display(),
        if with_keys {
            ", with the signing keys: keep it as safe as they are"
        } else {
            ", without the signing keys"
        }
    );
    Ok(ExitCode::SUCCESS)
}

fn write(services: &Services, file: &Path, copy: &Path, with_keys: bool) -> anyhow::Result<()> {
    let out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("{} could not be made; a backup never overwrites a file", file.display()))?;
    let mut archive = tar::Builder::new(GzEncoder::new(&out, Compression::default()));
    archive.mode(tar::HeaderMode::Deterministic);
    archive.append_path_with_name(copy, "plenary.db")?;
    for folder in FOLDERS {
        let path = services.data_dir.join(folder);
        if path.is_dir() && (folder != "keys" || with_keys) {
            archive.append_dir_all(folder, &path)?;
        }
    }
    archive.into_inner()?.finish()?;
    out.sync_all()?;
    Ok(())
}

pub async fn restore(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        !config.is_postgres(),
        "this installation keeps its data in PostgreSQL: restore it with pg_restore or psql"
    );
    let lock = start::lock(config).context("the folder is in use")?;
    anyhow::ensure!(
        !config.data_dir.join("plenary.db").exists(),
        "{} already holds a database. Restore into an empty folder.",
        config.data_dir.display()
    );
    let opened = File::open(file).with_context(|| format!("{} could not be opened", file.display()))?;
    let mut archive = tar::Archive::new(GzDecoder::new(opened));
    let mut found = false;
    for entry in archive.entries()? {
        let mut entry = entry.with_context(|| format!("{} is not a backup, or is damaged", file.display()))?;
        let path = entry.path()?.into_owned();
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        let known = path == Path::new("plenary.db") || FOLDERS.iter().any(|folder| path.starts_with(folder));
        anyhow::ensure!(
            plain && known,
            "{} holds something that is not of a backup: {}",
            file.display(),
            path.display()
        );
        let to = config.data_dir.join(&path);
        if entry.header().entry_type().is_dir() {
            fs::create_dir_all(&to)?;
            continue;
        }
        anyhow::ensure!(
            entry.header().entry_type().is_file(),
            "{} holds a link, which no backup does",
            file.display()
        );
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent)?;
        }
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&to)?;
        std::io::copy(&mut entry.by_ref(), &mut out)?;
        out.sync_all()?;
        found |= path == Path::new("plenary.db");
    }
    anyhow::ensure!(found, "{} holds no database", file.display());
    drop(lock);
    let services = start::services(config).await.context("what was restored cannot be opened")?;
    anyhow::ensure!(services.db.is_migrated().await?, "what was restored is not of this release");
    eprintln!("Restored into {}.", config.data_dir.display());
    Ok(ExitCode::SUCCESS)
}
