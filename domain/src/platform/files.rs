//! Files people handed in, kept under names that change with their content. A folder today; anything `object_store`
//! reaches when several machines share one.

use anyhow::Context;
use object_store::{Error as StoreError, ObjectStore, PutPayload, local::LocalFileSystem, path::Path};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// Where files are kept.
#[derive(Clone, Debug)]
pub struct Files(Arc<dyn ObjectStore>);

impl Files {
    /// Files in `folder`, which is made for its owner alone if it is new.
    pub fn folder(folder: &std::path::Path) -> anyhow::Result<Self> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("the folder {} could not be made", folder.display()))?;
        let store =
            LocalFileSystem::new_with_prefix(folder).with_context(|| format!("the folder {} could not be used", folder.display()))?;
        Ok(Self(Arc::new(store)))
    }

    /// Keeps `bytes` in `under`. Gives their name there: 32 characters that no other content has.
    pub async fn keep(&self, under: &str, bytes: Vec<u8>) -> anyhow::Result<String> {
        let name = hex::encode(&Sha256::digest(&bytes)[..16]);
        self.0
            .put(&path(under, &name), PutPayload::from(bytes))
            .await
            .context("a file could not be kept")?;
        Ok(name)
    }

    /// The bytes kept in `under` as `name`, if they are there.
    pub async fn find(&self, under: &str, name: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let found = match self.0.get(&path(under, name)).await {
            Ok(found) => found,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(cause) => return Err(cause).context("a file could not be read"),
        };
        Ok(Some(found.bytes().await.context("a file could not be read")?.into()))
    }

    /// Forgets what is kept in `under` as `name`. Nothing there is fine.
    pub async fn forget(&self, under: &str, name: &str) -> anyhow::Result<()> {
        match self.0.delete(&path(under, name)).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(cause) => Err(cause).context("a file could not be deleted"),
        }
    }
}

fn path(under: &str, name: &str) -> Path {
    Path::from_iter([under, name])
}
