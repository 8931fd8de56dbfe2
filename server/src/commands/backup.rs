//! One file with everything in it, and the way back.
//!
//! On SQLite the database is copied as one consistent whole while the site goes on. On PostgreSQL the database has its
//! own tools, and this says so. The public halves of the signing keys are always in it: without them nobody could check
//! what they signed. The private halves only if asked for.

use crate::{config::Config, start};
use anyhow::Context;
use chrono::{DateTime, Utc};
use domain::{
    Services,
    platform::{
        clock::Clock,
        random::Random,
        signing::{KeyError, KeyRing, Keys, keys::STOLEN},
    },
};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use sea_orm::ConnectionTrait;
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Read},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Component, Path, PathBuf},
    process::ExitCode,
};

/// The database's name in a backup.
const DATABASE: &str = "plenary.db";
/// What may be in a backup besides the database.
const FOLDERS: [&str; 2] = ["files", "keys"];
/// How a public key's file ends.
const PUBLIC: &str = ".pub.pem";

pub async fn backup(services: &Services, file: &Path, with_keys: bool) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        !services.db.is_postgres(),
        "this installation keeps its data in PostgreSQL: back it up with pg_dump, and copy the keys folder beside it"
    );
    let out = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("{} could not be made; a backup never overwrites a file", file.display()))?;
    let copy = services.data_dir.join(format!("backup-{}.db", services.random.public_id()));
    let written = write(services, &out, &copy, with_keys).await;
    let removed = fs::remove_file(&copy);
    if written.is_err() {
        // Half a backup is none. What went wrong is told either way.
        let _ = fs::remove_file(file);
    }
    written?;
    removed.context("the copy of the database could not be removed")?;
    eprintln!(
        "Everything is in {}{}.",
        file.display(),
        if with_keys {
            ", with the signing keys: keep it as safe as they are"
        } else {
            ", without the private signing keys"
        }
    );
    Ok(ExitCode::SUCCESS)
}

async fn write(services: &Services, out: &File, copy: &Path, with_keys: bool) -> anyhow::Result<()> {
    let quoted = copy.to_string_lossy().replace('\'', "''");
    services
        .db
        .writer()
        .execute_unprepared(&format!("VACUUM INTO '{quoted}'"))
        .await
        .context("the database could not be copied")?;
    let mut archive = tar::Builder::new(GzEncoder::new(out, Compression::default()));
    archive.mode(tar::HeaderMode::Deterministic);
    archive.append_path_with_name(copy, DATABASE)?;
    let files = services.data_dir.join("files");
    if files.is_dir() {
        archive.append_dir_all("files", &files)?;
    }
    let keys = services.data_dir.join("keys");
    for issuer in services.keys.issuers()? {
        let folder = services.keys.folder_of(&issuer);
        let inside = Path::new("keys").join(folder.strip_prefix(&keys)?);
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let public = name.ends_with(PUBLIC) || name.ends_with(STOLEN);
            if !name.starts_with('.') && (public || (with_keys && name.ends_with(".pem"))) {
                archive.append_path_with_name(&path, inside.join(&*name))?;
            }
        }
    }
    archive.into_inner()?.finish()?;
    out.sync_all()?;
    Ok(())
}

pub async fn restore(config: &Config, file: &Path) -> anyhow::Result<ExitCode> {
    let Some(database) = config.sqlite_file() else {
        anyhow::bail!("this installation keeps its data in PostgreSQL: restore it with pg_restore or psql");
    };
    let _lock = start::lock(config).context("the folder is in use")?;
    let folder = &config.data_dir;
    // What SQLite had not yet put into a database that was moved away would be put into this one.
    let log = PathBuf::from(format!("{}-wal", database.display()));
    for taken in [&database, &log, &folder.join("files"), &folder.join("keys")] {
        anyhow::ensure!(
            !taken.exists(),
            "{} is there already. Restore into an empty folder.",
            taken.display()
        );
    }
    let opened = File::open(file).with_context(|| format!("{} could not be opened", file.display()))?;
    // Unpacked beside where it goes, and moved there only when all of it was read.
    let (clock, random) = (Clock::System, Random::system());
    let unpacked = folder.join(format!("restore-{}", random.public_id()));
    make_folder(&unpacked)?;
    let restored = unpack(opened, &unpacked)
        .with_context(|| format!("{} is not a backup, or is damaged; nothing was restored", file.display()))
        .and_then(|()| put_in_place(&unpacked, folder, &database));
    fs::remove_dir_all(&unpacked)?;
    restored?;
    let without = renew_keys(&folder.join("keys"), clock.now(), &random).context("the signing keys could not be restored")?;
    let services = start::services(config).await.context("what was restored cannot be opened")?;
    anyhow::ensure!(services.db.is_migrated().await?, "what was restored is not of this release");
    eprintln!("Restored into {}.", folder.display());
    if without {
        eprintln!("Private signing keys were not in it, so new ones were made. What the old ones signed can still be checked.");
    }
    Ok(ExitCode::SUCCESS)
}

/// Gives each issuer that came back without a key to sign with a new one, beside the old public ones. Says whether any did.
fn renew_keys(folder: &Path, now: DateTime<Utc>, random: &Random) -> anyhow::Result<bool> {
    let keys = Keys::at(folder);
    let mut any = false;
    for issuer in keys.issuers()? {
        let own = keys.folder_of(&issuer);
        let is_empty = fs::read_dir(&own)?.next().is_none();
        any |= !is_empty && matches!(KeyRing::load(&own), Err(KeyError::NoPrivate(_)));
        KeyRing::renew(&own, now, random.bytes())?;
    }
    Ok(any)
}

/// Writes what a backup holds into an empty folder, after a look at each name. Reads the file to its last byte: only
/// then is its checksum known to be right.
fn unpack(backup: impl Read, folder: &Path) -> anyhow::Result<()> {
    let mut unzipped = GzDecoder::new(backup);
    let mut archive = tar::Archive::new(&mut unzipped);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let plain = path.components().all(|part| matches!(part, Component::Normal(_)));
        let known = path == Path::new(DATABASE) || FOLDERS.iter().any(|folder| path.starts_with(folder));
        anyhow::ensure!(plain && known, "it holds something that is not of a backup: {}", path.display());
        let to = folder.join(&path);
        if entry.header().entry_type().is_dir() {
            make_folder(&to)?;
            continue;
        }
        anyhow::ensure!(entry.header().entry_type().is_file(), "it holds a link, which no backup does");
        if let Some(parent) = to.parent() {
            make_folder(parent)?;
        }
        let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&to)?;
        io::copy(&mut entry, &mut out)?;
        out.sync_all()?;
    }
    io::copy(&mut unzipped, &mut io::sink())?;
    anyhow::ensure!(folder.join(DATABASE).is_file(), "it holds no database");
    Ok(())
}

/// The database last: with it the folder counts as restored.
fn put_in_place(unpacked: &Path, folder: &Path, database: &Path) -> anyhow::Result<()> {
    for name in FOLDERS {
        let from = unpacked.join(name);
        if from.exists() {
            fs::rename(&from, folder.join(name))?;
        }
    }
    let from: PathBuf = unpacked.join(DATABASE);
    // Another folder may be on another disk.
    if fs::rename(&from, database).is_err() {
        fs::copy(&from, database).with_context(|| format!("{} could not be written", database.display()))?;
    }
    Ok(())
}

fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}
