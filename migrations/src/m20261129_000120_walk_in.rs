//! Codes with which walk-ins claim their place, and the secrets behind the codes shown in rooms.
use crate::{id, reference};
use sea_orm_migration::{prelude::*, schema::*};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let place = Table::alter().table("place").add_column(string_null("claim_code")).to_owned();
        manager.alter_table(place).await?;
        let mut room = Table::create().table("room_screen").col(id()).col(string("secret")).to_owned();
        reference(&mut room, "event_id", "event", true);
        reference(&mut room, "session_id", "session", true);
        manager.create_table(room).await?;
        for index in [
            "CREATE UNIQUE INDEX place_claim_code ON place (claim_code) WHERE claim_code IS NOT NULL",
            "CREATE UNIQUE INDEX room_screen_session ON room_screen (session_id)",
        ] {
            manager.get_connection().execute_unprepared(index).await?;
        }
        Ok(())
    }
}
