//! The outbox: one row a message and recipient. Links with secrets are made when a message leaves, so no row holds one.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut message = Table::create()
            .table("message")
            .col(id())
            .col(string("dedupe_key").unique_key())
            .col(string("kind"))
            .col(text("content"))
            .col(string("to_name"))
            .col(string("to_address"))
            .col(string("subject"))
            .col(string("state"))
            .col(integer("attempts"))
            .col(timestamp_with_time_zone("due_at"))
            .col(timestamp_with_time_zone_null("lease_until"))
            .col(string_null("lease_owner"))
            .col(string("message_id").unique_key())
            .col(text_null("reply"))
            .col(timestamp_with_time_zone("created_at"))
            .col(timestamp_with_time_zone_null("sent_at"))
            .to_owned();
        reference(&mut message, "organisation_id", "organisation", false);
        reference(&mut message, "event_id", "event", false);
        manager.create_table(message).await?;
        manager
            .create_index(index("message_due", "message", &["state", "due_at"], false))
            .await?;
        manager
            .create_index(index("message_organisation", "message", &["organisation_id", "created_at"], false))
            .await
    }
}
