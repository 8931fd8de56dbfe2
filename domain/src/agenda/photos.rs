//! Photos of speakers. What is handed in is checked and written anew; it is kept under a name that changes with its
//! content, and shown for as long as a speaker has it.

use super::{entity::speaker, speaking};
use crate::{
    Services,
    access::{Actor, Permission},
    error::{Error, FieldErrors, Result},
    events::service::load_for,
    platform::{audit, db::begin_write, limits, pictures},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};

/// The folder among the kept files.
const UNDER: &str = "photos";

/// The address of a photo, for as long as somebody has it.
#[must_use]
pub fn address(photo: &str) -> String {
    format!("/photos/{photo}")
}

/// Gives a speaker the photo in `bytes`, in place of any other. Nobody may try more often than [`Limits`] says.
///
/// [`Limits`]: crate::platform::limits::Limits
pub async fn set(services: &Services, actor: &Actor, slug: &str, code: &str, bytes: Vec<u8>) -> Result<()> {
    let found = find(services, actor, slug, code).await?;
    let whom = actor.person_id().map(|id| id.to_string()).unwrap_or_default();
    keep(services, actor, &found, &whom, bytes).await
}

/// The same for the speaker whose private link this is.
pub async fn set_own(services: &Services, token: &str, bytes: Vec<u8>) -> Result<()> {
    let found = speaking::open(services, token).await?.speaker;
    let whom = format!("speaker:{}", found.id);
    keep(services, &Actor::System, &found, &whom, bytes).await
}

/// Takes the photo of the speaker whose private link this is away. Having none is fine.
pub async fn remove_own(services: &Services, token: &str) -> Result<()> {
    let found = speaking::open(services, token).await?.speaker;
    put(services, &Actor::System, &found, None).await
}

async fn keep(services: &Services, actor: &Actor, found: &speaker::Model, whom: &str, bytes: Vec<u8>) -> Result<()> {
    limits::count_upload(services, whom).await?;
    let made = tokio::task::spawn_blocking(move || pictures::square(&bytes)).await;
    let made = made
        .map_err(|cause| anyhow::anyhow!("a photo could not be read: {cause}"))?
        .map_err(|refusal| FieldErrors::one("photo", "not_taken", refusal.words("photo")))?;
    let name = services.files.keep(UNDER, made).await?;
    put(services, actor, found, Some(name)).await
}

/// Takes a speaker's photo away. Having none is fine.
pub async fn remove(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<()> {
    let found = find(services, actor, slug, code).await?;
    if found.photo.is_none() {
        return Ok(());
    }
    put(services, actor, &found, None).await
}

/// The JPEG called `name`, if a speaker has it.
pub async fn load(services: &Services, name: &str) -> Result<Vec<u8>> {
    if !is_shown(&services.db.read, name).await? {
        return Err(Error::NotFound);
    }
    services.files.find(UNDER, name).await?.ok_or(Error::NotFound)
}

async fn find(services: &Services, actor: &Actor, slug: &str, code: &str) -> Result<speaker::Model> {
    let (event, _) = load_for(services, actor, Permission::Edit, slug).await?;
    let query = speaker::Entity::find()
        .filter(speaker::Column::EventId.eq(event.id))
        .filter(speaker::Column::Code.eq(code));
    query.one(&services.db.read).await?.ok_or(Error::NotFound)
}

async fn put(services: &Services, actor: &Actor, found: &speaker::Model, photo: Option<String>) -> Result<()> {
    let now = services.clock.now();
    let tx = begin_write(&services.db).await?;
    let row = speaker::Entity::find_by_id(found.id)
        .lock_exclusive()
        .one(&tx)
        .await?
        .ok_or(Error::NotFound)?;
    let before = row.photo.clone();
    if before == photo {
        return Ok(());
    }
    let (event, id) = (row.event_id, row.id);
    let action = if photo.is_some() {
        "speaker.photo_set"
    } else {
        "speaker.photo_removed"
    };
    let mut row = row.into_active_model();
    row.photo = Set(photo);
    row.update(&tx).await?;
    let entry = audit::Entry {
        chain: format!("event:{event}"),
        action,
        object: "speaker",
        object_id: id.0,
        detail: None,
    };
    audit::record(&tx, actor, now, entry).await?;
    tx.commit().await?;
    forget_unused(services, before).await;
    Ok(())
}

/// Deletes the file of a photo nobody has any more. It was not shown any longer in any case, so a file that cannot be
/// deleted is only said in the log.
pub(crate) async fn forget_unused(services: &Services, photo: Option<String>) {
    let Some(photo) = photo else { return };
    let done: Result<()> = async {
        if !is_shown(services.db.writer(), &photo).await? {
            services.files.forget(UNDER, &photo).await?;
        }
        Ok(())
    }
    .await;
    if let Err(cause) = done {
        tracing::error!(cause = %cause, "a photo that is no longer used could not be deleted");
    }
}

async fn is_shown<C: ConnectionTrait>(db: &C, photo: &str) -> Result<bool> {
    Ok(speaker::Entity::find().filter(speaker::Column::Photo.eq(photo)).count(db).await? > 0)
}
