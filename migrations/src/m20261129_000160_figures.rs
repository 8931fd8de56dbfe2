//! Figures of an event with 100,000 places, counted from indexes alone.
use crate::index;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in ["place_taken", "place_booking"] {
            manager.drop_index(Index::drop().name(name).table("place").to_owned()).await?;
        }
        for made in [
            index("place_taken", "place", &["event_id", "state", "ticket_id", "price_pence"], false),
            index("place_booking", "place", &["booking_id", "state", "held_until"], false),
            index("booking_when", "booking", &["event_id", "created_at"], false),
        ] {
            manager.create_index(made).await?;
        }
        let unnamed = "CREATE INDEX place_unnamed ON place (event_id, state) WHERE name IS NULL";
        manager.get_connection().execute_unprepared(unnamed).await?;
        Ok(())
    }
}
