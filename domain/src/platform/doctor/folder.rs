//! Whether the data folder can be used, by us alone, and has room; and whether the signing keys are safe.

use super::Check;
use crate::platform::signing::{KeyError, KeyRing, Keys};
use std::{os::unix::fs::PermissionsExt as _, path::Path};

/// Below this much room, in bytes, a day's mail and certificates may not fit; below the second nothing works much longer.
const TIGHT: u64 = 1024 * 1024 * 1024;
const FULL: u64 = 100 * 1024 * 1024;

/// The folder, and the disk it is on.
pub fn look_at(folder: &Path) -> Vec<Check> {
    const WHAT: &str = "folder";
    let facts = match std::fs::metadata(folder) {
        Ok(facts) if facts.is_dir() => facts,
        Ok(_) => return vec![Check::fault(WHAT, "not_a_folder", "PLENARY_DATA_DIR names a file, not a folder.").at(folder)],
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            let words = "There is no data folder yet. `plenary serve` makes it; if there should be one, look at PLENARY_DATA_DIR.";
            return vec![Check::fault(WHAT, "missing", words).at(folder)];
        }
        Err(_) => return vec![not_allowed().at(folder)],
    };
    let probe = folder.join(format!(".probe-{}", std::process::id()));
    let written = std::fs::write(&probe, b"plenary");
    let _ = std::fs::remove_file(&probe);
    let mode = facts.permissions().mode();
    let check = match written {
        Err(cause) if cause.kind() == std::io::ErrorKind::StorageFull => {
            Check::fault(WHAT, "disk_full", "The disk is full, so nothing can be written. Make room.")
        }
        Err(_) => not_allowed(),
        Ok(()) if mode & 0o022 != 0 => Check::fault(
            WHAT,
            "open_to_change",
            "Others on this machine may change what is in the data folder. Run: chmod 700 on it.",
        ),
        Ok(()) if mode & 0o005 != 0 => Check::note(
            WHAT,
            "open_to_read",
            "It can be written to. Others on this machine may look into it, and it holds people's names. Run: chmod 700 on it.",
        ),
        Ok(()) => Check::well(WHAT, "It can be written to, and only by us."),
    };
    vec![check.at(folder), disk(free(folder)).at(folder)]
}

fn not_allowed() -> Check {
    Check::fault(
        "folder",
        "not_allowed",
        "The data folder may not be read or written by the user that runs plenary. Give that user the folder (chown) and the right to write there (chmod 700).",
    )
}

fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn disk(free: Option<u64>) -> Check {
    const WHAT: &str = "disk";
    let Some(free) = free else {
        return Check::note(WHAT, "unknown", "How much room the disk has could not be found out.");
    };
    #[expect(clippy::cast_precision_loss, reason = "one figure after the point")]
    let room = if free >= TIGHT {
        format!("{:.1} GB", free as f64 / 1e9)
    } else {
        format!("{} MB", free / 1_000_000)
    };
    if free < FULL {
        Check::fault(
            WHAT,
            "full",
            format!("Only {room} is free. Make room now: bookings, mail and backups need it."),
        )
    } else if free < TIGHT {
        Check::note(WHAT, "tight", format!("{room} is free. Make room before the next event."))
    } else {
        Check::well(WHAT, format!("{room} is free."))
    }
}

/// The folders of signing keys.
pub fn keys(folder: &Path) -> Vec<Check> {
    const WHAT: &str = "keys";
    if !folder.exists() {
        return vec![Check::note(WHAT, "none_yet", "There are no keys yet: they are made at the first start.").at(folder)];
    }
    let keys = Keys::at(folder);
    let read = keys.issuers().and_then(|issuers| {
        let mut own = issuers.iter().map(|issuer| keys.folder_of(issuer));
        own.try_for_each(|own| KeyRing::load(&own).map(|_| ()))
    });
    let (code, words, place) = match read {
        Ok(()) => return vec![Check::well(WHAT, "They can be read, and only by us.").at(folder)],
        Err(KeyError::FileOpen(file)) => (
            "open_to_read",
            "A private key may be read by others on this machine. Run: chmod 600 on it.",
            file,
        ),
        Err(KeyError::FolderOpen(place)) => (
            "open_to_change",
            "Others on this machine may change the keys. Run: chmod 700 on their folder.",
            place,
        ),
        Err(KeyError::NoPrivate(place)) => (
            "no_private",
            "Only public keys are there, so nothing can be signed. Put the private key back from a backup made with --with-keys.",
            place,
        ),
        Err(KeyError::Folder(place, _) | KeyError::File(place, _)) => (
            "not_allowed",
            "The keys cannot be read by the user that runs plenary. Give that user the folder and the files in it.",
            place,
        ),
        Err(KeyError::Mark(place)) => (
            "damaged_mark",
            "A file that marks a key as stolen holds no time, or marks none of these keys. Put it back from a backup.",
            place,
        ),
        Err(KeyError::Name(place)) => ("stray_file", "A file among the keys is not named like one. Take it away.", place),
        Err(KeyError::Content(place)) => (
            "damaged",
            "A key file holds no key. Put it back from a backup made with --with-keys.",
            place,
        ),
        Err(KeyError::Halves(_)) => (
            "halves",
            "The public and the private half of a key do not belong together. Put both back from one backup.",
            folder.to_owned(),
        ),
        Err(KeyError::Busy | KeyError::NoKey(..)) => (
            "busy",
            "Another process is making a key. Look again in a moment.",
            folder.to_owned(),
        ),
    };
    vec![Check::fault(WHAT, code, words).at(&place)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_said_to_be_full_before_it_is() {
        let code = |free| disk(free).code;
        assert_eq!(
            [
                code(None),
                code(Some(50_000_000)),
                code(Some(600_000_000)),
                code(Some(20_000_000_000))
            ],
            ["unknown", "full", "tight", "well"]
        );
        assert_eq!(disk(Some(20_000_000_000)).words, "20.0 GB is free.");
    }
}
