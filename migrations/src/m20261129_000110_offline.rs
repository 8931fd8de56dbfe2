//! What phones without signal kept and sent later: each scan once, with what it was answered.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut scan = Table::create()
            .table("door_scan")
            .col(id())
            .col(string("sync_id"))
            .col(string("answer"))
            .col(timestamp_with_time_zone("received_at"))
            .to_owned();
        reference(&mut scan, "event_id", "event", true);
        reference(&mut scan, "received_from", "person", false);
        manager.create_table(scan).await?;
        manager
            .create_index(index("door_scan_once", "door_scan", &["event_id", "sync_id"], true))
            .await
    }
}
