//! One server a data folder: a lock the kernel holds for as long as the process lives, so nothing is left behind by
//! one that was killed.

use anyhow::Context;
use std::{fs::File, path::Path};

/// Holds the folder until dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock, or says that another process has it.
    pub fn take(folder: &Path) -> anyhow::Result<Self> {
        let path = folder.join("plenary.lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("{} could not be opened", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(std::fs::TryLockError::WouldBlock) => {
                anyhow::bail!(
                    "another plenary is already using {}. Stop it first, or give this one a folder of its own with PLENARY_DATA_DIR.",
                    folder.display()
                )
            }
            Err(std::fs::TryLockError::Error(cause)) => Err(cause).with_context(|| format!("{} could not be locked", path.display())),
        }
    }
}
