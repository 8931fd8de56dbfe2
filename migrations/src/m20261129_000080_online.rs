//! Reports of meetings held online: their lines as they were handed in, kept until a day of their own, and whose place
//! somebody in such a report had, where an organiser said so.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut report = Table::create()
            .table("online_report")
            .col(id())
            .col(string("vendor"))
            .col(string("title"))
            .col(string("digest"))
            .col(big_integer("line_count"))
            .col(timestamp_with_time_zone("handed_in_at"))
            .col(timestamp_with_time_zone("purge_at"))
            .to_owned();
        reference(&mut report, "event_id", "event", true);
        reference(&mut report, "handed_in_by", "person", false);
        manager.create_table(report).await?;
        manager
            .create_index(index("online_report_once", "online_report", &["event_id", "digest"], true))
            .await?;
        manager
            .create_index(index("online_report_purge", "online_report", &["purge_at"], false))
            .await?;

        let mut row = Table::create()
            .table("online_row")
            .col(id())
            .col(big_integer("line"))
            .col(string("tells"))
            .col(string("name"))
            .col(string("email"))
            .col(string("registered"))
            .col(string("joined"))
            .col(string("gone"))
            .col(string("duration"))
            .to_owned();
        reference(&mut row, "report_id", "online_report", true);
        reference(&mut row, "participant_id", "participant", false);
        manager.create_table(row).await?;
        manager
            .create_index(index("online_row_report", "online_row", &["report_id", "line"], false))
            .await?;

        let mut known = Table::create()
            .table("online_match")
            .col(id())
            .col(string("key"))
            .col(string("name"))
            .col(timestamp_with_time_zone("said_at"))
            .to_owned();
        reference(&mut known, "organisation_id", "organisation", true);
        reference(&mut known, "person_id", "person", false);
        reference(&mut known, "said_by", "person", false);
        manager.create_table(known).await?;
        manager
            .create_index(index("online_match_key", "online_match", &["organisation_id", "key"], true))
            .await
    }
}
