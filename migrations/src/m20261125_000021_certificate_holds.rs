//! A certificate that is held back: not to be issued until somebody releases it.
use crate::{id, index, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut hold = Table::create()
            .table("certificate_hold")
            .col(id())
            .col(string("reason"))
            .col(timestamp_with_time_zone("held_at"))
            .col(timestamp_with_time_zone_null("released_at"))
            .to_owned();
        reference(&mut hold, "event_id", "event", true);
        reference(&mut hold, "participant_id", "participant", true);
        reference(&mut hold, "held_by", "person", false);
        reference(&mut hold, "released_by", "person", false);
        manager.create_table(hold).await?;
        manager
            .create_index(index("certificate_hold_event", "certificate_hold", &["event_id"], false))
            .await?;
        // Held once at a time, promised by the database itself.
        manager
            .get_connection()
            .execute_unprepared("CREATE UNIQUE INDEX certificate_hold_live ON certificate_hold (participant_id) WHERE released_at IS NULL")
            .await?;
        Ok(())
    }
}
