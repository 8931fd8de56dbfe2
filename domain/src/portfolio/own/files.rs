//! Evidence kept with an entry. What a file is, is told from what is in it; it is given back only as a download.

use super::{Owner, Reader, begin, entity::file, entries, find_item, list};
use crate::{
    Services,
    error::{Error, FieldErrors, Result},
    ids::RowId,
    platform::limits,
};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// The most bytes of one file.
pub const FILE_LIMIT: usize = 10 * 1024 * 1024;

/// The most bytes of all the files of one person.
pub const PERSON_LIMIT: u64 = 100 * 1024 * 1024;

/// Why a file is not taken, in words for whoever chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("Choose a file")]
    Missing,
    #[error("The file is larger than 10 MB")]
    TooLarge,
    #[error("The file is not a PDF, a JPEG or a PNG")]
    Kind,
    #[error("Your files come to more than 100 MB. Remove one you no longer need, or make this one smaller")]
    Full,
}

impl FileError {
    /// The same beside the field for the file.
    #[must_use]
    pub fn at_field(self) -> FieldErrors {
        FieldErrors::one("file", "not_taken", self.to_string())
    }
}

/// A file to give out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// Letters, digits and a few marks: safe in a header and a folder.
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// The media type of what is in a file, and its ending; only what nothing can run in.
fn kind(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if bytes.starts_with(b"%PDF-") {
        Some(("application/pdf", "pdf"))
    } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some(("image/jpeg", "jpg"))
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(("image/png", "png"))
    } else {
        None
    }
}

/// A file's name as it may stand in a header and in an archive: no folder, no odd mark, and the ending its content has.
fn safe_name(typed: &str, ending: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let mut name = String::new();
    for c in stem.chars().take(80) {
        let fine = c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        match c {
            _ if fine => name.push(c),
            _ if !name.ends_with(['-', '_']) && !name.is_empty() => name.push('-'),
            _ => {}
        }
    }
    let name = name.trim_end_matches('-');
    if name.is_empty() {
        format!("evidence.{ending}")
    } else {
        format!("{name}.{ending}")
    }
}

/// Keeps a file with the item addresses call `of`. Nobody may try more often than uploads are limited to.
pub async fn add_file(services: &Services, owner: &Owner, of: &str, name: &str, bytes: Vec<u8>) -> Result<()> {
    let now = services.clock.now();
    limits::count_upload(services, &owner.0.to_string()).await?;
    let item = find_item(services, &owner.reader(), of).await?;
    if bytes.is_empty() {
        return Err(FileError::Missing.at_field().into());
    }
    if bytes.len() > FILE_LIMIT {
        return Err(FileError::TooLarge.at_field().into());
    }
    let (media_type, ending) = kind(&bytes).ok_or_else(|| FileError::Kind.at_field())?;
    let size = bytes.len() as u64;
    let used = async |services: &Services| -> Result<u64> {
        let items = list(services, &owner.reader()).await?.items;
        Ok(items.iter().flat_map(|item| &item.files).map(|file| file.size).sum())
    };
    // Looked at before anything is written to disk, and again once nobody else can add one.
    if used(services).await? + size > PERSON_LIMIT {
        return Err(FileError::Full.at_field().into());
    }
    // A folder of its own: deleting one never takes the like of it from anybody.
    let folder = format!("portfolio-{}", services.random.public_id());
    let kept = services.files.keep(&folder, bytes).await?;
    let kept_as = format!("{folder}/{kept}");
    let written: Result<()> = async {
        let tx = begin(services, *owner).await?;
        let all = file::Entity::find().filter(file::Column::PersonId.eq(owner.0)).all(&tx).await?;
        let so_far: u64 = all.iter().map(|row| u64::try_from(row.size).unwrap_or(0)).sum();
        if so_far + size > PERSON_LIMIT {
            return Err(FileError::Full.at_field().into());
        }
        let entry = entries::row_of(services, &tx, *owner, &item).await?;
        let row = file::ActiveModel {
            person_id: Set(owner.0),
            entry_id: Set(entry.id),
            name: Set(safe_name(name, ending)),
            media_type: Set(media_type.to_owned()),
            size: Set(i64::try_from(size).map_err(anyhow::Error::from)?),
            kept_as: Set(kept_as.clone()),
            added_at: Set(now),
            ..Default::default()
        };
        file::Entity::insert(row).exec_without_returning(&tx).await?;
        tx.commit().await?;
        Ok(())
    }
    .await;
    if written.is_err() {
        forget(services, &kept_as).await;
    }
    written
}

/// The file `id`, for whoever may read it.
pub async fn load_file(services: &Services, reader: &Reader, id: RowId) -> Result<Served> {
    // By the list, so that a link shows the files of what it shows and no others.
    let items = list(services, reader).await?.items;
    items
        .iter()
        .flat_map(|item| &item.files)
        .find(|file| file.id == id)
        .ok_or(Error::NotFound)?;
    read_listed(services, reader, id).await
}

/// The same of a file that was found in [`list`] for this reader already.
pub(in crate::portfolio) async fn read_listed(services: &Services, reader: &Reader, id: RowId) -> Result<Served> {
    let row = file::Entity::find_by_id(id)
        .filter(file::Column::PersonId.eq(reader.person))
        .one(&services.db.read)
        .await?
        .ok_or(Error::NotFound)?;
    let (folder, name) = row.kept_as.split_once('/').ok_or(Error::NotFound)?;
    let bytes = services.files.find(folder, name).await?.ok_or(Error::NotFound)?;
    Ok(Served {
        name: row.name,
        media_type: row.media_type,
        bytes,
    })
}

/// Removes a file. Gives how addresses call the item it was kept with.
pub async fn remove_file(services: &Services, owner: &Owner, id: RowId) -> Result<String> {
    let items = list(services, &owner.reader()).await?.items;
    let item = items.into_iter().find(|item| item.files.iter().any(|file| file.id == id));
    let item = item.ok_or(Error::NotFound)?;
    let tx = begin(services, *owner).await?;
    let row = file::Entity::find_by_id(id)
        .filter(file::Column::PersonId.eq(owner.0))
        .one(&tx)
        .await?;
    if let Some(row) = row {
        file::Entity::delete_many()
            .filter(file::Column::PersonId.eq(owner.0))
            .filter(file::Column::Id.eq(id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        forget(services, &row.kept_as).await;
    }
    Ok(item.of)
}

/// Deletes a file that no row names any more. Nobody could have it any longer in any case, so one that cannot be deleted is
/// only said in the log.
pub(super) async fn forget(services: &Services, kept_as: &str) {
    let Some((folder, name)) = kept_as.split_once('/') else { return };
    if let Err(cause) = services.files.forget(folder, name).await {
        tracing::error!(cause = %cause, "evidence that nobody keeps any more could not be deleted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_is_in_it() {
        assert_eq!(kind(b"%PDF-1.7\n"), Some(("application/pdf", "pdf")));
        assert_eq!(kind(&[0xFF, 0xD8, 0xFF, 0xE0]), Some(("image/jpeg", "jpg")));
        assert_eq!(kind(b"\x89PNG\r\n\x1a\nx"), Some(("image/png", "png")));
        for other in [
            &b"<html>"[..],
            b"<svg xmlns=",
            b"<!doctype html>",
            b" %PDF-1.7",
            b"GIF89a",
            b"PK\x03\x04",
            b"%P",
            b"",
        ] {
            assert_eq!(kind(other), None, "{}", String::from_utf8_lossy(other));
        }
    }

    #[test]
    fn a_name_can_stand_anywhere() {
        for (typed, safe) in [
            ("Certificate of attendance (1).pdf", "Certificate-of-attendance-1.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("C:\\temp\\x.html", "x.pdf"),
            ("evil\"\r\nSet-Cookie: a=b.pdf", "evil-Set-Cookie-a-b.pdf"),
            ("Siân.pdf", "Si-n.pdf"),
            ("", "evidence.pdf"),
            (".pdf", "evidence.pdf"),
            ("…", "evidence.pdf"),
        ] {
            assert_eq!(safe_name(typed, "pdf"), safe, "{typed:?}");
        }
        assert!(safe_name(&"x".repeat(500), "pdf").len() <= 84);
    }
}
