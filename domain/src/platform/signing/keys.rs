//! One issuer's folder of signing keys: made when it first signs, added to by rotation, never emptied.
//!
//! Each key is two files: `k2026-1.pem`, the private half (PKCS#8 PEM, mode 0600), and `k2026-1.pub.pem`, the
//! public half, which stays for ever so that old certificates verify. An old private file may be taken away.
//! A third, `k2026-1.compromised`, says since when it is known that somebody else may have the key. The active key
//! is the newest whose private half is there and that is not marked so. No file is ever written over.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike as _, SecondsFormat, Utc};
use p256::ecdsa::{SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey as _, DecodePublicKey as _, EncodePrivateKey as _, EncodePublicKey as _, LineEnding};
use sha2::{Digest as _, Sha256};

use super::{DidDocument, Signer, Site};

/// How the file ends that marks a key as stolen.
pub const STOLEN: &str = ".compromised";

/// The name of a key: the year it was made and a number within it, written `k2026-1`. Later keys sort later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyId {
    year: u32,
    number: u32,
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "k{}-{}", self.year, self.number)
    }
}

impl std::str::FromStr for KeyId {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, number) = text.strip_prefix('k').and_then(|rest| rest.split_once('-')).ok_or(())?;
        let id = Self {
            year: year.parse().map_err(|_| ())?,
            number: number.parse().map_err(|_| ())?,
        };
        // One spelling only: no sign, no leading zero.
        if id.to_string() == text { Ok(id) } else { Err(()) }
    }
}

/// Why the keys cannot be used, in words for the person who runs the server.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The folder could not be made or listed.
    #[error("the key folder {0} cannot be used: {1}")]
    Folder(PathBuf, #[source] io::Error),
    /// Others could slip a key of their own into the folder.
    #[error("others may write to the key folder {0}; run: chmod 700 {0}")]
    FolderOpen(PathBuf),
    /// A file could not be read or written.
    #[error("the key file {0} cannot be read or written: {1}")]
    File(PathBuf, #[source] io::Error),
    /// A private key that others on the machine can read is no longer private.
    #[error("the private key {0} may be read by others; run: chmod 600 {0}")]
    FileOpen(PathBuf),
    /// A `.pem` file whose name is not a key's.
    #[error("the file {0} is not named like a key (k2026-1.pem or k2026-1.pub.pem)")]
    Name(PathBuf),
    /// The file holds something other than a P-256 key in PEM.
    #[error("the file {0} does not hold a P-256 key in PEM form")]
    Content(PathBuf),
    /// The halves of one key do not belong together.
    #[error("the public and the private file of key {0} do not belong together")]
    Halves(KeyId),
    /// Only public halves are there, so nothing could be signed.
    #[error("the key folder {0} holds public keys only; put the private key back, or move to a new folder")]
    NoPrivate(PathBuf),
    /// A mark that a key was stolen holds no time, or marks no key.
    #[error("the file {0} does not say when one of these keys was found to be stolen, as 2026-03-31T09:00:00Z")]
    Mark(PathBuf),
    /// No such key.
    #[error("there is no key {0} in {1}")]
    NoKey(KeyId, PathBuf),
    /// Another process made a key at the same moment.
    #[error("another key was being made at the same moment; try again")]
    Busy,
}

struct Pair {
    public: VerifyingKey,
    private: Option<SigningKey>,
    /// Since when it is known that somebody else may have it.
    stolen: Option<DateTime<Utc>>,
}

/// One key, for whoever looks after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyFacts {
    pub id: KeyId,
    /// It signs now.
    pub is_active: bool,
    /// Its private half is still there.
    pub is_private_here: bool,
    /// Since when it is known that somebody else may have it.
    pub compromised_at: Option<DateTime<Utc>>,
}

/// Every key of one issuer.
pub struct KeyRing {
    folder: PathBuf,
    keys: BTreeMap<KeyId, Pair>,
    active: KeyId,
    secret: SigningKey,
}

// Written by hand so that no private half can reach a log.
impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("folder", &self.folder)
            .field("active", &self.active)
            .finish_non_exhaustive()
    }
}

impl KeyRing {
    /// Loads the keys of `folder`, and makes the folder (0700) and a first key (0600) if there is none.
    ///
    /// Safe to call from several processes at once: they end with the same first key. `random` must come from
    /// the system's random source; it is used only if a key is made, and `now` names it.
    pub fn open(folder: &Path, now: DateTime<Utc>, random: [u8; 32]) -> Result<Self, KeyError> {
        make_folder(folder)?;
        let mut keys = read_folder(folder)?;
        if keys.is_empty() {
            match make_key(folder, next_id(None, now), random) {
                Ok(()) | Err(KeyError::Busy) => {}
                Err(error) => return Err(error),
            }
            keys = read_folder(folder)?;
        }
        // A start that was cut short between the two files of a key.
        for (id, pair) in &keys {
            if !public_path(folder, *id).exists() {
                write_public(folder, *id, &pair.public, &draft_mark(random))?;
            }
        }
        Self::load(folder)
    }

    /// Loads the keys of a folder that has some, and makes none.
    pub fn load(folder: &Path) -> Result<Self, KeyError> {
        let keys = read_folder(folder)?;
        let (active, secret) = keys
            .iter()
            .rev()
            .filter(|(_, pair)| pair.stolen.is_none())
            .find_map(|(id, pair)| pair.private.clone().map(|secret| (*id, secret)))
            .ok_or_else(|| KeyError::NoPrivate(folder.to_owned()))?;
        Ok(Self {
            folder: folder.to_owned(),
            keys,
            active,
            secret,
        })
    }

    /// The same for a folder that came back from a backup without private halves: makes a new key to sign with, beside the
    /// old public ones, if there is none. `random` and `now` as for [`KeyRing::open`].
    pub fn renew(folder: &Path, now: DateTime<Utc>, random: [u8; 32]) -> Result<Self, KeyError> {
        match Self::open(folder, now, random) {
            Err(KeyError::NoPrivate(_)) => {
                let newest = read_folder(folder)?.last_key_value().map(|(id, _)| *id);
                make_key(folder, next_id(newest, now), random)?;
                Self::load(folder)
            }
            other => other,
        }
    }

    /// Makes a new key and signs with it from now on. The old public keys stay.
    ///
    /// `random` as for [`KeyRing::open`]. What other running processes sign until they notice stays valid.
    pub fn rotate(&mut self, now: DateTime<Utc>, random: [u8; 32]) -> Result<KeyId, KeyError> {
        let newest = read_folder(&self.folder)?.last_key_value().map(|(id, _)| *id);
        make_key(&self.folder, next_id(newest, now), random)?;
        *self = Self::load(&self.folder)?;
        Ok(self.active)
    }

    /// Marks a key as one that somebody else may have. If it was the one that signs, a new one is made first, so that
    /// there always is one. Marked already, nothing changes. `random` as for [`KeyRing::open`].
    pub fn compromise(&mut self, id: KeyId, now: DateTime<Utc>, random: [u8; 32]) -> Result<(), KeyError> {
        let pair = self.keys.get(&id).ok_or_else(|| KeyError::NoKey(id, self.folder.clone()))?;
        if pair.stolen.is_some() {
            return Ok(());
        }
        if id == self.active {
            self.rotate(now, random)?;
        }
        let path = self.folder.join(format!("{id}{STOLEN}"));
        let text = format!("{}\n", now.to_rfc3339_opts(SecondsFormat::Secs, true));
        write_once(&self.folder, &path, &draft_mark(random), text.as_bytes())?;
        *self = Self::load(&self.folder)?;
        Ok(())
    }

    /// Every key there ever was, oldest first.
    pub fn list(&self) -> impl Iterator<Item = KeyFacts> {
        self.keys.iter().map(|(id, pair)| KeyFacts {
            id: *id,
            is_active: *id == self.active,
            is_private_here: pair.private.is_some(),
            compromised_at: pair.stolen,
        })
    }

    /// The public half of a key, also of one that was stolen.
    #[must_use]
    pub fn public(&self, id: KeyId) -> Option<VerifyingKey> {
        self.keys.get(&id).map(|pair| pair.public)
    }

    /// The key that signs now.
    #[must_use]
    pub fn active(&self) -> KeyId {
        self.active
    }

    /// Signs one payload with the active key, as `site`.
    #[must_use]
    pub fn sign(&self, site: &Site, payload: &serde_json::Value) -> String {
        Signer::new(&self.secret, site.did(), &self.active.to_string()).sign(payload)
    }

    /// Every public key there ever was, as `site` publishes them: the one that signs now, then the others from the
    /// newest; those that were stolen as a mark.
    #[must_use]
    pub fn did_document(&self, site: &Site) -> DidDocument {
        let sound = || self.keys.iter().rev().filter(|(_, pair)| pair.stolen.is_none());
        let (active, others): (Vec<_>, Vec<_>) = sound().partition(|(id, _)| **id == self.active);
        let keys = active.into_iter().chain(others).map(|(id, pair)| (id.to_string(), pair.public));
        let marks = self.keys.iter().rev().filter_map(|(id, pair)| Some((id.to_string(), pair.stolen?)));
        DidDocument::new(site.did(), keys).withdrawing(marks)
    }
}

/// Later than every key there is, even if the clock was set back.
fn next_id(newest: Option<KeyId>, now: DateTime<Utc>) -> KeyId {
    let year = now.year().unsigned_abs();
    match newest {
        Some(newest) if newest.year >= year => KeyId {
            year: newest.year,
            number: newest.number.saturating_add(1),
        },
        _ => KeyId { year, number: 1 },
    }
}

/// Any 32 random bytes give a key: the few that are no number below the curve's order are hashed until they are.
fn key_from(mut random: [u8; 32]) -> SigningKey {
    loop {
        if let Ok(key) = SigningKey::from_slice(&random) {
            return key;
        }
        random = Sha256::digest(random).into();
    }
}

fn make_key(folder: &Path, id: KeyId, random: [u8; 32]) -> Result<(), KeyError> {
    let key = key_from(random);
    let path = folder.join(format!("{id}.pem"));
    let text = key.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Content(path.clone()))?;
    let mark = draft_mark(random);
    if !write_once(folder, &path, &mark, text.as_bytes())? {
        return Err(KeyError::Busy);
    }
    write_public(folder, id, key.verifying_key(), &mark)
}

fn public_path(folder: &Path, id: KeyId) -> PathBuf {
    folder.join(format!("{id}.pub.pem"))
}

/// Tells the drafts of two makers apart, on one machine or on two that share the folder.
fn draft_mark(random: [u8; 32]) -> String {
    let digest = Sha256::new().chain_update(b"draft name").chain_update(random).finalize();
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn write_public(folder: &Path, id: KeyId, key: &VerifyingKey, mark: &str) -> Result<(), KeyError> {
    let path = public_path(folder, id);
    let text = key.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Content(path.clone()))?;
    // Already there is as good: the other process wrote the same half.
    write_once(folder, &path, mark, text.as_bytes()).map(|_| ())
}

/// Writes a whole file under a name nobody has, or says `false`. Never a half-written or a replaced file: it is
/// written and synced under another name first, then linked, which fails if the name is taken.
fn write_once(folder: &Path, path: &Path, mark: &str, content: &[u8]) -> Result<bool, KeyError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = folder.join(format!(".{name}.{mark}.new"));
    let fail = |error| KeyError::File(path.to_owned(), error);

    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = match options.open(&draft) {
        // What a crash left behind.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&draft).and_then(|()| options.open(&draft)).map_err(fail)?
        }
        other => other.map_err(fail)?,
    };
    let linked = file
        .write_all(content)
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    match linked {
        Ok(()) => {
            removed.and_then(|()| fs::File::open(folder)?.sync_all()).map_err(fail)?;
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(fail(error)),
    }
}

fn make_folder(folder: &Path) -> Result<(), KeyError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| KeyError::Folder(folder.to_owned(), error))
}

/// The permission bits that let anybody but the owner in; none where there are no such bits.
fn open_to_others(metadata: &fs::Metadata) -> u32 {
    #[cfg(unix)]
    return std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o077;
    #[cfg(not(unix))]
    return 0 * u32::from(metadata.is_dir());
}

fn read_folder(folder: &Path) -> Result<BTreeMap<KeyId, Pair>, KeyError> {
    let fail = |error| KeyError::Folder(folder.to_owned(), error);
    if open_to_others(&fs::metadata(folder).map_err(fail)?) & 0o022 != 0 {
        return Err(KeyError::FolderOpen(folder.to_owned()));
    }
    let mut privates: BTreeMap<KeyId, SigningKey> = BTreeMap::new();
    let mut publics: BTreeMap<KeyId, VerifyingKey> = BTreeMap::new();
    let mut marks: BTreeMap<KeyId, DateTime<Utc>> = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(stem) = name.strip_suffix(STOLEN).filter(|stem| !stem.starts_with('.')) {
            let id: KeyId = stem.parse().map_err(|()| KeyError::Name(path.clone()))?;
            let text = fs::read_to_string(&path).map_err(|error| KeyError::File(path.clone(), error))?;
            let at = DateTime::parse_from_rfc3339(text.trim()).map_err(|_| KeyError::Mark(path.clone()))?;
            marks.insert(id, at.to_utc());
            continue;
        }
        let Some(stem) = name.strip_suffix(".pem").filter(|stem| !stem.starts_with('.')) else {
            continue;
        };
        let (stem, public) = stem.strip_suffix(".pub").map_or((stem, false), |stem| (stem, true));
        let id: KeyId = stem.parse().map_err(|()| KeyError::Name(path.clone()))?;
        let fail = |error| KeyError::File(path.clone(), error);
        if !public && open_to_others(&fs::metadata(&path).map_err(fail)?) != 0 {
            return Err(KeyError::FileOpen(path));
        }
        let text = fs::read_to_string(&path).map_err(fail)?;
        if public {
            publics.insert(
                id,
                VerifyingKey::from_public_key_pem(&text).map_err(|_| KeyError::Content(path.clone()))?,
            );
        } else {
            privates.insert(id, SigningKey::from_pkcs8_pem(&text).map_err(|_| KeyError::Content(path.clone()))?);
        }
    }
    let mut keys = BTreeMap::new();
    for (id, private) in privates {
        let public = *private.verifying_key();
        match publics.remove(&id) {
            Some(written) if written != public => return Err(KeyError::Halves(id)),
            _ => {}
        }
        keys.insert(
            id,
            Pair {
                public,
                private: Some(private),
                stolen: None,
            },
        );
    }
    keys.extend(publics.into_iter().map(|(id, public)| {
        let pair = Pair {
            public,
            private: None,
            stolen: None,
        };
        (id, pair)
    }));
    for (id, at) in marks {
        let pair = keys
            .get_mut(&id)
            .ok_or_else(|| KeyError::Mark(folder.join(format!("{id}{STOLEN}"))))?;
        pair.stolen = Some(at);
    }
    Ok(keys)
}

/// The names of the files in a folder that a change of its keys would change; none if there is no such folder. Files are
/// never written over, so equal names are equal keys.
pub(super) fn key_files(folder: &Path) -> Result<Vec<String>, KeyError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|error| KeyError::Folder(folder.to_owned(), error))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| KeyError::Folder(folder.to_owned(), error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') && (name.ends_with(".pem") || name.ends_with(STOLEN)) {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
