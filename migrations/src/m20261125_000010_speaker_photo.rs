//! Speakers may have a photo: the name of its file, which changes with its content.
use crate::index;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("speaker").add_column(string_null("photo")).to_owned())
            .await?;
        manager.create_index(index("speaker_photo", "speaker", &["photo"], false)).await
    }
}
