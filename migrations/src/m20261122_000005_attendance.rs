//! Attendance: append-only and hash-chained. Rows hold ids, times and kinds; a correction is a new row with a reason.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut record = Table::create()
            .table("attendance_record")
            .col(id())
            .col(string("chain"))
            .col(big_integer("seq"))
            .col(string("action"))
            .col(timestamp_with_time_zone("at"))
            .col(string("how"))
            .col(big_integer_null("withdraws_id"))
            .col(string_null("reason"))
            .col(timestamp_with_time_zone("recorded_at"))
            .col(string("prev_hash"))
            .col(string("hash"))
            .to_owned();
        reference(&mut record, "event_id", "event", true);
        reference(&mut record, "participant_id", "participant", true);
        reference(&mut record, "session_id", "session", false);
        reference(&mut record, "recorded_by", "person", false);
        manager.create_table(record).await?;
        manager
            .create_index(index("attendance_order", "attendance_record", &["chain", "seq"], true))
            .await?;
        manager
            .create_index(index("attendance_participant", "attendance_record", &["participant_id"], false))
            .await?;
        manager
            .create_index(index("attendance_event", "attendance_record", &["event_id"], false))
            .await
    }
}
