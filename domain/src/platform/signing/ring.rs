//! The keys of every issuer of one installation.
//!
//! The host's lie in the key folder itself, those of a further organisation in a folder within it named by its slug. They
//! are looked at anew each time they are used: a key that another process made, or marked as stolen, is noticed without
//! a start, also by other nodes that share the folder.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::keys::key_files;
use super::{DidDocument, Issuer, KeyError, KeyRing, Site};

/// A ring, and the names of the files it was read from.
type Read = (Vec<String>, Arc<KeyRing>);

/// The key folder of an installation.
#[derive(Debug)]
pub struct Keys {
    folder: PathBuf,
    read: Mutex<BTreeMap<Issuer, Read>>,
}

impl Keys {
    /// The folder as it is; nothing is made or read yet.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            read: Mutex::default(),
        }
    }

    /// The same, with a key for the host to sign with: made at first start. `random` and `now` as for [`KeyRing::open`].
    pub fn open(folder: &Path, now: DateTime<Utc>, random: [u8; 32]) -> Result<Self, KeyError> {
        KeyRing::open(folder, now, random)?;
        Ok(Self::at(folder))
    }

    /// Where an issuer's keys lie.
    #[must_use]
    pub fn folder_of(&self, issuer: &Issuer) -> PathBuf {
        match issuer {
            Issuer::Host => self.folder.clone(),
            Issuer::Organisation(slug) => self.folder.join(slug),
        }
    }

    /// The keys of `issuer` as they are at this moment; none if it has never signed.
    pub fn ring(&self, issuer: &Issuer) -> Result<Option<Arc<KeyRing>>, KeyError> {
        let folder = self.folder_of(issuer);
        // Named before they are read: what comes in between is read again the next time.
        let names = key_files(&folder)?;
        if names.is_empty() {
            return Ok(None);
        }
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, ring)) = read.get(issuer)
            && *known == names
        {
            return Ok(Some(ring.clone()));
        }
        let ring = Arc::new(KeyRing::load(&folder)?);
        read.insert(issuer.clone(), (names, ring.clone()));
        Ok(Some(ring))
    }

    /// The same, with a first key if there is none. `random` and `now` as for [`KeyRing::open`].
    pub fn ring_or_make(&self, issuer: &Issuer, now: DateTime<Utc>, random: [u8; 32]) -> Result<Arc<KeyRing>, KeyError> {
        if let Some(ring) = self.ring(issuer)? {
            return Ok(ring);
        }
        KeyRing::open(&self.folder_of(issuer), now, random)?;
        self.ring(issuer)?.ok_or_else(|| KeyError::NoPrivate(self.folder_of(issuer)))
    }

    /// Every issuer that has keys: the host, then the organisations by slug.
    pub fn issuers(&self) -> Result<Vec<Issuer>, KeyError> {
        let fail = |error| KeyError::Folder(self.folder.clone(), error);
        let mut organisations = Vec::new();
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(fail)?,
        };
        for entry in entries {
            let entry = entry.map_err(fail)?;
            let issuer = Issuer::of_slug(&entry.file_name().to_string_lossy());
            if entry.file_type().map_err(fail)?.is_dir()
                && let Some(issuer) = issuer
            {
                organisations.push(issuer);
            }
        }
        organisations.sort_unstable();
        Ok(std::iter::once(Issuer::Host).chain(organisations).collect())
    }

    /// What `issuer` publishes; none if it has never signed. The host's lists the organisations' keys as well.
    pub fn document(&self, issuer: &Issuer, site: &Site) -> Result<Option<DidDocument>, KeyError> {
        let own = |issuer: &Issuer| -> Result<Option<DidDocument>, KeyError> {
            Ok(self.ring(issuer)?.map(|ring| ring.did_document(&site.signing_as(issuer))))
        };
        let Some(mut document) = own(issuer)? else {
            return Ok(None);
        };
        if *issuer == Issuer::Host {
            for below in self.issuers()?.iter().skip(1) {
                if let Some(below) = own(below)? {
                    document.add_below(below);
                }
            }
        }
        Ok(Some(document))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::platform::signing::jws;
    use serde_json::json;

    fn scratch(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("plenary-rings-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    fn now() -> DateTime<Utc> {
        "2026-03-31T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn each_issuer_signs_with_keys_of_its_own_and_the_hosts_document_lists_all() {
        let folder = scratch("each");
        let site = Site::parse("https://events.example.org").unwrap();
        let north = Issuer::of_slug("north").unwrap();
        let keys = Keys::open(&folder, now(), [1; 32]).unwrap();
        assert_eq!(keys.issuers().unwrap(), [Issuer::Host]);
        assert!(keys.ring(&north).unwrap().is_none() && keys.document(&north, &site).unwrap().is_none());
        assert!(!folder.join("north").exists(), "asking makes nothing");

        let ring = keys.ring_or_make(&north, now(), [2; 32]).unwrap();
        assert_eq!(keys.issuers().unwrap(), [Issuer::Host, north.clone()]);
        assert!(folder.join("north/k2026-1.pem").is_file());
        let token = ring.sign(&site.signing_as(&north), &json!({ "a": 1 }));
        let own = keys.document(&north, &site).unwrap().unwrap();
        let all = keys.document(&Issuer::Host, &site).unwrap().unwrap();
        for document in [own.clone(), all] {
            let opened = jws::open(&token, &[document], 4096).unwrap();
            assert_eq!(opened.did, "did:web:events.example.org:o:north");
        }
        let hosts = keys.ring(&Issuer::Host).unwrap().unwrap();
        let forged = hosts.sign(&site.signing_as(&north), &json!({ "a": 1 }));
        assert_eq!(jws::open(&forged, &[own], 4096), Err(jws::JwsError::Signature));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_key_made_or_marked_by_another_process_is_noticed_at_once() {
        let folder = scratch("noticed");
        let here = Keys::open(&folder, now(), [1; 32]).unwrap();
        let active = || here.ring(&Issuer::Host).unwrap().unwrap().active().to_string();
        assert_eq!(active(), "k2026-1");
        let mut there = KeyRing::load(&folder).unwrap();
        there.rotate(now(), [2; 32]).unwrap();
        assert_eq!(active(), "k2026-2");
        there.compromise("k2026-2".parse().unwrap(), now(), [3; 32]).unwrap();
        assert_eq!(active(), "k2026-3");
        fs::remove_dir_all(&folder).unwrap();
    }
}
