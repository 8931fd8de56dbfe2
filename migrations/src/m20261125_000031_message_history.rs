//! What became of each attempt to send a message, messages sent together, copies of what was sent; and indexes for lists
//! of a hundred thousand.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut attempt = Table::create()
            .table("message_attempt")
            .col(id())
            .col(timestamp_with_time_zone("at"))
            .col(string("outcome"))
            .col(text_null("reply"))
            .to_owned();
        reference(&mut attempt, "message_id", "message", true);
        manager.create_table(attempt).await?;
        manager
            .create_index(index("message_attempt_of", "message_attempt", &["message_id", "id"], false))
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("message_batch")
                    .col(id())
                    .col(string("kind"))
                    .col(big_integer("total"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;

        let db = manager.get_connection();
        db.execute_unprepared("ALTER TABLE message ADD COLUMN batch_id BIGINT REFERENCES message_batch (id)")
            .await?;
        db.execute_unprepared("ALTER TABLE message ADD COLUMN copy_of BIGINT REFERENCES message (id)")
            .await?;
        for (name, columns) in [
            ("message_state", &["organisation_id", "state", "created_at"][..]),
            ("message_event", &["event_id", "created_at"]),
            ("message_batch_state", &["batch_id", "state"]),
            ("message_copy", &["copy_of"]),
        ] {
            manager.create_index(index(name, "message", columns, false)).await?;
        }
        // SQLite keeps the whole letter in the row, so a search for words reads this index instead of the rows.
        // PostgreSQL keeps long texts elsewhere.
        if manager.get_database_backend() == DbBackend::Sqlite {
            let all = [
                "organisation_id",
                "created_at",
                "id",
                "state",
                "kind",
                "event_id",
                "to_address",
                "to_name",
                "subject",
            ];
            manager.create_index(index("message_search", "message", &all, false)).await?;
        }
        Ok(())
    }
}
