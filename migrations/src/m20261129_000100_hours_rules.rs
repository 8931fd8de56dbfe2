//! A cap on what a day gives, minutes given or taken by an organiser, and what delegates ask to be corrected.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [("event", "cpd_day_cap_minutes"), ("attendance_record", "minutes")] {
            let change = Table::alter().table(table).add_column(integer_null(column)).to_owned();
            manager.alter_table(change).await?;
        }
        let mut asked = Table::create()
            .table("correction")
            .col(id())
            .col(string("words"))
            .col(string("state"))
            .col(timestamp_with_time_zone("asked_at"))
            .col(timestamp_with_time_zone_null("decided_at"))
            .col(string_null("answer"))
            .to_owned();
        reference(&mut asked, "event_id", "event", true);
        reference(&mut asked, "participant_id", "participant", true);
        reference(&mut asked, "session_id", "session", false);
        reference(&mut asked, "asked_by", "person", true);
        reference(&mut asked, "decided_by", "person", false);
        manager.create_table(asked).await?;
        manager
            .create_index(index("correction_event", "correction", &["event_id", "state"], false))
            .await?;
        // Asked once at a time, promised by the database itself.
        manager
            .get_connection()
            .execute_unprepared("CREATE UNIQUE INDEX correction_open ON correction (participant_id) WHERE state = 'open'")
            .await?;
        Ok(())
    }
}
