//! What speakers say themselves, by a private link: that they come, how they are shown, what they have to declare.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut speaking = Table::create()
            .table("speaking")
            .col(id())
            .col(string("address"))
            .col(string("state"))
            .col(string("shown"))
            .col(string_null("shown_name"))
            .col(string_null("declaration"))
            .col(timestamp_with_time_zone("invited_at"))
            .col(timestamp_with_time_zone_null("answered_at"))
            .to_owned();
        reference(&mut speaking, "event_id", "event", true);
        reference(&mut speaking, "speaker_id", "speaker", true);
        manager.create_table(speaking).await?;
        manager
            .create_index(index("speaking_speaker", "speaking", &["speaker_id"], true))
            .await?;
        manager
            .create_index(index("speaking_event", "speaking", &["event_id"], false))
            .await
    }
}
