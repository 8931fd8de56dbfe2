//! Stewards of one event alone, and who in a team has signed in yet.
use crate::index;
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        db.execute_unprepared("ALTER TABLE team_member ADD COLUMN event_id BIGINT REFERENCES event (id)")
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("team_member")
                    .add_column(timestamp_with_time_zone_null("joined_at"))
                    .to_owned(),
            )
            .await?;
        // Nobody wrote down when people first signed in; those of before are not to look as if they had been asked today.
        db.execute_unprepared("UPDATE team_member SET joined_at = created_at").await?;
        manager.create_index(index("team_event", "team_member", &["event_id"], false)).await
    }
}
